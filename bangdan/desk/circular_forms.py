"""A circular as it is typed, and what its form offers to choose from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from bangdan.desk.fields import DeskForm, Fields, Number
from bangdan.language import Words
from engine.circulars import words
from engine.circulars.aim import WORDS, Aim, To
from engine.office import Work
from engine.queries import contacts as people
from engine.queries.circulars import CircularLine
from engine.queries.contacts import ContactLine
from workflows.vocabulary import Kind

MOST_FOUND = 30  # people that a search offers
LISTS = ("tracks", "channels", "attributes", "states", "institutions", "contacts")


class CircularForm(DeskForm):
    """A circular: its words, and whom it is for. `find` looks for people instead of keeping it."""

    subject: str = ""
    body: str = ""
    to: To = To.UNITS
    tracks: list[str] = Field(default_factory=list)
    channels: list[str] = Field(default_factory=list)
    attributes: list[str] = Field(default_factory=list)
    states: list[str] = Field(default_factory=list)
    unsubmitted: bool = False
    units: str = ""
    institutions: list[str] = Field(default_factory=list)
    contacts: list[str] = Field(default_factory=list)
    person: str = ""
    version: Number = 0
    find: str = ""

    @property
    def aim(self) -> Aim:
        """Whom it is for; what the chosen readers can't be narrowed by is left out, as its boxes are not shown."""
        pairs = tuple((key, value) for key, _, value in (each.partition("=") for each in self.attributes))
        codes = tuple(filter(None, re.split(r"[\s,，、;；]+", self.units)))
        of_nominations = self.to in (To.UNITS, To.APPLICANTS)
        return Aim(
            to=self.to, tracks=() if self.to is To.CONTACTS else tuple(self.tracks),
            channels=tuple(self.channels) if of_nominations else (),
            attributes=pairs if of_nominations else (), states=tuple(self.states) if of_nominations else (),
            unsubmitted=self.unsubmitted and of_nominations, units=codes if of_nominations else (),
            institutions=tuple(self.institutions) if self.to is To.INSTITUTIONS else (),
            contacts=tuple(self.contacts) if self.to is To.CONTACTS else (),
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """Something to choose, and how it reads."""

    value: str
    words: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """All that the form offers. `people` are those who were chosen and those whom the search found."""

    readers: Sequence[Option]
    choices: Mapping[str, Sequence[Option]]
    people: Sequence[ContactLine]
    placeholders: words.Placeholders
    both: words.Placeholders


def offer(work: Work, typed: Fields) -> Offer:
    """What can be chosen in this campaign, with the people that are looked for or chosen already."""
    to = next((each for each in To if each == typed.one("to")), To.UNITS)
    return Offer(
        readers=[Option(value=key.value, words=Words(*WORDS[key])) for key in To], choices=_choices(work),
        people=_people(work, typed), placeholders=words.placeholders(to), both=words.placeholders(To.UNITS),
    )  # fmt: skip


def _choices(work: Work) -> dict[str, list[Option]]:
    definition = work.definition
    attributes = [
        Option(value=f"{each.key}={value}", words=Words(f"{each.name}：{value}", f"{each.name}: {value}"))
        for each in definition.attributes if each.kind is Kind.WORD for value in each.values
    ]  # fmt: skip
    return {
        "tracks": [Option(value=key, words=Words(each.name, each.name)) for key, each in definition.tracks.items()],
        "channels": [Option(value=each.key, words=Words(each.name, each.name)) for each in definition.channels],
        "attributes": attributes,
        "states": [Option(value=each.key, words=Words(each.zh, each.en)) for each in work.shape.states],
        "institutions": [Option(value=each.key, words=Words(each.name, each.name)) for each in definition.institutions],
    }


def _people(work: Work, typed: Fields) -> list[ContactLine]:
    chosen = people.with_ids(work, typed.typed.get("contacts", ()))
    text = typed.one("person").strip()
    found = people.contacts(work, text=text, limit=MOST_FOUND).rows if text else ()
    return list({each.id: each for each in (*chosen, *found)}.values())


def as_typed(line: CircularLine) -> Fields:
    """A circular that is kept, as its form would have it."""
    aim = line.aim
    lists: dict[str, list[str]] = {name: list(getattr(aim, name)) for name in LISTS if name != "attributes"}
    typed: dict[str, Any] = {
        **lists, "attributes": [f"{key}={value}" for key, value in aim.attributes], "subject": [line.subject],
        "body": [line.body], "to": [aim.to.value], "units": ["、".join(aim.units)], "version": [str(line.version)],
        "unsubmitted": ["yes"] if aim.unsubmitted else [],
    }  # fmt: skip
    return Fields(typed=typed)

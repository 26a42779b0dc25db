"""What a person types about a date, and what the verbs of the calendar want to know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from bangdan.desk.fields import DeskForm
from engine.classes import plain_who
from engine.office import Work
from workflows.definition import Who
from workflows.instants import InstantRefused, read_instant, zone_of
from workflows.reasons import Reason, refuse

SPLIT = re.compile(r"[\s,，、;；]+")


class MoveForm(DeskForm):
    """A date that is to be moved: the verb, and as much as it needs."""

    verb: Literal["extend", "suspend", "announce", "choose"]
    milestone: str = Field(max_length=200)
    closes: str = Field(default="", max_length=60)
    opens: str = Field(default="", max_length=60)
    date: str = Field(default="", max_length=60)
    reason: str = Field(default="", max_length=2000)
    reopen: bool = False
    tracks: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    units: str = Field(default="", max_length=4000)

    @property
    def who(self) -> Who:
        """For whom it is moved; everybody if nobody is named."""
        units = tuple(code for code in SPLIT.split(self.units) if code)
        return Who(tracks=self.tracks, channels=self.channels, units=units)


def arguments(work: Work, form: MoveForm) -> dict[str, Any]:
    """The form as `engine.proposals` takes it. Raises Refused with every date that can't be read, at its field."""
    found: dict[str, Any] = {"milestone": form.milestone, "reason": form.reason}
    problems = list(_missing(form))
    for name in _WANTS[form.verb]:
        if text := getattr(form, name):
            try:
                found[name] = _read(work, text, name).isoformat()
            except InstantRefused as refused:
                problems += [each.at(name) for each in refused.reasons]
    refuse(problems)
    if form.verb in ("extend", "suspend"):
        found["reopen"] = form.reopen
    if form.verb == "extend" and not form.who.everybody:
        found["who"] = plain_who(form.who)
    return found


_WANTS = {"extend": ("closes", "opens"), "suspend": (), "announce": ("opens", "closes"), "choose": ("date",)}
_MUST = {"extend": "closes", "choose": "date"}


def _missing(form: MoveForm) -> Iterator[Reason]:
    name = _MUST.get(form.verb)
    if name and not getattr(form, name):
        yield Reason(code="FRM-01", zh="此项必填", en="this is required", where=name)


def _read(work: Work, text: str, name: str) -> datetime:
    """As an end, a date alone is the end of that day."""
    edge: Any = "end" if name == "closes" else "start"
    return read_instant(text, zone=zone_of(work.definition.zone), edge=edge).instant

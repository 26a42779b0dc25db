"""The call sheet: everybody who has to be told by phone, of what, when, and until when it is of use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, select
from sqlmodel import col

from bangdan.language import Words
from bangdan.report.words import Dial, letter_name
from engine.access import visible
from engine.office import Work
from engine.tables import Call, Contact

Whose = Literal["institution", "unit", "applicant", "office"]
SHOWN = 400  # people; the sheet of a live campaign is `bangdan callsheet`


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """One reason to call: how often it came up on which days, and the last instant at which it is of use."""

    name: Words
    days: tuple[tuple[date, int], ...]
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One person to call; `days` is on how many days, if what comes up on one day is told in one call."""

    name: str
    of: str
    phones: str
    matters: tuple[Matter, ...]
    calls: int
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """People of one kind."""

    whose: Whose
    name: Words
    people: tuple[Person, ...]
    calls: int
    days: int
    more: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CallSheet:
    """All calls that came up and were not settled."""

    groups: tuple[Group, ...]

    @property
    def calls(self) -> int:
        return sum(group.calls for group in self.groups)

    @property
    def people(self) -> int:
        return sum(len(group.people) + group.more for group in self.groups)

    @property
    def days(self) -> int:
        return sum(group.days for group in self.groups)


NAMES: dict[Whose, Words] = {
    "institution": Words("初评机构", "Review institutions"),
    "unit": Words("推荐单位", "Recommending units"),
    "applicant": Words("申报单位（申报人）", "Applicants"),
    "office": Words("秘书处", "Secretariat"),
}


def call_sheet(work: Work, dial: Dial) -> CallSheet:
    """The calls, by kind of person and by person; those with most calls first."""
    query: Select[*tuple[Any, ...]] = (
        select(Call, col(Contact.unit_id), col(Contact.institution))
        .outerjoin(Contact, col(Contact.id) == col(Call.contact_id))
        .where(col(Call.campaign_id) == work.campaign_id, col(Call.state) == "open")
        .order_by(col(Call.made_at), col(Call.id))
    )
    rows: dict[Whose, dict[tuple[Any, ...], list[Row[Any]]]] = {}
    for row in work.connection.execute(visible(query, Call, work.actor, work.definition)):
        rows.setdefault(_whose(row), {}).setdefault((row.contact_id, row.nomination_id), []).append(row)
    return CallSheet(groups=tuple(_group(whose, rows[whose].values(), dial) for whose in NAMES if whose in rows))


def _whose(row: Row[Any]) -> Whose:
    if row.contact_id is None:
        return "applicant"
    return "unit" if row.unit_id else "institution" if row.institution else "office"


def _group(whose: Whose, people: Iterable[list[Row[Any]]], dial: Dial) -> Group:
    found = sorted((_person(rows, dial) for rows in people), key=lambda person: (-person.calls, person.of))
    return Group(whose=whose, name=NAMES[whose], people=tuple(found[:SHOWN]), more=max(0, len(found) - SHOWN),
                 calls=sum(person.calls for person in found), days=sum(person.days for person in found))  # fmt: skip


def _person(rows: list[Row[Any]], dial: Dial) -> Person:
    matters: dict[str, list[Row[Any]]] = {}
    for row in rows:
        matters.setdefault(row.template, []).append(row)
    return Person(
        name=rows[-1].name, of=rows[-1].of, phones=rows[-1].phones, calls=len(rows), days=len(_days(rows, dial)),
        matters=tuple(_matter(template, mine, dial) for template, mine in matters.items()),
    )  # fmt: skip


def _matter(template: str, mine: list[Row[Any]], dial: Dial) -> Matter:
    until = max(row.useful_until for row in mine)
    return Matter(name=letter_name(template), days=tuple(sorted(_days(mine, dial).items())), until=until)


def _days(rows: list[Row[Any]], dial: Dial) -> Counter[date]:
    return Counter(dial.day(row.made_at) for row in rows)

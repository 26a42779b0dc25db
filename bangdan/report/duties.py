"""What institutions and units owed, when they first handed it in, and how late that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from bangdan.language import Words
from engine.access import visible
from engine.office import Work
from engine.queries.contacts import contacts
from engine.queries.owed import DutyLine, duties
from engine.tables import Duty, Event
from workflows.duty import SHAPE
from workflows.vocabulary import Fulfilment


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """One duty. `first` is when it was first handed in; `late` how long after its date, None if in time or undated."""

    line: DutyLine
    first: datetime | None
    late: timedelta | None
    milestone: str | None

    @property
    def missing(self) -> bool:
        return self.first is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lateness:
    """The late duties of one institution or unit at one milestone."""

    owner: Words
    milestone: str
    what: Words
    tracks: tuple[str, ...]
    due: datetime
    done: datetime | None
    late: timedelta
    people: str


def owed(work: Work) -> tuple[Owed, ...]:
    """Every duty that was owed to the end, those due first in front."""
    first, void = _first_filed(work), SHAPE.words("void").target
    return tuple(_owed(work, line, first.get(line.id)) for line in duties(work) if line.state != void)


def _owed(work: Work, line: DutyLine, first: datetime | None) -> Owed:
    kind = work.definition.duty_by_key[line.kind]
    if kind.fulfilment is Fulfilment.RECEIPT:  # what counts is its postmark or arrival, not when that was written down
        first = line.filed_at
    end = first or work.at
    late = end - line.due if line.due and end >= line.due else None
    return Owed(line=line, first=first, late=late, milestone=kind.due)


def _first_filed(work: Work) -> dict[str, datetime]:
    query: Select[*tuple[Any, ...]] = (
        select(col(Duty.public_id), func.min(col(Event.at)))
        .join(Event, col(Event.subject_id) == col(Duty.id))
        .where(col(Event.campaign_id) == work.campaign_id, col(Event.subject) == "duty", col(Event.verb) == "file")
        .group_by(col(Duty.public_id))
    )
    return dict(work.connection.execute(visible(query, Duty, work.actor, work.definition)).all())


def late(work: Work, found: tuple[Owed, ...]) -> tuple[Lateness, ...]:
    """What was late, by owner and milestone, the longest first."""
    groups: dict[tuple[str, str], list[Owed]] = {}
    for each in found:
        if each.late is not None and each.milestone is not None:
            groups.setdefault((each.line.unit or each.line.institution, each.milestone), []).append(each)
    lines = [_lateness(work, milestone, mine) for (_, milestone), mine in groups.items()]
    return tuple(sorted(lines, key=lambda each: each.late, reverse=True))


def _lateness(work: Work, milestone: str, mine: list[Owed]) -> Lateness:
    worst = max(mine, key=lambda each: each.late or timedelta())
    kinds = list(dict.fromkeys((each.line.name, each.line.english) for each in mine))
    done = None if any(each.missing for each in mine) else worst.first
    owner, people = _owner(work, mine[0].line)
    return Lateness(
        owner=owner, milestone=milestone,
        what=Words("、".join(zh for zh, _ in kinds), ", ".join(en for _, en in kinds)),
        tracks=tuple(dict.fromkeys(each.line.about for each in mine)), due=worst.line.due or work.at, done=done,
        late=worst.late or timedelta(),
        people=people,
    )  # fmt: skip


def _owner(work: Work, line: DutyLine) -> tuple[Words, str]:
    """Who owes it, and whom to call there."""
    if line.unit:
        people = [(one.name, one.phones) for one in contacts(work, unit=line.unit).rows]
        return Words(line.unit_name, line.unit_name), _called(people)
    known = work.definition.institution_by_key[line.institution]
    people = [(one.name, " / ".join(one.phones)) for one in known.contacts]
    return Words(known.name, known.english or known.name), _called(people)


def _called(people: list[tuple[str, str]]) -> str:
    return "；".join(f"{name} {phones}".strip() for name, phones in people)

"""What institutions owed, when they first handed it in, and how late that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from bangdan.report.words import Words
from engine.access import visible
from engine.office import Work
from engine.queries.owed import DutyLine, duties
from engine.tables import Duty, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """One duty. `first` is when it was first handed in; `late` how long after its date, None if in time or undated."""

    line: DutyLine
    first: datetime | None
    late: timedelta | None
    milestone: str

    @property
    def missing(self) -> bool:
        return self.first is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lateness:
    """The late duties of one institution at one milestone."""

    institution: Words
    milestone: str
    what: Words
    tracks: tuple[str, ...]
    due: datetime
    done: datetime | None
    late: timedelta
    people: str


def owed(work: Work) -> tuple[Owed, ...]:
    """Every duty, those due first in front."""
    first = _first_filed(work)
    return tuple(_owed(work, line, first.get(line.id)) for line in duties(work))


def _owed(work: Work, line: DutyLine, first: datetime | None) -> Owed:
    end = first or work.at
    late = end - line.due if line.due and end >= line.due else None
    milestone = work.definition.duty_by_key[line.kind].due
    return Owed(line=line, first=first, late=late, milestone=milestone)


def _first_filed(work: Work) -> dict[str, datetime]:
    query: Select[*tuple[Any, ...]] = (
        select(col(Duty.public_id), func.min(col(Event.at)))
        .join(Event, col(Event.subject_id) == col(Duty.id))
        .where(col(Event.campaign_id) == work.campaign_id, col(Event.subject) == "duty", col(Event.verb) == "file")
        .group_by(col(Duty.public_id))
    )
    return dict(work.connection.execute(visible(query, Duty, work.actor, work.definition)).all())


def late(work: Work, found: tuple[Owed, ...]) -> tuple[Lateness, ...]:
    """What was late, by institution and milestone, the longest first."""
    groups: dict[tuple[str, str], list[Owed]] = {}
    for each in found:
        if each.late is not None:
            groups.setdefault((each.line.institution, each.milestone), []).append(each)
    lines = [_lateness(work, institution, milestone, mine) for (institution, milestone), mine in groups.items()]
    return tuple(sorted(lines, key=lambda each: each.late, reverse=True))


def _lateness(work: Work, institution: str, milestone: str, mine: list[Owed]) -> Lateness:
    worst = max(mine, key=lambda each: each.late or timedelta())
    kinds = list(dict.fromkeys((each.line.name, each.line.english) for each in mine))
    done = None if any(each.missing for each in mine) else worst.first
    known = work.definition.institution_by_key[institution]
    return Lateness(
        institution=Words(known.name, known.english or known.name), milestone=milestone,
        what=Words("、".join(zh for zh, _ in kinds), ", ".join(en for _, en in kinds)),
        tracks=tuple(dict.fromkeys(each.line.track_name for each in mine)), due=worst.line.due or work.at, done=done,
        late=worst.late or timedelta(),
        people="；".join(f"{one.name} {' / '.join(one.phones)}".strip() for one in known.contacts),
    )  # fmt: skip

"""The calendar of a campaign that is under way, for the picture: each milestone as announced and as far as it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from bangdan.report.milestones import NOTHING, Course
from bangdan.report.occasions import Reminded, reminded
from bangdan.report.words import Dial
from engine.access import visible
from engine.office import Work
from engine.queries.actuals import Span, spans
from engine.queries.announcements import Announcement, announcements
from engine.tables import Duty
from workflows.definition import Milestone
from workflows.instants import zone_of
from workflows.workdays import Workdays


@dataclass(frozen=True, kw_only=True, slots=True)
class Underway:
    """What the picture is drawn from (`gantt.Drawn`), and the instant at which it was looked at."""

    courses: tuple[Course, ...]
    reminded: tuple[Reminded, ...]
    dial: Dial
    workdays: Workdays
    at: datetime


def underway(work: Work) -> Underway:
    """The calendar as it stands at `work.at`. A unit's own deadline is its own affair and is left out."""
    done, announced = spans(work, _filed(work)), announcements(work)
    courses = tuple(
        _course(work, each, announced.get(each.key, ()), done.get(each.key))
        for each in work.definition.milestones
        if not work.calendar[each.key].aside
    )
    return Underway(courses=courses, reminded=reminded(work), dial=Dial(zone=zone_of(work.definition.zone)),
                    workdays=work.workdays, at=work.at)  # fmt: skip


def _course(work: Work, each: Milestone, announced: tuple[Announcement, ...], done: Span | None) -> Course:
    first = announced[0].closes if announced else None
    parent = work.calendar.get(each.of or "")
    return Course(
        definition=each, standing=work.calendar[each.key], moved=(), verdict=NOTHING,
        first_closes=first or (parent.closes if parent and each.of else None),
        began=done[0] if done else None, ended=done[1] if done else None,
    )  # fmt: skip


def _filed(work: Work) -> dict[str, Span]:
    """When each kind of duty was handed in for the first and the last time, as far as it is not sent back."""
    query: Select[*tuple[Any, ...]] = (
        select(col(Duty.kind), func.min(col(Duty.filed_at)), func.max(col(Duty.filed_at)))
        .where(col(Duty.campaign_id) == work.campaign_id, col(Duty.filed_at).is_not(None))
        .group_by(col(Duty.kind))
    )
    rows = work.connection.execute(visible(query, Duty, work.actor, work.definition))
    return {kind: (first, last) for kind, first, last in rows}

"""Where a nomination stands in a public notice (公示): until when it runs, and what was objected to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import col

from engine.office import Work
from engine.tables import Objection
from workflows.definition import Length, Stage
from workflows.instants import zone_of
from workflows.lengths import end_after
from workflows.vocabulary import Edge

OPEN, UPHELD, DISMISSED = "open", "upheld", "dismissed"
_OPEN = select(func.count()).where(col(Objection.nomination_id) == bindparam("id"), col(Objection.state) == OPEN)


def noticed(work: Work, row: Row[Any]) -> dict[str, Any]:
    """What the guard of a notice looks at, as values of a `Case`; nothing where the nomination stands in none."""
    stage = notice_of(work, row)
    if stage is None:
        return {}
    return {"held": True, "notice_ends": ends(work, row, stage), "objections": open_objections(work, row.id)}


def notice_of(work: Work, row: Row[Any]) -> Stage | None:
    """The stage in which the nomination is on public notice."""
    stage = work.definition.stage_by_key.get(row.state)
    return stage if stage and stage.held else None


def ends(work: Work, row: Row[Any], stage: Stage) -> datetime | None:
    """When the notice of this nomination ends: with the stage's window, or later where its own was begun anew."""
    end = work.calendar[stage.window].edge(Edge.CLOSES)
    return end and max(end, row.hold_until or end)


def open_objections(work: Work, nomination_id: int) -> int:
    """How many objections to a nomination wait to be settled."""
    return int(work.connection.execute(_OPEN, {"id": nomination_id}).scalar_one())


def anew(work: Work, stage: Stage) -> datetime | None:
    """When a notice that begins now ends, if it is to last as long as the stage's; None while that is not known.

    Whole days, from tomorrow on. Raises YearUnknown (CAL-01).
    """
    announced, standing = work.definition.milestone_by_key[stage.window], work.calendar[stage.window]
    zone = zone_of(work.definition.zone)
    if announced.lasts:
        return end_after(work.at, announced.lasts, zone=zone, workdays=work.workdays)
    opens, closes = standing.edge(Edge.OPENS), standing.edge(Edge.CLOSES)
    if opens is None or closes is None:
        return None
    first, last = opens.astimezone(zone).date(), (closes - timedelta.resolution).astimezone(zone).date()
    lasted = Length(text="", days=(last - first).days + 1)
    return end_after(work.at, lasted, zone=zone, workdays=work.workdays)


def late_entry(work: Work, state: str) -> dict[str, datetime | None]:
    """What is kept of a nomination that enters `state`: a notice that is over for the others runs anew for it."""
    stage = work.definition.stage_by_key.get(state)
    if stage is None or not stage.objections:
        return {}
    end = work.calendar[stage.window].edge(Edge.CLOSES)
    return {"hold_until": anew(work, stage)} if end and end <= work.at else {}

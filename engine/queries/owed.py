"""Duties: what institutions owe, by when, and how late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from engine import unreported
from engine.access import visible
from engine.office import Work
from engine.tables import Duty
from workflows.duty import OWING, SHAPE
from workflows.vocabulary import Edge, Fulfilment


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyLine:
    """One duty. `left` counts the results that still have to be reported; `due` is None where no date is known."""

    id: str
    kind: str
    name: str
    english: str
    institution: str
    institution_name: str
    track: str
    track_name: str
    state: str
    state_zh: str
    state_en: str
    due: datetime | None
    overdue: bool
    owing: bool
    left: int
    document: str
    filed_at: datetime | None


def duties(work: Work, *, institution: str | None = None, owing: bool = False, overdue: bool = False) -> list[DutyLine]:
    """The duties that the actor may see, those due first in front; there are some dozens in a campaign."""
    query = select(Duty).where(col(Duty.campaign_id) == work.campaign_id)
    if institution is not None:
        query = query.where(col(Duty.institution) == institution)
    rows = work.connection.execute(visible(query, Duty, work.actor, work.definition)).all()
    waiting = _waiting(work)
    lines = [_line(work, row, waiting) for row in rows if row.kind in work.definition.duty_by_key]
    shown = [one for one in lines if (one.owing or not owing) and (one.overdue or not overdue)]
    order = {key: place for place, key in enumerate((*work.definition.duty_by_key, *work.definition.tracks))}
    return sorted(shown, key=lambda one: (one.due is None, one.due, order[one.kind], order[one.track]))


def duty_line(work: Work, row: Row[Any]) -> DutyLine:
    """One duty's row as a line."""
    return _line(work, row, _waiting(work))


def _waiting(work: Work) -> dict[str, Any]:
    stages = {kind.stage for kind in work.definition.duties if kind.fulfilment is Fulfilment.RESULTS}
    return {stage: unreported.by_track(work, stage) for stage in stages}


def _line(work: Work, row: Row[Any], waiting: dict[str, Any]) -> DutyLine:
    kind, state = work.definition.duty_by_key[row.kind], SHAPE.state_by_key[row.state]
    institution = work.definition.institution_by_key.get(row.institution)
    due = work.calendar[kind.due].edge(Edge.CLOSES)
    owing = row.state in OWING
    results = kind.fulfilment is Fulfilment.RESULTS
    return DutyLine(
        id=row.public_id, kind=kind.key, name=kind.name, english=kind.english, institution=row.institution,
        institution_name=institution.name if institution else row.institution, track=row.track,
        track_name=work.definition.tracks[row.track].name, state=state.key, state_zh=state.zh, state_en=state.en,
        due=due, overdue=owing and due is not None and due <= work.at, owing=owing,
        left=waiting[kind.stage][row.track] if results and owing else 0, document=row.document,
        filed_at=row.filed_at,
    )  # fmt: skip

"""Objections as lists and status show them; who raised one is for those who see all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine.access import visible
from engine.noticed import OPEN
from engine.office import Work
from engine.tables import Nomination, Objection
from workflows.vocabulary import Edge

STATES = {"open": ("待处理", "open"), "upheld": ("成立", "upheld"), "dismissed": ("不成立", "dismissed")}


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectionLine:
    """One objection. `by` is when the notice it was raised in ends: to be settled by then, or at once."""

    id: str
    nomination: str
    title: str
    stage: str
    name: str
    organisation: str
    contact: str
    text: str
    received_at: datetime
    by: datetime | None
    state: str
    settled_at: datetime | None
    settled_by: str
    settlement: str


def objections(work: Work, *, nomination: int | None = None, all_of_them: bool = True) -> list[ObjectionLine]:
    """In the order in which they came: of one nomination, by its row id, or of all; settled ones too, or not."""
    query: Select[*tuple[Any, ...]] = (
        select(Objection, col(Nomination.public_id).label("of"), col(Nomination.title), col(Nomination.hold_until))
        .join(Nomination, col(Nomination.id) == col(Objection.nomination_id))
        .where(col(Objection.campaign_id) == work.campaign_id)
        .order_by(col(Objection.id))
    )
    if nomination is not None:
        query = query.where(col(Objection.nomination_id) == nomination)
    if not all_of_them:
        query = query.where(col(Objection.state) == OPEN)
    rows = work.connection.execute(visible(query, Objection, work.actor, work.definition))
    return [_line(work, row) for row in rows]


def _line(work: Work, row: Row[Any]) -> ObjectionLine:
    stage = work.definition.stage_by_key[row.stage]
    end = work.calendar[stage.window].edge(Edge.CLOSES)
    return ObjectionLine(
        id=row.public_id, nomination=row.of, title=row.title, stage=stage.key, name=row.name,
        organisation=row.organisation, contact=row.contact, text=row.text, received_at=row.received_at,
        by=end and max(end, row.hold_until or end), state=row.state, settled_at=row.settled_at,
        settled_by=row.settled_by, settlement=row.settlement,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A nomination that a stage returned and that waits for its unit."""

    id: str
    title: str
    stage: str
    by: datetime | None


def corrections(work: Work) -> list[Correction]:
    """What is to be corrected, the nearest date first."""
    query: Select[*tuple[Any, ...]] = select(
        col(Nomination.public_id), col(Nomination.title), col(Nomination.returned_from), col(Nomination.correct_by)
    )
    waiting = query.where(
        col(Nomination.campaign_id) == work.campaign_id,
        col(Nomination.track).in_(work.definition.tracks),  # with the state the index answers it
        col(Nomination.state) == work.shape.words("return").target,
        col(Nomination.returned_from).is_not(None),
    ).order_by(col(Nomination.correct_by), col(Nomination.id))
    rows = work.connection.execute(visible(waiting, Nomination, work.actor, work.definition))
    return [
        Correction(id=row.public_id, title=row.title, stage=row.returned_from, by=row.correct_by) for row in rows
    ]  # fmt: skip

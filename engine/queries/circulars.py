"""Circulars as lists and pages show them. For the secretariat and the auditor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from engine.access import visible
from engine.circulars import aim as aims
from engine.circulars import drafts
from engine.circulars.aim import Aim
from engine.circulars.tables import Circular
from engine.office import Work
from engine.queries.paging import Page, page_of, page_size
from notifications.clauses import at_most


@dataclass(frozen=True, kw_only=True, slots=True)
class CircularLine:
    """One circular, as it was written."""

    id: str
    subject: str
    body: str
    aim: Aim
    state: str
    made_at: datetime
    made_by: str
    changed_at: datetime
    changed_by: str
    sent_at: datetime | None
    sent_by: str
    letters: int
    calls: int
    version: int


def circulars(work: Work, *, state: str | None = None, after: str | None = None, limit: int = 50) -> Page[CircularLine]:
    """The newest first; `after` is the id of the last one of the page before. Raises NotFound."""
    query = select(Circular).where(col(Circular.campaign_id) == work.campaign_id)
    query = visible(query, Circular, work.actor, work.definition)
    if state is not None:
        query = query.where(col(Circular.state) == state)
    if after is not None:
        query = query.where(col(Circular.id) < drafts.find(work, after).id)
    count = page_size(limit)
    rows = work.connection.execute(query.order_by(col(Circular.id).desc()).limit(at_most(count + 1))).all()
    return page_of((_line(row) for row in rows), count)


def circular(work: Work, public_id: str) -> CircularLine:
    """One of them. Raises NotFound."""
    return _line(drafts.find(work, public_id))


def _line(row: Row[Any]) -> CircularLine:
    return CircularLine(
        id=row.public_id, subject=row.subject, body=row.body, aim=aims.from_plain(row.aim), state=row.state,
        made_at=row.made_at, made_by=row.made_by, changed_at=row.changed_at, changed_by=row.changed_by,
        sent_at=row.sent_at, sent_by=row.sent_by, letters=row.letters, calls=row.calls, version=row.version,
    )  # fmt: skip

"""Subscriptions and what became of what they were to be told. For the secretariat and the auditor; without secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import col

from engine.access import visible
from engine.office import Work
from engine.queries.paging import Page, page_of, page_size
from engine.queries.story import Happened, told_of
from engine.tables import Event
from engine.webhooks.subscriptions import ENDED, find, find_delivery
from engine.webhooks.tables import Webhook, WebhookDelivery
from notifications.clauses import at_most

W, D = Webhook, WebhookDelivery


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """One subscription. `waiting`, `delivered` and `parked` count what it is, was, and could not be told."""

    id: str
    name: str
    url: str
    topics: tuple[str, ...]
    state: str
    stopped_because: str
    failures: int
    wait_until: datetime | None
    made_at: datetime
    made_by: str
    waiting: int
    delivered: int
    parked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One event told to one subscription, or a test, which has no `event`."""

    id: str
    event: Happened | None
    made_at: datetime
    state: str
    attempts: int
    next_attempt_at: datetime
    last_at: datetime | None
    last_status: int | None
    last_answer: str

    @property
    def message(self) -> str:
        """The id in the request's headers."""
        return f"msg_{self.id}"


def subscriptions(work: Work, *, ended: bool = False) -> list[Subscription]:
    """The subscriptions, oldest first, without those that have ended unless they are asked for."""
    query = select(W).where(col(W.campaign_id) == work.campaign_id).order_by(col(W.id))
    seen = visible(query, W, work.actor, work.definition)
    rows = work.connection.execute(seen if ended else seen.where(col(W.state) != ENDED)).all()
    return _subscriptions(work, rows)


def subscription(work: Work, webhook: str) -> Subscription:
    """One of them. Raises NotFound."""
    (found,) = _subscriptions(work, [find(work, webhook)])
    return found


def deliveries(
    work: Work, webhook: str, *, state: str | None = None, after: str | None = None, limit: int = 50
) -> Page[Delivery]:  # fmt: skip
    """The newest first; `after` is the id of the last one of the page before. Raises NotFound."""
    query: Select[*tuple[Any, ...]] = select(D).where(col(D.webhook_id) == find(work, webhook).id)
    if state is not None:
        query = query.where(col(D.state) == state)
    if after is not None:
        query = query.where(col(D.id) < find_delivery(work, after).id)
    count = page_size(limit)
    rows = work.connection.execute(query.order_by(col(D.id).desc()).limit(at_most(count + 1))).all()
    return page_of(_deliveries(work, rows), count)


def _subscriptions(work: Work, rows: Sequence[Row[Any]]) -> list[Subscription]:
    counted: Select[*tuple[Any, ...]] = select(col(D.webhook_id), col(D.state), func.count())
    mine = counted.where(col(D.webhook_id).in_([row.id for row in rows]))
    found = work.connection.execute(mine.group_by(col(D.webhook_id), col(D.state)))
    counts = {(key, state): n for key, state, n in found}
    return [
        Subscription(
            id=row.public_id, name=row.name, url=row.url, topics=tuple(row.topics), state=row.state,
            stopped_because=row.stopped_because, failures=row.failures, wait_until=row.wait_until,
            made_at=row.made_at, made_by=row.made_by,
            **{state: counts.get((row.id, state), 0) for state in ("waiting", "delivered", "parked")},
        )
        for row in rows
    ]  # fmt: skip


def _deliveries(work: Work, rows: Sequence[Row[Any]]) -> list[Delivery]:
    ids = [row.event_id for row in rows if row.event_id is not None]
    events = work.connection.execute(select(Event).where(col(Event.id).in_(ids))).all()
    told = {each.number: each for each in told_of(work, events)}
    return [
        Delivery(
            id=row.public_id, event=told.get(row.event_id), made_at=row.made_at, state=row.state,
            attempts=row.attempts, next_attempt_at=row.next_attempt_at, last_at=row.last_at,
            last_status=row.last_status, last_answer=row.last_answer,
        )
        for row in rows
    ]  # fmt: skip

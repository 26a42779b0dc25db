"""From the sealed history to what is to be told: one delivery for each event and subscription, in the seals' order.

An event is sealed once, by one transaction at a time, and never before it is stored; so whoever goes from seal to seal
misses none, also where transactions end in another order than they began.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, and_, func, insert, or_, select, update
from sqlmodel import col

from engine.office import Work
from engine.tables import Event, Seal, SealedEvent, public_id
from engine.webhooks.subscriptions import ACTIVE, WAITING
from engine.webhooks.tables import Webhook, WebhookDelivery
from engine.webhooks.topics import events_of

AT_ONCE = 1000  # deliveries of a subscription that may wait; the cursor stays where more would be

W, D = Webhook, WebhookDelivery


def is_behind(work: Work) -> bool:
    """Whether some subscription has not seen the newest seal yet: a look that spares a write."""
    head = select(func.max(col(Seal.id))).where(col(Seal.campaign_id) == work.campaign_id).scalar_subquery()
    query = select(col(W.id)).where(*_active(work), col(W.after_seal) <= head).limit(1)
    behind = or_(col(W.after_seal) < head, col(W.after_event) > 0)
    return work.connection.execute(query.where(behind)).first() is not None


def derive(work: Work) -> int:
    """Note what each subscription is to be told of; returns how much that is."""
    query = select(W).where(*_active(work)).order_by(col(W.id)).with_for_update(skip_locked=True)
    return sum(_derive(work, row) for row in work.connection.execute(query).all())


def _active(work: Work) -> tuple[Any, ...]:
    return col(W.campaign_id) == work.campaign_id, col(W.state) == ACTIVE


def _derive(work: Work, row: Row[Any]) -> int:
    waiting = select(func.count()).where(col(D.webhook_id) == row.id, col(D.state) == WAITING)
    room = AT_ONCE - work.connection.execute(waiting).scalar_one()
    if room <= 0:
        return 0
    head = work.connection.execute(
        select(func.max(col(Seal.id))).where(col(Seal.campaign_id) == work.campaign_id)
    ).scalar()
    found = work.connection.execute(_beyond(work, row).limit(room)).all()
    full = len(found) == room
    seal, event = (found[-1].seal_id, found[-1].id) if full else (head or row.after_seal, 0)
    if found:
        lines = [{"public_id": public_id(), "webhook_id": row.id, "event_id": each.id, "made_at": work.at,
                  "state": WAITING, "attempts": 0, "next_attempt_at": work.at, "last_answer": ""}
                 for each in found]  # fmt: skip
        work.connection.execute(insert(D), lines)
    work.connection.execute(update(W).where(col(W.id) == row.id).values(after_seal=seal, after_event=event))
    return len(found)


def _beyond(work: Work, row: Row[Any]) -> Any:
    """The events of its topics that come after its cursor. A cursor within a seal names the event it stopped at."""
    seal, event = col(SealedEvent.seal_id), col(Event.id)
    later = seal > row.after_seal
    if row.after_event:
        later = or_(later, and_(seal == row.after_seal, event > row.after_event))
    return (
        select(event, seal)
        .join(SealedEvent, col(SealedEvent.event_id) == event)
        .join(Seal, col(Seal.id) == seal)
        .where(col(Seal.campaign_id) == work.campaign_id, later, events_of(row.topics))
        .order_by(seal, event)
    )

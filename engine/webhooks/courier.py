"""One round: derive what is to be told, then tell it, each subscription in its own order and several side by side.

A subscription is served by one worker at a time, who holds it by a lease. What fails is tried again for days; after a
few failures in a row the address is left alone for a while, longer each time, and in the end a person is asked.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Any

from sqlalchemy import Row, Select, or_, select, update
from sqlmodel import col

from engine.access import ENGINE
from engine.clock import Clock
from engine.office import Office, Work
from engine.tables import Campaign, Event
from engine.webhooks import calling, deriving, payload
from engine.webhooks.addresses import Network
from engine.webhooks.calling import Answer
from engine.webhooks.subscriptions import ACTIVE, DELIVERED, PARKED, STOPPED, WAITING
from engine.webhooks.tables import Webhook, WebhookDelivery
from notifications import muting

LEASE = timedelta(minutes=2)  # longer than one call may take (20 seconds)
AT_A_TIME = 4  # subscriptions served side by side
MOST = 500  # deliveries of one subscription in a round
SPELL = timedelta(minutes=2)  # of one subscription in a round: a slow address keeps no other waiting for hours
PATIENCE = 3  # failures in a row before an address is left alone
WAITS_MINUTES = (1, 5, 30, 120, 300, 600, 840, 1200, 1440)  # between the attempts of one delivery: three days in all
PAUSES_MINUTES = (1, 2, 5, 15, 30, 60, 120, 240)  # for which an address is left alone

W, D = Webhook, WebhookDelivery
Call = Callable[..., Answer]

logger = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Courier:
    """What is needed to tell; a muted house tells nothing, nor does one whose clock is in doubt.

    `leaving` is set when the house closes: the call under way is the last one.
    """

    office: Office
    clock: Clock
    networks: Sequence[Network] = ()
    call: Call = calling.call
    leaving: Flag = field(default_factory=Flag)

    def round(self) -> int:
        """Tell what is due; returns how many were taken."""
        if self.office.doubt():
            return 0
        campaigns = self._campaigns()
        for key in campaigns.values():
            try:
                self._derive(key)
            except Exception:  # told and tried again with the next round, as a turn is; the others go on
                logger.exception("webhooks_not_derived", extra={"campaign": key})
        due = self._due()
        with ThreadPoolExecutor(max_workers=AT_A_TIME, thread_name_prefix="webhook") as hands:
            return sum(hands.map(lambda row: self._serve(campaigns[row.campaign_id], row.id), due))

    def _derive(self, campaign: str) -> None:
        """Write down what is to be told of a campaign, as far as it was not yet."""
        with self.office.read(campaign, ENGINE, at=self.clock()) as work:
            behind = deriving.is_behind(work)
        if behind:
            with self.office.write(campaign, ENGINE, at=self.clock()) as work:
                deriving.derive(work)

    def _campaigns(self) -> Mapping[int, str]:
        """Those in which somebody is to be told, by row id."""
        query = select(col(Campaign.id), col(Campaign.key)).where(
            select(col(W.id)).where(col(W.campaign_id) == col(Campaign.id), col(W.state) == ACTIVE).exists()
        )
        with self.office.database.read() as connection:
            return {row.id: row.key for row in connection.execute(query)}

    def _due(self) -> Sequence[Row[Any]]:
        now = self.clock()
        waiting = select(col(D.id)).where(
            col(D.webhook_id) == col(W.id), col(D.state) == WAITING, col(D.next_attempt_at) <= now
        )
        query: Select[*tuple[Any, ...]] = select(col(W.id), col(W.campaign_id)).where(*_free(now), waiting.exists())
        with self.office.database.read() as connection:
            muted = muting.in_force(connection) is not None
            return () if muted else connection.execute(query.order_by(col(W.id))).all()

    def _serve(self, campaign: str, webhook_id: int) -> int:
        """Tell one subscription what is due, until nothing is, the address fails, or the house closes."""
        token, taken = secrets.token_hex(8), 0
        with self.office.database.write() as connection:
            now = self.clock()
            mine = update(W).where(col(W.id) == webhook_id, *_free(now))
            if connection.execute(mine.values(claimed_by=token, claimed_until=now + LEASE)).rowcount == 0:
                return 0
        for _ in range(MOST):
            over = self.leaving.is_set() or self.office.doubt() or self.clock() - now > SPELL
            told = None if over else self._tell_next(campaign, webhook_id, token)
            if told is None:
                break
            taken += told
        release = update(W).where(col(W.id) == webhook_id, col(W.claimed_by) == token)
        with self.office.database.write() as connection:
            connection.execute(release.values(claimed_by=None, claimed_until=None))
        return taken

    def _tell_next(self, campaign: str, webhook_id: int, token: str) -> bool | None:
        """Whether the next delivery was taken; None where there is none, or the address is to be left alone."""
        at = self.clock()
        with self.office.read(campaign, ENGINE, at=at) as work:
            found = _next(work, webhook_id, token)
            if found is None:
                return None
            webhook, delivery, body = found
        message = f"msg_{delivery.public_id}"
        told = payload.headers(message, body, at=at, keys=_keys(webhook, at))
        answer = self.call(webhook.url, body=body, headers=told, networks=self.networks)
        with self.office.write(campaign, ENGINE, at=self.clock()) as work:
            going_on = _settle(work, webhook_id, delivery, answer, token)
        return answer.taken if going_on else None


def _free(now: datetime) -> tuple[Any, ...]:
    """Of `Webhook`: those that may be served now and that nobody serves."""
    return (
        col(W.state) == ACTIVE,
        or_(col(W.wait_until).is_(None), col(W.wait_until) <= now),
        or_(col(W.claimed_until).is_(None), col(W.claimed_until) <= now),
    )


def _next(work: Work, webhook_id: int, token: str) -> tuple[Row[Any], Row[Any], bytes] | None:
    """The subscription, its first delivery that is due, and what it says; the row is read anew for each."""
    held = select(W).where(col(W.id) == webhook_id, col(W.state) == ACTIVE, col(W.claimed_by) == token)
    webhook = work.connection.execute(held).first()
    query = select(D).where(col(D.webhook_id) == webhook_id, col(D.state) == WAITING)
    due = query.where(col(D.next_attempt_at) <= work.at).order_by(col(D.id)).limit(1)
    delivery = work.connection.execute(due).first()
    if webhook is None or delivery is None:
        return None
    if delivery.event_id is None:
        return webhook, delivery, payload.of_test(work, delivery.made_at)
    event = work.connection.execute(select(Event).where(col(Event.id) == delivery.event_id)).one()
    return webhook, delivery, payload.of_event(work, event)


def _keys(webhook: Row[Any], at: datetime) -> list[str]:
    both = webhook.old_secret is not None and webhook.old_until is not None and webhook.old_until > at
    return [webhook.secret, *([webhook.old_secret] if both else [])]


def _settle(work: Work, webhook_id: int, delivery: Row[Any], answer: Answer, token: str) -> bool:
    """Note what became of one attempt; whether to go on with the next."""
    webhook = work.connection.execute(select(W).where(col(W.id) == webhook_id).with_for_update()).one()
    attempts = delivery.attempts + 1
    given_up = attempts > len(WAITS_MINUTES)
    state = DELIVERED if answer.taken else PARKED if given_up or answer.gone else WAITING
    wait = timedelta(minutes=WAITS_MINUTES[min(attempts, len(WAITS_MINUTES)) - 1])
    noted = {"state": state, "attempts": attempts, "next_attempt_at": work.at + wait, "last_at": work.at,
             "last_status": answer.status, "last_answer": f"{answer.zh} / {answer.en}"}  # fmt: skip
    work.connection.execute(update(D).where(col(D.id) == delivery.id, col(D.state) == WAITING).values(noted))
    if webhook.claimed_by != token:
        return False  # the lease ran out, and somebody else serves it
    values = {"claimed_until": work.at + LEASE, **_standing(work, webhook, answer, given_up=given_up)}
    work.connection.execute(update(W).where(col(W.id) == webhook_id).values(values))
    return values.get("wait_until") is None and "state" not in values


def _standing(work: Work, webhook: Row[Any], answer: Answer, *, given_up: bool) -> dict[str, Any]:
    """What an attempt says of the address as a whole."""
    if answer.taken:
        return {"failures": 0, "wait_until": None}
    failures = webhook.failures + 1
    if answer.gone or (given_up and failures > len(WAITS_MINUTES)):
        return {"failures": failures, "state": STOPPED, "stopped_because": f"{answer.zh} / {answer.en}"}
    if answer.wait is not None:
        return {"failures": failures, "wait_until": work.at + answer.wait}
    if failures < PATIENCE:
        return {"failures": failures, "wait_until": None}
    pause = PAUSES_MINUTES[min(failures - PATIENCE, len(PAUSES_MINUTES) - 1)]
    return {"failures": failures, "wait_until": work.at + timedelta(minutes=pause)}

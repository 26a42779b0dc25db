"""What the secretariat does with subscriptions: begin, change, pause, go on, end, a new secret, a test, once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlmodel import col

from engine.access import may_office, not_found, visible
from engine.database import inserted_id
from engine.history import record
from engine.office import Work
from engine.seen import seen
from engine.tables import Seal, public_id
from engine.texts import line_of_text
from engine.webhooks import topics as known_topics
from engine.webhooks.addresses import Network, read_url
from engine.webhooks.payload import new_secret
from engine.webhooks.tables import Webhook, WebhookDelivery
from workflows.reasons import Reason, Refused

ACTIVE, PAUSED, STOPPED, ENDED = "active", "paused", "stopped", "ended"
WAITING, DELIVERED, PARKED = "waiting", "delivered", "parked"
BOTH_SECRETS = timedelta(days=1)  # a changed secret's forerunner signs along, so that nothing is refused meanwhile
MOST = 20  # subscriptions of a campaign

W, D = Webhook, WebhookDelivery


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A subscription that was begun, or got a new secret; it is shown this once."""

    id: str
    secret: str


def add(work: Work, *, name: str, url: str, topics: Sequence[str], networks: Sequence[Network] = ()) -> Made:
    """Tell an address of what happens from now on. Raises Refused (WHK-01 to WHK-04, TXT-…)."""
    may_office(work.actor)
    count = select(func.count()).where(col(W.campaign_id) == work.campaign_id, col(W.state) != ENDED)
    if work.connection.execute(count).scalar_one() >= MOST:
        raise Refused(_too_many())
    read_url(url, networks=networks)
    values = {
        "campaign_id": work.campaign_id, "public_id": public_id(), "name": _name(name), "url": url,
        "topics": known_topics.checked(work.shape, topics), "secret": new_secret(), "state": ACTIVE,
        "stopped_because": "", "after_seal": _head(work), "after_event": 0, "failures": 0, "made_at": work.at,
        "made_by": work.actor.name,
    }  # fmt: skip
    row_id = inserted_id(work.connection.execute(insert(W), values))
    record(work, "webhook", row_id, "add", name=values["name"], url=url)
    return Made(id=str(values["public_id"]), secret=str(values["secret"]))


def change(
    work: Work, webhook: str, *, name: str, url: str, topics: Sequence[str], networks: Sequence[Network] = ()
) -> None:
    """Another name, address or other topics, from what happens next on. Raises NotFound, Refused."""
    row = _going(work, webhook)
    read_url(url, networks=networks)
    chosen = known_topics.checked(work.shape, topics)
    _set(work, row, name=_name(name), url=url, topics=chosen)
    record(work, "webhook", row.id, "change", name=name, url=url)


def pause(work: Work, webhook: str) -> None:
    """Tell nothing for a while; what happens meanwhile is told afterwards. Raises NotFound, Refused (WHK-05)."""
    row = _going(work, webhook)
    _set(work, row, state=PAUSED)
    record(work, "webhook", row.id, "pause", source=row.state, target=PAUSED)


def resume(work: Work, webhook: str) -> None:
    """Go on where it was left, with a fresh patience. Raises NotFound, Refused (WHK-05)."""
    row = _going(work, webhook)
    _set(work, row, state=ACTIVE, stopped_because="", failures=0, wait_until=None)
    record(work, "webhook", row.id, "resume", source=row.state, target=ACTIVE)


def end(work: Work, webhook: str) -> None:
    """Tell that address nothing any more; its secret is forgotten. Raises NotFound, Refused (WHK-05)."""
    row = _going(work, webhook)
    _set(work, row, state=ENDED, secret="", old_secret=None)
    record(work, "webhook", row.id, "end", source=row.state, target=ENDED)


def rotate(work: Work, webhook: str) -> Made:
    """A new secret; for a day both sign. Raises NotFound, Refused (WHK-05)."""
    row = _going(work, webhook)
    secret = new_secret()
    _set(work, row, secret=secret, old_secret=row.secret, old_until=work.at + BOTH_SECRETS)
    record(work, "webhook", row.id, "rotate")
    return Made(id=webhook, secret=secret)


def ping(work: Work, webhook: str) -> str:
    """Send a test; the id of its delivery. Raises NotFound, Refused (WHK-05)."""
    row = _going(work, webhook)
    values = {"public_id": public_id(), "webhook_id": row.id, "event_id": None, "made_at": work.at, "state": WAITING,
              "attempts": 0, "next_attempt_at": work.at, "last_answer": ""}  # fmt: skip
    work.connection.execute(insert(D), values)
    record(work, "webhook", row.id, "ping")
    return str(values["public_id"])


def resend(work: Work, delivery: str) -> None:
    """Tell it once more, under the same id. Raises NotFound, Refused (WHK-05, WHK-06)."""
    may_office(work.actor)
    row = find_delivery(work, delivery)
    subscription = _going(work, row.webhook)
    if row.state == WAITING:
        raise Refused(Reason(code="WHK-06", zh="这一条尚待推送，无须重发", en="it waits to be sent; no need to"))
    again = {"state": WAITING, "attempts": 0, "next_attempt_at": work.at}
    work.connection.execute(update(D).where(col(D.id) == row.id).values(again))
    record(work, "webhook", subscription.id, "resend", number=row.event_id)


def find(work: Work, webhook: str) -> Row[Any]:
    """The subscription with that id. For the secretariat and the auditor. Raises NotFound."""
    return seen(work, W, webhook)


def find_delivery(work: Work, delivery: str) -> Row[Any]:
    """The delivery with that id, with its subscription's as `webhook`. Raises NotFound."""
    lines: Select[*tuple[Any, ...]] = select(D, col(W.public_id).label("webhook"))
    joined = lines.join(W, col(W.id) == col(D.webhook_id))
    mine = joined.where(col(W.campaign_id) == work.campaign_id, col(D.public_id) == delivery)
    row = work.connection.execute(visible(mine, W, work.actor, work.definition)).first()
    if row is None:
        raise not_found(delivery)
    return row


def _going(work: Work, webhook: str) -> Row[Any]:
    may_office(work.actor)
    row = find(work, webhook)
    if row.state == ENDED:
        raise Refused(
            Reason(code="WHK-05", zh="该推送订阅已结束，请另建一个", en="this subscription has ended; add another")
        )
    return row


def _set(work: Work, row: Row[Any], **values: Any) -> None:
    work.connection.execute(update(W).where(col(W.id) == row.id).values(values))


def _name(text: str) -> str:
    return line_of_text(text, what="名称", what_en="name", longest=80)


def _too_many() -> Reason:
    return Reason(
        code="WHK-04", zh=f"一个活动至多{MOST}个推送订阅，请先结束不用的",
        en=f"at most {MOST} subscriptions for a campaign; end one first",
    )  # fmt: skip


def _head(work: Work) -> int:
    """The last seal there is: what it and those before it hold is past."""
    query = select(func.max(col(Seal.id))).where(col(Seal.campaign_id) == work.campaign_id)
    return int(work.connection.execute(query).scalar() or 0)

"""The outbox: letters are put here in the transaction that causes them, and cancelled in the one that overtakes them.

Nothing here sends, renders or reads a clock, and nothing knows a campaign. Every function works on the connection it is
given and commits nothing: the caller's transaction decides. Sending is in `notifications.claims` and
`notifications.delivery`, reading in `notifications.mailbook`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from notifications.errors import OutboxRefused
from notifications.letter import Recipient
from notifications.prepared import Prepared
from notifications.row_order import take
from notifications.states import MAY_BE_WITH_THE_READER
from notifications.tables import LETTER, LETTER_BYTES, Letter, LetterBytes, gone, new_public_id
from notifications.turns import turn

__all__ = [
    "Cancelled", "Letter", "LetterBytes", "NewLetter", "cancel", "on_the_wire", "outdate", "put", "resolve_parked",
    "retry", "take_back", "told",
]  # fmt: skip

ROWS_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLetter:
    """A letter to be written. Instants are aware; `context` holds plain values only (see `rendering.check_plain`).

    `not_before` (none: at once) is the first instant it may leave, `useful_until` the first at which it is pointless.
    `waited_for`: somebody sits and waits for it, so it passes those that nobody does.
    """

    campaign_id: int
    key: str
    occasion: str
    template: str
    to: Recipient
    created_at: datetime
    context: dict[str, Any] = field(default_factory=dict)
    milestone: str | None = None
    revision: int | None = None
    contact_ref: str = ""
    subject_ref: str = ""
    not_before: datetime | None = None
    useful_until: datetime | None = None
    waited_for: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cancelled:
    """What `cancel` did: letters that will not leave, and letters on the wire, which will not be repeated."""

    stopped: int
    on_the_wire: int


def put(conn: Connection, letters: Sequence[NewLetter]) -> int:
    """Put letters into the outbox and say how many were new: one whose key is there already is left as it is."""
    letters = sorted(letters, key=_first)
    new = 0
    for start in range(0, len(letters), ROWS_AT_ONCE):
        rows = [_row(letter, place) for place, letter in enumerate(letters[start : start + ROWS_AT_ONCE], start)]
        new += _new(conn, rows)
    return new


# Built once: a receipt is put in every submission's transaction.
_PUT = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(LETTER)
    .on_conflict_do_nothing(index_elements=["campaign_id", "key"])
    .returning(LETTER.c.id)
    for dialect in (sqlite, postgresql)
}


_PUT_ONE = {name: Prepared(statement) for name, statement in _PUT.items()}


def _new(conn: Connection, rows: list[dict[str, Any]]) -> int:
    """How many of them were; counted by what comes back, because psycopg does not count those of a batch."""
    if len(rows) == 1:
        return len(_PUT_ONE[conn.dialect.name].rows(conn, rows[0]))
    return len(conn.execute(_PUT[conn.dialect.name], rows).all())


def _row(letter: NewLetter, position: int) -> dict[str, Any]:
    return {
        **{name: getattr(letter, name) for name in _AS_THEY_ARE},
        "public_id": new_public_id(),
        "to_name": letter.to.name,
        "to_address": str(letter.to.address),
        "to_domain": letter.to.address.domain,
        "not_before": _first(letter),
        "next_attempt_at": _first(letter),
        "turn": turn(position, waited_for=letter.waited_for),
        "state": "ready",
        "attempts": 0,
        "unknowns": 0,
        "last_answer": "",
    }


def _first(letter: NewLetter) -> datetime:
    """The first instant at which it may leave."""
    return letter.not_before or letter.created_at


_AS_THEY_ARE = (
    "campaign_id",
    "key",
    "occasion",
    "template",
    "created_at",
    "context",
    "milestone",
    "revision",
    "contact_ref",
    "subject_ref",
    "useful_until",
)


def cancel(
    conn: Connection,
    *,
    campaign_id: int,
    reason: str,
    milestone: str | None = None,
    below_revision: int | None = None,
    key_prefix: str | None = None,
    contact_ref: str | None = None,
    subject_ref: str | None = None,
    public_ids: Collection[str] | None = None,
) -> Cancelled:
    """Stop letters that are no longer true: all that meet every condition given (at least one).

    Ready and claimed ones become `cancelled` (`parked` if an earlier attempt's outcome was never known). One whose
    final dot may be on the wire keeps its state and remembers the reason: it is not sent again, and `told` names its
    reader. Raises ValueError without a condition.
    """
    conditions: list[ColumnElement[bool]] = []
    if milestone is not None:
        conditions.append(LETTER.c.milestone == milestone)
    if below_revision is not None:
        conditions.append(LETTER.c.revision < below_revision)
    if key_prefix is not None:
        conditions.append(LETTER.c.key.startswith(key_prefix, autoescape=True))
    if contact_ref is not None:
        conditions.append(LETTER.c.contact_ref == contact_ref)
    if subject_ref is not None:
        conditions.append(LETTER.c.subject_ref == subject_ref)
    if public_ids is not None:
        conditions.append(LETTER.c.public_id.in_(public_ids))
    if not conditions:
        raise ValueError("cancel needs a condition: it never empties an outbox")
    return _cancel(conn, and_(LETTER.c.campaign_id == campaign_id, *conditions), reason)


def _cancel(conn: Connection, which: ColumnElement[bool], reason: str) -> Cancelled:
    take(conn, which & LETTER.c.state.in_(("ready", "claimed", "dot")))
    stopped = conn.execute(
        update(LETTER)
        .where(LETTER.c.state.in_(("ready", "claimed")), which)
        .values(state=gone("cancelled"), cancelled_reason=reason, claimed_by=None, claimed_until=None)
    )
    on_the_wire = conn.execute(
        update(LETTER)
        .where(LETTER.c.state == "dot", LETTER.c.cancelled_reason.is_(None), which)
        .values(cancelled_reason=reason)
    )
    return Cancelled(stopped=stopped.rowcount, on_the_wire=on_the_wire.rowcount)


def outdate(conn: Connection, *, campaign_id: int, milestones: Collection[str], but: str, reason: str) -> None:
    """What letters about these milestones say has changed; those of the template `but` are left as they are.

    One that nobody can have forgets its message and leaves the worker that holds it: it is looked at again, and written
    anew. One that its reader may have, or is getting in this moment, is not repeated and remembers the reason.
    """
    which = and_(LETTER.c.campaign_id == campaign_id, LETTER.c.milestone.in_(milestones), LETTER.c.template != but)
    free = {"claimed_by": None, "claimed_until": None}
    held = LETTER.c.state.in_(("ready", "claimed", "failed"))
    take(conn, which & LETTER.c.state.in_(("ready", "claimed", "failed", "dot", "parked")))
    conn.execute(
        update(LETTER).where(which, held, LETTER.c.unknowns > 0).values(state="parked", cancelled_reason=reason, **free)
    )
    again = case((LETTER.c.state == "claimed", "ready"), else_=LETTER.c.state)
    conn.execute(update(LETTER).where(which, held).values(state=again, message_id=None, date=None, **free))
    forgotten = select(LETTER.c.id).where(which, held, LETTER.c.message_id.is_(None))
    conn.execute(delete(LETTER_BYTES).where(LETTER_BYTES.c.letter_id.in_(forgotten)))
    with_the_reader = LETTER.c.state.in_(("dot", "parked")) & LETTER.c.cancelled_reason.is_(None)
    conn.execute(update(LETTER).where(which, with_the_reader).values(cancelled_reason=reason))


def take_back(conn: Connection, which: ColumnElement[bool]) -> None:
    """Take letters away from senders that hold them and have not brought them to the dot; they are written anew."""
    take(conn, which & LETTER.c.state.in_(("ready", "claimed")))  # one may just be claimed in another transaction
    held = which & (LETTER.c.state == "claimed")
    conn.execute(update(LETTER).where(held).values(state="ready", claimed_by=None, claimed_until=None))


def on_the_wire(conn: Connection, *, campaign_id: int, milestones: Collection[str]) -> dict[str, datetime]:
    """Whose letter about these milestones is at its dot, and until when its sender may still be delivering it."""
    statement = (
        select(LETTER.c.contact_ref, func.max(LETTER.c.claimed_until))
        .where(LETTER.c.campaign_id == campaign_id, LETTER.c.milestone.in_(milestones), LETTER.c.state == "dot")
        .where(LETTER.c.claimed_until.is_not(None))
        .group_by(LETTER.c.contact_ref)
    )
    return dict(conn.execute(statement).all())


def told(conn: Connection, *, campaign_id: int, milestone: str, revision: int | None = None) -> dict[str, int]:
    """Who was told of a milestone, or may have been: contact and the highest revision told to them.

    With `revision`, only those told that one. "May have been" includes every attempt of unknown outcome.
    """
    statement = (
        select(LETTER.c.contact_ref, LETTER.c.revision)
        .where(LETTER.c.campaign_id == campaign_id, LETTER.c.milestone == milestone, LETTER.c.revision.is_not(None))
        .where(or_(LETTER.c.state.in_(MAY_BE_WITH_THE_READER), LETTER.c.unknowns > 0))
        .order_by(LETTER.c.revision)
    )
    if revision is not None:
        statement = statement.where(LETTER.c.revision == revision)
    return dict(conn.execute(statement).all())


def retry(conn: Connection, *, campaign_id: int, public_ids: Collection[str], at: datetime) -> int:
    """A person tries failed letters again, with a fresh retry schedule; returns how many there were."""
    which = and_(LETTER.c.campaign_id == campaign_id, LETTER.c.public_id.in_(public_ids), LETTER.c.state == "failed")
    take(conn, which)
    again = update(LETTER).where(which).values(state="ready", attempts=0, next_attempt_at=at)
    return conn.execute(again).rowcount


def resolve_parked(
    conn: Connection,
    *,
    campaign_id: int,
    public_id: str,
    decision: Literal["sent", "again", "drop"],
    at: datetime,
    reason: str = "",
) -> None:
    """A person decides about a letter of unknown outcome: it arrived, send it again, or leave it (with a reason).

    Raises `OutboxRefused` OUT-01 if it is not parked, or for "again" if what it says is no longer true.
    """
    parked = update(LETTER).where(
        LETTER.c.campaign_id == campaign_id, LETTER.c.public_id == public_id, LETTER.c.state == "parked"
    )
    still_true = LETTER.c.cancelled_reason.is_(None) & (LETTER.c.useful_until.is_(None) | (LETTER.c.useful_until > at))
    decided = {
        "sent": parked.values(state="sent", sent_at=at),
        "again": parked.where(still_true).values(state="ready", next_attempt_at=at),
        "drop": parked.values(state="cancelled", cancelled_reason=func.coalesce(LETTER.c.cancelled_reason, reason)),
    }
    if conn.execute(decided[decision]).rowcount == 0:
        raise OutboxRefused(
            "OUT-01",
            "该邮件不是“结果未知”状态，或其内容已失效，不能这样处理",
            "this letter is not parked, or what it says is no longer true",
        )

"""A worker's way through the outbox: claim, freeze, mark the dot, settle.

"Mine" is one conditional update that carries the worker's token: a worker that was stopped for an hour and wakes up
finds that nothing of what it held is its own any more. All functions work on the caller's transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, Text, and_, bindparam, case, cast, insert, null, or_, select, update

from notifications.clauses import Among
from notifications.letter import Address, Recipient
from notifications.muting import MUTED, must_speak
from notifications.pacing import Allowance
from notifications.prepared import Prepared
from notifications.row_order import take
from notifications.states import MOST_UNKNOWNS
from notifications.stored import Stored
from notifications.tables import LETTER, LETTER_BYTES, READY, gone

Outcome = Literal["sent", "known_not_delivered", "refused", "unknown", "released", "dropped"]

STOPPED_BEFORE_DOT = "发送程序中断，未投递 / the sender stopped before delivery"
STOPPED_AT_DOT = "发送程序在投递时中断，结果未知 / the sender stopped during delivery, outcome unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Frozen:
    """What the first attempt fixed for all later ones."""

    message_id: str
    date: datetime
    raw: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A letter this worker holds. `frozen` is None before the first attempt."""

    id: int
    token: str
    public_id: str
    campaign_id: int
    key: str
    occasion: str
    milestone: str | None
    revision: int | None
    template: str
    context: Mapping[str, Any]
    to: Recipient
    contact_ref: str
    subject_ref: str
    created_at: datetime
    useful_until: datetime | None
    attempts: int
    unknowns: int
    frozen: Frozen | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """What became of one attempt. `answer` is what the secretariat reads; `next_attempt_at` where it goes back."""

    id: int
    token: str
    outcome: Outcome
    answer: str
    next_attempt_at: datetime | None = None


def claim(
    conn: Connection, *, at: datetime, worker: str, limit: int, lease_until: datetime, repeat_at: datetime,
    only: Collection[str] = (), allowance: Allowance | None = None,
) -> list[Claimed]:  # fmt: skip
    """Take up to `limit` due letters until `lease_until`; of the templates `only`, if any is named.

    They go by turns (`notifications.turns`), in a turn the oldest due first.

    First what dead workers held is set free (an unknown outcome is repeated at `repeat_at`), and due letters whose use
    has passed expire: they count towards `limit`, so an empty answer with letters left is possible; `next_due` tells.
    With an `allowance`, letters to a domain to which none may leave now stay where they are and hold up no other.
    Raises Muted in a house that lets no letter out.
    """
    must_speak(conn)
    recover(conn, at=at, repeat_at=repeat_at)
    due = conn.execute(*_due(at, limit, only, allowance.full if allowance else ())).all() if limit else []
    expired = [row.id for row in due if row.useful_until is not None and row.useful_until <= at]
    useful = [row for row in due if row.useful_until is None or row.useful_until > at]
    taken = [row.id for row in useful if allowance is None or allowance.take(row.to_domain)]
    if expired:
        conn.execute(_EXPIRE, {"ids": expired})
    if not taken:
        return []
    token = f"{worker}/{secrets.token_hex(6)}"
    conn.execute(_CLAIM, {"ids": taken, "token": token, "until": lease_until})
    return [_claimed(row, token) for row in conn.execute(_HELD, {"ids": taken})]


def _due(
    at: datetime, limit: int, only: Collection[str], without: Collection[str]
) -> tuple[Select[Any], dict[str, Any]]:  # fmt: skip
    """The statement that finds due letters, and what it is asked with."""
    statement, asked = _DUE_OF if only else _DUE, {"at": at, "limit": limit, **({"only": list(only)} if only else {})}
    if not without:
        return statement, asked
    return statement.where(LETTER.c.to_domain.not_in(bindparam("without", expanding=True))), {
        **asked,
        "without": without,
    }


def recover(conn: Connection, *, at: datetime, repeat_at: datetime) -> None:
    """Set free what workers held whose lease ran out: not delivered before the dot, unknown after it."""
    conn.execute(_LEASE_RAN_OUT, {"at": at})
    conn.execute(_LEASE_RAN_OUT_AT_DOT, {"at": at, "next": repeat_at, "answer": STOPPED_AT_DOT})


def let_go(conn: Connection, *, worker: str) -> None:
    """Set free at once what a worker held that is known to be gone, but not what it had brought to the dot.

    If it lives after all, nothing of this is its own any more: it may not send any of them.
    """
    take(conn, and_(LETTER.c.claimed_until.is_not(None), LETTER.c.claimed_by.startswith(f"{worker}/", autoescape=True)))
    conn.execute(_LET_GO, {"worker": f"{worker}/"})


def freeze(conn: Connection, letters: Mapping[int, Frozen], *, token: str) -> None:
    """Store the bytes, Message-ID and Date of letters (by id) that came to no dot, as far as they are still held."""
    if not letters:
        return
    rows = [{"row": key, "token": token, "raw": one.raw, "mid": one.message_id, "day": one.date}
            for key, one in letters.items()]  # fmt: skip
    _KEEP_BYTES.each(conn, rows)
    _FREEZE.each(conn, rows)


def mark_dot(
    conn: Connection,
    *,
    token: str,
    ids: Collection[int],
    lease_until: datetime,
    new: Mapping[int, Frozen] | None = None,
) -> set[int]:
    """Note that the final dot of these letters is about to be sent, and say which of them still may be.

    A letter that is missing from the answer was cancelled, or taken over, or the house was muted meanwhile: it must not
    be sent. Those of them that are `new` are frozen by it.
    """
    may = {row.id for row in _MAY_BE_SENT.rows(conn, {"ids": list(ids), "token": token})}
    fresh = {key: new[key] for key in sorted(may & new.keys())} if new else {}
    _MARK_FIRST_DOT.each(conn, [{"row": key, "until": lease_until, "mid": one.message_id, "day": one.date}
                                for key, one in fresh.items()])  # fmt: skip
    _BYTES.each(conn, [{"letter_id": key, "frozen": one.raw} for key, one in fresh.items()])
    if again := may - fresh.keys():
        _MARK_DOT.ask(conn, {"ids": list(again), "until": lease_until})
    return may


def settle(conn: Connection, settlements: Sequence[Settlement], *, at: datetime) -> None:
    """Note what became of attempts. What was taken over meanwhile is left alone, but a 250 is always true."""
    for outcome, statement in _SETTLE.items():
        statement.each(conn, [_settling(one, at) for one in settlements if one.outcome == outcome])


def _settling(one: Settlement, at: datetime) -> dict[str, Any]:
    return {"row": one.id, "token": one.token, "answer": one.answer, "next": one.next_attempt_at, "at": at}


def _claimed(row: Row[Any], token: str) -> Claimed:
    local, _, domain = row.to_address.rpartition("@")
    frozen = None if row.frozen is None else Frozen(message_id=row.message_id, date=row.date, raw=bytes(row.frozen))
    return Claimed(
        token=token,
        to=Recipient(name=row.to_name, address=Address(local=local, domain=domain)),
        context=Stored(row.stored),
        frozen=frozen,
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE = (
    "id",
    "public_id",
    "campaign_id",
    "key",
    "occasion",
    "milestone",
    "revision",
    "template",
    "contact_ref",
    "subject_ref",
    "created_at",
    "useful_until",
    "attempts",
    "unknowns",
)

# --- statements, built once -----------------------------------------------------------------------------------------

_IDS = Among(LETTER.c.id, "ids")
_FREE = {"claimed_by": null(), "claimed_until": null()}
_NO_LONGER_TRUE = LETTER.c.cancelled_reason.is_not(None)
_BACK = case((_NO_LONGER_TRUE, gone("cancelled")), else_="ready")
_AFTER_UNKNOWN = case((or_(_NO_LONGER_TRUE, LETTER.c.unknowns + 1 >= MOST_UNKNOWNS), "parked"), else_="ready")

_DUE = (
    select(LETTER.c.id, LETTER.c.useful_until, LETTER.c.to_domain)
    .where(LETTER.c.state == READY, LETTER.c.next_attempt_at <= bindparam("at"))
    .order_by(LETTER.c.turn, LETTER.c.next_attempt_at, LETTER.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)  # SQLite has one writer and ignores it
)
_DUE_OF = _DUE.where(LETTER.c.template.in_(bindparam("only", expanding=True)))
_EXPIRE = update(LETTER).where(_IDS).values(state=gone("expired"))
_CLAIM = (
    update(LETTER).where(_IDS).values(state="claimed", claimed_by=bindparam("token"), claimed_until=bindparam("until"))
)
_HELD: Select[*tuple[Any, ...]] = (
    select(
        *(LETTER.c[name] for name in (*_AS_THEY_ARE, "to_name", "to_address", "message_id", "date")),
        cast(LETTER.c.context, Text).label("stored"),
        LETTER_BYTES.c.frozen,
    )
    .outerjoin(LETTER_BYTES, LETTER_BYTES.c.letter_id == LETTER.c.id)
    .where(_IDS)
    .order_by(LETTER.c.turn, LETTER.c.next_attempt_at, LETTER.c.id)
)
# What somebody is just settling is left to the next time: nobody waits for it.
_OVER = (
    select(LETTER.c.id)
    .where(LETTER.c.claimed_until <= bindparam("at"))
    .with_for_update(skip_locked=True)
    .scalar_subquery()
)
_LEASE_RAN_OUT = (
    update(LETTER)
    .where(LETTER.c.state == "claimed", LETTER.c.id.in_(_OVER))
    .values(state=_BACK, last_answer=STOPPED_BEFORE_DOT, **_FREE)
)
_LET_GO = (
    update(LETTER)
    .where(LETTER.c.state == "claimed", LETTER.c.claimed_until.is_not(None))
    .where(LETTER.c.claimed_by.startswith(bindparam("worker")))
    .values(state=_BACK, last_answer=STOPPED_BEFORE_DOT, **_FREE)
)
_UNKNOWN = {
    "state": _AFTER_UNKNOWN,
    "attempts": LETTER.c.attempts + 1,
    "unknowns": LETTER.c.unknowns + 1,
    "next_attempt_at": bindparam("next", type_=LETTER.c.next_attempt_at.type),
    "last_answer": bindparam("answer"),
    **_FREE,
}
_LEASE_RAN_OUT_AT_DOT = update(LETTER).where(LETTER.c.state == "dot", LETTER.c.id.in_(_OVER)).values(_UNKNOWN)
_MAY_BE_SENT = Prepared(
    select(LETTER.c.id)
    .where(_IDS, LETTER.c.state == "claimed", LETTER.c.claimed_by == bindparam("token"), ~MUTED)
    .order_by(LETTER.c.id)
    .with_for_update(of=LETTER)
)
_DOT = {"state": "dot", "claimed_until": bindparam("until", type_=LETTER.c.claimed_until.type)}
_MARK_DOT = Prepared(update(LETTER).where(_IDS).values(_DOT))
# With what is frozen in one statement: for PostgreSQL each change of a row is another row.
_MARK_FIRST_DOT = Prepared(
    update(LETTER)
    .where(LETTER.c.id == bindparam("row"))
    .values(_DOT | {"message_id": bindparam("mid"), "date": bindparam("day", type_=LETTER.c.date.type)})
)
# Whoever ends a claim clears the token, so that the token alone says that the letter is claimed or at the dot.
_MINE = and_(LETTER.c.id == bindparam("row"), LETTER.c.claimed_by == bindparam("token"))
_FREEZE = Prepared(update(LETTER).where(_MINE).values(message_id=bindparam("mid"), date=bindparam("day")))
_BYTES = Prepared(insert(LETTER_BYTES).inline())
_HELD_BYTES = select(LETTER.c.id, bindparam("raw", type_=LETTER_BYTES.c.frozen.type)).where(_MINE)
_KEEP_BYTES = Prepared(insert(LETTER_BYTES).from_select(["letter_id", "frozen"], _HELD_BYTES))
_ANSWERED = {"attempts": LETTER.c.attempts + 1, "last_answer": bindparam("answer"), **_FREE}
_SETTLE: dict[Outcome, Prepared] = {
    "sent": Prepared(
        update(LETTER)
        .where(LETTER.c.id == bindparam("row"), LETTER.c.state != "sent")
        .values(state="sent", sent_at=bindparam("at"), **_ANSWERED)
    ),
    "known_not_delivered": Prepared(
        update(LETTER).where(_MINE).values(state=_BACK, next_attempt_at=bindparam("next"), **_ANSWERED)
    ),
    "refused": Prepared(update(LETTER).where(_MINE).values(state="failed", **_ANSWERED)),
    "unknown": Prepared(update(LETTER).where(_MINE).values(_UNKNOWN)),
    "released": Prepared(update(LETTER).where(_MINE).values(state=_BACK, **_FREE)),
    "dropped": Prepared(
        update(LETTER).where(_MINE).values(state=gone("cancelled"), cancelled_reason=bindparam("answer"), **_FREE)
    ),
}

"""Reading the outbox: pages of letters, one letter with its message, counts, and the next instant anything is due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from notifications.states import LetterState
from notifications.tables import LETTER, LETTER_BYTES, READY


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterLine:
    """One letter as a list shows it. `id` is the place in the list, for `before`; outside, show `public_id`."""

    id: int
    public_id: str
    occasion: str
    milestone: str | None
    revision: int | None
    to_name: str
    to_address: str
    contact_ref: str
    subject_ref: str
    state: LetterState
    attempts: int
    unknowns: int
    created_at: datetime
    not_before: datetime
    next_attempt_at: datetime
    useful_until: datetime | None
    sent_at: datetime | None
    last_answer: str
    cancelled_reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterInFull:
    """One letter with all that is known of it. `raw` is the message itself, None before the first attempt."""

    line: LetterLine
    key: str
    template: str
    context: dict[str, Any]
    message_id: str | None
    date: datetime | None
    raw: bytes | None


def page(
    conn: Connection,
    *,
    campaign_id: int,
    states: Collection[LetterState] = (),
    occasion: str | None = None,
    contact_ref: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[LetterLine]:
    """The newest letters first; `before` is the `id` of the last line of the page before."""
    statement = select(*_LINE).where(LETTER.c.campaign_id == campaign_id).order_by(LETTER.c.id.desc()).limit(limit)
    if states:
        statement = statement.where(LETTER.c.state.in_(states))
    if occasion is not None:
        statement = statement.where(LETTER.c.occasion == occasion)
    if contact_ref is not None:
        statement = statement.where(LETTER.c.contact_ref == contact_ref)
    if before is not None:
        statement = statement.where(LETTER.c.id < before)
    return [_line(row) for row in conn.execute(statement)]


def read(conn: Connection, *, campaign_id: int, public_id: str) -> LetterInFull | None:
    """One letter, or None if the campaign has no such one."""
    row = conn.execute(
        select(LETTER, LETTER_BYTES.c.frozen)
        .outerjoin(LETTER_BYTES, LETTER_BYTES.c.letter_id == LETTER.c.id)
        .where(LETTER.c.campaign_id == campaign_id, LETTER.c.public_id == public_id)
    ).one_or_none()
    if row is None:
        return None
    return LetterInFull(
        line=_line(row),
        key=row.key,
        template=row.template,
        context=row.context,
        message_id=row.message_id,
        date=row.date,
        raw=None if row.frozen is None else bytes(row.frozen),
    )


def count_by_state(conn: Connection, *, campaign_id: int) -> dict[LetterState, int]:
    """How many letters of a campaign are in each state; states without any are left out."""
    statement = select(LETTER.c.state, func.count()).where(LETTER.c.campaign_id == campaign_id).group_by(LETTER.c.state)
    return dict(conn.execute(statement).all())


def next_due(conn: Connection) -> datetime | None:
    """The first instant at which the outbox has anything to do: a letter due, or a dead worker's lease over."""
    due, lease = conn.scalar(_FIRST_DUE), conn.scalar(_FIRST_LEASE)
    return min((instant for instant in (due, lease) if instant is not None), default=None)


# Built once: this is asked after every round, and putting a statement together costs more than the answer.
_FIRST_DUE = select(func.min(LETTER.c.next_attempt_at)).where(LETTER.c.state == READY)
_FIRST_LEASE = select(func.min(LETTER.c.claimed_until)).where(LETTER.c.claimed_until.is_not(None))


def _line(row: Row[Any]) -> LetterLine:
    return LetterLine(**{name: getattr(row, name) for name in _LINE_NAMES})


_LINE_NAMES = tuple(LetterLine.__dataclass_fields__)
_LINE = tuple(LETTER.c[name] for name in _LINE_NAMES)

"""Reading the outbox: pages of letters, one letter with its message, counts, and the next instant anything is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, literal, or_, select, union_all

from notifications.clauses import at_most
from notifications.states import STATES, LetterState
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
class Which:
    """Which letters: those that meet everything given.

    `since` and `until` are about when it was put into the outbox, half-open; `contact_refs` are its readers.
    """

    states: Collection[LetterState] = ()
    occasion: str | None = None
    template: str | None = None
    contact_refs: Collection[str] | None = None
    subject_ref: str | None = None
    since: datetime | None = None
    until: datetime | None = None


ANY = Which()
FEW_READERS = 20
COUNTED = 5_000  # letters, at most: nobody reads further, and counting half a million takes its time


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """How many letters are in each state. `more`: it was not counted to the end, so there may be more."""

    by_state: dict[LetterState, int]
    more: bool


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
    which: Which = ANY,
    before: LetterLine | None = None,
    limit: int = 50,
) -> list[LetterLine]:
    """The newest letters first; `before` is the last line of the page before."""
    statement = select(*_LINE).where(*_meeting(campaign_id, which)).order_by(*_NEWEST).limit(at_most(limit))
    if which.states:
        statement = statement.where(LETTER.c.state.in_(which.states))
    if before is not None:
        older = or_(LETTER.c.created_at < before.created_at, LETTER.c.id < before.id)
        statement = statement.where(LETTER.c.created_at <= before.created_at, older)
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


def count(conn: Connection, *, campaign_id: int, which: Which) -> Counted:
    """How many of these letters are in each state, whatever states are asked for.

    Of all letters of a campaign up to COUNTED in each state; of some of them, among the newest COUNTED.
    """
    some = replace(which, states=()) != ANY
    found = _among_the_newest(campaign_id, which) if some else _in_each_state(campaign_id)
    by_state = {state: n for state, n in conn.execute(found) if n}
    most = sum(by_state.values()) if some else max(by_state.values(), default=0)
    return Counted(by_state=by_state, more=most >= COUNTED)


def _in_each_state(campaign_id: int) -> Any:
    mine = LETTER.c.campaign_id == campaign_id
    return union_all(*[
        select(literal(state).label("state"), func.count().label("n")).select_from(
            select(LETTER.c.id).where(mine, LETTER.c.state == state).limit(at_most(COUNTED)).subquery()
        )
        for state in STATES
    ])  # fmt: skip


def _among_the_newest(campaign_id: int, which: Which) -> Any:
    some = select(LETTER.c.state).where(*_meeting(campaign_id, which))
    newest = some.order_by(*_NEWEST).limit(at_most(COUNTED)).subquery()
    return select(newest.c.state, func.count()).group_by(newest.c.state)


_NEWEST = (LETTER.c.created_at.desc(), LETTER.c.id.desc())


def kinds(conn: Connection, *, campaign_id: int) -> list[str]:
    """The templates of all letters of a campaign, in order of their names.

    Looked up from one to the next along the index: there are a few dozen, and hundreds of thousands of letters.
    """
    found: list[str] = []
    while following := conn.scalar(_NEXT_KIND, {"campaign": campaign_id, "last": found[-1] if found else ""}):
        found.append(following)
    return found


_NEXT_KIND = select(func.min(LETTER.c.template)).where(
    LETTER.c.campaign_id == bindparam("campaign"), LETTER.c.template > bindparam("last")
)


def _meeting(campaign_id: int, which: Which) -> Iterator[ColumnElement[bool]]:
    """Everything that is asked of a letter but its state."""
    readers = which.contact_refs is not None and len(which.contact_refs) <= FEW_READERS
    few = readers or (which.occasion, which.subject_ref) != (None, None)
    # Where few letters are asked for, SQLite must look for them and sort them. It would rather go through all letters
    # in the order that is asked for; a sum keeps it from using the indexes that have that order.
    yield (LETTER.c.campaign_id + 0 if few else LETTER.c.campaign_id) == campaign_id
    if which.occasion is not None:
        yield LETTER.c.occasion == which.occasion
    if which.template is not None:
        yield LETTER.c.template == which.template
    if which.contact_refs is not None:
        yield LETTER.c.contact_ref.in_(which.contact_refs)
    if which.subject_ref is not None:
        yield LETTER.c.subject_ref == which.subject_ref
    if which.since is not None:
        yield LETTER.c.created_at >= which.since
    if which.until is not None:
        yield LETTER.c.created_at < which.until


def next_due(conn: Connection, *, only: Collection[str] = (), without: Collection[str] = ()) -> datetime | None:
    """The first instant at which the outbox has anything to do: a letter due, or a dead worker's lease over.

    Of letters those of the templates `only`, if any is named, and not those to the domains `without`.
    """
    first, asked = (_FIRST_DUE_OF, {"only": list(only)}) if only else (_FIRST_DUE, {})
    if without:
        first = first.where(LETTER.c.to_domain.not_in(without))
    due = conn.scalar(first, asked)
    lease = conn.scalar(_FIRST_LEASE)
    return min((instant for instant in (due, lease) if instant is not None), default=None)


def due(conn: Connection, *, at: datetime, most: int) -> int:
    """How many letters might leave now; counted no further than `most`."""
    return conn.execute(_DUE, {"at": at, "most": most}).scalar_one()


def waiting_for(
    conn: Connection, domains: Collection[str], *, at: datetime, of: Collection[int] | None = None
) -> dict[str, int]:
    """How many due letters, of these campaigns or of all, wait for each of these domains, if any does."""
    if not domains:
        return {}
    query = _WAITING_FOR if of is None else _WAITING_FOR.where(LETTER.c.campaign_id.in_(of))
    return dict(conn.execute(query, {"domains": list(domains), "at": at}).all())


# Built once: this is asked after every round, and putting a statement together costs more than the answer.
_FIRST_DUE = select(func.min(LETTER.c.next_attempt_at)).where(LETTER.c.state == READY)
_FIRST_DUE_OF = _FIRST_DUE.where(LETTER.c.template.in_(bindparam("only", expanding=True)))
_DUE = select(func.count()).select_from(
    select(LETTER.c.id)
    .where(LETTER.c.state == READY, LETTER.c.next_attempt_at <= bindparam("at"))
    .limit(bindparam("most"))
    .subquery()
)
_WAITING_FOR = (
    select(LETTER.c.to_domain, func.count())
    .where(LETTER.c.state == READY, LETTER.c.next_attempt_at <= bindparam("at"))
    .where(LETTER.c.to_domain.in_(bindparam("domains", expanding=True)))
    .group_by(LETTER.c.to_domain)
)
_FIRST_LEASE = select(func.min(LETTER.c.claimed_until)).where(LETTER.c.claimed_until.is_not(None))


def _line(row: Row[Any]) -> LetterLine:
    return LetterLine(**{name: getattr(row, name) for name in _LINE_NAMES})


_LINE_NAMES = tuple(LetterLine.__dataclass_fields__)
_LINE = tuple(LETTER.c[name] for name in _LINE_NAMES)

"""The call sheet (待电话通知名单): who is to be told by phone, of what, and until when it makes sense."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlmodel import col

from engine.access import visible
from engine.office import Work
from engine.queries.paging import Page, page_of, page_size
from engine.seen import seen
from engine.tables import Call
from notifications.clauses import at_most

OPEN, DONE = "open", "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class CallLine:
    """One call. `late` says that what it would tell is of no use any more."""

    id: str
    name: str
    of: str
    phones: str
    occasion: str
    milestone: str | None
    template: str
    made_at: datetime
    useful_until: datetime
    late: bool
    state: str
    settled_at: datetime | None
    settled_by: str
    note: str


def calls(
    work: Work, *, states: Collection[str] = (OPEN,), useful: bool = True, late: bool = False,
    occasion: str | None = None, after: str | None = None, limit: int = 50,
) -> Page[CallLine]:  # fmt: skip
    """Calls in the order they came up; with `useful`, without those that came too late, with `late` only those.

    For the secretariat and the auditor.
    """
    query = visible(select(Call), Call, work.actor, work.definition).where(col(Call.campaign_id) == work.campaign_id)
    if states:
        query = query.where(col(Call.state).in_(states))
    if useful:
        query = query.where((col(Call.state) != OPEN) | (col(Call.useful_until) > work.at))
    if late:
        query = query.where(col(Call.useful_until) <= work.at)
    if occasion is not None:
        query = query.where(col(Call.occasion) == occasion)
    if after is not None:
        query = query.where(col(Call.id) > find(work, after).id)
    count = page_size(limit)
    rows = work.connection.execute(query.order_by(col(Call.id)).limit(at_most(count + 1))).all()
    return page_of((line(work, row) for row in rows), count)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many calls there are: still to be made, of no use any more, and made."""

    open: int
    late: int
    done: int


def counts(work: Work) -> Counts:
    """The same of the whole sheet. For the secretariat and the auditor."""
    late = case((col(Call.useful_until) <= work.at, 1), else_=0)
    counted: Select[*tuple[Any, ...]] = select(col(Call.state), func.count(), func.sum(late))
    query = counted.where(col(Call.campaign_id) == work.campaign_id)
    seen = visible(query, Call, work.actor, work.definition).group_by(col(Call.state))
    found = {state: (n, int(late)) for state, n, late in work.connection.execute(seen)}
    (open_, late_), (done, _) = found.get(OPEN, (0, 0)), found.get(DONE, (0, 0))
    return Counts(open=open_ - late_, late=late_, done=done)


def find(work: Work, public_id: str) -> Row[Any]:
    """The call with that id. Raises NotFound."""
    return seen(work, Call, public_id)


def line(work: Work, row: Row[Any]) -> CallLine:
    """A call's row as a line."""
    return CallLine(
        id=row.public_id, name=row.name, of=row.of, phones=row.phones, occasion=row.occasion, milestone=row.milestone,
        template=row.template, made_at=row.made_at, useful_until=row.useful_until, late=row.useful_until <= work.at,
        state=row.state, settled_at=row.settled_at, settled_by=row.settled_by, note=row.note,
    )  # fmt: skip

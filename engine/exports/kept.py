"""How ordered exports go again: after their time, and when somebody is erased whose words may stand in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import bindparam, case, delete, select, tuple_, update
from sqlmodel import col

from engine.exports.tables import ExportOrder, ExportPiece, Stand
from engine.office import Work

SHOWN = timedelta(days=7)  # for which it is still told that there was one
AT_ONCE = 100  # pieces a turn, 50 MB, so that nobody waits for it
O, P = ExportOrder, ExportPiece  # noqa: E741 - as they are called here alone


def expire(work: Work) -> None:
    """What is past its time can't be fetched any more, and its file goes; later the order does as well."""
    mine = col(O.campaign_id) == work.campaign_id
    over = mine, col(O.state) == Stand.READY, col(O.ends_at) <= work.at
    work.connection.execute(update(O).where(*over).values(state=Stand.GONE))
    gone = select(col(O.id)).where(mine, col(O.state) == Stand.GONE)
    few = select(col(P.order_id), col(P.number)).where(col(P.order_id).in_(gone)).limit(AT_ONCE)
    work.connection.execute(delete(P).where(tuple_(col(P.order_id), col(P.number)).in_(few)))
    empty = col(O.id).not_in(select(col(P.order_id)).where(col(P.order_id).in_(gone)))
    old = mine, col(O.state).in_((Stand.GONE, Stand.FAILED)), col(O.ends_at) <= work.at - SHOWN
    work.connection.execute(delete(O).where(*old, empty))


def forget(work: Work) -> int:
    """Every file of the campaign goes, and what is being made is begun anew; says how many.

    Who erases is alone in the campaign (`Office.write`), so no order comes in between; and whoever takes one up
    waits for these rows, or has taken it up before and is told here that it was in vain.
    """
    mine, is_ready = col(O.campaign_id) == work.campaign_id, col(O.state) == Stand.READY
    alive = mine, col(O.state).in_((Stand.ORDERED, Stand.MAKING, Stand.READY))
    at = bindparam("at", work.at, type_=O.__table__.c.ends_at.type)  # type: ignore[attr-defined]
    state = case((is_ready, Stand.GONE.value), else_=Stand.ORDERED.value)
    values = {"state": state, "ends_at": case((is_ready, at), else_=None), "claimed_by": "", "due_at": work.at}
    # One statement: what is made ready in this moment is waited for, and then is ready for it.
    count = work.connection.execute(update(O).where(*alive).values(values)).rowcount
    work.connection.execute(delete(P).where(col(P.order_id).in_(select(col(O.id)).where(mine))))
    return count


def forget_those_of(work: Work, account_id: int, campaigns: Collection[int]) -> None:
    """What an account ordered in those campaigns goes with it."""
    theirs = col(O.account_id) == account_id, col(O.campaign_id).in_(campaigns)
    work.connection.execute(delete(P).where(col(P.order_id).in_(select(col(O.id)).where(*theirs))))
    work.connection.execute(delete(O).where(*theirs))

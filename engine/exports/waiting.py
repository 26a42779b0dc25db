"""Orders that wait for somebody to make them: taken up by one at a time, and whoever took one up says how it goes on.

Who takes an order up gets a claim. Everything that follows is stored only under the claim in force: so a maker that was
thought dead, or whose reading is older than an erasure, leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlmodel import col

from engine.changes.telling import note
from engine.exports.tables import ExportOrder, ExportPiece, Stand
from engine.tables import Campaign, public_id
from workflows.reasons import Reason

LEASE = timedelta(hours=1)  # after which a claim whose holder was not seen to die is another's
AGAIN = timedelta(minutes=1)  # before what failed is tried again
TRIES = 4
O, P = ExportOrder, ExportPiece  # noqa: E741 - as they are called here alone


class Lost(Exception):
    """The claim is in force no more: the order is another's by now, or nobody's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """An order that somebody took up, and `by` what it is theirs. `tries`: the how-manieth attempt it is."""

    order: int
    by: str
    campaign_id: int
    campaign: str
    account_id: int
    seat: str
    what: str
    form: str
    lang: str
    narrowed: Mapping[str, Any]
    tries: int


def due(connection: Connection, *, at: datetime, most: int) -> int:
    """How many wait to be taken up, counted no further than `most`."""
    return len(connection.execute(select(col(O.id)).where(*_due(at)).limit(most)).all())


def claim(connection: Connection, *, by: str, at: datetime) -> Claim | None:
    """Take up the one that has waited longest and that nobody else is just taking up; None where there is none."""
    query = select(O, col(Campaign.key)).join(Campaign, col(Campaign.id) == col(O.campaign_id)).where(*_due(at))
    oldest = query.order_by(col(O.due_at), col(O.id)).limit(1).with_for_update(of=O, skip_locked=True)
    row = connection.execute(oldest).first()
    if row is None:
        return None
    token = f"{by}/{public_id()}"
    _drop_pieces(connection, row.id)
    taken = {"state": Stand.MAKING, "claimed_by": token, "due_at": at + LEASE, "tries": row.tries + 1, "size": 0}
    connection.execute(update(O).where(col(O.id) == row.id).values(taken))
    note(connection, row.campaign_id)
    return Claim(
        order=row.id, by=token, campaign_id=row.campaign_id, campaign=row.key, account_id=row.account_id,
        seat=row.seat, what=row.what, form=row.form, lang=row.lang, narrowed=row.narrowed, tries=row.tries + 1,
    )  # fmt: skip


def keep_piece(connection: Connection, mine: Claim, number: int, content: bytes) -> None:
    """Store the next piece of the file. Raises Lost."""
    _set(connection, mine, size=col(O.size) + len(content))
    connection.execute(insert(P), {"order_id": mine.order, "number": number, "content": content})


def ready(connection: Connection, mine: Claim, **made: Any) -> None:
    """The file is whole. Raises Lost."""
    _set(connection, mine, state=Stand.READY, **made)
    note(connection, mine.campaign_id)


def failed(connection: Connection, mine: Claim, reason: Reason, *, ends_at: datetime) -> None:
    """There will be no file, and why. Raises Lost."""
    told = {"code": reason.code, "zh": reason.zh, "en": reason.en}
    _set(connection, mine, state=Stand.FAILED, failure=told, ends_at=ends_at)
    _drop_pieces(connection, mine.order)
    note(connection, mine.campaign_id)


def put_back(connection: Connection, mine: Claim, *, at: datetime, tries: int) -> None:
    """Let somebody take it up from `at` on, as if there had been so many attempts. Raises Lost."""
    _set(connection, mine, state=Stand.ORDERED, claimed_by="", due_at=at, tries=tries)
    note(connection, mine.campaign_id)


def drop(connection: Connection, mine: Claim) -> None:
    """Nobody may have it any more. Raises Lost."""
    _set(connection, mine, size=0)
    _drop_pieces(connection, mine.order)
    connection.execute(delete(O).where(col(O.id) == mine.order))


def let_go(connection: Connection, *, by: str, at: datetime) -> None:
    """What `by` took up and can't go on with is anybody's again, at once."""
    held = col(O.state) == Stand.MAKING, col(O.claimed_by).startswith(f"{by}/", autoescape=True)
    connection.execute(update(O).where(*held).values(state=Stand.ORDERED, claimed_by="", due_at=at))


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(O.state).in_((Stand.ORDERED, Stand.MAKING)), col(O.due_at) <= at


def _set(connection: Connection, mine: Claim, **values: Any) -> None:
    in_force = col(O.id) == mine.order, col(O.claimed_by) == mine.by, col(O.state) == Stand.MAKING
    if not connection.execute(update(O).where(*in_force).values(values)).rowcount:
        raise Lost


def _drop_pieces(connection: Connection, order: int) -> None:
    connection.execute(delete(P).where(col(P.order_id) == order))

"""What outlives a process: how far the wall clock is ahead, a row for each start of a machine.

So every process on a machine agrees, and a jump while none was running is noticed by the next. A machine that was off
comes back with another row and catches up, however long that was: it trusts the clock that it finds, unless that is
behind what this database has already seen, or the clock was in doubt when the machine went down.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlmodel import col

from engine import clock
from engine.clock import Reading
from engine.database import Database, insert_into
from engine.failing import FAILING
from engine.tables import Campaign, Event
from engine.timekeeping.tables import ClockBaseline
from engine.timekeeping.watch import TOLERANCE, Watch, distance
from notifications.clauses import at_most
from workflows.reasons import Refused

B = ClockBaseline
_ROW = select(B).where(col(B.boot) == bindparam("boot"))
_HELD = _ROW.with_for_update()
_IN_DOUBT = select(func.min(col(B.doubt_since)))
_LAST_EVENT = select(col(Event.at)).order_by(col(Event.id).desc()).limit(at_most(1))
_LAST_TURN = select(func.max(col(Campaign.turned_at)))


def watch(database: Database, *, boot: str | None, read: Callable[[], Reading] = clock.read) -> Watch | None:
    """The watch of this start of a machine on this database; None where the system does not say which start it is."""
    if boot is None:
        return None
    with database.read() as connection:
        row = found(connection, boot)
        ahead = row.ahead if row is not None else _at_first(connection, read())
    if row is None:
        # Whoever can only read just now still can; the engine's next look writes it down.
        with suppress(Refused, *FAILING), database.write() as connection:
            ahead = _begun(connection, boot, read()).ahead
    return Watch(boot=boot, ahead=ahead, read=read)


def found(connection: Connection, boot: str, *, held: bool = False) -> Row[Any] | None:
    """What is kept of that start of a machine; `held` until this transaction ends, so that nobody else changes it."""
    return connection.execute(_HELD if held else _ROW, {"boot": boot}).first()


def doubted_since(connection: Connection) -> datetime | None:
    """Since when a clock of this house is in doubt, as far as an engine has noted it."""
    since: datetime | None = connection.execute(_IN_DOUBT).scalar()
    return since


def refresh(connection: Connection, mine: Watch, *, held: bool = False) -> None:
    """Hear what another process has been told of the clock."""
    if (row := found(connection, mine.boot, held=held)) is not None:
        mine.ahead = row.ahead


def keep(connection: Connection, mine: Watch, *, since: datetime | None) -> None:
    """Keep how far the wall clock is ahead, and since when that is in doubt."""
    values = {"ahead": mine.ahead, "doubt_since": since}
    kept = insert_into(connection, B).values(boot=mine.boot, **values)
    connection.execute(kept.on_conflict_do_update(index_elements=["boot"], set_=values))


def _begun(connection: Connection, boot: str, reading: Reading) -> Row[Any]:
    """The row of a machine that has just been started, and the doubt that it went down with."""
    doubted = doubted_since(connection)
    values = {"boot": boot, "ahead": _at_first(connection, reading), "doubt_since": doubted}
    if doubted:
        connection.execute(update(B).values(doubt_since=None))
    connection.execute(insert_into(connection, B).on_conflict_do_nothing(), values)
    return connection.execute(_ROW, {"boot": boot}).one()


def _at_first(connection: Connection, reading: Reading) -> float:
    """How far the wall clock is ahead, as far as a machine that has just been started can know."""
    doubted = doubted_since(connection)
    seen = max(filter(None, (connection.execute(each).scalar() for each in (_LAST_EVENT, _LAST_TURN))), default=None)
    behind = seen is not None and reading.wall < seen - timedelta(seconds=TOLERANCE)
    wall = seen if seen is not None and (doubted or behind) else reading.wall
    return distance(Reading(wall=wall, steady=reading.steady))

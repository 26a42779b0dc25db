"""SQLite's write-ahead log is moved into the file by whoever made it long, once the next writer has been let in.

SQLite would do it within the commit, and everybody who wants to write would wait for it: half a second while a closing
of a million goes on.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import Engine

from engine.failing import FAILING, alike
from engine.line import Line

LONG = 1_000  # pages that are not in the file yet: as many as SQLite would wait for


def is_long(connection: Connection) -> bool:
    """Whether it is time; on a connection without a transaction. It costs three microseconds."""
    return _left(connection) >= LONG


def move(engine: Engine, writers: Line, patience: float) -> None:
    """Move the log into the file, whatever fails: it stays where it is, and the next who writes tries again.

    What others write meanwhile is moved while they wait in line, or the log would never be begun anew. That is little;
    if it is much, somebody reads an older state, and the log has to grow until he is done.
    """
    with suppress(*FAILING), engine.connect() as connection:
        _ask(connection, "PASSIVE")
        if 0 < _left(connection) < LONG and writers.acquire(patience):
            try:
                _ask(connection, "PASSIVE")
            finally:
                writers.release()


def _left(connection: Connection) -> int:
    """Pages that are in the log alone; none where there is no such log."""
    _, logged, moved = _ask(connection, "NOOP")
    return int(logged - moved)


def _ask(connection: Connection, how: str) -> tuple[int, int, int]:
    """Straight to the driver: it would refuse within the transaction that SQLAlchemy begins."""
    driver: Any = connection.connection.driver_connection
    with alike(connection):
        found: tuple[int, int, int] = driver.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
    return found

"""SQLite's write-ahead log is moved into the file by whoever made it long, once the next writer has been let in.

SQLite would do it within the commit, and everybody who wants to write would wait for it: half a second while a closing
of a million goes on.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection
from sqlalchemy.engine import Engine

from engine.failing import FAILING
from engine.line import Line
from engine.pragma import pragma

LONG = 4_000  # pages that are not in the file yet; of one that was changed again and again only the last is moved


def is_long(connection: Connection) -> bool:
    """Whether it is time; on a connection without a transaction. It costs three microseconds."""
    return _left(connection) >= LONG


def move(engine: Engine, writers: Line, patience: float) -> None:
    """Move the log into the file, whatever fails: it stays where it is, and the next who writes tries again.

    What others write meanwhile is moved while they wait in line, or the log would never be begun anew. That is little;
    if it is much, somebody reads an older state, and the log has to grow until he is done.
    """
    with suppress(*FAILING), engine.connect() as connection:
        pragma(connection, "wal_checkpoint(PASSIVE)")
        if 0 < _left(connection) < LONG and writers.acquire(patience):
            try:
                pragma(connection, "wal_checkpoint(PASSIVE)")
            finally:
                writers.release()


def _left(connection: Connection) -> int:
    """Pages that are in the log alone; none where there is no such log."""
    ((_, logged, moved),) = pragma(connection, "wal_checkpoint(NOOP)")
    return int(logged - moved)

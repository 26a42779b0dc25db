"""Hearing of changes that other processes made: a thread that calls `hear`, until it is told to stop.

PostgreSQL: one connection of its own that listens; after a break it connects again and says that anything may have
changed. SQLite: every half a second it asks whether anybody wrote to the file, and only then whether the history grew
or a letter was written, since no event tells of one that holds a sign-in link.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from engine.changes.telling import CHANNEL, EVERY, Hear
from engine.database import Database
from engine.failing import FAILING

LOOK_SECONDS = 0.5  # also how long leaving may take
AGAIN_SECONDS = 1.0  # from a broken line to the next attempt

_NEWEST = "SELECT (SELECT max(id) FROM event), (SELECT max(id) FROM letter)"

logger = logging.getLogger(__name__)


@contextmanager
def listening(database: Database, hear: Hear) -> Iterator[None]:
    """Call `hear`, from threads of ours, for each change of a campaign that this process or another one makes."""
    leaving = threading.Event()
    thread = threading.Thread(target=_run, args=(database, hear, leaving), name="listening", daemon=True)
    database.changes.listeners.append(hear)
    thread.start()
    try:
        yield
    finally:
        database.changes.listeners.remove(hear)
        leaving.set()
        thread.join()


def _run(database: Database, hear: Hear, leaving: threading.Event) -> None:
    broken: Any = database.engine.dialect.loaded_dbapi
    listen = _poll if database.sqlite else _listen
    while not leaving.is_set():
        try:
            with closing(database.engine.raw_connection()) as pooled:
                raw: Any = pooled.driver_connection
                pooled.detach()  # held for as long as the process runs, it takes no place among the others
                listen(raw, hear, leaving)
        except (broken.Error, *FAILING):
            logger.warning("listening_broken")
            leaving.wait(AGAIN_SECONDS)


def _listen(raw: Any, hear: Hear, leaving: threading.Event) -> None:
    raw.autocommit = True
    raw.execute(f"LISTEN {CHANNEL}")
    hear((EVERY,))  # nobody listened until now
    while not leaving.is_set():
        for told in raw.notifies(timeout=LOOK_SECONDS, stop_after=1):
            hear((int(told.payload),))


def _poll(raw: Any, hear: Hear, leaving: threading.Event) -> None:
    written = newest = None
    while not leaving.wait(LOOK_SECONDS):
        before, written = written, raw.execute("PRAGMA data_version").fetchall()
        if before == written:
            continue
        known, newest = newest, raw.execute(_NEWEST).fetchall()
        if known != newest:
            hear((EVERY,))

"""The board on which wanted jobs are put up, by workers and by desks, over the house's own connections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector
from sqlalchemy import Connection, text

from engine.database import Database
from engine.fleet import jobs

# Asked first, though the library refuses a second one by itself: each refusal is an error in the server's log.
_UP = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:names)")
_ON_THE_WAY = text("SELECT 1 FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = :kind LIMIT 1")
_NOW = text("SELECT clock_timestamp()")  # the server's: by it jobs become due


class Board:
    """Jobs are known by their names: what is up already is not put up again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._manager = JobManager(SyncPsycopgConnector())  # never opened: each call brings a connection

    def want(self, *wanted: Job) -> None:
        """Put these up."""
        if wanted:
            with self._database.write() as connection:
                self._put_up(connection, wanted)

    def want_in(self, wait: timedelta, wanted: Job) -> None:
        """Put up what asks for this job after so long."""
        with self._database.write() as connection:
            now: datetime = connection.execute(_NOW).scalar_one()
            self._put_up(connection, [jobs.later(wanted, now + wait)])

    def is_on_the_way(self, kind: str) -> bool:
        """Whether a job of this kind waits or is being done."""
        with self._database.read() as connection:
            return connection.execute(_ON_THE_WAY, {"kind": kind}).first() is not None

    def _put_up(self, connection: Connection, wanted: Iterable[Job]) -> None:
        by_name = {str(each.queueing_lock): each for each in wanted}
        up = set(connection.execute(_UP, {"names": list(by_name)}).scalars())
        # In the order of their names: two who put up several would else wait for each other.
        self._defer(connection, [by_name[name] for name in sorted(by_name.keys() - up)])

    def _defer(self, connection: Connection, new: Sequence[Job]) -> None:
        """All at once; one by one if somebody put up one of them in this moment."""
        if not new:
            return
        driver: Any = connection.connection.driver_connection
        try:
            with connection.begin_nested():
                self._manager.batch_defer_jobs(list(new), connection=driver)
        except AlreadyEnqueued:
            for each in new if len(new) > 1 else ():
                self._defer(connection, [each])

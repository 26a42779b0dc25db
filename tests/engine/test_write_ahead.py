"""SQLite's log: whoever made it long moves it into the file, and lets the next writer in before that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from engine.database import SAFE_WAL, Database
from engine.write_ahead import LONG

PAGE = 4096


@pytest.fixture
def database(sqlite_database_url: str) -> Iterator[Database]:
    opened = Database(f"{sqlite_database_url}?timeout=0.1", durable=False)
    if getattr(opened.engine.dialect.dbapi, "sqlite_version_info", ()) < SAFE_WAL:
        pytest.skip("this library keeps a rollback journal")
    with opened.write() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (content BLOB)")
    yield opened
    opened.dispose()


def _keep(database: Database, pages: int) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (b"x" * pages * PAGE,))


def _state(database: Database) -> tuple[int, int]:
    """Pages in the log since it was begun anew, and how many of them are in the file."""
    with database.engine.connect() as connection:
        _, logged, moved = connection.exec_driver_sql("PRAGMA wal_checkpoint(NOOP)").one()
    return int(logged), int(moved)


def test_a_log_that_is_not_long_stays_and_a_long_one_is_moved_and_begun_anew(database: Database) -> None:
    _keep(database, LONG // 2)
    short = _state(database)
    _keep(database, LONG // 2)
    long = _state(database)
    _keep(database, 1)
    assert (short[1], long[0] - long[1], _state(database)[0] < LONG) == (0, 0, True)


def test_it_is_moved_while_others_write_and_what_they_wrote_goes_with_it(database: Database) -> None:
    moving: list[bool] = []

    @event.listens_for(database.engine, "checkout")
    def _meanwhile(*_: Any) -> None:
        if moving and moving.pop():
            _keep(database, 1)

    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (b"x" * LONG * PAGE,))
        moving.append(True)  # the next connection that is asked for is the one that moves
    logged, moved = _state(database)
    assert (moving, logged - moved) == ([], 0)


def test_who_reads_an_older_state_keeps_the_log_and_it_is_moved_with_a_later_write(database: Database) -> None:
    with database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM kept").scalar()
        _keep(database, LONG)
        logged, moved = _state(database)
    _keep(database, 1)
    after = _state(database)
    assert (logged - moved >= LONG, after[0] - after[1]) == (True, 0)

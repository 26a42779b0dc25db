"""The two doors of the database: writers wait their turn and leave all or nothing, readers see one moment."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.database import SAFE_WAL, Database
from engine.locks import BATCHES, SEALING, lock_alone, lock_batches, lock_sealing
from workflows.reasons import Refused

WAITING = 20  # seconds until a test gives up


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    with opened.write() as connection:
        connection.execute(text("CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counter VALUES (1, 0)"))
    yield opened
    opened.dispose()


def _n(connection: Connection) -> int:
    return int(connection.execute(text("SELECT n FROM counter")).scalar_one())


def _add(connection: Connection, by: int = 1) -> None:
    connection.execute(text("UPDATE counter SET n = n + :by"), {"by": by})


def _kept(database: Database) -> int:
    with database.read() as connection:
        return _n(connection)


def test_a_write_is_kept_and_a_failed_one_leaves_nothing(database: Database) -> None:
    with database.write() as connection:
        _add(connection)
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        _add_and_fail(connection)
    assert _kept(database) == 1


def _add_and_fail(connection: Connection) -> None:
    _add(connection)
    raise ZeroDivisionError


def test_what_is_written_through_the_reading_door_is_not_kept(database: Database) -> None:
    try:
        with database.read() as connection:
            _add(connection)
    except DBAPIError:  # PostgreSQL refuses at once
        assert not database.sqlite
    assert _kept(database) == 0


def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    with database.read() as reader:
        before = _n(reader)
        with database.write() as connection:
            _add(connection)
        assert (before, _n(reader)) == (0, 0)
    assert _kept(database) == 1


def test_writers_in_threads_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    def read_then_write(_: int) -> None:
        with database.write() as connection:
            if database.sqlite:
                n = _n(connection)
            else:
                n = int(connection.execute(text("SELECT n FROM counter FOR UPDATE")).scalar_one())
            connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(read_then_write, range(200)))
    assert _kept(database) == 200


def _count_up(url: str, times: int, start: object) -> None:
    """In a process of its own: no lock of ours is shared with the others."""
    database = Database(url)
    start.wait(WAITING)  # type: ignore[attr-defined]
    for _ in range(times):
        with database.write() as connection:
            _add(connection)
    database.dispose()


def test_writers_in_processes_wait_too(database: Database) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(3)
    url = database.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=_count_up, args=(url, 20, start)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(WAITING)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert _kept(database) == 60


def test_sqlite_keeps_its_promises_on_every_connection(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    asked = ("journal_mode", "synchronous", "foreign_keys")
    with database.read() as one, database.read() as other:
        found = [
            {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked}
            for connection in (one, other)
        ]
    database.dispose()
    wal = getattr(database.engine.dialect.dbapi, "sqlite_version_info", ()) >= SAFE_WAL
    assert found == [{"journal_mode": "wal" if wal else "delete", "synchronous": 2, "foreign_keys": 1}] * 2


def test_a_new_file_is_its_owner_s_alone_and_one_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    new, old = tmp_path / "new.sqlite3", tmp_path / "old.sqlite3"
    old.touch(mode=0o640)
    for path in (new, old):
        opened = Database(f"sqlite:///{path}")
        with opened.write() as connection:
            connection.execute(text("CREATE TABLE t (x INTEGER)"))
        opened.dispose()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (new, old)] == [0o600, 0o640]


def test_a_throw_away_copy_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}", durable=False)
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 0
    database.dispose()


def test_foreign_keys_hold_but_while_tables_are_reshaped(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE child (parent INTEGER REFERENCES parent (id))"))
    with pytest.raises(DBAPIError, match="FOREIGN KEY"), database.write() as connection:
        connection.execute(text("INSERT INTO child VALUES (7)"))
    with database.reshape() as connection:
        connection.execute(text("INSERT INTO child VALUES (7)"))
    with pytest.raises(DBAPIError, match="FOREIGN KEY"), database.write() as connection:
        connection.execute(text("INSERT INTO child VALUES (8)"))
    database.dispose()


def test_a_lock_of_another_program_that_lasts_is_told_in_words(tmp_path: Path) -> None:
    database, other = (Database(f"sqlite:///{tmp_path / 'n.sqlite3'}?timeout=0.1") for _ in range(2))
    with other.write():
        assert _heard_by_a_writer(database) == "SYS-01"
    assert _heard_by_a_writer(database) == "stored"
    database.dispose()
    other.dispose()


def test_a_writer_behind_a_long_one_of_ours_is_told_in_words_too(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'n.sqlite3'}?timeout=0.1")
    with ThreadPoolExecutor(1) as pool, database.write():
        behind = pool.submit(_heard_by_a_writer, database)
        done = wait([behind], timeout=WAITING).done
    assert (done, behind.result()) == ({behind}, "SYS-01")
    database.dispose()


def _heard_by_a_writer(database: Database) -> str:
    try:
        with database.write():
            return "stored"
    except Refused as refused:
        return refused.reasons[0].code


def test_a_writer_of_another_program_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    database = Database(f"sqlite:///{path}")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
    stranger = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    stranger.execute("BEGIN IMMEDIATE")
    began, done = threading.Event(), threading.Event()

    def write() -> None:
        began.set()
        with database.write() as connection:
            connection.execute(text("INSERT INTO counter VALUES (1)"))
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    began.wait(WAITING)
    early = done.is_set()
    stranger.execute("COMMIT")
    stranger.close()
    thread.join(WAITING)
    database.dispose()
    assert (early, done.is_set()) == (False, True)


@pytest.fixture
def postgres(postgres_database_url: str) -> Iterator[Database]:
    opened = Database(postgres_database_url)
    yield opened
    opened.dispose()


def _free(database: Database, kind: str, *key: int) -> bool:
    """Whether a lock could be taken at this moment; it is let go at once."""
    arguments = ", ".join(map(str, key))
    with database.write() as connection:
        return bool(connection.execute(text(f"SELECT pg_try_advisory_xact_lock{kind}({arguments})")).scalar_one())


def test_many_share_a_campaign_and_one_has_it_alone(postgres: Database) -> None:
    def free() -> list[bool]:
        return [_free(postgres, "_shared", 1), _free(postgres, "", 1), _free(postgres, "", 2)]

    with postgres.write(1):
        shared = free()
    with postgres.write(1, alone=True):
        alone = free()
    with postgres.write() as connection:
        lock_alone(connection, 1)
        locked = free()
    after = [_free(postgres, "_shared", 1), _free(postgres, "", 1)]
    assert (shared, alone, after) == ([True, False, True], [False, False, True], [True, True])
    assert locked == alone


def test_batches_and_seals_hold_up_their_like_and_nobody_else(postgres: Database) -> None:
    places = [(BATCHES, 1), (SEALING, 1), (BATCHES, 2), (1,)]
    found = []
    for lock in (lock_batches, lock_sealing):
        with postgres.write() as connection:
            lock(connection, 1)
            found.append([_free(postgres, "", *place) for place in places])
    assert found == [[False, True, True, True], [True, False, True, True]]


def test_a_database_that_fails_while_it_commits_leaves_the_outcome_unknown(postgres_database_url: str) -> None:
    """A34: nobody may say that nothing was stored."""
    database = Database(postgres_database_url)
    with pytest.raises(Refused) as refused, database.write() as connection:
        _cut_off(database, connection)
    database.dispose()
    assert [reason.code for reason in refused.value.reasons] == ["SYS-02"]


def test_what_a_constraint_refuses_at_the_last_moment_is_no_failing_of_the_database(database_url: str) -> None:
    database = Database(database_url)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE above (id int PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE below (above int REFERENCES above (id) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO below VALUES (7)")
    database.dispose()


def _cut_off(database: Database, connection: Connection) -> None:
    """End that connection on the server's side, with something in it that is not committed yet."""
    connection.exec_driver_sql("CREATE TABLE kept (id int)")
    mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with database.read() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({mine}, 5000)")


def test_as_many_as_a_desk_has_threads_look_at_the_same_time_and_nobody_waits_for_a_connection(
    sqlite_database_url: str,
) -> None:
    database = Database(sqlite_database_url)
    with ExitStack() as stack:
        looks = [stack.enter_context(database.read()) for _ in range(40)]
        assert [each.execute(text("SELECT 1")).scalar() for each in looks] == [1] * 40
    database.dispose()


def test_as_many_as_ask_at_the_same_time_have_a_connection_each(database: Database) -> None:
    """Else the last of a desk's threads would wait for another's request to end, and be refused at some point."""
    together = threading.Barrier(45)

    def look(_: int) -> int:
        with database.read() as connection:
            together.wait(WAITING)
            return _n(connection)

    with ThreadPoolExecutor(45) as threads:
        assert list(threads.map(look, range(45))) == [0] * 45

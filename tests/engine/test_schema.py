"""The schema: brought up from nothing or from what is there, on both databases, by many at once, and never by force."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, col

from bangdan import ROOT
from engine import append_only, schema
from engine.database import Database
from engine.organisers.tables import Organiser
from engine.tables import Campaign, CampaignVersion, Event, MilestoneRevision, Seal, SealedEvent
from workflows.reasons import Refused

AT = datetime(2023, 10, 7, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database that is open and has no tables yet."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


def _tables(database: Database) -> set[str]:
    with database.read() as connection:
        return set(inspect(connection).get_table_names())


def _code(database: Database) -> str:
    with pytest.raises(Refused) as refusal:
        schema.bring_up(database)
    return refusal.value.reasons[0].code


def test_a_fresh_database_gets_every_table(database: Database) -> None:
    schema.bring_up(database)

    assert _tables(database) == {*SQLModel.metadata.tables, "alembic_version"}


def test_migrations_and_tables_agree(database: Database) -> None:
    schema.bring_up(database)

    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_the_migrations_are_one_line_of_numbered_files(database: Database) -> None:
    with database.read() as connection:
        scripts = ScriptDirectory.from_config(schema.alembic(connection))

    assert [each.revision for each in scripts.walk_revisions()][::-1] == schema.revisions()


def test_bringing_up_again_changes_nothing_and_loses_nothing(database: Database) -> None:
    schema.bring_up(database)
    _fill(database)

    schema.bring_up(database)

    assert _rows(database) == 5


def _fill(database: Database) -> None:
    with Session(database.engine) as session:
        session.add(Organiser(id=1, key="only", made_at=AT))
        session.flush()
        session.add(
            Campaign(id=1, organiser_id=1, key="kczg-2023", source_name="f", source="s", digest="d", opened_at=AT)
        )
        session.flush()
        session.add(CampaignVersion(campaign_id=1, number=1, source_name="f", source="s", digest="d", actor="a",
                                    made_at=AT))  # fmt: skip
        session.add(MilestoneRevision(campaign_id=1, milestone="collection", revision=1, made_at=AT))
        session.add(
            Event(id=1, campaign_id=1, at=AT, role="office", actor="a", subject="unit", subject_id=1, verb="add")
        )
        session.add(Seal(id=1, campaign_id=1, at=AT, events=1, previous="", digest="d"))
        session.flush()
        session.add(SealedEvent(event_id=1, seal_id=1))
        session.commit()


def _rows(database: Database) -> int:
    with database.read() as connection:
        return sum(len(connection.execute(select(SQLModel.metadata.tables[name])).all()) for name in append_only.TABLES)


@pytest.mark.parametrize("table", append_only.TABLES)
def test_what_was_appended_is_never_changed(database: Database, table: str) -> None:
    schema.bring_up(database)
    _fill(database)
    rows = SQLModel.metadata.tables[table]

    answers = []
    for statement in (update(rows).values({rows.primary_key.columns[0].name: 7}), delete(rows)):
        with pytest.raises(DBAPIError) as refusal, database.write() as connection:
            connection.execute(statement)
        answers.append(str(refusal.value.orig).splitlines()[0])

    assert answers == [f"{table}: {append_only.REFUSAL}"] * 2
    assert _rows(database) == 5


def test_postgresql_refuses_to_empty_the_history_too(postgres_database_url: str) -> None:
    database = Database(postgres_database_url)
    schema.bring_up(database)

    with pytest.raises(DBAPIError) as refusal, database.write() as connection:
        connection.execute(text("TRUNCATE event CASCADE"))
    database.dispose()

    assert append_only.REFUSAL in str(refusal.value.orig)


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    def open_it(number: int) -> int:
        database = Database(f"sqlite:///{tmp_path / str(number // 6)}.sqlite3")
        start.wait(timeout=30)
        with database.read() as connection:
            answer = connection.execute(text("SELECT 1")).scalar_one()
        database.dispose()
        return int(answer)

    start = Barrier(6)
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(open_it, range(6 * 40))) == [1] * 6 * 40


def test_threads_that_start_at_once_do_no_harm(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(schema.bring_up, databases))

    assert _tables(databases[0]) == {*SQLModel.metadata.tables, "alembic_version"}
    for database in databases:
        database.dispose()


def test_processes_that_start_at_once_do_no_harm(database_url: str) -> None:
    program = (
        "import sys, bangdan; from engine import schema; from engine.database import Database\n"
        "database = Database(sys.argv[1])\n"
        "print('ready', flush=True); sys.stdin.readline(); schema.bring_up(database); database.dispose()"
    )
    command = [sys.executable, "-W", "error", "-c", program, database_url]
    processes = [
        subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    ready = [process.stdout.readline() for process in processes if process.stdout]
    for process in processes:
        if process.stdin:
            process.stdin.write("go\n")
            process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]

    assert (ready, errors) == (["ready\n"] * 3, [""] * 3)
    database = Database(database_url)
    assert _tables(database) == {*SQLModel.metadata.tables, "alembic_version"}
    database.dispose()


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    schema.bring_up(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Refused) as refusal:
        schema.bring_up(database)

    [reason] = refusal.value.reasons
    assert (reason.code, reason.facts["found"]) == ("SCH-01", "9999")


def test_a_strangers_tables_are_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("CREATE TABLE unit (name VARCHAR(20))"))

    assert _code(database) == "SCH-02"
    assert _tables(database) == {"unit"}


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("先导技术榜\n" * 200, encoding="utf-8")

    assert _code(Database(f"sqlite:///{tmp_path / 'notes.txt'}")) == "SCH-03"


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    database = Database("postgresql+psycopg://office:secret@127.0.0.1:1/bangdan")
    with pytest.raises(Refused) as refusal:
        schema.bring_up(database)

    [reason] = refusal.value.reasons
    assert (reason.code, "secret" in str(reason), "office:***@127.0.0.1" in reason.en) == ("SCH-03", False, True)


def test_a_table_that_others_point_to_can_be_rebuilt(sqlite_database_url: str) -> None:
    database = Database(sqlite_database_url)
    schema.bring_up(database)
    _fill(database)
    with database.reshape() as connection:
        for statement in (
            "CREATE TABLE new AS SELECT * FROM campaign",
            "DROP TABLE campaign",
            "ALTER TABLE new RENAME TO campaign",
        ):
            connection.execute(text(statement))
    with database.write() as connection:
        checked = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    with database.read() as connection:
        keys = connection.execute(select(col(Campaign.key))).scalars().all()
    database.dispose()

    assert (keys, checked) == (["kczg-2023"], 1)

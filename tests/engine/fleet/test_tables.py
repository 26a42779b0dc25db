"""The library's tables: made once, upgraded in order, and left alone when they are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from engine.database import Database
from engine.fleet import tables
from engine.fleet.tables import bring_up, changes
from engine.schema import bring_up as bring_up_ours
from workflows.reasons import Refused

SHAPE = text("""
    SELECT 'column', table_name, column_name, data_type FROM information_schema.columns
     WHERE table_name LIKE 'procrastinate%'
    UNION ALL SELECT 'function', proname, pg_get_function_identity_arguments(oid), '' FROM pg_proc
     WHERE proname LIKE 'procrastinate%'
    UNION ALL SELECT 'index', indexname, '', '' FROM pg_indexes WHERE tablename LIKE 'procrastinate%'
    ORDER BY 1, 2, 3""")
SAID = text("SELECT obj_description('procrastinate_jobs'::regclass, 'pg_class')")


@pytest.fixture
def database(postgres_database_url: str) -> Iterator[Database]:
    made = Database(postgres_database_url)
    yield made
    made.dispose()


def shape(database: Database) -> list[tuple[str, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(SHAPE)]


def test_many_that_begin_at_once_make_the_tables_once_and_ours_stand_beside(database: Database) -> None:
    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda _: bring_up(database), range(4)))
    bring_up_ours(database)
    bring_up(database)

    with database.read() as connection:
        assert connection.execute(SAID).scalar_one() == f"{tables.SAYS}{changes()[-1].name}"
    assert ("column", "procrastinate_jobs", "worker_id", "bigint") in shape(database)


def test_tables_of_an_older_library_are_brought_up_change_by_change(database: Database) -> None:
    bring_up(database)
    new = shape(database)
    with database.write() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    older = changes()[:-2]
    for change in older:
        tables._run(database, change.read_text(encoding="utf-8"), change.name)
    assert shape(database) != new

    bring_up(database)

    assert set(new) <= set(shape(database))
    with database.read() as connection:
        assert connection.execute(SAID).scalar_one() == f"{tables.SAYS}{changes()[-1].name}"


@pytest.mark.parametrize(("said", "code"), [(f"{tables.SAYS}99.00.00_01_later.sql", "WRK-03"), ("theirs", "WRK-04")])
def test_tables_of_a_newer_library_and_of_somebody_else_are_left_alone(
    database: Database, said: str, code: str
) -> None:
    bring_up(database)
    with database.write() as connection:
        connection.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS '{said}'")

    with pytest.raises(Refused) as refused:
        bring_up(database)

    assert [reason.code for reason in refused.value.reasons] == [code]

"""Every table's every row is copied and compared, whatever it holds and whatever table is added later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, LargeBinary, Table, TypeDecorator, insert

from engine import schema
from engine.database import Database
from engine.relocation import copying
from engine.relocation.arriving import alone
from engine.relocation.comparing import compare
from engine.relocation.copying import copy
from engine.relocation.rows import moved_tables, parts

MANY = 7
AWKWARD = ("制表\t与\n换行", "\\N", "", "e\u0301 é 𠮷", "'; DROP TABLE event; --", "Z", "a")


@pytest.fixture
def both(sqlite_database_url: str, postgres_database_url: str) -> Iterator[tuple[Database, Database]]:
    """A house with rows in every table, and one without any."""
    source, target = Database(sqlite_database_url), Database(postgres_database_url)
    schema.bring_up(source)
    schema.bring_up(target)
    with source.write() as connection:
        for table in moved_tables():
            connection.execute(insert(table), [_row(table, number) for number in range(1, MANY + 1)])
    yield source, target
    source.dispose()
    target.dispose()


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: Column[Any], number: int) -> Any:
    """Something of the column's type, unlike any other row's."""
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if column.nullable and number == MANY:
        return None
    match kind:
        case Integer():
            return number
        case Boolean():
            return number % 2 == 0
        case Float():
            return number / 3
        case DateTime():
            return datetime(2025, 3, 14, 23, 59, 59, 999_999, tzinfo=UTC) + timedelta(microseconds=number)
        case JSON():
            return {"键": [number, number / 3, None, True, AWKWARD[number - 1]], "b": {}, "a": []}
        case LargeBinary():
            return bytes(range(256)) * number
    return f"{AWKWARD[number - 1]}{number}"


def moved(source: Database, target: Database) -> dict[str, int]:
    with source.read() as here, alone(target) as there:
        for table in moved_tables():
            copy(here, there, table, tell=lambda _: None)
    with source.read() as here, target.read() as there:
        return {table.name: compare(here, there, table, tell=lambda _: None) for table in moved_tables()}


def test_every_row_of_every_table_is_moved_as_it_is(both: tuple[Database, Database]) -> None:
    assert moved(*both) == {table.name: MANY for table in moved_tables()}


def test_what_was_copied_in_part_goes_on_behind_it(
    both: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = both
    monkeypatch.setattr(copying, "CHUNK", 2)
    monkeypatch.setattr("engine.relocation.rows.FETCHED", 2)
    told: list[int] = []

    def cut_off(rows: int) -> None:
        told.append(rows)
        raise InterruptedError

    with source.read() as here, alone(target) as there:
        for table in moved_tables():
            with pytest.raises(InterruptedError):
                copy(here, there, table, tell=cut_off)
            copy(here, there, table, tell=told.append)

    assert (sum(told), set(told)) == (MANY * len(moved_tables()), {2, 1, MANY})  # heavy rows are a chunk by themselves
    assert moved(source, target) == {table.name: MANY for table in moved_tables()}


def test_the_next_row_gets_a_number_of_its_own(both: tuple[Database, Database]) -> None:
    source, target = both
    moved(source, target)

    numbered = [table for table in moved_tables() if table.autoincrement_column is not None]
    with target.write() as connection:
        following = {
            table.name: connection.exec_driver_sql(
                f"SELECT nextval(pg_get_serial_sequence('\"{table.name}\"', '{table.autoincrement_column.name}'))"  # type: ignore[union-attr]
            ).scalar()
            for table in numbered
        }

    assert following == {table.name: MANY + 1 for table in numbered}


def test_rows_come_a_handful_at_a_time(both: tuple[Database, Database]) -> None:
    heavy = next(table for table in moved_tables() if table.name == "letter_bytes")

    with both[0].read() as connection:
        assert [len(part) for part in parts(connection, heavy)] == [MANY]

"""The rows of one table in the order of its key, the same on both databases, and never many of them at a time."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, String, Table, func, select, tuple_

from engine.relocation.tables import Relocation
from engine.schema import METADATA

FETCHED, HEAVY = 2_000, 10  # rows at a time; heavy ones hold files and letters


def moved_tables() -> list[Table]:
    """Every table of the house, those that others point to first; whatever is added later is among them."""
    return [each for each in METADATA.sorted_tables if each.name != Relocation.__tablename__]


def key_of(table: Table, row: Row[Any]) -> tuple[Any, ...]:
    """What the row is known by."""
    return tuple(row._mapping[each.name] for each in table.primary_key)  # noqa: SLF001 - the documented way


def parts(connection: Connection, table: Table, *, after: Sequence[Any] | None = None) -> Generator[Sequence[Row[Any]]]:
    """All rows, or those behind the key `after`, a handful at a time: memory does not grow with the table."""
    order = _order(connection, table)
    query = select(table).order_by(*order)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    heavy = any(isinstance(each.type, LargeBinary) for each in table.columns)
    asked = connection.execution_options(yield_per=HEAVY if heavy else FETCHED)
    with asked.execute(query) as found:
        yield from found.partitions()


def last_key(connection: Connection, table: Table) -> tuple[Any, ...] | None:
    """The key of the last row."""
    order = _order(connection, table)
    row = connection.execute(select(*table.primary_key).order_by(*(each.desc() for each in order)).limit(1)).first()
    return tuple(row) if row is not None else None


def count(connection: Connection, table: Table) -> int:
    """How many rows there are."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _order(connection: Connection, table: Table) -> list[ColumnElement[Any]]:
    """By bytes: SQLite compares texts so, and PostgreSQL as the language of its database would have it."""
    if connection.dialect.name == "sqlite":
        return list(table.primary_key)
    return [each.collate("C") if isinstance(each.type, String) else each for each in table.primary_key]

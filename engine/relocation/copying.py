"""Copying one table in the order of its key, some thousand rows a transaction: cut off, it goes on from there.

Where that is, the target's own last key says; nothing is kept beside the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Row, Table, text

from engine.failing import alike
from engine.relocation.rows import last_key, parts

CHUNK = 20_000  # rows a transaction


def copy(source: Connection, target: Connection, table: Table, *, tell: Callable[[int], None]) -> None:
    """Bring the rows that the target does not have. `tell` hears how many were stored, at the end of each chunk."""
    with target.begin():
        after = last_key(target, table)
    with closing(parts(source, table, after=after)) as found:
        while chunk := _some(found):
            with target.begin():
                _store(target, table, chunk)
            tell(len(chunk))
    with target.begin():
        _go_on_counting(target, table)


def _some(found: Iterator[Sequence[Row[Any]]]) -> list[Row[Any]]:
    """A chunk: heavy rows come few at a time, and one of their parts is a chunk."""
    chunk: list[Row[Any]] = []
    for part in found:
        chunk += part
        if len(chunk) >= CHUNK or len(part) < CHUNK // 1_000:
            break
    return chunk


def _store(target: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    """By COPY, the values as the columns' own types would bind them."""
    quote = target.dialect.identifier_preparer.format_column
    names = ", ".join(quote(each) for each in table.columns)
    statement = f"COPY {target.dialect.identifier_preparer.format_table(table)} ({names}) FROM STDIN"
    bind = [each.type.dialect_impl(target.dialect).bind_processor(target.dialect) for each in table.columns]
    with alike(target):
        driver: Any = target.connection.cursor()
        with driver, driver.copy(statement) as stream:
            for row in rows:
                stream.write_row([told(value) if told else value for told, value in zip(bind, row, strict=True)])


def _go_on_counting(target: Connection, table: Table) -> None:
    """The next row gets a number that none of these has."""
    column = table.autoincrement_column
    if column is None:
        return
    quote = target.dialect.identifier_preparer
    set_to = text(
        f"SELECT setval(pg_get_serial_sequence(:name, :column), max({quote.format_column(column)})) "  # noqa: S608 - ours
        f"FROM {quote.format_table(table)} HAVING max({quote.format_column(column)}) IS NOT NULL"
    )
    target.execute(set_to, {"name": quote.format_table(table), "column": column.name})

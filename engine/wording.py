"""Statements worded so that their words stay the same, and PostgreSQL and its driver need not take them apart again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Integer, any_, literal, literal_column
from sqlalchemy.dialects import postgresql


def at_most(rows: int) -> ColumnElement[int]:
    """A LIMIT in the words of the statement and not as a value of it.

    PostgreSQL makes one plan for all values as soon as that looks no dearer; of an unknown limit it takes a tenth of
    the table to be wanted, finds that dear, and plans each time anew, which takes longer than the page.
    """
    return literal_column(str(rows), Integer)


def among(connection: Connection, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """That the column is one of these, of which there may be many.

    On PostgreSQL they are one array: the words are then the same for any number of them, while a statement of fifty
    values and more is taken apart anew by the driver each time.
    """
    if connection.dialect.name == "postgresql":
        return cast("ColumnElement[bool]", column == any_(literal(list(values), postgresql.ARRAY(column.type))))
    return cast("ColumnElement[bool]", column.in_(values))

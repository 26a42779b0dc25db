"""Clauses in words that don't depend on their values: a statement is put together once, and PostgreSQL keeps its plan.

Of fifty values and more, psycopg would take a statement apart anew each time.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Integer, Text, bindparam, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


def at_most(rows: int) -> ColumnElement[int]:
    """A LIMIT in the words of the statement and not as a value of it.

    PostgreSQL makes one plan for all values as soon as that looks no dearer; of an unknown limit it takes a tenth of
    the table to be wanted, finds that dear, and plans each time anew, which takes longer than the page.
    """
    return literal_column(str(rows), Integer)


class Many(TypeDecorator[Collection[Any]]):
    """Many values as one, each `of` a type that JSON has too."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.of) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class Among(FunctionElement[Any]):
    """Whether a column is one of many: of these values, or of those that are given under a name."""

    inherit_cache = True
    type = NullType()  # a Boolean would be compared with 1 on SQLite, which no index answers

    def __init__(self, column: Any, which: Collection[Any] | str) -> None:
        many = Many(column.type)
        if isinstance(which, str):
            super().__init__(column, bindparam(which, type_=many))
        else:
            super().__init__(column, bindparam(None, list(which), type_=many))


@compiles(Among, "postgresql")
def _on_postgresql(element: Among, compiler: Any, **how: Any) -> str:
    column, ids = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(Among, "sqlite")
def _on_sqlite(element: Among, compiler: Any, **how: Any) -> str:
    column, ids = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - both are compiled

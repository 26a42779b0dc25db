"""Rows by many ids, in words that don't depend on how many there are: so they are put together and planned once."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


class Ids(TypeDecorator[Collection[int]]):
    """Many row ids as one value."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        ids = list(value or ())
        return ids if dialect.name == "postgresql" else json.dumps(ids)


class Among(FunctionElement[Any]):
    """Whether a column is one of the ids given under a name."""

    inherit_cache = True
    type = NullType()  # a Boolean would be compared with 1 on SQLite, which no index answers

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(column, bindparam(name, type_=Ids()))


@compiles(Among, "postgresql")
def _on_postgresql(element: Among, compiler: Any, **how: Any) -> str:
    column, ids = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(Among, "sqlite")
def _on_sqlite(element: Among, compiler: Any, **how: Any) -> str:
    column, ids = (compiler.process(each, **how) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - both are compiled

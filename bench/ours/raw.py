"""The bare driver, for floors: nothing between the statement and the database, which is as durable as bangdan's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from engine.database import Database

BUSY_SECONDS = 120.0
Row = tuple[Any, ...]


class Raw:
    """One connection. Parameters are `?` on both databases; on SQLite a transaction begins with `begin`."""

    def __init__(self, url: str) -> None:
        known = make_url(url)
        self.sqlite = known.get_backend_name() == "sqlite"
        bare = known.set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection: Any = _sqlite(url) if self.sqlite else psycopg.connect(bare)
        self._cursor = self.connection.cursor()

    def words(self, statement: str) -> str:
        """The statement as this driver wants it; made once, before anything is measured."""
        return statement if self.sqlite else statement.replace("?", "%s")

    def begin(self) -> None:
        """On SQLite as a writer; the other driver begins by itself."""
        if self.sqlite:
            self._cursor.execute("BEGIN IMMEDIATE")

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Rows that it changed."""
        return int(self._cursor.execute(statement, parameters).rowcount)

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """What it finds."""
        found: list[Row] = self._cursor.execute(statement, parameters).fetchall()
        return found

    def commit(self) -> None:
        """Stored when this returns."""
        if self.sqlite:
            self._cursor.execute("COMMIT")
        else:
            self.connection.commit()

    def end_look(self) -> None:
        """After reading: let go of what was seen."""
        if not self.sqlite:
            self.connection.rollback()

    def close(self) -> None:
        """The end."""
        self.connection.close()


def _sqlite(url: str) -> Any:
    """By the same library as bangdan's."""
    library: Any = Database(url).engine.dialect.dbapi
    path = str(make_url(url).database)
    connection = library.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection

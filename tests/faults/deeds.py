"""What an answer costs, counted and not timed: the statements it runs, its hashes, its lines in the log, its rows.

    deeds = Deeds(database)
    with deeds.of() as first:
        browser.get(path)
    with deeds.of() as second:
        browser.get(other)
    assert first == second      # so both took the same time, up to what the machine adds

Statements are compared as text, parameters masked, in their order. What differs between two answers can be measured by
whoever asks often enough; what does not differ here can't be measured by anybody.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import argon2.low_level
import pytest
from sqlalchemy import event, func, select
from sqlmodel import SQLModel

from engine.database import Database

OURS = ("bangdan", "engine", "notifications", "workflows")
UNTOLD = ("created", "msecs", "relativeCreated", "thread", "threadName", "process", "processName", "taskName",
          "duration", "ms", "milliseconds", "account")  # fmt: skip


@dataclass
class Done:
    """What one answer did."""

    statements: list[str] = field(default_factory=list)
    hashes: int = 0
    lines: list[str] = field(default_factory=list)
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)


class Deeds(logging.Handler):
    """Watches a database, the hashing library and the log."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        super().__init__(logging.DEBUG)
        self.database, self.now = database, Done()
        event.listen(database.engine, "before_cursor_execute", self._statement)
        for name in ("verify_secret", "hash_secret"):
            patch.setattr(argon2.low_level, name, self._hashing(getattr(argon2.low_level, name)))
            if hasattr(argon2._password_hasher, name):
                patch.setattr(argon2._password_hasher, name, getattr(argon2.low_level, name))
        logging.getLogger().addHandler(self)

    @contextmanager
    def of(self) -> Iterator[Done]:
        """What is done in the block; rows as how many more there are, and by how much the highest number grew."""
        before = self._rows()
        self.now = done = Done()
        yield done
        self.now = Done()
        done.rows = {
            name: (n - before[name][0], top - before[name][1])
            for name, (n, top) in self._rows().items()
            if (n, top) != before[name]
        }

    def emit(self, record: logging.LogRecord) -> None:
        """A line of the log, without its clock and without whose account it was, which is what a log is for."""
        if record.name.partition(".")[0] in OURS:
            more = {key: value for key, value in vars(record).items() if key not in (*UNTOLD, *_OF_EVERY_LINE)}
            self.now.lines.append(f"{record.name} {record.getMessage()} {sorted(more.items())}")

    def _statement(self, _c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.now.statements.append(re.sub(r"\((\?, )+\?\)", "(?)", statement))

    def _hashing(self, hashed: Any) -> Any:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.now.hashes += 1
            return hashed(*args, **kwargs)

        return counted

    def _rows(self) -> dict[str, tuple[int, int]]:
        tables = SQLModel.metadata.tables
        numbers = {name: func.max(t.c.id) if "id" in t.c else func.count() for name, t in tables.items()}
        parts = [
            select(select(func.count()).select_from(t).scalar_subquery(), select(numbers[name]).scalar_subquery())
            for name, t in sorted(tables.items())
        ]
        with self.database.engine.connect() as connection:
            return {
                name: (int(row[0]), int(row[1] or 0))
                for name, row in zip(sorted(tables), (connection.execute(part).one() for part in parts), strict=True)
            }


_OF_EVERY_LINE = frozenset(vars(logging.makeLogRecord({})))

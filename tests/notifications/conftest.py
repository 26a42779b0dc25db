"""An outbox on a fresh database, a transaction on it, and a few letters to put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import sqlalchemy
from sqlalchemy import Connection

from notifications.pacing import POST_GRANT
from notifications.prepared import in_one_journey
from notifications.tables import LETTER, LETTER_BYTES, MUTE

Transaction = Callable[[], AbstractContextManager[Connection]]


@contextmanager
def _outbox(url: str) -> Iterator[Transaction]:
    engine = sqlalchemy.create_engine(url)
    in_one_journey(engine)
    if engine.dialect.name == "sqlite":  # one writer at a time from its first moment, as the engine does it
        sqlalchemy.event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        sqlalchemy.event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    LETTER.metadata.create_all(engine, [LETTER, LETTER_BYTES, MUTE, POST_GRANT])
    yield engine.begin
    engine.dispose()


@pytest.fixture
def transaction(database_url: str) -> Iterator[Transaction]:
    """Opens write transactions on an empty outbox; on SQLite and on PostgreSQL in turn."""
    with _outbox(database_url) as begin:
        yield begin


@pytest.fixture
def sqlite_transaction(sqlite_database_url: str) -> Iterator[Transaction]:
    """The same on SQLite only, for tests whose subject is not the database."""
    with _outbox(sqlite_database_url) as begin:
        yield begin

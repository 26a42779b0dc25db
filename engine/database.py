"""One database: SQLite in a file by default, PostgreSQL by URL. Transactions begin and end here.

SQLite: WAL only on a library that does not corrupt it (3.51.3 and newer), `synchronous=FULL`, and `BEGIN IMMEDIATE`
behind one in-process lock for writers, so that a writer waits its turn instead of failing.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, CursorResult, Transaction, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from engine import write_ahead
from engine.changes.telling import EVERY, Changes, note
from engine.failing import FAILING, UNKNOWN, alike, taken, unreadable
from engine.line import Line
from engine.locks import lock_words
from engine.reach import notice_loss, ours
from engine.relocation.refusals import held
from notifications.prepared import in_one_journey, send
from workflows.reasons import Refused

try:  # the wheel brings a library that is newer than most systems' own; without it the rollback journal is used
    import pysqlite3.dbapi2 as sqlite_library
except ImportError:
    sqlite_library = sqlite3

SQLITE_VERSION: str = sqlite_library.sqlite_version
SAFE_WAL = (3, 51, 3)
BUSY_SECONDS = 30.0
JOURNAL_ATTEMPTS = 100
KEPT = 40  # connections; as many as a desk has threads


# How transactions begin on SQLite and on PostgreSQL.
_WRITE = ("BEGIN IMMEDIATE", "BEGIN")
_READ = ("BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")


class Database:
    """A connection pool with two doors: `write` (one transaction that commits or leaves nothing) and `read`.

    `durable=False` gives up the promise to survive a power cut, for copies that are thrown away (a rehearsal). `kept`
    connections to a server are left open between their uses; there is one for each thread that asks at the same time.
    """

    def __init__(self, url: str | URL, *, durable: bool = True, kept: int = KEPT) -> None:
        self.url: URL = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.patience = float(str(self.url.query.get("timeout", BUSY_SECONDS)))  # seconds for which a writer waits
        self.changes = Changes()
        self._kept = kept
        self._writers = Line()
        self.engine: Engine = _sqlite(self.url, durable, self.patience) if self.sqlite else _postgresql(self.url, kept)
        event.listen(self.engine, "handle_error", held, retval=True)

    @contextmanager
    def write(self, campaign_id: int | None = None, *, alone: bool = False) -> Iterator[Connection]:
        """One transaction; on SQLite it holds the write lock from its first moment.

        Of a campaign: it holds off a closing or an extension, which are `alone` and hold off everybody (`lock_alone`).
        On PostgreSQL that costs no word more to the server; SQLite has one writer.
        """
        how = _WRITE if campaign_id is None else (_WRITE[0], f"{_WRITE[1]}; {lock_words(campaign_id, alone=alone)}")
        with self._turn(), self.engine.connect() as connection:
            with self._begun(connection, how) as transaction:
                yield connection
                if transaction.is_active:  # or whoever looked at what would happen took it back
                    send(connection)
                    _commit(transaction)
            self.changes.tell(connection)
            long = self._log_is_long(connection)
        if long:
            write_ahead.move(self.engine, self._writers, self.patience)

    def _log_is_long(self, connection: Connection) -> bool:
        with suppress(*FAILING):  # what was written is stored
            return self.sqlite and write_ahead.is_long(connection)
        return False

    @contextmanager
    def reshape(self) -> Iterator[Connection]:
        """`write` for changing the tables themselves.

        To change a table SQLite rebuilds it, and dropping the old one would violate every foreign key to it. So they
        are off meanwhile, which can be said only outside a transaction; whoever reshapes checks them at the end.
        """
        with self._turn(), self.engine.connect() as connection:
            self._enforce_foreign_keys(connection, on=False)
            try:
                with self._begun(connection, _WRITE):
                    yield connection
            finally:
                self._enforce_foreign_keys(connection, on=True)

    def _enforce_foreign_keys(self, connection: Connection, *, on: bool) -> None:
        if self.sqlite:
            _tell_driver(connection, f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent look that holds up nobody; what is written through it is rolled back."""
        with self.engine.connect() as connection, self._begun(connection, _READ) as transaction:
            yield connection
            transaction.rollback()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Our own writers wait in line; whoever waited as long as for another program's lock hears that it is taken.

        Without an end to it, each in a long line would wait for the lock after all those before it gave up.
        """
        if not self.sqlite:
            yield
            return
        if not self._writers.acquire(self.patience):
            raise Refused(taken(self.patience))
        try:
            yield
        finally:
            self._writers.release()

    @contextmanager
    def _begun(self, connection: Connection, how: tuple[str, str]) -> Iterator[Transaction]:
        """A transaction, begun in so many words, because both drivers are told to begin none by themselves."""
        self._begin(connection, how[0] if self.sqlite else how[1])
        with connection.begin() as transaction:
            yield transaction

    def _begin(self, connection: Connection, how: str) -> None:
        """Begin; where the server went away since the last transaction, on a new connection to it, if it is back.

        Asking before each transaction would be a journey to the server and back for what almost never is. What the
        pool holds has ended with it, so one after the other is given up until one is new.
        """
        for _ in range(self._kept):
            if self._has_begun(connection, how):
                return
            connection.invalidate()
        _tell_driver(connection, how)

    def _has_begun(self, connection: Connection, how: str) -> bool:
        """Whether it did; it did not where the connection turns out to have ended."""
        try:
            _tell_driver(connection, how)
        except OperationalError as error:
            if "locked" in str(error.orig):
                raise Refused(taken(self.patience)) from error
            cause: Any = error.orig
            if connection.invalidated or not connection.dialect.is_disconnect(
                cause, connection.connection.dbapi_connection, None
            ):
                raise
            return False
        return True

    def tell(self, campaign_id: int = EVERY) -> None:
        """Let whoever listens look at a campaign, or at all: for what is told of in no event."""
        with suppress(*FAILING), self.engine.connect() as connection:
            note(connection, campaign_id)
            self.changes.tell(connection)

    def copy(self, path: Path) -> None:
        """An SQLite database as it is at this moment, in one file; on a write-ahead log nobody waits for it."""
        target = sqlite_library.connect(str(path))
        try:
            with self.engine.connect() as connection, alike(connection):
                driver: Any = connection.connection.driver_connection
                driver.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        finally:
            target.close()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _commit(transaction: Transaction) -> None:
    """Commit. Raises Refused (SYS-02) where the database fails in it: then nobody can know what it kept.

    What a constraint refuses at the last moment is known not to be stored, and is no failing of the database.
    """
    try:
        transaction.commit()
    except FAILING as error:
        raise Refused(UNKNOWN) from error


def _tell_driver(connection: Connection, statement: str) -> None:
    """Straight to the driver: a statement of ours would begin a transaction, and costs five times as much."""
    unprepared: Any = {} if connection.dialect.name == "sqlite" else {"prepare": False}  # or it could not be two in one
    with alike(connection):
        cursor = connection.connection.cursor()
        cursor.execute(statement, **unprepared)
        cursor.close()


def _postgresql(url: URL, kept: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=kept,
        max_overflow=-1,
        hide_parameters=True,
        use_native_hstore=False,  # each connection would ask for a type that we don't use
        connect_args={"autocommit": True, **ours(url)},
    )
    notice_loss(engine)
    in_one_journey(engine)
    return engine


def _sqlite(url: URL, durable: bool, patience: float) -> Engine:
    library: ModuleType = sqlite_library
    engine = create_engine(
        url,
        module=library,
        poolclass=QueuePool,
        max_overflow=-1,  # one for each thread: who waited for one half a minute would be told of a defect of ours
        hide_parameters=True,  # an error's words go to the log, and names and numbers of people don't
        connect_args={"timeout": patience, "check_same_thread": False, "cached_statements": 1000},
    )
    wal = library.sqlite_version_info >= SAFE_WAL

    @event.listens_for(engine, "do_connect")
    def _before_connect(_dialect: object, _record: object, arguments: list[Any], _named: object) -> None:
        _keep_to_owner(str(arguments[0]))

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # transactions are begun above, not by the driver's guesses
        cursor = raw.cursor()
        _set_journal(cursor, "WAL" if wal else "DELETE", library.OperationalError)
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA wal_autocheckpoint=0")  # see `write_ahead`
        cursor.close()

    event.listen(engine, "handle_error", unreadable, retval=True)
    return engine


def _keep_to_owner(path: str) -> None:
    """Make a new database file one that only its owner reads: it holds people's names and numbers.

    A file that is there is not even opened: closing it would let go of the locks that SQLite has on it.
    """
    with suppress(OSError):  # SQLite itself says what is wrong
        if path != ":memory:":
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _set_journal(cursor: Any, mode: str, busy: type[Exception]) -> None:
    """Set how the file keeps its journal, however many open a new file at this moment.

    SQLite does not wait when somebody else is in the way of this change, so we wait in line for the write lock instead
    (up to BUSY_SECONDS), let it go and ask again.
    """
    for _ in range(JOURNAL_ATTEMPTS):
        try:
            cursor.execute(f"PRAGMA journal_mode={mode}")
        except busy:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("COMMIT")
        else:
            return
    cursor.execute(f"PRAGMA journal_mode={mode}")


INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""INSERT by dialect, for ON CONFLICT: both databases have it, the common one does not."""


def insert_into(connection: Connection, table: type) -> Any:
    """An INSERT in the connection's own dialect."""
    return INSERTS[connection.dialect.name](table)


def inserted_id(result: CursorResult[Any]) -> int:
    """The row id of the one row that an INSERT made."""
    (key,) = result.inserted_primary_key or (None,)
    if key is None:
        raise TypeError("not the result of a single-row INSERT")
    return int(key)

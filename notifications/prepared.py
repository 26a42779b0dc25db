"""Statements of the busiest ways: compiled once for each database, and handed straight to the driver.

SQLAlchemy puts a statement into words and knows every type; to carry it out costs it many times what the driver needs.
So only that is done here, with the same words, the same values, the same rows and the same errors.

On PostgreSQL nobody waits for an answer that nobody has looked at: what is only told goes out with the next question,
in one journey and in the order in which it was said. Nothing is left unsent when a part or the transaction ends
(`send`); what is taken back before it was sent is never sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Row, event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
Make = Callable[[Any], Any]
Check = Callable[[int], None]


class Prepared:
    """One statement, without expanding parameters. An INSERT whose row ids nobody asks for is to be `inline`."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._ways: dict[tuple[str, tuple[str, ...]], _Way] = {}

    def ask(self, connection: Connection, values: Values, *, check: Check | None = None) -> Asked:
        """Carry it out; on PostgreSQL when somebody looks at an answer, so `values` must hold nothing that changes.

        `check` is told how many rows it changed as soon as that is known, and raises what is to be raised.
        """
        way = self._way(connection, values)
        return _ask(connection, way, way.bound(values), check)

    def each(self, connection: Connection, several: Sequence[Values]) -> None:
        """Carry it out for each of these, all of the same names; nobody is told what it finds or changes."""
        if several:
            way = self._way(connection, several[0])
            _ask(connection, way, Several(way.bound(values) for values in several))

    def rows(self, connection: Connection, values: Values) -> list[Row[Any]]:
        """What it finds."""
        return self.ask(connection, values).rows

    def first(self, connection: Connection, values: Values) -> Row[Any] | None:
        """The first that it finds."""
        return next(iter(self.rows(connection, values)), None)

    def _way(self, connection: Connection, values: Values) -> _Way:
        key = (connection.dialect.name, tuple(values))
        way = self._ways.get(key)
        if way is None:
            way = self._ways[key] = _way(self._statement, connection, list(values))
        return way


class Several(list[Any]):
    """The values of a statement that is carried out once for each of them."""


@lru_cache(maxsize=2048)
def prepared(statement: Any) -> Prepared:
    """The same one each time, for a statement that somebody else keeps."""
    return Prepared(statement)


@dataclass(slots=True, eq=False)
class Asked:
    """A statement, and its answer once it was sent."""

    connection: Connection
    way: _Way
    values: Any = None
    check: Check | None = None
    cursor: Any = None
    found: Sequence[Any] = ()

    @property
    def rows(self) -> list[Row[Any]]:
        """What it found."""
        if self.cursor is None:
            send(self.connection)
        return self.way.read(self)


@dataclass(slots=True)
class _Way:
    """How one database is asked: in which words, with which values, and how the rows that it gives are read."""

    words: str
    places: Sequence[tuple[str, Make | None]] = ()
    named: bool = True  # or the driver takes values by their place
    fixed: Values | None = None  # those that stand in the statement itself
    columns: Sequence[Any] = ()
    _reading: tuple[SimpleResultMetaData, Any] | None = None

    def bound(self, values: Values) -> Any:
        """The values as the driver takes them."""
        given = {**self.fixed, **values} if self.fixed else values
        if self.named:
            return {name: make(given[name]) if make else given[name] for name, make in self.places}
        return [make(given[name]) if make else given[name] for name, make in self.places]

    def read(self, asked: Asked) -> list[Row[Any]]:
        """The rows that the driver gave."""
        if self._reading is None:
            dialect, names = asked.connection.dialect, [each.keyname for each in self.columns]
            read = [each.type._cached_result_processor(dialect, told[1])  # noqa: SLF001 - see `_way`
                    for each, told in zip(self.columns, asked.cursor.description, strict=True)]  # fmt: skip
            self._reading = SimpleResultMetaData(names), read if any(read) else None
        meta, made = self._reading
        return [Row(meta, made, meta._key_to_index, each) for each in asked.found]  # noqa: SLF001


def _way(statement: Any, connection: Connection, names: list[str]) -> _Way:
    """What SQLAlchemy would have done; it has no door for the words and types alone."""
    known = connection.engine._compiled_cache  # noqa: SLF001 - statements that differ in a value alone share words
    compiled, extracted, *_ = statement._compile_w_cache(  # noqa: SLF001
        connection.dialect, compiled_cache=known, column_keys=sorted(names)
    )
    if compiled.insert_prefetch or any(each.key in names for each in compiled.post_compile_params):
        raise TypeError(f"has to be put together anew each time: {compiled}")
    if compiled.post_compile_params:  # lists of its own, whose lengths are part of the words: it shares them with none
        compiled = statement.compile(dialect=connection.dialect, column_keys=sorted(names))
        whole = compiled.construct_expanded_state(dict.fromkeys(names))
        words, order, given, more = whole.statement, whole.positiontup, whole.parameters, whole.processors
    else:
        given = compiled.construct_params(dict.fromkeys(names), extracted_parameters=extracted)
        words, order, more = compiled.string, compiled.positiontup, {}
    making = {**compiled._bind_processors, **more}  # noqa: SLF001
    return _Way(
        words=words, places=[(name, making.get(name)) for name in order or given], named=not compiled.positional,
        columns=compiled._result_columns,  # noqa: SLF001
        fixed={name: value for name, value in given.items() if name not in names},
    )  # fmt: skip


_UNSENT: WeakKeyDictionary[Connection, list[Asked]] = WeakKeyDictionary()


def _ask(connection: Connection, way: _Way, values: Any = None, check: Check | None = None) -> Asked:
    asked = Asked(connection, way, values, check)
    if connection.dialect.name == "postgresql":
        _UNSENT.setdefault(connection, []).append(asked)
    else:
        _carry_out(connection, [asked])
    return asked


def send(connection: Connection) -> None:
    """Send what was not sent yet, in one journey. Raises what a statement of SQLAlchemy's would."""
    if unsent := _UNSENT.pop(connection, None):
        _carry_out(connection, unsent)


def _carry_out(connection: Connection, batch: Sequence[Asked]) -> None:
    driver: Any = connection.connection.dbapi_connection
    now = batch[0]
    try:
        with driver.pipeline() if len(batch) > 1 else nullcontext():
            for now in batch:
                _execute(driver, now)
        for now in batch:  # at once: a statement of SQLite that was not read to its end holds on to what it sees
            if now.way.columns:
                now.found = now.cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        connection._handle_dbapi_exception(error, now.way.words, now.values, now.cursor, None)  # noqa: SLF001
    for each in batch:
        if each.check is not None:
            each.check(each.cursor.rowcount)


def _execute(driver: Any, asked: Asked) -> None:
    words, values = asked.way.words, asked.values
    asked.cursor = cursor = driver.cursor()
    for hear in asked.connection.dispatch.before_cursor_execute:
        words, values = hear(asked.connection, cursor, words, values, None, isinstance(values, Several))
    if isinstance(values, Several):
        cursor.executemany(words, values)
    elif values is None:
        cursor.execute(words)
    else:
        cursor.execute(words, values)


def in_one_journey(engine: Engine) -> None:
    """From now on SQLAlchemy's own statements on PostgreSQL let go out first what was said before them."""
    event.listen(engine, "do_execute", _after_the_unsent)
    event.listen(engine, "do_executemany", _after_the_unsent)
    event.listen(engine, "commit", send)
    event.listen(engine, "rollback", lambda connection: _UNSENT.pop(connection, None))


def _after_the_unsent(_cursor: object, _words: str, _values: object, context: Any) -> None:
    send(context.root_connection)


# One name for all: the innermost is meant, and one that was taken back is ended as well.
_BEGIN, _KEEP, _TAKE_BACK = _Way("SAVEPOINT part"), _Way("RELEASE SAVEPOINT part"), _Way("ROLLBACK TO SAVEPOINT part")


@dataclass(slots=True)
class Part:
    """A part of a transaction that can be taken back alone."""

    connection: Connection
    begun: Asked
    is_active: bool = True

    def keep(self) -> None:
        """It stays. What was said in it and fails, fails now at the latest."""
        _ask(self.connection, _KEEP)
        send(self.connection)
        self.is_active = False

    def rollback(self) -> None:
        """Take it back."""
        self.is_active = False
        unsent = _UNSENT.get(self.connection, [])
        del unsent[unsent.index(self.begun) + 1 if self.begun in unsent else 0 :]
        _ask(self.connection, _TAKE_BACK)
        _ask(self.connection, _KEEP)
        send(self.connection)


@contextmanager
def part(connection: Connection) -> Iterator[Part]:
    """A part of the transaction: it stays, unless it is taken back or something is raised in it."""
    opened = Part(connection, _ask(connection, _BEGIN))
    try:
        yield opened
        if opened.is_active:
            opened.keep()
    except BaseException:
        if opened.is_active and not connection.invalidated:
            with suppress(DBAPIError):  # what was raised is what is to be heard
                opened.rollback()
        raise

"""Statements handed straight to the driver: the same rows, the same errors, and one journey for what is only told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from engine.database import Database
from notifications.clauses import Among
from notifications.prepared import Prepared, part, prepared

THING = Table(
    "thing", MetaData(), Column("id", Integer, primary_key=True), Column("name", String, unique=True),
    Column("told", JSON), Column("good", Boolean), Column("at", DateTime(timezone=True)),
)  # fmt: skip
ADD = Prepared(insert(THING).inline())
RENAME = Prepared(update(THING).where(THING.c.id == bindparam("row_id")))
NAMES = Prepared(select(THING.c.name).order_by(THING.c.id))
AT = datetime(2025, 3, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def things(database_url: str) -> Iterator[Database]:
    """An empty table."""
    database = Database(database_url)
    THING.metadata.create_all(database.engine)
    yield database
    database.dispose()


def _names(database: Database) -> list[str]:
    with database.read() as connection:
        return [row.name for row in NAMES.rows(connection, {})]


def _add(connection: Connection, named: Mapping[int, str]) -> None:
    for row_id, name in named.items():
        ADD.ask(connection, {"id": row_id, "name": name})


def _add_and_fail(connection: Connection) -> None:
    _add(connection, {1: "甲"})
    raise ZeroDivisionError


def test_rows_are_those_of_sqlalchemy(things: Database) -> None:
    with things.write() as connection:
        ADD.ask(connection, {"id": 1, "name": "甲", "told": {"a": [1, "二"]}, "good": True, "at": AT})
    query = select(THING).where(THING.c.id == bindparam("row_id"), THING.c.name == "甲").limit(3)
    with things.read() as connection:
        found = prepared(query).first(connection, {"row_id": 1})
        assert found == connection.execute(query, {"row_id": 1}).one()
        assert found is not None
        assert (found.told, found.good) == ({"a": [1, "二"]}, True)


@pytest.mark.parametrize("names", [("甲",), ("甲", "丙"), ("丙", "乙", "丁"), ()])
def test_lists_that_stand_in_the_statement_are_put_into_words_once(things: Database, names: tuple[str, ...]) -> None:
    with things.write() as connection:
        _add(connection, {1: "甲", 2: "乙", 3: "丙"})
    query = select(THING).where(THING.c.name.in_(names), THING.c.id > bindparam("above")).order_by(THING.c.id)
    with things.read() as connection:
        assert prepared(query).rows(connection, {"above": 0}) == connection.execute(query, {"above": 0}).all()
        assert prepared(query).rows(connection, {"above": 1}) == connection.execute(query, {"above": 1}).all()


def test_what_is_only_told_is_there_for_the_next_question_however_it_is_asked(things: Database) -> None:
    with things.write() as connection:
        ADD.ask(connection, {"id": 1, "name": "甲"})
        assert [row.name for row in NAMES.rows(connection, {})] == ["甲"]
        ADD.ask(connection, {"id": 2, "name": "乙"})
        assert connection.execute(select(THING.c.name).order_by(THING.c.id)).scalars().all() == ["甲", "乙"]
        changed: list[int] = []
        RENAME.ask(connection, {"name": "丙", "row_id": 2}, check=changed.append)
        RENAME.ask(connection, {"name": "丁", "row_id": 7}, check=changed.append)
        assert len(NAMES.rows(connection, {})) == 2
        assert changed == [1, 0]
        ADD.ask(connection, {"id": 3, "name": "末"})
    assert _names(things) == ["甲", "丙", "末"]


def test_statements_go_out_in_the_order_in_which_they_were_said(things: Database) -> None:
    heard: list[str] = []
    with things.write() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: heard.append(given[2].split()[0]))
        ADD.ask(connection, {"id": 1, "name": "甲"})
        RENAME.ask(connection, {"name": "乙", "row_id": 1})
        NAMES.rows(connection, {})
    assert heard == ["INSERT", "UPDATE", "SELECT"]


def test_what_is_said_once_for_each_comes_between_what_was_said_before_and_after(things: Database) -> None:
    several = [{"id": number, "name": name} for number, name in ((2, "乙"), (3, "丙"))]
    with things.write() as connection:
        ADD.ask(connection, {"id": 1, "name": "甲"})
        ADD.each(connection, several)
        RENAME.ask(connection, {"name": "丁", "row_id": 3})
        ADD.each(connection, [])
    with pytest.raises(IntegrityError), things.write() as connection:
        ADD.each(connection, [{"id": 4, "name": "戊"}, *several])
    assert _names(things) == ["甲", "乙", "丁"]


def test_rows_are_found_among_any_number_of_ids(things: Database) -> None:
    among = Prepared(select(THING.c.id).where(Among(THING.c.id, "ids"), THING.c.id < 3).order_by(THING.c.id))
    with things.write() as connection:
        _add(connection, {1: "甲", 2: "乙", 3: "丙"})
        found = [[row.id for row in among.rows(connection, {"ids": ids})] for ids in ((), {2}, [3, 2, 1, 9])]
    assert found == [[], [2], [1, 2]]


@pytest.mark.parametrize("inner", [False, True])
def test_a_part_that_is_taken_back_takes_back_what_was_said_in_it_and_nothing_else(
    things: Database, *, inner: bool
) -> None:
    with things.write() as connection:
        ADD.ask(connection, {"id": 1, "name": "甲"})
        with part(connection) as outer:
            ADD.ask(connection, {"id": 2, "name": "乙"})
            with part(connection) as second:
                ADD.ask(connection, {"id": 3, "name": "丙"})
                if inner:
                    second.rollback()
            ADD.ask(connection, {"id": 4, "name": "丁"})
            if not inner:
                outer.rollback()
        ADD.ask(connection, {"id": 5, "name": "戊"})
    assert _names(things) == (["甲", "乙", "丁", "戊"] if inner else ["甲", "戊"])


def test_what_fails_in_a_part_fails_there_and_the_transaction_goes_on(things: Database) -> None:
    with things.write() as connection:
        ADD.ask(connection, {"id": 1, "name": "甲"})
        with pytest.raises(IntegrityError), part(connection):
            _add(connection, {2: "甲", 3: "乙"})
        ADD.ask(connection, {"id": 4, "name": "丙"})
    assert _names(things) == ["甲", "丙"]


def test_what_fails_at_the_end_leaves_nothing(things: Database) -> None:
    with pytest.raises(IntegrityError), things.write() as connection:
        _add(connection, {1: "甲", 2: "甲"})
    assert _names(things) == []


def test_what_was_said_and_taken_back_with_its_transaction_is_never_sent(things: Database) -> None:
    with pytest.raises(ZeroDivisionError), things.write() as connection:
        _add_and_fail(connection)
    assert _names(things) == []


def test_a_statement_that_needs_other_words_each_time_is_refused(things: Database) -> None:
    query = select(THING).where(THING.c.id.in_(bindparam("rows", expanding=True)))
    with things.read() as connection, pytest.raises(TypeError, match="anew"):
        Prepared(query).rows(connection, {"rows": [1]})


def test_what_was_said_before_a_part_and_fails_is_what_is_heard(things: Database) -> None:
    with pytest.raises(IntegrityError), things.write() as connection:
        _add_in_a_part(connection, {1: "甲", 2: "甲"}, {3: "乙"})
    assert _names(things) == []


def _add_in_a_part(connection: Connection, before: Mapping[int, str], within: Mapping[int, str]) -> None:
    _add(connection, before)
    with part(connection):
        _add(connection, within)


def test_a_question_that_nobody_looked_at_holds_up_no_later_transaction(things: Database) -> None:
    with things.write() as connection:
        _add(connection, {1: "甲", 2: "乙", 3: "丙"})
    kept = []
    with things.write() as connection:
        kept.append(NAMES.ask(connection, {}))
        connection.get_transaction().rollback()  # type: ignore[union-attr]
    with things.write() as connection:
        _add(connection, {4: "丁"})
    assert _names(things) == ["甲", "乙", "丙", "丁"]

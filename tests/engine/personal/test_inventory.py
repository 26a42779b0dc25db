"""Every column that can hold something of a person is listed, or is among those that can't."""

from __future__ import annotations

from sqlalchemy import JSON, LargeBinary, String
from sqlmodel import AutoString

from engine import schema
from engine.personal.inventory import NOT_PERSONAL, OUTSIDE, PERSONAL

HOLDS_WORDS = (JSON, LargeBinary, String, AutoString)


def test_every_column_of_text_is_said_to_be_personal_or_not() -> None:
    known = {table: set(columns.split()) for table, columns in NOT_PERSONAL.items()}
    for held in PERSONAL:
        assert not known.get(held.table, set()) & held.columns.keys(), held.table
        known.setdefault(held.table, set()).update(held.columns)
    there = {
        name: {each.name for each in table.c if isinstance(each.type, HOLDS_WORDS)}
        for name, table in schema.METADATA.tables.items()
    }
    assert known == {table: columns for table, columns in there.items() if columns}


def test_each_table_says_what_why_and_how_long_in_both_languages() -> None:
    words = [word for held in PERSONAL for pair in (held.what, held.why, held.until) for word in pair]
    assert all(words)
    assert len({held.table for held in PERSONAL}) == len(PERSONAL)
    assert len(OUTSIDE) > 3

"""Two databases side by side: the same rehearsal is the same on both, and whatever differs is told."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from bangdan import ROOT
from bangdan.rehearsing import alone
from engine.database import Database
from engine.office import Office
from engine.rehearsal.comparing import Difference, compared, counted
from engine.rehearsal.play import Size, rehearse
from engine.schema import bring_up
from engine.tables import Nomination, UnitTally
from notifications.tables import LETTER_BYTES
from tests.small import FILE
from workflows.loading import load

WORDS = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))
TEXT = FILE.read_text(encoding="utf-8")
SIZE = Size(units=10, nominations=16)


def _played(url: str, size: Size = SIZE) -> Database:
    database = Database(url, durable=False)
    bring_up(database)
    crew = alone(Office(database=database), load(TEXT, name="small.toml").definition)
    rehearse(Office(database=database), TEXT, name="small.toml", words=WORDS, size=size, crew=crew)
    return database


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    played = _played(f"sqlite:///{tmp_path_factory.mktemp('one') / 'one.sqlite3'}")
    yield played
    played.dispose()


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    played = _played(database_url)
    yield played
    played.dispose()


def test_the_same_seed_is_the_same_rehearsal_on_both_databases_to_the_last_letter(
    one: Database, other: Database
) -> None:
    assert compared(one, other) == ()
    assert {"event", "letter", "letter_bytes", "call", "unit_tally", "nomination"} <= counted(one).keys()


def test_another_seed_is_another_rehearsal(one: Database, tmp_path: Path) -> None:
    other = _played(f"sqlite:///{tmp_path / 'other.sqlite3'}", Size(seed=7, units=10, nominations=16))
    assert {"event", "letter_bytes", "nomination"} <= {each.table for each in compared(one, other)}
    other.dispose()


def test_a_letter_a_score_and_a_count_that_differ_are_told(one: Database, tmp_path: Path) -> None:
    other = _played(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    with other.write() as connection:
        connection.execute(update(UnitTally).where(col(UnitTally.n) == 1).values(n=2))
        connection.execute(delete(LETTER_BYTES).where(LETTER_BYTES.c.letter_id == 1))
        connection.execute(update(Nomination).where(col(Nomination.id) == 1).values(score=99.5))
    found = compared(one, other)
    assert {each.table for each in found} == {"letter_bytes", "nomination", "unit_tally"}
    assert _of("letter_bytes", found) == [(1, 0)]
    assert sorted(_of("nomination", found)) == [(0, 1), (1, 0)]
    other.dispose()


def _of(table: str, found: tuple[Difference, ...]) -> list[tuple[int, int]]:
    return [(each.first, each.second) for each in found if each.table == table]

"""The floors and bangdan's side of the benchmark do the same work, seen at fifty drafts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bangdan import ROOT
from bench.ours import closing, looking, transition, world
from bench.record import FLOOR, load
from engine import tallies
from engine.access import ENGINE
from engine.database import Database
from engine.office import Office, Work
from engine.tables import Campaign, Event, Nomination

DRAFTS, LINES = 50, 3


@pytest.fixture
def url(sqlite_database_url: str) -> str:
    """The URL of a world of fifty drafts."""
    world.make(sqlite_database_url, drafts=DRAFTS, lines=LINES)
    return sqlite_database_url


@pytest.fixture
def work(url: str) -> Iterator[Work]:
    """A look at it."""
    office = Office(database=Database(url))
    with office.database.read() as connection:
        key = connection.execute(select(col(Campaign.key))).scalar_one()
    with office.read(key, ENGINE, at=world.AFTER) as opened:
        yield opened
    office.database.dispose()


def _states(url: str) -> dict[str, int]:
    database = Database(url)
    with database.read() as connection:
        rows = connection.execute(select(col(Nomination.state), func.count()).group_by(col(Nomination.state)))
        found = {state: int(number) for state, number in rows}
    database.dispose()
    return found


def test_a_world_is_one_that_the_verbs_could_have_made(work: Work) -> None:
    lines = work.connection.execute(select(func.count()).select_from(Event).where(col(Event.subject) == "nomination"))

    assert (tallies.disagreements(work), lines.scalar_one()) == ([], LINES * DRAFTS)


@pytest.mark.parametrize("contender", [transition.Floor, transition.Bangdan])
def test_a_transition_goes_forth_and_comes_back(
    url: str, contender: type[transition.Floor] | type[transition.Bangdan]
) -> None:
    one = contender()
    one.prepare(url, 7)

    forth = one.run(forth=True)["done"], _states(url)
    back = one.run(forth=False)["done"], _states(url)

    assert (forth, back) == ((7, {"drafted": DRAFTS - 7, "submitted": 7}), (7, {"drafted": DRAFTS}))


@pytest.mark.parametrize("contender", [closing.Floor, closing.Bangdan])
def test_a_closing_lapses_every_draft_while_others_work(
    url: str, contender: type[closing.Floor] | type[closing.Bangdan]
) -> None:
    one = contender()
    one.prepare(url)

    answer = one.run()

    assert (_states(url), answer["done"]) == ({"lapsed": DRAFTS}, DRAFTS)
    assert min(answer["write_wait"], answer["read_wait"], answer["seconds"]) > 0


def test_bangdans_closing_leaves_counters_that_agree(url: str) -> None:
    one = closing.Bangdan()
    one.prepare(url)
    one.run(alone=True)

    office = Office(database=Database(url))
    with office.read("bench-1", ENGINE, at=world.AFTER) as look:
        assert tallies.disagreements(look) == []


def test_the_statements_of_a_page_alone_are_those_that_the_page_asks(url: str) -> None:
    ours = looking.Bangdan()
    ours.prepare(url, DRAFTS)

    assert {ours.in_database(what, 5, seed=1)["done"] for what in ("funnel", "page", "history")} == {5}


def test_the_command_measures_a_row_and_writes_the_page(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--only", "funnel", "--sizes", str(DRAFTS), "--rounds", "2",
               "--no-peers", "--no-postgresql", "--to", str(tmp_path), "--folder", str(tmp_path)]  # fmt: skip

    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    found = {sample.contender: len(sample.runs) for sample in load(tmp_path / "benchmarks.json").of_row("funnel")}
    assert found == {FLOOR: 2, "GROUP BY": 2, "bangdan": 2}
    assert "The funnel of N nominations" in (tmp_path / "benchmarks.md").read_text(encoding="utf-8")

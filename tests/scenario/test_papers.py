"""A rehearsal of a campaign in which units owe papers: most come in time, one late, one never, and gates are passed."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select
from sqlmodel import col

from bangdan import ROOT
from bangdan.report import gathering
from engine.access import ENGINE
from engine.audit import verify
from engine.clock import Clock
from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.office import Office
from engine.rehearsal.crew import Alone
from engine.rehearsal.play import KeptDoor, Rehearsed, Size, rehearse
from engine.schema import bring_up
from engine.tables import Duty, Event, Nomination
from notifications.doors import Door
from notifications.letter import Sender, check_address
from tests.events import told
from tests.owing import TEXT


@asynccontextmanager
async def _kept() -> AsyncIterator[Door]:
    yield KeptDoor()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('papers') / 'papers.sqlite3'}", durable=False)
    bring_up(database)
    office = Office(database=database)

    def post(clock: Clock) -> Post:
        return Post(
            office=office, open_door=_kept, clock=clock, worker="scenario",
            sender=Sender(name="办公室", address=check_address("office@example.org")),
            compose=compose(office.memory.latest, ROOT / "templates" / "letters"),
        )  # fmt: skip

    words = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text("utf-8"))
    size = Size(units=14, nominations=30)
    yield rehearse(office, TEXT, name="small.toml", words=words, size=size,
                   crew=lambda campaign: Alone(office=office, campaign=campaign, post=post))  # fmt: skip
    database.dispose()


def _states(played: Rehearsed, kind: str) -> Counter[str]:
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        query = select(col(Duty.state)).where(col(Duty.kind) == kind)
        return Counter(work.connection.execute(query).scalars())


def test_papers_come_in_but_for_the_one_that_never_comes(played: Rehearsed) -> None:
    letters, codes, originals = (_states(played, kind) for kind in ("letter", "code", "original"))
    assert (letters["owed"], codes["owed"]) == (1, 1)
    assert set(letters) == {"owed", "received"}
    assert set(codes) == {"owed", "accepted"}
    assert set(originals) <= {"received", "void"}


def test_one_paper_is_late_and_taken_with_a_reason(played: Rehearsed) -> None:
    refused = [each for each in played.theatre.refusals if each.verb == "confirm"]
    assert {reason.code for each in refused for reason in each.reasons} == {"DUT-05"}
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        rows = told(work.connection, col(Event.subject) == "duty", col(Event.verb) == "confirm")
        late = [each.details for each in rows if each.details.get("late")]
    assert len(late) == len(refused)
    assert all(details["reason"].startswith("邮路中断") for details in late)


def test_what_its_papers_hold_up_goes_no_further_and_the_rest_is_published(played: Rehearsed) -> None:
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        states = Counter(work.connection.execute(select(col(Nomination.state))).scalars())
        assert verify(work).faults == ()
    assert states["published"] + states["promoted"] > 0
    held = [each for each in played.theatre.refusals if "DUT-07" in {reason.code for reason in each.reasons}]
    assert {each.verb for each in held} <= {"submit"}


def test_the_report_names_who_was_late(played: Rehearsed) -> None:
    found = gathering.gather(played.theatre.office, played)
    milestones = {each.milestone for each in found.late}
    assert "post" in milestones

"""A clock that jumps does no harm: the wall clock of a real desk is set, and set back, while people hand in."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from engine import campaigns
from engine.access import ENGINE
from engine.accounts import sessions
from engine.accounts.tables import Account, DeskSession
from engine.audit import verify
from engine.database import Database
from engine.office import Office, Work
from engine.queries.clock import doubted
from engine.tables import Campaign, Done, Event, Nomination
from engine.uploads import holding
from engine.uploads.tables import HeldUpload
from notifications.tables import LETTER
from tests.builders import SECRETARIAT
from tests.events import told
from tests.faults import faked_time
from tests.faults.desks import CAMPAIGN, Furnished, LiveDesk, environment_of, furnished, served
from tests.faults.faked_time import FakedWall

pytestmark = faked_time.needed()

PATIENCE = 120  # seconds until a test gives up
LEFT = timedelta(minutes=30)  # until the deadline, when the desk opens
HOUR, MONTH, TWO_SECONDS = timedelta(hours=1), timedelta(days=30), timedelta(seconds=2)
NEAR = timedelta(seconds=1)  # two readings that are meant to agree may differ by what it takes to read them
NOTHING = {"closings": 0, "letters": 0}
_WAITING = select(LETTER.c.id).where(LETTER.c.state == "ready")
BRISK = {"BANGDAN_HEARTBEAT_SECONDS": "1"}


def until(true: Callable[[], Any]) -> None:
    """Wait for it."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.05)


@dataclass(frozen=True, kw_only=True)
class House:
    """The database of the desk, looked at from outside, and the desk's wall clock."""

    office: Office
    furnished: Furnished
    folder: Path
    wall: FakedWall

    @property
    def drafts(self) -> tuple[str, ...]:
        return self.furnished.drafts

    @contextmanager
    def read(self) -> Iterator[Work]:
        with self.office.read(CAMPAIGN, ENGINE, at=datetime.now(UTC)) as work:
            yield work

    @contextmanager
    def write(self, *, alone: bool = False) -> Iterator[Work]:
        with self.office.write(CAMPAIGN, SECRETARIAT, at=datetime.now(UTC), alone=alone) as work:
            yield work

    @contextmanager
    def open(self) -> Iterator[LiveDesk]:
        """The desk with its engine; it has done what was due, and its letters have left."""
        with served(self.furnished, self.folder, environment={**self.wall.environment, **BRISK}) as desk:
            self.beats()
            until(lambda: not self.count(_WAITING))
            yield desk

    def command(self, *words: str) -> dict[str, Any]:
        """What a command answers, in a process of its own whose wall clock is the desk's."""
        environment = {**environment_of(self.furnished.url, self.folder), **self.wall.environment}
        command = [sys.executable, "-m", "bangdan", "--as", "赵书", *words]
        ran = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        told: dict[str, Any] = json.loads(ran.stdout)
        return told

    def beats(self, times: int = 2) -> None:
        """Wait until the engine has beaten: a beat that was under way is followed by a whole one."""
        for _ in range(times):
            until(partial(self._turned_since, self._turned()))

    def _turned(self) -> datetime | None:
        with self.read() as work:
            return work.connection.execute(select(col(Campaign.turned_at))).scalar()

    def _turned_since(self, before: datetime | None) -> bool:
        return self._turned() != before

    def count(self, rows: Any) -> int:
        with self.read() as work:
            return int(work.connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one())

    def has(self, *verbs: str) -> None:
        """Wait until the history ends with these, of what it says of the clock."""
        until(lambda: self.clock_verbs()[-len(verbs) :] == list(verbs))

    def events(self, *verbs: str) -> list[Any]:
        with self.read() as work:
            return told(work.connection, col(Event.verb).in_(verbs))

    def clock_verbs(self) -> list[str]:
        return [row.verb for row in self.events("clock-doubt", "clock-agrees", "clock-confirm")]

    def deadline(self) -> datetime:
        with self.read() as work:
            closes = work.calendar["collection"].closes
        assert closes is not None
        return closes

    def reached_the_deadline(self) -> bool:
        edges = [(row.details["milestone"], row.details["edge"]) for row in self.events("reach")]
        return ("collection", "closes") in edges

    def passed(self, instant: datetime) -> bool:
        return self.wall() >= instant

    def move_deadline(self, closes: datetime) -> None:
        with self.write(alone=True) as work:
            campaigns.extend(work, "collection", closes=closes, reason="另行通知")

    def irreversible(self) -> dict[str, Any]:
        """All that a jump might have done: what was closed, told, sent, moved, ended or deleted."""
        with self.read() as work:
            rows = partial(_rows, work)
            return {
                "closed": work.closed,
                "done": rows(select(col(Done.occasion), col(Done.revision), col(Done.outcome))),
                "states": rows(select(col(Nomination.title), col(Nomination.state))),
                "letters": rows(select(LETTER.c.key, LETTER.c.state)),
                "sessions": rows(select(col(DeskSession.public_id), col(DeskSession.ended_at))),
                "held": rows(select(col(HeldUpload.public_id))),
            }

    def receipts(self) -> int:
        """How many receipts lie in the folder of letters."""
        with self.read() as work:
            query = select(LETTER.c.message_id).where(LETTER.c.template == "submission-receipt")
            mine = set(work.connection.execute(query).scalars())
        there = [message_from_bytes(path.read_bytes())["Message-ID"] for path in self.mail.rglob("*.eml")]
        return sum(each in mine for each in there)

    @property
    def mail(self) -> Path:
        return self.folder / "mail"


def _rows(work: Work, query: Any) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in work.connection.execute(query))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@contextmanager
def house_at(url: str, folder: Path) -> Iterator[House]:
    """A house half an hour before its deadline, somebody signed in, and a file that waits to be confirmed."""
    made = furnished(url, drafts=3)
    house = House(
        office=Office(database=Database(url)), furnished=made, folder=folder, wall=FakedWall(path=folder / "wall")
    )
    house.move_deadline(datetime.now(UTC) + LEFT)
    with house.write() as work:
        account = work.connection.execute(select(col(Account.id))).scalar_one()
        sessions.begin(work.connection, account or 0, at=work.at, how="link")
        holding.hold(work, kind="units", name="units.csv", content=b"a")
    yield house
    house.office.database.dispose()


@pytest.fixture
def house(sqlite_database_url: str, folder: Path) -> Iterator[House]:
    with house_at(sqlite_database_url, folder) as made:
        yield made


def readings(row: Any) -> tuple[datetime, datetime]:
    """By the wall clock and carried on, as an event keeps them."""
    return tuple(datetime.fromisoformat(row.details[key]) for key in ("clock_wall", "clock_carried"))  # type: ignore[return-value]


def jumped_and_back(house: House, step: timedelta) -> None:
    """The clock jumps and is set right; meanwhile somebody hands in, and afterwards somebody else."""
    with house.open() as desk:
        before = house.irreversible()
        house.wall.step(step)
        house.has("clock-doubt")
        house.beats()
        in_doubt = house.irreversible()
        ready = desk.client.get("/readyz").json()
        accepted = desk.submit(house.drafts[0], key="in doubt").json()
        house.beats()
        waiting = house.receipts()
        house.wall.step(-step)
        house.has("clock-doubt", "clock-agrees")
        until(house.receipts)
        house.beats()
        later = desk.submit(house.drafts[1], key="afterwards").json()

    after = house.irreversible()
    first, second = house.events("submit")
    wall, carried = readings(first)
    with house.read() as work:
        faults = verify(work).faults
    assert (in_doubt, ready) == (before, {"database": True, "engine": True, "clock": False})
    assert (accepted["state"], waiting) == ("submitted", 0)
    assert abs((wall - carried) - step) < NEAR
    assert (datetime.fromisoformat(accepted["at"]), second.details.keys() & {"clock_wall"}) == (carried, set())
    assert (later["state"], {k: after[k] for k in ("closed", "done", "sessions", "held")}) == (
        "submitted", {k: before[k] for k in ("closed", "done", "sessions", "held")},
    )  # fmt: skip
    assert (house.clock_verbs(), faults) == (["clock-doubt", "clock-agrees"], ())


@pytest.mark.parametrize("step", [HOUR, MONTH], ids=["an hour ahead", "a month ahead"])
def test_a_jump_does_nothing_that_cannot_be_taken_back_and_who_hands_in_is_accepted(
    house: House, step: timedelta
) -> None:
    jumped_and_back(house, step)


def test_nor_does_it_on_the_other_database(postgres_database_url: str, folder: Path) -> None:
    with house_at(postgres_database_url, folder) as house:
        jumped_and_back(house, HOUR)


def test_what_comes_due_while_the_clock_is_an_hour_back_waits_and_is_done_when_it_is_right_again(house: House) -> None:
    with house.open():
        house.wall.step(-HOUR)
        house.has("clock-doubt")
        house.move_deadline(datetime.now(UTC) + NEAR)
        before = house.irreversible()
        until(partial(house.passed, house.deadline() - HOUR))
        house.beats()
        in_doubt = house.irreversible()
        house.wall.step(HOUR)
        until(house.reached_the_deadline)

    assert (in_doubt, house.clock_verbs()) == (before, ["clock-doubt", "clock-agrees"])


def test_two_seconds_back_across_the_deadline_are_noticed_and_nobody_loses_by_them(house: House) -> None:
    with house.open() as desk:
        closes, late, accepted = across(house, desk)
        house.has("clock-doubt")

    (event,) = house.events("submit")
    wall, carried = readings(event)
    with house.read() as work:
        flagged = [(each.title, each.submitted_at, each.wall, each.carried) for each in doubted(work)]
    assert late == ["DLN-01"]
    assert (accepted["state"], wall < closes <= carried) == ("submitted", True)
    assert datetime.fromisoformat(accepted["at"]) == wall
    assert flagged == [("第0项", wall, wall, carried)]


def across(house: House, desk: LiveDesk) -> tuple[datetime, list[str], dict[str, Any]]:
    """The deadline, the answer to who came after it, and to the same after the clock was set back behind it.

    A machine that takes two seconds between the two tries again.
    """
    for number in range(20):
        closes = house.wall() + NEAR
        house.move_deadline(closes)
        until(partial(house.passed, closes))
        late = desk.submit(house.drafts[0], key=f"late {number}").json()
        house.wall.step(-TWO_SECONDS)
        answer = desk.submit(house.drafts[0], key=f"again {number}").json()
        if "state" in answer:
            return closes, [each["code"] for each in late["reasons"]], answer
        house.wall.step(TWO_SECONDS)
    raise AssertionError("never within two seconds")


def test_a_jump_while_nobody_ran_is_noticed_by_all_and_a_person_ends_the_doubt(house: House) -> None:
    with house.open():
        before = house.irreversible()
    house.wall.step(HOUR)
    with house.open():
        in_doubt = house.irreversible()
        shown = house.command("clock", "--json")["in_doubt"]
        house.command("nomination", "submit", house.drafts[0], "--json")
        house.command("clock", "confirm", "--reason", "已与授时网站核对", "--json")
        until(lambda: house.irreversible()["closed"])
        until(lambda: house.count(_WAITING) == 0)

    (submitted,), (confirmed,) = house.events("submit"), house.events("clock-confirm")
    wall, carried = readings(submitted)
    assert in_doubt == before
    assert (shown["due_by_wall"], shown["due_by_carried"]) == ({"closings": 1, "letters": 0}, NOTHING)
    assert abs((wall - carried) - HOUR) < NEAR
    assert (confirmed.details["reason"], house.clock_verbs()) == ("已与授时网站核对", ["clock-doubt", "clock-confirm"])
    assert house.irreversible()["states"] == [("第0项", "review"), ("第1项", "lapsed"), ("第2项", "lapsed")]

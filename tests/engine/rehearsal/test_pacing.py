"""Virtual time before an audience: it passes at the pace chosen, stops, jumps, and plays the same as in one go."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from bangdan import ROOT
from bangdan.rehearsing import alone
from engine.database import Database
from engine.office import Office
from engine.rehearsal.interest import HOUR, Moment, pace
from engine.rehearsal.pacing import BY_KEY, RUSH, Driver, Pacing
from engine.rehearsal.play import Rehearsed, Size, prepare, rehearse
from engine.rehearsal.stream import KEPT, Stream
from engine.rehearsal.theatre import Action, Refusal
from engine.schema import bring_up
from engine.tables import Event
from tests.small import CLOSES, FILE, OFFICE, OPENS
from workflows.loading import load
from workflows.reasons import Reason, Refused

WORDS = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))
TEXT = FILE.read_text(encoding="utf-8")
SIZE = Size(units=10, nominations=16)
DAY = timedelta(days=1)


@dataclass
class Stopwatch:
    """Seconds that pass when the test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(kw_only=True)
class Stage:
    """A small rehearsal that was prepared, with its transport."""

    pacing: Pacing
    stopwatch: Stopwatch = field(default_factory=Stopwatch)

    @property
    def now(self) -> datetime:
        return self.pacing.now()

    def watch(self, seconds: float) -> None:
        """Let real time pass, a slice every tenth of a second."""
        self.pacing.slice()
        for _ in range(round(seconds * 10)):
            self.stopwatch.seconds += 0.1
            self.pacing.slice()

    def arrive(self) -> None:
        """Play until no jump is under way."""
        while self.pacing.goal is not None:
            self.pacing.slice()


@pytest.fixture
def office(sqlite_database_url: str) -> Iterator[Office]:
    database = Database(sqlite_database_url, durable=False)
    bring_up(database)
    yield Office(database=database)
    database.dispose()


@pytest.fixture
def stage(office: Office) -> Stage:
    stopwatch = Stopwatch()
    return Stage(pacing=Pacing(played=_with(office, prepare), monotonic=stopwatch), stopwatch=stopwatch)


def _with(office: Office, how: Callable[..., Rehearsed]) -> Rehearsed:
    definition = load(TEXT, name="small.toml").definition
    return how(office, TEXT, name="small.toml", words=WORDS, size=SIZE, crew=alone(office, definition))


def _history(played: Rehearsed) -> list[tuple[datetime, str, str]]:
    with played.theatre.office.database.read() as connection:
        query = select(col(Event.at), col(Event.subject), col(Event.verb)).order_by(col(Event.id))
        return [(row.at, row.subject, row.verb) for row in connection.execute(query)]


def test_it_passes_at_the_pace_that_was_chosen(stage: Stage) -> None:
    began = stage.now
    stage.pacing.choose(BY_KEY["day"])

    stage.watch(3)

    assert abs(stage.now - began - 3 * DAY) < timedelta(seconds=1)


def test_it_stands_still_while_paused_and_goes_on_from_there(stage: Stage) -> None:
    stage.pacing.choose(BY_KEY["hour"])
    stage.pacing.pause()
    held = stage.now

    stage.watch(5)
    assert stage.now == held

    stage.pacing.play()
    stage.watch(2)
    assert abs(stage.now - held - 2 * HOUR) < timedelta(seconds=1)


def test_a_machine_that_was_busy_does_not_make_time_leap(stage: Stage) -> None:
    stage.pacing.choose(BY_KEY["day"])
    stage.watch(0)
    before = stage.now

    stage.stopwatch.seconds += 3600
    stage.pacing.slice()

    assert stage.now - before == DAY / 4


def test_a_jump_arrives_at_its_instant_and_leaves_a_pause_a_pause(stage: Stage) -> None:
    stage.pacing.pause()
    stage.pacing.jump(CLOSES)

    stage.arrive()
    stage.watch(1)

    assert stage.now == CLOSES
    assert stage.pacing.standing().paused


def test_time_never_goes_back(stage: Stage) -> None:
    with pytest.raises(Refused) as refused:
        stage.pacing.jump(stage.now)

    assert [reason.code for reason in refused.value.reasons] == ["RHS-01"]


def test_the_next_mark_is_the_next_edge_of_the_calendar_in_force(stage: Stage) -> None:
    first = stage.pacing.next_mark()
    assert first is not None
    stage.pacing.jump(first.at)
    stage.arrive()
    second = stage.pacing.next_mark()

    assert second is not None
    assert OPENS == first.at < second.at


def test_the_rush_begins_hours_before_the_end_and_is_offered_until_then(stage: Stage) -> None:
    rush = stage.pacing.rush()
    assert rush == CLOSES - RUSH

    stage.pacing.jump(CLOSES)
    stage.arrive()

    assert stage.pacing.rush() is None


def test_in_slices_the_same_happens_as_in_one_go(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Database(f"sqlite:///{tmp_path_factory.mktemp('one-go') / 'played.sqlite3'}", durable=False)
    bring_up(other)
    whole = _with(Office(database=other), rehearse)

    stage.pacing.choose(BY_KEY["week"])
    while not stage.pacing.standing().ended:
        stage.watch(1)

    assert _history(stage.pacing.played) == _history(whole)
    assert stage.pacing.played.theatre.letters == whole.theatre.letters
    assert stage.now == whole.ended
    other.dispose()


def test_the_engine_looks_when_somebody_else_has_changed_something(stage: Stage) -> None:
    theatre = stage.pacing.played.theatre
    stage.watch(0.1)
    turns = theatre.turns
    stage.pacing.choose(BY_KEY["hour"])

    stage.watch(0.1)
    assert theatre.turns == turns
    stage.pacing.touch()
    stage.watch(0.1)

    assert theatre.turns == turns + 1


def test_what_breaks_is_told_and_time_stands_still(stage: Stage) -> None:
    def broken(_work: object) -> None:
        raise ZeroDivisionError("the script has a hole")

    stage.pacing.played.theatre.plan(stage.now, Action(actor=OFFICE, verb="break", what="", do=broken))
    stage.watch(1)

    standing = stage.pacing.standing()
    assert (standing.failed, standing.paused) == ("ZeroDivisionError: the script has a hole", True)


def test_a_thread_plays_until_it_is_stopped(stage: Stage) -> None:
    driver = Driver(stage.pacing)
    stage.pacing.pause()
    stage.pacing.jump(OPENS)

    driver.start()
    while stage.pacing.standing().goal is not None:
        threading.Event().wait(0.01)
    driver.stop()

    assert stage.now == OPENS


def test_the_interesting_pace_stretches_the_last_hours_and_flies_over_empty_weeks() -> None:
    deadline = Moment(at=CLOSES, slowest=timedelta(seconds=20), before=0.3, after=0.6)

    def at(distance: timedelta, next_act: timedelta = timedelta()) -> timedelta:
        now = CLOSES - distance
        return pace(now, next_act=now + next_act, watched=[deadline])

    assert at(10 * DAY) == DAY
    assert at(2 * DAY) == 0.6 * DAY
    assert at(HOUR) == 0.3 * HOUR
    assert at(timedelta(seconds=1)) == timedelta(seconds=20)
    assert at(-HOUR) == 0.6 * HOUR
    assert at(60 * DAY, next_act=10 * DAY) == 5 * DAY
    assert at(60 * DAY, next_act=60 * DAY) == 7 * DAY


def test_the_stream_keeps_the_last_happenings_and_counts_late_ones_by_hour() -> None:
    stream = Stream()
    why = (Reason(code="DLN-01", zh="已截止", en="closed"),)
    for second in range(KEPT + 10):
        stream(Refusal(at=CLOSES + timedelta(seconds=second), who="甲", verb="submit", what="乙", reasons=why))

    assert stream.newest == KEPT + 10
    assert [each.number for each in stream.since(0)] == list(range(11, KEPT + 11))
    assert [each.number for each in stream.since(KEPT + 8)] == [KEPT + 9, KEPT + 10]
    assert stream.late == {CLOSES: KEPT + 10}

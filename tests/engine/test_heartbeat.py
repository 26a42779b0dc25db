"""The heartbeat: it wakes at the instants it is told, once for a jump, and lives through a beat that fails."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import Queue

import pytest

from bangdan import ROOT
from engine.clock import now
from engine.heartbeat import PACE, Heartbeat
from tests.conftest import Freeze

SECONDS = 20  # until a test gives up waiting for a beat
DEADLINE = datetime(2023, 11, 30, 16, tzinfo=UTC)
START = DEADLINE - timedelta(days=10)
DAY, WEEK, MINUTE = timedelta(days=1), timedelta(weeks=1), timedelta(minutes=1)


class Beats:
    """A beat that notes when it was called and answers what `plan` says."""

    def __init__(self, plan: Callable[[datetime], datetime | None]) -> None:
        self.plan = plan
        self.noted: Queue[datetime] = Queue()

    def __call__(self, at: datetime) -> datetime | None:
        self.noted.put(at)
        return self.plan(at)

    def next(self) -> datetime:
        """The instant of the next beat, when there has been one."""
        return self.noted.get(timeout=SECONDS)


@contextmanager
def _beating(beats: Beats, interval: timedelta = WEEK) -> Iterator[Heartbeat]:
    heartbeat = Heartbeat(beats, clock=now, interval=interval)
    heartbeat.start()
    try:
        yield heartbeat
    finally:
        heartbeat.stop()


def test_it_beats_at_once_when_it_starts(frozen: Freeze) -> None:
    frozen(START)
    beats = Beats(lambda _: None)
    with _beating(beats):
        first = beats.next()

    assert (first, beats.noted.qsize()) == (START, 0)


def test_it_wakes_at_the_instant_it_was_told(frozen: Freeze) -> None:
    clock = frozen(START)
    beats = Beats(lambda at: DEADLINE if at < DEADLINE else None)
    with _beating(beats, interval=4 * WEEK) as heartbeat:
        seen = [beats.next()]
        for instant in (DEADLINE - timedelta(microseconds=1), DEADLINE):
            clock.move_to(instant)
            heartbeat.look()
        seen.append(beats.next())

    assert (seen, beats.noted.qsize()) == ([START, DEADLINE], 0)


def test_after_a_week_asleep_it_wakes_once_and_sets_its_alarm_again(frozen: Freeze) -> None:
    clock = frozen(START)
    beats = Beats(lambda at: at + DAY)
    with _beating(beats, interval=MINUTE) as heartbeat:
        seen = [beats.next()]
        for instant in (START + WEEK, START + WEEK + MINUTE):
            clock.move_to(instant)
            heartbeat.look()
            seen.append(beats.next())

    assert (seen, beats.noted.qsize()) == ([START, START + WEEK, START + WEEK + MINUTE], 0)


def test_after_a_year_asleep_it_does_not_count_every_beat_that_was_missed(frozen: Freeze) -> None:
    clock = frozen(START)
    beats = Beats(lambda _: None)
    with _beating(beats, interval=PACE) as heartbeat:
        beats.next()
        clock.move_to(START + 52 * WEEK)
        heartbeat.look()

        assert beats.next() == START + 52 * WEEK


def test_an_earlier_instant_named_by_a_later_beat_wins(frozen: Freeze) -> None:
    clock = frozen(START)
    beats = Beats(lambda at: START + 3 * DAY if at == START else START + 2 * DAY)
    with _beating(beats, interval=DAY) as heartbeat:
        seen = [beats.next()]
        for instant in (START + DAY, START + 2 * DAY):
            clock.move_to(instant)
            heartbeat.look()
            seen.append(beats.next())

    assert seen == [START, START + DAY, START + 2 * DAY]


def test_a_later_instant_does_not_put_the_heartbeat_off(frozen: Freeze) -> None:
    clock = frozen(START)
    beats = Beats(lambda at: at + WEEK)
    with _beating(beats, interval=MINUTE) as heartbeat:
        beats.next()
        clock.move_to(START + MINUTE)
        heartbeat.look()

        assert beats.next() == START + MINUTE


def test_a_beat_that_names_a_past_instant_does_not_make_it_race(frozen: Freeze) -> None:
    clock = frozen(START)
    beats = Beats(lambda _: START - DAY)
    with _beating(beats) as heartbeat:
        seen = [beats.next()]
        clock.move_to(START + PACE)
        heartbeat.look()
        seen.append(beats.next())

    assert (seen, beats.noted.qsize()) == ([START, START + PACE], 0)


def test_a_beat_that_fails_is_told_and_does_not_stop_it(frozen: Freeze, caplog: pytest.LogCaptureFixture) -> None:
    def fails_at_first(at: datetime) -> datetime | None:
        if at == START:
            raise OSError("disk full")
        return None

    clock = frozen(START)
    beats = Beats(fails_at_first)
    with _beating(beats, interval=MINUTE) as heartbeat:
        beats.next()
        clock.move_to(START + MINUTE)
        heartbeat.look()
        second = beats.next()

    told = [(each.message, each.exc_info) for each in caplog.records if each.name == "engine.heartbeat"]
    assert (second, [(message, str(info and info[1])) for message, info in told]) == (
        START + MINUTE,
        [("beat_failed", "disk full")],
    )


def test_no_two_beats_at_a_time_and_what_came_meanwhile_is_not_lost(frozen: Freeze) -> None:
    clock = frozen(START)
    go_on = threading.Event()
    at_work: list[int] = []

    def slow(_at: datetime) -> None:
        at_work.append(len(at_work) - len(ended))
        go_on.wait(SECONDS)
        ended.append(True)

    ended: list[bool] = []
    beats = Beats(slow)
    with _beating(beats, interval=MINUTE) as heartbeat:
        seen = [beats.next()]
        clock.move_to(START + 2 * MINUTE)
        heartbeat.look()
        go_on.set()
        seen.append(beats.next())

    assert (seen, at_work) == ([START, START + 2 * MINUTE], [0, 0])


def test_a_signal_lets_the_beat_finish_and_then_it_leaves(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="engine.heartbeat")
    handlers = (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT))
    leaving = threading.Event()
    finished: list[bool] = []

    class Leaving(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() == "heartbeat_leaving":
                leaving.set()

    def beat(_at: datetime) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        finished.append(leaving.wait(SECONDS))

    listening = Leaving()
    logging.getLogger("engine.heartbeat").addHandler(listening)
    came = Heartbeat(beat, clock=now).run_until_signal()
    logging.getLogger("engine.heartbeat").removeHandler(listening)

    assert (came, finished) == (signal.SIGTERM, [True])
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == handlers


def test_a_second_signal_does_not_wait() -> None:
    program = (
        "import logging, threading, bangdan; from engine import clock; from engine.heartbeat import Heartbeat\n"
        "logging.basicConfig(level=logging.INFO, format='%(message)s')\n"
        "logging.getLogger('apscheduler').disabled = True\n"
        "def beat(at): print('beating', flush=True); threading.Event().wait()\n"
        "Heartbeat(beat, clock=clock.now).run_until_signal()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = [process.stdout.readline()]
        process.terminate()
        while "heartbeat_leaving\n" not in said:
            said.append(process.stderr.readline())
            assert said[-1]
        process.terminate()

        assert process.wait(SECONDS) == -signal.SIGTERM

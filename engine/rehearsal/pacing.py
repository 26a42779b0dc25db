"""How virtual time passes before an audience: its pace, pauses and jumps. What is played is the theatre's own.

One thread plays slices (`Driver`); any other may look and turn. The stopwatch is given, so tests need no time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.rehearsal.interest import moments, pace
from engine.rehearsal.play import Rehearsed
from workflows.reasons import Reason, Refused
from workflows.timeline import Mark, marks
from workflows.vocabulary import Edge

SLICE = 0.05  # seconds from one slice to the next
BUDGET = 0.1  # seconds that a slice takes at most, so that a pause is heard
BREATH = 0.004  # seconds between slices of a jump, so that others get their turn
LEAP = 0.25  # seconds that are made up for at most, when the machine was busy
RUSH = timedelta(hours=3)  # before the end of the collection: the rush

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Speed:
    """A pace on offer; `per_second` is the virtual time that passes in a second, None the interesting pace."""

    key: str
    zh: str
    en: str
    per_second: timedelta | None


SPEEDS = (
    Speed(key="hour", zh="每秒1小时", en="1 hour a second", per_second=timedelta(hours=1)),
    Speed(key="hours", zh="每秒6小时", en="6 hours a second", per_second=timedelta(hours=6)),
    Speed(key="day", zh="每秒1天", en="1 day a second", per_second=timedelta(days=1)),
    Speed(key="week", zh="每秒1周", en="1 week a second", per_second=timedelta(weeks=1)),
    Speed(key="interesting", zh="自动快慢", en="interesting", per_second=None),
)
BY_KEY = {speed.key: speed for speed in SPEEDS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How the rehearsal stands at this moment. `goal` is where a jump under way goes; `failed` says what broke it."""

    now: datetime
    speed: Speed
    paused: bool
    goal: datetime | None
    ended: bool
    failed: str


@dataclass(kw_only=True)
class Pacing:
    """The transport of one rehearsal that was prepared. `monotonic` counts seconds."""

    played: Rehearsed
    monotonic: Callable[[], float]
    speed: Speed = BY_KEY["interesting"]
    breath: float = BREATH
    paused: bool = False
    goal: datetime | None = None
    ended: bool = False
    failed: str = ""
    busy: float = 0.0  # seconds spent playing
    _touched: bool = True  # the engine looks with the first slice
    _last: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        """The virtual instant: the clock of everybody in the rehearsal."""
        return self.played.theatre.now

    def standing(self) -> Standing:
        """All of it at once."""
        with self._lock:
            return Standing(now=self.now(), speed=self.speed, paused=self.paused, goal=self.goal, ended=self.ended,
                            failed=self.failed)  # fmt: skip

    def pause(self) -> None:
        """Hold time; a jump under way ends where it is."""
        with self._lock:
            self.paused, self.goal = True, None

    def play(self) -> None:
        """Let time pass."""
        with self._lock:
            self.paused = False

    def choose(self, speed: Speed) -> None:
        """Another pace, from now on."""
        with self._lock:
            self.speed, self.paused, self.goal = speed, False, None

    def jump(self, to: datetime) -> None:
        """Play up to `to` as fast as the machine can; then go on as before. Raises Refused for what is past."""
        if to <= self.now():
            raise Refused(_BACKWARDS)
        with self._lock:
            self.goal = min(to, self.played.ended)

    def touch(self) -> None:
        """Somebody else changed something: the engine looks with the next slice."""
        self._touched = True

    def next_mark(self) -> Mark | None:
        """The next edge of the calendar in force."""
        ahead = [mark for mark in marks(self.played.theatre.calendar()) if mark.at > self.now()]
        return min(ahead, key=lambda mark: mark.at, default=None)

    def rush(self) -> datetime | None:
        """When the rush before the end of the collection begins; None once it has begun."""
        closes = self.played.theatre.calendar()[self.played.definition.collection].edge(Edge.CLOSES)
        return closes - RUSH if closes and closes - RUSH > self.now() else None

    def slice(self) -> float:
        """Play what the pace asks for, within the budget; the seconds until the next slice is wanted."""
        began = self.monotonic()
        elapsed, self._last = min(began - (began if self._last is None else self._last), LEAP), began
        until = self._until(elapsed)
        if until is None:
            return SLICE
        try:
            arrived = self._played(until, began)
        except Exception as error:  # whatever breaks is shown on the page, and time stands still
            logger.exception("rehearsal_failed", extra={"campaign": self.played.campaign})
            self._fail(error)
            return SLICE
        self.busy += self.monotonic() - began
        self._settle(arrived, until)
        return SLICE if self.goal is None else self.breath

    def _until(self, elapsed: float) -> datetime | None:
        """How far this slice goes, None where time stands still."""
        with self._lock:
            if self.ended or self.failed or (self.paused and self.goal is None):
                return None
            goal, speed = self.goal, self.speed
        return goal or min(self.now() + self._per_second(speed) * elapsed, self.played.ended)

    def _per_second(self, speed: Speed) -> timedelta:
        if speed.per_second is not None:
            return speed.per_second
        theatre = self.played.theatre
        watched = moments(self.played.definition, theatre.calendar())
        return pace(theatre.now, next_act=theatre.next_act, watched=watched)

    def _played(self, until: datetime, began: float) -> bool:
        """Whether everything up to `until` was played; if not, the budget is used up or somebody turned."""
        theatre, goal = self.played.theatre, self.goal
        if self._touched:
            self._touched = False
            theatre.wake()
        while theatre.step(until):
            if self.monotonic() - began > BUDGET or self.goal != goal or (self.paused and goal is None):
                return False
        return True

    def _settle(self, arrived: bool, until: datetime) -> None:
        with self._lock:
            if arrived and self.goal == until:
                self.goal = None
            self.ended = arrived and until >= self.played.ended

    def _fail(self, error: Exception) -> None:
        with self._lock:
            self.failed, self.goal, self.paused = f"{type(error).__name__}: {error}", None, True


_BACKWARDS = Reason(
    code="RHS-01",
    zh="彩排的时间只能向前：要看更早的时刻，请重新开始",
    en="the time of a rehearsal only goes forward: restart it to see an earlier moment",
)


class Driver:
    """The thread that plays, slice after slice, until it is stopped."""

    def __init__(self, pacing: Pacing) -> None:
        self._pacing = pacing
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rehearsal", daemon=True)

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()

    def stop(self) -> None:
        """Let the slice under way end, then leave."""
        self._leaving.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._leaving.wait(self._pacing.slice()):
            pass

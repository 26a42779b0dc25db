"""Stops, wakes and kills processes at random, by a seed, and begins anew whom it killed.

    with Director(seed=7, start=start, names=["engine", "sender"]) as director:
        director.harass(until=lambda: ...)   # pauses are part of the fault, so this one really waits
        director.leave_alone()               # all awake and alive from here on

`start(name, number)` starts a process and gives it back. Only what it started is ever touched, by its id, and leaving
the block ends all of it, whatever happened.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

Start = Callable[[str, int], BaseProcess]

NEXT = (0.05, 0.6)  # seconds between two of its acts
STOPPED = ((0.05, 1.0), (0.05, 1.0), (1.0, 8.0))  # seconds that somebody is stopped: mostly for a moment
ENDING = 30  # seconds until a process that was killed must be gone


class Director:
    """`counted` says how often it did what."""

    def __init__(self, *, seed: int, start: Start, names: Sequence[str]) -> None:
        self.counted: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._start = start
        self._names = names
        self._numbers = count(seed)
        self._there: list[BaseProcess] = []
        self._wake_at: dict[int, float] = {}

    def __enter__(self) -> Self:
        for name in self._names:
            self._there.append(self._start(name, next(self._numbers)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._there:
            process.kill()
        for process in self._there:
            process.join(ENDING)

    def harass(self, *, until: Callable[[], bool]) -> None:
        """Stop, wake and kill whom chance names, until it is enough."""
        while not until():
            place = self._chance.randrange(len(self._there))
            if self._chance.random() < 0.4:
                self._kill(place)
            elif place not in self._wake_at:
                self._stop(place)
            time.sleep(self._chance.uniform(*NEXT))
            for stopped, instant in list(self._wake_at.items()):
                if time.monotonic() >= instant:
                    self._wake(stopped)

    def leave_alone(self) -> None:
        """Wake all who are stopped."""
        for place in list(self._wake_at):
            self._wake(place)

    def dismiss(self, name: str) -> None:
        """End all of that name for good."""
        for process, its in list(zip(self._there, self._names, strict=True)):
            if its == name:
                process.kill()
                process.join(ENDING)
        left = [(each, its) for each, its in zip(self._there, self._names, strict=True) if its != name]
        self._there, self._names = [each for each, _ in left], [its for _, its in left]

    @property
    def died(self) -> list[int | None]:
        """The exit codes of those that ended without its doing: there should be none."""
        return [process.exitcode for process in self._there if not process.is_alive()]

    def _stop(self, place: int) -> None:
        self._tell(place, signal.SIGSTOP)
        self._wake_at[place] = time.monotonic() + self._chance.uniform(*self._chance.choice(STOPPED))
        self.counted["stops"] += 1

    def _wake(self, place: int) -> None:
        self._tell(place, signal.SIGCONT)
        del self._wake_at[place]

    def _kill(self, place: int) -> None:
        self._there[place].kill()
        self._there[place].join(ENDING)
        self._wake_at.pop(place, None)
        self._there[place] = self._start(self._names[place], next(self._numbers))
        self.counted["kills"] += 1

    def _tell(self, place: int, number: signal.Signals) -> None:
        process = self._there[place]
        if process.pid is not None and process.is_alive():  # an id that is free again may be somebody else's
            os.kill(process.pid, number)

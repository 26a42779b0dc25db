"""One run of the benchmark: its sizes and limits, and how contenders take turns."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.contender import Contender, GaveUp
from bench.databases import Databases, Worlds
from bench.peerage import Peers
from bench.record import Place, Record

LEAST_ROUNDS = 2  # or there is no spread


@dataclass(frozen=True, kw_only=True)
class Store:
    """A database and the worlds on it."""

    databases: Databases
    worlds: Worlds

    @property
    def name(self) -> str:
        return self.databases.name


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one contender does in each round, and where its answers belong."""

    place: Place
    contender: str
    ask: Callable[[], dict[str, Any]]


@dataclass(kw_only=True)
class Run:
    """What everything that measures is handed. `seconds` is what the rounds of one comparison may take together."""

    record: Record
    folder: Path
    sizes: tuple[int, ...]
    rounds: int
    seconds: float
    limit: float  # seconds since the beginning, after which every comparison has the least rounds there may be
    count: int  # transitions and looks a round
    letters: int
    ten_million: bool = False  # the history also among ten million events
    stores: tuple[Store, ...] = ()
    peers: Peers | None = None
    begun: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        """Seconds since it was begun."""
        return time.monotonic() - self.begun

    def say(self, *words: object) -> None:
        """Progress, on the error stream."""
        print(f"[{self.elapsed():6.0f} s]", *words, file=sys.stderr, flush=True)

    @contextmanager
    def contender(self, module: str, *arguments: str) -> Iterator[Contender]:
        """One of ours, in a process of its own."""
        with Contender(module, arguments, errors=self.folder / "errors.txt") as started:
            yield started

    def in_turn(self, steps: Sequence[Step], *, seconds: float | None = None, least: int = LEAST_ROUNDS) -> float:
        """A B C A B C …, until there are enough rounds or the time is up; the seconds of a round.

        Who fails is excused, and left out from then on.
        """
        begun, standing, so_far, number = time.monotonic(), list(steps), 0.0, 1
        limit = 0 if self.elapsed() > self.limit else seconds or self.seconds
        for number in range(1, self.rounds + 1):
            standing = [step for step in standing if self._asked(step)]
            so_far = time.monotonic() - begun
            if number >= least and so_far * (number + 1) / number > limit:
                break
        return so_far / number

    def _asked(self, step: Step) -> bool:
        begun = time.monotonic()
        try:
            answer = step.ask()
        except GaveUp as error:
            self.record.excuse(step.place, step.contender, str(error))
            self.say(_name(step), "gave up:", error)
            return False
        self.record.add(step.place, step.contender, answer)
        self.say(_name(step), f"{answer['seconds']:.4g} s", f"(with all around it {time.monotonic() - begun:.1f} s)")
        return True


def _name(step: Step) -> str:
    place = step.place
    size = f"{place.size:,}" if place.size else ""
    return " ".join(filter(None, (place.row, place.database, size, place.variant, step.contender)))

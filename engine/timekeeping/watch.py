"""The clock of the house: the wall clock, until it jumps.

A clock that is kept by the network is made to go a little faster or slower, and the steady clock with it; so the
distance between the two never changes, unless somebody sets the wall clock. Then nobody here can know whether it was
right before or is right now: it is **in doubt**. As long as it is, the house carries on by the steady clock from the
last instant that was trusted. So nothing that only waits (a session, a lease, a held file) notices a jump. What can't
be taken back is not done (`engine.turns`), and people who act against a deadline are in time if either reading says so
(`engine.windows`).

It is asked at every reading, so that no instant is ever taken from a clock that has jumped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine import clock
from engine.clock import Reading

TOLERANCE = 1.5  # seconds: a leap second is none of our business, and two seconds across a deadline are


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """The wall clock has jumped by `step`, and nobody has said yet that it is right."""

    step: timedelta

    def wall(self, at: datetime) -> datetime:
        """What the wall clock says at the house's instant `at`."""
        return at + self.step


@dataclass(kw_only=True)
class Watch:
    """A `Clock`. `ahead` is by how much the wall clock is ahead of the steady one, as far as it is trusted."""

    boot: str
    ahead: float  # seconds
    read: Callable[[], Reading] = clock.read

    def __call__(self) -> datetime:
        """The house's instant: by the wall clock, or carried on while that is in doubt."""
        reading = self.read()
        doubt = self._of(reading)
        return reading.wall - doubt.step if doubt else reading.wall

    def doubt(self) -> Doubt | None:
        """Whether the wall clock has jumped."""
        return self._of(self.read())

    def reckoned(self, wall: datetime) -> datetime:
        """The house's instant at a reading of the wall clock that was just taken."""
        doubt = self.doubt()
        return wall - doubt.step if doubt else wall

    def trust(self, reading: Reading) -> None:
        """The wall clock is right: somebody who can know it says so."""
        self.ahead = distance(reading)

    def _of(self, reading: Reading) -> Doubt | None:
        """A change within the tolerance is trusted, and so is where it leads: small ones don't add up to a jump."""
        step = distance(reading) - self.ahead
        if abs(step) > TOLERANCE:
            return Doubt(step=timedelta(seconds=step))
        self.ahead += step
        return None


def distance(reading: Reading) -> float:
    """By how many seconds the wall clock is ahead of the steady one."""
    return reading.wall.timestamp() - reading.steady

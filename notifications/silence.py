"""How long a line to a mail server may be silent: before an answer, and in all for one letter.

There is one alarm for a line, which is put on when it rings too early: a timer for each answer costs as much as the
answer itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf


class Lost(Exception):
    """The line broke, fell silent, or what came over it was no SMTP."""


class Silence:
    """`ring` is called when it has been too long; whoever waits then asks `check`."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._alarm: asyncio.TimerHandle | None = None
        self._most, self._end = inf, inf  # for a letter: seconds, and when they are over
        self._seconds, self._until = inf, inf  # the same for an answer

    def letter(self, seconds: float) -> None:
        """A letter is begun, which may take so long in all."""
        self._most, self._end = seconds, self._loop.time() + seconds

    def begins(self, seconds: float) -> None:
        """An answer is waited for, so long at most."""
        self._seconds, self._until = seconds, self._loop.time() + seconds
        if self._alarm is None or self._due < self._alarm.when():
            self.over()
            self._alarm = self._loop.call_at(self._due, self._look)

    def ends(self) -> None:
        """It has come."""
        self._until = inf

    def check(self) -> None:
        """Raises Lost if it has been too long."""
        now = self._loop.time()
        if now >= self._end:
            raise Lost(f"超过 {self._most:g} 秒 / over {self._most:g} seconds")
        if now >= self._until:
            raise Lost(f"{self._seconds:g} 秒内没有应答 / no answer within {self._seconds:g} seconds")

    def over(self) -> None:
        """Nothing is waited for any more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    @property
    def _due(self) -> float:
        return min(self._until, self._end)

    def _look(self) -> None:
        self._alarm = None
        if self._loop.time() >= self._due:
            self._ring()
        elif self._until < inf:
            self._alarm = self._loop.call_at(self._due, self._look)

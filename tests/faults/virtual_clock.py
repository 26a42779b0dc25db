"""A clock that many processes share and one of them sets: it jumps where it is told, and goes on at its own rate.

    clock = VirtualClock(folder / "clock")
    clock.set(at, rate=240)     # twenty virtual minutes in five real seconds
    clock()                     # in any process: the virtual instant

It is one small file, replaced as a whole, so that nobody who is killed or stopped can leave it half set.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class VirtualClock:
    """The clock in the file `path`. The machine's monotonic clock drives it, which all of its processes see alike."""

    path: Path

    def __call__(self) -> datetime:
        """The instant that it is now."""
        begun, at, rate = map(float, self.path.read_text(encoding="ascii").split())
        return datetime.fromtimestamp(at, UTC) + timedelta(seconds=(time.monotonic() - begun) * rate)

    def set(self, at: datetime, *, rate: float) -> None:
        """From now on it is `at`, and a real second is `rate` virtual ones."""
        beside = self.path.with_suffix(".new")
        beside.write_text(f"{time.monotonic()!r} {at.timestamp()!r} {rate!r}", encoding="ascii")
        beside.replace(self.path)

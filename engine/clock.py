"""The clocks: the only place that reads them. Doors call a clock once and pass the instant on.

The wall clock says what time it is, and can be set. The steady one counts seconds since the machine was started, asleep
or not, and nobody can set it. `engine.timekeeping` compares the two.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

AT_ONCE = 0.1  # seconds between looking at one clock and at the other, at most
BOOT = Path("/proc/sys/kernel/random/boot_id")

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """Both clocks at one moment; `steady` in seconds."""

    wall: datetime
    steady: float


def now() -> datetime:
    """The present instant by the wall clock, aware, in UTC."""
    return datetime.now(UTC)


def read() -> Reading:
    """Both clocks. Whoever was stopped between the two looks again, or the pause would pass for a jump."""
    while True:
        before, wall, after = _steady(), now(), _steady()
        if 0 <= after - before < AT_ONCE:
            return Reading(wall=wall, steady=after)


def boot() -> str | None:
    """Which start of this machine the steady clock counts from; None where the system does not say."""
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:  # another system, or a container that hides it
        return None


def _steady() -> float:
    """The clock that every wait goes by, and what it leaves out: how long the machine slept."""
    return time.monotonic() + (time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC))

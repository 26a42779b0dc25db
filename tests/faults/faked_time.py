"""A wall clock that a test sets, of the processes that are given it: libfaketime, preloaded.

    wall = FakedWall(folder / "wall")
    with served(house, folder, environment=wall.environment):
        wall.step(timedelta(hours=1))    # from now on their wall clock is an hour ahead

What counts seconds and can't be set (CLOCK_MONOTONIC, CLOCK_BOOTTIME) goes on as it is, as it does on a machine whose
clock somebody sets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def needed() -> pytest.MarkDecorator:
    """Skips where libfaketime is not installed."""
    return pytest.mark.skipif(LIBRARY is None, reason="需要 libfaketime / needs libfaketime")


@dataclass(kw_only=True)
class FakedWall:
    """The wall clock of whoever runs with its `environment`, `ahead` of the machine's. `path` is where that stands."""

    path: Path
    ahead: timedelta = field(default_factory=timedelta)

    def __post_init__(self) -> None:
        self.step(timedelta())

    @property
    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(self.path), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}  # fmt: skip

    def step(self, by: timedelta) -> None:
        """Set it ahead, or back. The file is replaced as a whole: nobody reads half an answer."""
        self.ahead += by
        beside = self.path.with_suffix(".new")
        beside.write_text(f"{self.ahead.total_seconds():+f}", encoding="ascii")
        beside.replace(self.path)

    def __call__(self) -> datetime:
        """What it says."""
        return datetime.now(UTC) + self.ahead

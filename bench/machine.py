"""The machine that was measured on, and what its disk takes to keep a promise."""

from __future__ import annotations

import os
import platform
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.database import SQLITE_VERSION

SAME = ("cpu", "cores", "kernel", "python", "sqlite")  # where they differ, figures are of another machine
SYNCS = 200
PAGE = b"x" * 4096


def about(folder: Path) -> dict[str, Any]:
    """Everything that a reader needs to judge the figures; `folder` is where the databases lie."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": _memory_gib(),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": SQLITE_VERSION,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "fsync_ms": fsync_ms(folder),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gib() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (ValueError, OSError, AttributeError):
        return None


def fsync_ms(folder: Path) -> float:
    """Milliseconds in which a page more is on the disk: the floor under every durable commit. The median."""
    path, took = folder / "fsync", []
    with path.open("wb", buffering=0) as stream:
        for _ in range(SYNCS):
            begun = time.perf_counter()
            stream.write(PAGE)
            os.fsync(stream.fileno())
            took.append(time.perf_counter() - begun)
    path.unlink()
    return round(statistics.median(took) * 1000, 3)

"""Where bangdan's time of a row goes: the same work once more, in this process, under the profiler."""

from __future__ import annotations

import cProfile
import pstats
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bangdan import ROOT
from bench.ours import closing, looking, transition, world
from bench.rows.looking import FUNNEL, HISTORY, PAGE

DRAFTS, COUNT, SHOWN = 10_000, 300, 35  # drafts of the world, steps or looks, functions that are shown
IMPORTS = 25  # slowest imports that are shown


def profile(row: str) -> None:
    """Print it, on SQLite; of starting, what is imported and how long each takes."""
    if row == "starting":
        _imports()
        return
    with tempfile.TemporaryDirectory(prefix="bangdan-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'profile.sqlite3'}"
        world.make(url, drafts=DRAFTS)
        work = PREPARED[row](url)
        watch = cProfile.Profile()
        watch.runcall(work)
    pstats.Stats(watch).sort_stats("tottime").print_stats(SHOWN)


def _transition(url: str) -> Callable[[], object]:
    ours = transition.Bangdan()
    ours.prepare(url, COUNT)
    return _warm(lambda: (ours.run(forth=True), ours.run(forth=False)))


def _closing(url: str) -> Callable[[], object]:
    ours = closing.Bangdan()
    ours.prepare(url)
    return lambda: ours.run(alone=True)


def _looking(what: str) -> Callable[[str], Callable[[], object]]:
    def prepared(url: str) -> Callable[[], object]:
        ours = looking.Bangdan()
        ours.prepare(url, DRAFTS)
        return _warm(lambda: ours.run(what, COUNT, seed=1))

    return prepared


def _warm(work: Callable[[], object]) -> Callable[[], object]:
    """What only the first time costs is left out."""
    work()
    return work


PREPARED: Mapping[str, Callable[[str], Callable[[], object]]] = {
    "transition": _transition,
    "closing": _closing,
    **{what: _looking(what) for what in (FUNNEL, PAGE, HISTORY)},
}


PROFILED = (*PREPARED, "starting")


def _imports() -> None:
    told = subprocess.run([sys.executable, "-X", "importtime", "-m", "bangdan", "--help"], cwd=ROOT, check=True,
                          capture_output=True, text=True).stderr.splitlines()  # fmt: skip
    lines = [line.removeprefix("import time:").split("|") for line in told if line.startswith("import time:")][1:]
    for own, with_others, name in sorted(lines, key=lambda line: -int(line[0]))[:IMPORTS]:
        print(f"{int(own):>9,} µs {int(with_others):>9,} µs with what it imports  {name.strip()}")

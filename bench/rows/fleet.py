"""Several workers on one PostgreSQL: what a job costs, and closing the drafts of several campaigns at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from bangdan import ROOT
from bench.contender import GaveUp
from bench.record import FLOOR, Place
from bench.rows import closing
from bench.running import Run, Step, Store

ROW = "fleet"
JOBS, CLOSING = "jobs that do nothing", "closing"
CAMPAIGNS = 3  # that end at the same instant
WORKERS = {1: "bangdan, one worker", 3: "bangdan, three workers"}
PATIENCE, GLANCE = 200.0, 0.02  # seconds for which a closing is waited for, and between two looks at it
LOOK = """
SELECT (SELECT count(*) FROM campaign WHERE closed::text <> '{}'),
       (SELECT coalesce(sum(n), 0) FROM track_tally WHERE state = 'drafted')
"""


def measure(run: Run) -> None:
    """On PostgreSQL, where alone there is a fleet."""
    for store in run.stores:
        if store.name == "postgresql":
            _jobs(run, store)
            _closings(run, store, run.sizes[(len(run.sizes) - 1) // 2])


def _jobs(run: Run, store: Store) -> None:
    url = store.databases.empty()
    with ExitStack() as stack:
        stack.callback(store.databases.drop, url)
        floor = stack.enter_context(run.contender("bench.ours.fleet"))
        floor.ask("prepare", url=url)
        count = run.count * 5
        floor.ask("run", count=count)  # the first time is slower
        place = Place(row=ROW, database=store.name, variant=JOBS)
        run.in_turn([Step(place=place, contender=FLOOR, ask=partial(floor.ask, "run", count=count))])


def _closings(run: Run, store: Store, size: int) -> None:
    place = Place(row=ROW, database=store.name, size=size, variant=CLOSING)
    run.in_turn([
        Step(place=place, contender=FLOOR, ask=partial(_floor, run, store, size)),
        *(Step(place=place, contender=name, ask=partial(_closed, run, store, size, workers))
          for workers, name in WORKERS.items()),
    ])  # fmt: skip


def _floor(run: Run, store: Store, size: int) -> dict[str, Any]:
    with store.worlds.copy(size, campaigns=CAMPAIGNS) as url, run.contender(closing.OURS, FLOOR) as floor:
        floor.ask("prepare", url=url)
        return floor.ask("run", alone=True)


def _closed(run: Run, store: Store, size: int, workers: int) -> dict[str, Any]:
    """From the moment at which the first campaign is marked as closed until no draft is left."""
    with store.worlds.copy(size, campaigns=CAMPAIGNS) as url, _at_work(run, url, workers):
        bare = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(bare, autocommit=True) as watch:
            begun = _wait(watch, begun=True)
            return {"seconds": _wait(watch, begun=False) - begun, "done": size}


def _wait(watch: psycopg.Connection[Any], *, begun: bool) -> float:
    """The moment at which it has begun, or is over. Raises GaveUp."""
    until = time.perf_counter() + PATIENCE
    while (now := time.perf_counter()) < until:
        closed, drafts = watch.execute(LOOK.encode()).fetchone() or (0, 0)
        if closed if begun else not drafts:
            return now
        time.sleep(GLANCE)
    raise GaveUp(f"not {'begun' if begun else 'over'} within {PATIENCE:.0f} s")


@contextmanager
def _at_work(run: Run, url: str, count: int) -> Iterator[None]:
    """So many `bangdan worker`, one job at a time each; what they write lies in the folder of the run."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BANGDAN_DATABASE_URL": url}
    command = [sys.executable, "-m", "bangdan", "worker", "--concurrency", "1"]
    with (run.folder / "workers.txt").open("w") as output:
        workers = [subprocess.Popen(command, cwd=run.folder, env=environment, stdout=output, stderr=output)
                   for _ in range(count)]  # fmt: skip
        try:
            yield
        finally:
            for each in workers:
                each.kill()  # nothing of it is needed any more
            for each in workers:
                each.wait()

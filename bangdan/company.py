"""Several workers for a rehearsal: processes of their own, put together like its house, but for the theatre's clock."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from bangdan import wiring
from bangdan.happened import telling
from bangdan.rehearsing import post
from engine.database import Database
from engine.exports.making import Maker
from engine.fleet import tables
from engine.fleet.board import Board
from engine.fleet.hands import Hands
from engine.fleet.worker import Worker
from engine.office import Office
from engine.rehearsal.company import Company, SharedClock, Unasked
from engine.rehearsal.crew import Hire
from engine.webhooks.courier import Courier
from workflows.definition import Definition

JOBS = 4  # of a worker at a time
SELDOM = timedelta(days=1)  # a rehearsal has no pulse


@contextmanager
def company(opened: Office, definition: Definition, workers: int) -> Iterator[Hire]:
    """A crew of so many workers, as long as it is needed."""
    tables.bring_up(opened.database)
    apart = multiprocessing.get_context("spawn")
    clock = SharedClock(apart.Value("q", 0))
    url = opened.database.url.render_as_string(hide_password=False)
    cast = [apart.Process(target=_work, args=(url, clock, definition, number), daemon=True)
            for number in range(1, workers + 1)]  # fmt: skip
    for each in cast:
        each.start()
    try:
        yield lambda campaign: Company(office=opened, campaign=campaign, board=Board(opened.database), clock=clock)
    finally:
        for each in cast:
            each.terminate()
        for each in cast:
            each.join()


def _work(url: str, clock: SharedClock, definition: Definition, number: int) -> None:
    """One worker, in a process of its own, until it is told to stop."""
    opened = Office(database=Database(url, durable=False), workdays=wiring.workdays(wiring.settings()))
    hands = Hands(
        office=opened, sender=post(opened, definition)(clock), courier=Courier(office=opened, clock=clock),
        maker=Maker(office=opened, clock=clock, telling=telling, by=f"rehearsal-{number}"),
        board=Unasked(opened.database), clock=clock, tell=lambda _beaten: None, interval=SELDOM,
    )  # fmt: skip
    Worker(hands, opened.database.url, concurrency=JOBS, name=f"rehearsal-{number}").run_until_signal(lambda: None)
    opened.database.dispose()

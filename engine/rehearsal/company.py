"""The crew that is several workers of a fleet: turns and letters go through its jobs, at the theatre's instant.

The theatre's process asks for a job and waits until it is done; a worker reads the clock that they share when it begins
one. Workers ask for nothing themselves: what comes next, and when, is the theatre's to say.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.sharedctypes import Synchronized

from sqlalchemy import func, select
from sqlmodel import col

from engine.access import ENGINE
from engine.fleet import jobs
from engine.fleet.board import Board
from engine.office import Office
from engine.tables import Campaign
from engine.turn import TurnReport, next_instant
from notifications import mailbook
from notifications.tables import LETTER

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LOOK = 0.003  # seconds between two looks whether a job is done
TRIES = 3  # of what fails, or whose worker dies
ALL = 10_000_000  # letters


class SharedClock:
    """The theatre's instant, for it and all its workers: `cell` holds microseconds in memory that they share."""

    def __init__(self, cell: Synchronized[int]) -> None:
        self._cell = cell

    def __call__(self) -> datetime:
        """Which instant it is."""
        return EPOCH + self._cell.value * MICROSECOND

    def set(self, at: datetime) -> None:
        """Let it be `at`."""
        self._cell.value = (at - EPOCH) // MICROSECOND


class Unasked(Board):
    """A worker's board in a rehearsal: its wishes are heard by nobody, and a pulse is not wanted."""

    def want(self, *wanted: object) -> None:
        """Nothing."""

    def want_in(self, wait: timedelta, wanted: object) -> None:
        """Nothing."""

    def is_on_the_way(self, kind: str) -> bool:
        """So that nobody puts one up."""
        del kind
        return True


@dataclass(frozen=True, kw_only=True)
class Company:
    """The workers, as the theatre deals with them."""

    office: Office
    campaign: str
    board: Board
    clock: SharedClock

    def turn(self, at: datetime, told: Callable[[TurnReport], None]) -> datetime | None:
        """One turn by whichever worker is first. What it did is not told here."""
        del told
        self.clock.set(at)
        for _ in range(TRIES):
            self.board.want(jobs.turn(self.campaign))
            self._wait_for(jobs.TURN)
            with self.office.read(self.campaign, ENGINE, at=at) as work:
                turned = select(col(Campaign.turned_at)).where(col(Campaign.id) == work.campaign_id)
                if work.connection.execute(turned).scalar_one() == at:
                    return next_instant(work)
        raise RuntimeError(f"no worker could take the turn at {at.isoformat()}; see their log")

    def deliver(self, at: datetime) -> int:
        """All lines of the post side by side, until nothing is due."""
        self.clock.set(at)
        before, left, fruitless = self._sent(), self._due(at), 0
        while fruitless < TRIES:
            self.board.want(*jobs.lines(jobs.LINES))
            self._wait_for(jobs.POST)
            waited, left = left, self._due(at)
            if not left:
                return self._sent() - before
            fruitless = fruitless + 1 if left == waited else 0
        raise RuntimeError(f"the workers could not deliver what is due at {at.isoformat()}; see their log")

    def _wait_for(self, kind: str) -> None:
        """Until no job of that kind waits or is under way."""
        while self.board.is_on_the_way(kind):
            time.sleep(LOOK)

    def _sent(self) -> int:
        with self.office.database.read() as connection:
            return int(connection.execute(select(func.count()).where(LETTER.c.state == "sent")).scalar_one())

    def _due(self, at: datetime) -> int:
        """The letters that are to be taken to the door now."""
        with self.office.database.read() as connection:
            return mailbook.due(connection, at=at, most=ALL)

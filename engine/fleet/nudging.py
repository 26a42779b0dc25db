"""A desk's word to the fleet that something has just happened: somebody waits for the letter."""

from __future__ import annotations

import threading

from engine.database import Database
from engine.fleet import health, jobs
from engine.fleet.board import Board
from engine.webhooks.aside import Aside

PACE = 1.0  # seconds between two words of one desk, at least


class Nudges:
    """Call it with the campaign in which something happened, without one for a letter of none. Returns at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._board = Board(database)
        self._mine = threading.Lock()
        self._campaigns: set[str] = set()
        self._leaving = threading.Event()
        self._aside = Aside(self._put_up, self._leaving, name="nudge")

    def __call__(self, campaign: str | None) -> None:
        with self._mine:
            self._campaigns |= {campaign} if campaign is not None else set()
        self._aside()

    def close(self) -> None:
        """Say what is left to be said."""
        self._aside.close()

    def _put_up(self) -> None:
        with self._mine:
            campaigns, self._campaigns = self._campaigns, set()
        fleet = health.look(self._database)
        if fleet is not None and fleet.workers:  # else nobody takes them down, and another engine looks by itself
            self._board.want(*map(jobs.turn, campaigns), *jobs.lines(1))
        self._leaving.wait(PACE)

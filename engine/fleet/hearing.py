"""What any door has just stored is looked at by the fleet at once: somebody waits for the letter."""

from __future__ import annotations

import threading
from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import col

from engine.changes.telling import PATIENCE
from engine.database import Database
from engine.fleet import jobs
from engine.fleet.board import Board
from engine.tables import Campaign
from engine.webhooks.aside import Aside


class Hearing:
    """Called with the campaigns that changed, as `engine.changes` tells them; of all workers one puts a job up.

    What is of no campaign may be a letter that lets somebody in; whatever else it is the pulse finds.
    """

    def __init__(self, database: Database, board: Board) -> None:
        self._database = database
        self._board = board
        self._mine = threading.Lock()
        self._heard: set[int] = set()
        self._leaving = threading.Event()
        self._aside = Aside(self._put_up, self._leaving, name="hearing")

    def __call__(self, campaigns: Collection[int]) -> None:
        with self._mine:
            self._heard |= set(campaigns)
        self._aside()

    def close(self) -> None:
        """Put up nothing more."""
        self._aside.close()

    def _put_up(self) -> None:
        self._leaving.wait(PATIENCE)
        with self._mine:
            heard, self._heard = self._heard, set()
        with self._database.read() as connection:
            keys = connection.execute(select(col(Campaign.key)).where(col(Campaign.id).in_(heard))).scalars().all()
        self._board.want(*map(jobs.turn, keys), *jobs.lines(1))

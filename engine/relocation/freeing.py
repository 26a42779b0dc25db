"""A house that was to be left and is not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update
from sqlmodel import col

from engine.relocation import standing
from engine.relocation.holding import let_go
from engine.relocation.standing import Move
from engine.relocation.tables import Relocation


def free(connection: Connection, move: Move, *, at: datetime) -> None:
    """It accepts again, and can't be left by this move any more."""
    given_up = update(Relocation).where(col(Relocation.token) == move.token)
    connection.execute(given_up.values(outcome=standing.ABANDONED, ended_at=at))
    let_go(connection)


def free_copy(connection: Connection, *, at: datetime) -> None:
    """A copy of a house that was being moved is not being moved; its mute stays."""
    found = standing.under_way(connection)
    if found is not None:
        free(connection, found, at=at)

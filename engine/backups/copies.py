"""A database that is a copy of another house: it lets nothing out, and nobody in by what the original gave out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.backups import entries
from engine.backups.entries import Shut
from engine.relocation.freeing import free_copy
from notifications import muting
from notifications.claims import recover

PAST_EVERY_LEASE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Safe:
    """How many letters lie ready in a copy, which the original may have sent since, and who is kept out."""

    waiting: int
    shut: Shut


def make_safe(connection: Connection, *, at: datetime, reason: str, actor: str) -> Safe:
    """Mute the copy and shut it, all in the caller's transaction."""
    free_copy(connection, at=at)
    # Whoever held letters is not here any more; where a dot was sent, the outcome is unknown.
    recover(connection, at=at + PAST_EVERY_LEASE, repeat_at=at)
    muting.mute(connection, at=at, reason=reason, actor=actor)
    mute = muting.in_force(connection)
    shut = entries.shut(connection, at=at, since=mute.since if mute else at)
    return Safe(waiting=muting.waiting_letters(connection, at=at), shut=shut)

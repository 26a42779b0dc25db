"""The ways into a restored copy: what opened the original must not open the copy beside it.

Whoever was signed in signs in again, and links that were mailed are dead. Tokens of programs and calendar addresses,
which nobody could hand out anew to everybody, are laid up: they open nothing until `unmute` says that this is the real
house, and then they do again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update
from sqlmodel import col

from engine.accounts import house_key
from engine.accounts.tables import ApiToken, DeskSession, SignInLink
from engine.feeds.tables import Feed

WHY = "restored"
LAID_UP = (ApiToken, Feed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shut:
    """How many were signed in, and how many tokens and calendar addresses are laid up."""

    sessions: int
    laid_up: int


def shut(connection: Connection, *, at: datetime, since: datetime) -> Shut:
    """Let nobody in by what the original gave out. `since` is when the copy was muted: by it `reopen` knows its own.

    The key is in no backup, so the copy goes by the first one it is opened with.
    """
    house_key.forget(connection)
    ending = update(DeskSession).where(col(DeskSession.ended_at).is_(None)).values(ended_at=at)
    sessions = connection.execute(ending).rowcount
    under_way = (col(SignInLink.used_at).is_(None), col(SignInLink.cancelled) == "")
    connection.execute(update(SignInLink).where(*under_way).values(cancelled=WHY))
    laying_up = [update(table).where(col(table.revoked_at).is_(None)).values(revoked_at=since) for table in LAID_UP]
    return Shut(sessions=sessions, laid_up=sum(connection.execute(each).rowcount for each in laying_up))


def reopen(connection: Connection, *, since: datetime) -> int:
    """This is the real house: what was laid up opens again. Returns how many those are."""
    reopening = [update(table).where(col(table.revoked_at) == since).values(revoked_at=None) for table in LAID_UP]
    return sum(connection.execute(each).rowcount for each in reopening)

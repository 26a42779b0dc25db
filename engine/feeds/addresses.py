"""The addresses of feeds: making one, which takes the place of the one before, revoking, and finding whose it is.

A feed shows what its account's seat may know. The seat is asked for at every request, so a feed dies with it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlmodel import col

from engine.access import Actor
from engine.accounts import rights
from engine.accounts.rights import Seat
from engine.accounts.secret_text import digest_of, random_text
from engine.accounts.tables import Account
from engine.feeds.tables import Feed
from engine.tables import Campaign, public_id

F = Feed
_WHAT: tuple[Any, ...] = (
    col(F.digest), col(F.seat), col(F.account_id), col(F.made_at), col(Account.name), col(Campaign.key),
)  # fmt: skip
_FIND = (
    select(*_WHAT)
    .join(Account, col(Account.id) == col(F.account_id))
    .join(Campaign, col(Campaign.id) == col(F.campaign_id))
    .where(col(F.digest) == bindparam("digest"), col(F.revoked_at).is_(None))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Whose feed an address is: of which campaign, for whom."""

    campaign: str
    actor: Actor


def make(connection: Connection, account_id: int, seat: Seat, *, at: datetime) -> str:
    """A new address for the seat, in place of the one it had. The secret is shown once and kept nowhere."""
    revoke(connection, account_id, seat, at=at)
    secret = random_text()
    campaign = connection.execute(select(col(Campaign.id)).where(col(Campaign.key) == seat.campaign)).scalar_one()
    values = {"digest": digest_of(secret), "public_id": public_id(), "campaign_id": campaign,
              "account_id": account_id, "seat": seat.key, "made_at": at}  # fmt: skip
    connection.execute(insert(F), values)
    return secret


def revoke(connection: Connection, account_id: int, seat: Seat, *, at: datetime) -> bool:
    """From now on the seat's address shows nothing. Says whether there was one."""
    mine = (col(F.account_id) == account_id, col(F.seat) == seat.key, col(F.revoked_at).is_(None))
    return connection.execute(update(F).where(*mine).values(revoked_at=at).returning(col(F.id))).first() is not None


def made_at(connection: Connection, account_id: int, seat: Seat) -> datetime | None:
    """Since when the seat has an address; None without one."""
    mine = (col(F.account_id) == account_id, col(F.seat) == seat.key, col(F.revoked_at).is_(None))
    return connection.execute(select(col(F.made_at)).where(*mine)).scalar()


def look_up(connection: Connection, secret: str) -> Reader | None:
    """Whose address it is; None for none, a revoked one, or one whose seat is gone."""
    digest = digest_of(secret)
    row = connection.execute(_FIND, {"digest": digest}).first()
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    seat = next((each for each in rights.seats(connection, row.account_id) if each.key == row.seat), None)
    return None if seat is None else Reader(campaign=row.key, actor=rights.acting(rights.called(row.name, seat), seat))

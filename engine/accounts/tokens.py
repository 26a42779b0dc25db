"""Tokens of the API: a name, a campaign, an end, and scopes that never exceed what their maker may do.

A token acts in the seat of the account that made it. It is asked for that seat at every request, so it dies with the
membership, with the contact's entry in the roster, and with the account.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlmodel import col

from engine.access import Actor, not_found
from engine.accounts import rights
from engine.accounts.rights import Seat
from engine.accounts.secret_text import digest_of, random_text
from engine.accounts.tables import Account, ApiToken
from engine.database import inserted_id
from engine.tables import Campaign, public_id
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

T = ApiToken
PREFIX = "bd_"
LONGEST = timedelta(days=400)  # a campaign of a year with what comes after it
LONGEST_NAME = 60  # characters
USED = timedelta(minutes=1)  # that it was used is written once a minute at most


class Scope(StrEnum):
    """What a token may be for; each holds its own verbs and nothing of the others."""

    READ = "read"
    NOMINATE = "nominate"
    REVIEW = "review"
    OFFICE = "office"
    LETTERS = "letters"
    DECIDE = "decide"


OF_ROLE = {
    Role.SECRETARIAT: frozenset(Scope),
    Role.AUDITOR: frozenset({Scope.READ}),
    Role.UNIT: frozenset({Scope.READ, Scope.NOMINATE}),
    Role.INSTITUTION: frozenset({Scope.READ, Scope.REVIEW}),
}

_WHAT: tuple[Any, ...] = (
    col(T.id), col(T.digest), col(T.name), col(T.seat), col(T.scopes), col(T.used_at), col(T.account_id),
    col(Account.public_id).label("account"), col(T.maker), col(Campaign.key).label("campaign"),
)  # fmt: skip
_FIND = (
    select(*_WHAT)
    .join(Account, col(Account.id) == col(T.account_id))
    .join(Campaign, col(Campaign.id) == col(T.campaign_id))
    .where(col(T.digest) == bindparam("digest"), col(T.revoked_at).is_(None), col(T.ends_at) > bindparam("at"))
)
_TOUCH = update(T).where(col(T.id) == bindparam("token")).values(used_at=bindparam("at"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who asks with a token: in which campaign (and no other), as whom, and for what.

    `account` is its maker's public id. `untouched`: it is a minute and more since it was written that it was used, so
    `touch` is due.
    """

    token: int
    account: str
    campaign: str
    actor: Actor
    scopes: frozenset[Scope]
    untouched: bool


def make(
    connection: Connection, account_id: int, seat: Seat, *, name: str, scopes: Collection[Scope], ends_at: datetime,
    at: datetime,
) -> tuple[str, int]:  # fmt: skip
    """A new token for a seat that the account has, and its row id. The token is shown once and kept nowhere.

    Raises Refused: TOK-01 for a scope that the seat does not have, TOK-02 for an end that is past or too far off,
    TOK-03 for a name that says nothing.
    """
    _check(seat, name, scopes, ends_at, at)
    token = PREFIX + random_text()
    campaign = connection.execute(select(col(Campaign.id)).where(col(Campaign.key) == seat.campaign)).scalar_one()
    account = connection.execute(select(col(Account.name)).where(col(Account.id) == account_id)).scalar_one()
    values = {"digest": digest_of(token), "public_id": public_id(), "campaign_id": campaign, "account_id": account_id,
              "maker": rights.called(account, seat),
              "seat": seat.key, "name": name.strip(), "scopes": sorted(scopes), "made_at": at,
              "ends_at": ends_at}  # fmt: skip
    return token, inserted_id(connection.execute(insert(T), values))


def _check(seat: Seat, name: str, scopes: Collection[Scope], ends_at: datetime, at: datetime) -> None:
    beyond = [scope.value for scope in scopes if scope not in OF_ROLE[seat.role]]
    if beyond or not scopes:
        allowed = sorted(OF_ROLE[seat.role])
        raise Refused(Reason(
            code="TOK-01",
            zh=f"所选范围超出您的权限：{'、'.join(beyond) or '（未选）'}；可选：{'、'.join(allowed)}",
            en=f"scopes beyond your own rights: {', '.join(beyond) or '(none)'}; allowed: {', '.join(allowed)}",
        ))  # fmt: skip
    if not at < ends_at <= at + LONGEST:
        raise Refused(Reason(
            code="TOK-02",
            zh=f"令牌的有效期应在今后 {LONGEST.days} 天以内，读到 {ends_at.date().isoformat()}",
            en=f"a token ends within the next {LONGEST.days} days; read {ends_at.date().isoformat()}",
        ))  # fmt: skip
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Refused(Reason(
            code="TOK-03",
            zh=f"请写明令牌的用途（1 至 {LONGEST_NAME} 个字），以便日后辨认",
            en=f"say what the token is for (1 to {LONGEST_NAME} characters), so that it is known later",
        ))  # fmt: skip


def look_up(connection: Connection, bearer: str, *, at: datetime) -> Holder | None:
    """Who asks with that token; None when it is none, is over, was revoked, or its seat is gone. Writes nothing."""
    digest = digest_of(bearer)
    row = connection.execute(_FIND, {"digest": digest, "at": at}).first()
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    seat = next((each for each in rights.seats(connection, row.account_id) if each.key == row.seat), None)
    return None if seat is None else _holder(row, seat, at)


def _holder(row: Row[Any], seat: Seat, at: datetime) -> Holder:
    granted = frozenset(Scope(each) for each in row.scopes) & OF_ROLE[seat.role]
    return Holder(
        token=row.id, account=row.account, campaign=row.campaign, scopes=granted,
        actor=rights.acting(f"{row.maker}（接口令牌“{row.name}”）", seat, account=f"token:{row.id}"),
        untouched=row.used_at is None or at - row.used_at >= USED,
    )  # fmt: skip


def whose(connection: Connection, holder: Holder) -> tuple[int, str]:
    """The account that made it, by row id, and the seat in which it acts."""
    query = select(col(T.account_id), col(T.seat)).where(col(T.id) == holder.token)
    account, seat = connection.execute(query).one()
    return int(account), str(seat)


def touch(connection: Connection, holder: Holder, *, at: datetime) -> None:
    """Write that it was used. For a transaction of its own, when `untouched` says so."""
    connection.execute(_TOUCH, {"token": holder.token, "at": at})


def revoke(connection: Connection, token: str, *, campaign_id: int, at: datetime) -> int:
    """Revoke a token of that campaign, by public id, and return whose account made it. Raises NotFound."""
    mine = (col(T.public_id) == token, col(T.campaign_id) == campaign_id, col(T.revoked_at).is_(None))
    row = connection.execute(update(T).where(*mine).values(revoked_at=at).returning(col(T.account_id))).first()
    if row is None:
        raise not_found(token)
    return int(row.account_id)

"""Who may come in, as pages show it: roles in a campaign, contacts who have signed in, sessions and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, or_, select
from sqlmodel import col

from engine.access import may_office
from engine.accounts import patience, rights
from engine.accounts.patience import Alarm
from engine.accounts.tables import Account, ApiToken, DeskSession, Membership, SecondFactor
from engine.office import Work
from engine.queries.paging import Page
from engine.tables import Campaign, Contact, Unit
from workflows.nomination import Role

MOST = 100  # lines a page

_SEEN = (
    select(func.max(col(DeskSession.seen_at))).where(col(DeskSession.account_id) == col(Account.id)).scalar_subquery()
)


_SECOND = exists().where(
    col(SecondFactor.account_id) == col(Account.id), col(SecondFactor.confirmed_at).is_not(None)
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberLine:
    """A role that an account was given. `id` is the role's, `everywhere`: it holds in every campaign.

    `second`: the account has a second factor.
    """

    id: str
    account: str
    name: str
    email: str
    role: Role
    of: str
    everywhere: bool
    disabled: bool
    second: bool
    given_at: datetime
    given_by: str
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactLine:
    """A contact who has an account, because they have signed in."""

    account: str
    name: str
    email: str
    of: str
    disabled: bool
    second: bool
    seen_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenLine:
    """A token of the API; `live`: it opens something, as far as its own row says."""

    id: str
    name: str
    maker: str
    seat: str
    scopes: tuple[str, ...]
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    live: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionLine:
    """A device on which somebody is signed in."""

    id: str
    how: str
    device: str
    begun_at: datetime
    seen_at: datetime
    this: bool


def members(work: Work) -> list[MemberLine]:
    """Everybody with a role in this campaign, the office first. For the secretariat. Raises Refused."""
    may_office(work.actor)
    what: tuple[Any, ...] = (
        col(Membership.public_id).label("id"), col(Account.public_id).label("account"), col(Account.name),
        col(Account.email), col(Membership.role), col(Membership.campaign_id), col(Membership.institution),
        col(Unit.name).label("unit"), col(Account.disabled_at), col(Membership.given_at), col(Membership.given_by),
        _SEEN.label("seen_at"), _SECOND.label("second"),
    )  # fmt: skip
    query = (
        select(*what)
        .select_from(Membership)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .outerjoin(Unit, col(Unit.id) == col(Membership.unit_id))
        .where(or_(col(Membership.campaign_id) == work.campaign_id, col(Membership.campaign_id).is_(None)))
    )
    found = [_member(work, row) for row in work.connection.execute(query)]
    order = list(Role)
    return sorted(found, key=lambda line: (order.index(line.role), line.name, line.email))


def _member(work: Work, row: Row[Any]) -> MemberLine:
    institution = work.definition.institution_by_key.get(row.institution or "")
    of = row.unit or (institution.name if institution else row.institution) or work.definition.office.name
    return MemberLine(
        id=row.id, account=row.account, name=row.name, email=row.email, role=Role(row.role), of=of,
        everywhere=row.campaign_id is None, disabled=row.disabled_at is not None, second=row.second,
        given_at=row.given_at, given_by=row.given_by, seen_at=row.seen_at,
    )  # fmt: skip


def given(connection: Connection) -> list[dict[str, Any]]:
    """Every role that was given, in whichever campaign, as plain values. For whoever stands at the server."""
    what: tuple[Any, ...] = (
        col(Account.name), col(Account.email), col(Membership.role), col(Campaign.key).label("campaign"),
        col(Account.disabled_at).is_not(None).label("disabled"), _SEEN.label("seen_at"),
    )  # fmt: skip
    query = (
        select(*what)
        .select_from(Membership)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .outerjoin(Campaign, col(Campaign.id) == col(Membership.campaign_id))
        .order_by(col(Account.email_key), col(Membership.id))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def contacts(work: Work, *, search: str = "", after: str | None = None, limit: int = MOST) -> Page[ContactLine]:
    """Contacts of this campaign who have signed in, by address; `search` is a part of a name, address or unit.

    For the secretariat. Raises Refused.
    """
    may_office(work.actor)
    what: tuple[Any, ...] = (
        col(Account.public_id), col(Account.name), col(Account.email), col(Account.email_key),
        col(Account.disabled_at), col(Contact.institution), col(Unit.name).label("unit"), _SEEN.label("seen_at"),
        _SECOND.label("second"),
    )  # fmt: skip
    query = (
        select(*what)
        .select_from(Account)
        .join(Contact, col(Contact.email_key) == col(Account.email_key))
        .outerjoin(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(col(Contact.campaign_id) == work.campaign_id, col(Contact.active))
        .where(or_(col(Contact.unit_id).is_not(None), col(Contact.institution).is_not(None)))
        .order_by(col(Account.email_key), col(Contact.id))
    )
    if search:
        parts = (col(Account.name), col(Account.email), col(Unit.name))
        query = query.where(or_(*[part.icontains(search, autoescape=True) for part in parts]))
    if after is not None:
        query = query.where(col(Account.email_key) > after)
    rows = work.connection.execute(query.limit(limit + 1)).all()
    return Page(rows=tuple(_contact(work, row) for row in rows[:limit]),
                after=rows[limit - 1].email_key if len(rows) > limit else None)  # fmt: skip


def _contact(work: Work, row: Row[Any]) -> ContactLine:
    institution = work.definition.institution_by_key.get(row.institution or "")
    return ContactLine(
        account=row.public_id, name=row.name, email=row.email, of=row.unit or (institution.name if institution else ""),
        disabled=row.disabled_at is not None, second=row.second, seen_at=row.seen_at,
    )  # fmt: skip


def alarms(work: Work) -> list[Alarm]:
    """Who is guessed at, of those with a part in this campaign, and from where. For the secretariat. Raises Refused."""
    may_office(work.actor)
    return [each for each in patience.alarms(work.connection, at=work.at) if each.kind == "place" or _here(work, each)]


def _here(work: Work, alarm: Alarm) -> bool:
    account = work.connection.execute(select(col(Account.id)).where(col(Account.email_key) == alarm.of)).scalar()
    seats = rights.held(work.connection, account) if account is not None else ()
    return any(seat.campaign == work.definition.key for seat in seats)


def tokens(work: Work, *, account_id: int | None = None) -> list[TokenLine]:
    """The campaign's tokens, the newest first; with `account_id` that account's. All of them are for the office.

    Raises Refused.
    """
    if account_id is None:
        may_office(work.actor)
    query: Any = (
        select(ApiToken, col(Account.name).label("maker"))
        .join(Account, col(Account.id) == col(ApiToken.account_id))
        .where(col(ApiToken.campaign_id) == work.campaign_id)
        .order_by(col(ApiToken.id).desc())
        .limit(MOST)
    )
    if account_id is not None:
        query = query.where(col(ApiToken.account_id) == account_id)
    return [_token(row, work.at) for row in work.connection.execute(query)]


def _token(row: Row[Any], at: datetime) -> TokenLine:
    return TokenLine(
        id=row.public_id, name=row.name, maker=row.maker, seat=row.seat, scopes=tuple(row.scopes),
        made_at=row.made_at, ends_at=row.ends_at, used_at=row.used_at, revoked_at=row.revoked_at,
        live=row.revoked_at is None and row.ends_at > at,
    )  # fmt: skip


def sessions_of(connection: Connection, account_id: int, *, this: int, at: datetime) -> list[SessionLine]:
    """Where the account is signed in, the one seen last first; `this` is the row of the session that asks."""
    query = select(DeskSession).where(
        col(DeskSession.account_id) == account_id, col(DeskSession.ended_at).is_(None), col(DeskSession.ends_at) > at
    )
    return [
        SessionLine(id=row.public_id, how=row.how, device=row.device, begun_at=row.begun_at, seen_at=row.seen_at,
                    this=row.id == this)
        for row in connection.execute(query.order_by(col(DeskSession.seen_at).desc()))
    ]  # fmt: skip

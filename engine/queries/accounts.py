"""Who may come in, as pages show it: roles in a campaign, contacts who have signed in, sessions and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select
from sqlmodel import col

from engine.access import may_office
from engine.accounts import patience, rights
from engine.accounts.patience import Alarm
from engine.accounts.tables import Account, AccountHere, ApiToken, DeskSession, Membership, SecondFactor
from engine.office import Work
from engine.organisers import keeping as organisers
from engine.organisers.tables import Organiser
from engine.queries.paging import Page
from engine.tables import Campaign, Contact, Unit
from notifications.clauses import at_most
from workflows.nomination import Role

MOST = 100  # lines a page

_SEEN = (
    select(func.max(col(DeskSession.seen_at))).where(col(DeskSession.account_id) == col(Account.id)).scalar_subquery()
)
# Of who never came to this organiser nothing is told but what it wrote down: who has an account already, because of
# another one, must look like somebody who has none.
_SECOND = exists().where(
    col(SecondFactor.account_id) == col(Account.id), col(SecondFactor.confirmed_at).is_not(None),
    col(AccountHere.seen_at).is_not(None),
)  # fmt: skip
_SHUT = or_(col(Account.disabled_at).is_not(None), col(AccountHere.shut_at).is_not(None))


def _here(work: Work) -> ColumnElement[bool]:
    """What this campaign's organiser knows of an account."""
    return and_(col(AccountHere.account_id) == col(Account.id), col(AccountHere.organiser_id) == work.organiser_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberLine:
    """A role that an account was given. `id` is the role's, `everywhere`: it holds in every campaign of the organiser.

    `second`: the account has a second factor; `seen_at`: when they last came to a campaign of this organiser.
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
        col(AccountHere.name).label("called"), col(Account.email_key), col(Membership.role),
        col(Membership.campaign_id), col(Membership.institution), col(Unit.name).label("unit"),
        _SHUT.label("disabled"), col(Membership.given_at), col(Membership.given_by), col(AccountHere.seen_at),
        _SECOND.label("second"),
    )  # fmt: skip
    query = (
        select(*what)
        .select_from(Membership)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .outerjoin(AccountHere, _here(work))
        .outerjoin(Unit, col(Unit.id) == col(Membership.unit_id))
        .where(or_(col(Membership.campaign_id) == work.campaign_id, col(Membership.organiser_id) == work.organiser_id))
    )
    found = [_member(work, row) for row in work.connection.execute(query)]
    order = list(Role)
    return sorted(found, key=lambda line: (order.index(line.role), line.name, line.email))


def _member(work: Work, row: Row[Any]) -> MemberLine:
    institution = work.definition.institution_by_key.get(row.institution or "")
    of = row.unit or (institution.name if institution else row.institution) or work.definition.office.name
    return MemberLine(
        id=row.id, account=row.account, name=row.called or row.name, email=row.email_key, role=Role(row.role), of=of,
        everywhere=row.campaign_id is None, disabled=row.disabled, second=row.second,
        given_at=row.given_at, given_by=row.given_by, seen_at=row.seen_at,
    )  # fmt: skip


def given(connection: Connection) -> list[dict[str, Any]]:
    """Every role that was given, in whichever campaign, as plain values. For whoever stands at the server."""
    what: tuple[Any, ...] = (
        col(Account.name), col(Account.email), col(Membership.role), col(Campaign.key).label("campaign"),
        col(Organiser.key).label("organiser"), col(Account.disabled_at).is_not(None).label("disabled"),
        _SEEN.label("seen_at"),
    )  # fmt: skip
    query = (
        select(*what)
        .select_from(Membership)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .outerjoin(Campaign, col(Campaign.id) == col(Membership.campaign_id))
        .join(Organiser, col(Organiser.id) == func.coalesce(col(Campaign.organiser_id), col(Membership.organiser_id)))
        .order_by(col(Account.email_key), col(Membership.id))
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def contacts(work: Work, *, search: str = "", after: str | None = None, limit: int = MOST) -> Page[ContactLine]:
    """Contacts of this campaign who have come to its organiser, by address; `search` is a part of a name, address or
    unit.

    For the secretariat. Raises Refused.
    """
    may_office(work.actor)
    what: tuple[Any, ...] = (
        col(Account.public_id), col(Contact.name), col(Contact.email), col(Account.email_key), _SHUT.label("disabled"),
        col(Contact.institution), col(Unit.name).label("unit"), col(AccountHere.seen_at), _SECOND.label("second"),
    )  # fmt: skip
    query = (
        select(*what)
        .select_from(Account)
        .join(Contact, col(Contact.email_key) == col(Account.email_key))
        .join(AccountHere, _here(work))
        .outerjoin(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(col(Contact.campaign_id) == work.campaign_id, col(Contact.active))
        .where(col(AccountHere.seen_at).is_not(None))
        .where(or_(col(Contact.unit_id).is_not(None), col(Contact.institution).is_not(None)))
        .order_by(col(Account.email_key), col(Contact.id))
    )
    if search:
        parts = (col(Contact.name), col(Contact.email), col(Unit.name))
        query = query.where(or_(*[part.icontains(search, autoescape=True) for part in parts]))
    if after is not None:
        query = query.where(col(Account.email_key) > after)
    rows = work.connection.execute(query.limit(at_most(limit + 1))).all()
    return Page(rows=tuple(_contact(work, row) for row in rows[:limit]),
                after=rows[limit - 1].email_key if len(rows) > limit else None)  # fmt: skip


def _contact(work: Work, row: Row[Any]) -> ContactLine:
    institution = work.definition.institution_by_key.get(row.institution or "")
    return ContactLine(
        account=row.public_id, name=row.name, email=row.email, of=row.unit or (institution.name if institution else ""),
        disabled=row.disabled, second=row.second, seen_at=row.seen_at,
    )  # fmt: skip


def alarms(work: Work) -> list[Alarm]:
    """Who is guessed at, of those with a part in this campaign; and in a house of one organiser from where, whoever it
    is. For the secretariat. Raises Refused.
    """
    may_office(work.actor)
    found = patience.alarms(work.connection, at=work.at)
    alone = bool(found) and organisers.alone(work.connection)
    return [each for each in found if (alone if each.kind == "place" else _concerns(work, each))]


def _concerns(work: Work, alarm: Alarm) -> bool:
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
        select(ApiToken)
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

"""What an account may be at this moment: the roles it was given, and those that follow from its address.

Who is an active contact of a unit or an institution signs in for it, with the address that the roster has. Nothing of
that is stored, so a contact who was taken off the roster, or moved to another unit, is so from the next request on.
Secretariat and supervision are never derived: they are given in so many words, one account at a time.

Of what is here of an account, each organiser knows its own part: what it called them, when they came, whether it shut
them out. So a person with parts under two is to each of them as if there were no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, bindparam, or_, select
from sqlmodel import col

from engine.access import Actor
from engine.accounts.tables import Account, AccountHere, Membership
from engine.organisers.tables import Organiser
from engine.tables import Campaign, Contact, Unit
from notifications.clauses import at_most
from workflows.loading import load
from workflows.nomination import Role

if TYPE_CHECKING:
    from engine.accounts.sessions import Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """One role in one campaign that somebody may act in. `key` stays the same between requests.

    `title` is the campaign's name, `of` that of the unit, the institution, or the office, `name` how this organiser
    calls the person, if not by the account's name; `seen_at` is when they last came to it.
    """

    key: str
    campaign: str
    title: str
    role: Role
    unit_id: int | None = None
    institution: str | None = None
    of: str
    name: str = ""
    organiser: int = 0
    organiser_name: str = ""
    organiser_english: str = ""
    seen_at: datetime | None = None


class Names(NamedTuple):
    """What a campaign calls itself, its office and its institutions."""

    title: str
    office: str
    institutions: dict[str, str]


_RANK = (Role.SECRETARIAT, Role.AUDITOR, Role.INSTITUTION, Role.UNIT)
_COLUMNS: tuple[Any, ...] = (
    col(Campaign.id).label("campaign_id"), col(Campaign.key).label("campaign"), col(Campaign.opened_at),
    col(Unit.id).label("unit_id"), col(Unit.code), col(Unit.name).label("unit"), col(Account.disabled_at),
    col(Organiser.id).label("organiser"), col(Organiser.key).label("organiser_key"),
    col(Organiser.name).label("organiser_name"), col(Organiser.english).label("organiser_english"),
    col(AccountHere.seen_at), col(AccountHere.shut_at), col(AccountHere.left_at),
)  # fmt: skip
_MINE = col(Account.id) == bindparam("account")
_HERE = and_(col(AccountHere.account_id) == col(Account.id), col(AccountHere.organiser_id) == col(Organiser.id))
_GIVEN = (
    select(*_COLUMNS, col(Membership.role), col(Membership.institution), col(AccountHere.name).label("person"))
    .select_from(Membership)
    .join(Account, col(Account.id) == col(Membership.account_id))
    .join(Campaign, or_(col(Campaign.id) == col(Membership.campaign_id),
                        col(Campaign.organiser_id) == col(Membership.organiser_id)))
    .join(Organiser, col(Organiser.id) == col(Campaign.organiser_id))
    .outerjoin(AccountHere, _HERE)
    .outerjoin(Unit, col(Unit.id) == col(Membership.unit_id))
    .where(_MINE)
)  # fmt: skip
_DERIVED = (
    select(*_COLUMNS, col(Contact.institution), col(Contact.name).label("person"))
    .select_from(Account)
    .join(Contact, col(Contact.email_key) == col(Account.email_key))
    .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
    .join(Organiser, col(Organiser.id) == col(Campaign.organiser_id))
    .outerjoin(AccountHere, _HERE)
    .outerjoin(Unit, col(Unit.id) == col(Contact.unit_id))
    .where(_MINE, col(Contact.active), or_(col(Unit.id).is_not(None), col(Contact.institution).is_not(None)))
)
_SOURCE = select(col(Campaign.source), col(Campaign.source_name)).where(col(Campaign.id) == bindparam("campaign"))


def seats(connection: Connection, account_id: int, *, since: datetime | None = None) -> tuple[Seat, ...]:
    """Every seat of the account, the newest campaign first, the office before the others. Disabled or shut: none.

    `since`: when the session began in which they are asked for, which an organiser may have ended for its part.
    """
    return _seats(connection, [each for each in _rows(connection, account_id) if _is_open(each[0], since)])


def held(connection: Connection, account_id: int) -> tuple[Seat, ...]:
    """The same, and of an account that was disabled or shut those that it would have."""
    return _seats(connection, _rows(connection, account_id))


def is_shut_out(connection: Connection, account_id: int, *, since: datetime | None = None) -> bool:
    """Whether the account would have seats, and has none: each organiser under which it has a part shut it."""
    mine = seats(connection, account_id, since=since)
    return not mine and bool(held(connection, account_id))


def _is_open(row: Row[Any], since: datetime | None) -> bool:
    left = row.left_at is not None and since is not None and since <= row.left_at
    return row.disabled_at is None and row.shut_at is None and not left


def _rows(connection: Connection, account_id: int) -> list[tuple[Row[Any], Role]]:
    given = [(row, Role(row.role)) for row in _ask(connection, _GIVEN, account_id)]
    derived = _ask(connection, _DERIVED, account_id)
    return given + [(row, Role.INSTITUTION if row.unit_id is None else Role.UNIT) for row in derived]


def _seats(connection: Connection, rows: list[tuple[Row[Any], Role]]) -> tuple[Seat, ...]:
    rows.sort(key=lambda pair: (-pair[0].opened_at.timestamp(), _RANK.index(pair[1]), pair[0].code or ""))
    found = {seat.key: seat for row, role in rows for seat in _seat(connection, row, role)}
    return tuple(found.values())


def _ask(connection: Connection, query: Select[Any], account_id: int) -> list[Row[Any]]:
    return list(connection.execute(query, {"account": account_id}))


def _seat(connection: Connection, row: Row[Any], role: Role) -> Iterator[Seat]:
    """The seat of one row; none for an institution that an amended file no longer has."""
    names = _names(*connection.execute(_SOURCE, {"campaign": row.campaign_id}).one())
    key = f"{row.campaign}:{role.value}"
    here = {"campaign": row.campaign, "title": names.title, "role": role, "name": row.person or "",
            "organiser": row.organiser, "organiser_name": row.organiser_name or row.organiser_key,
            "organiser_english": row.organiser_english or row.organiser_name or row.organiser_key,
            "seen_at": row.seen_at}  # fmt: skip
    if role is Role.UNIT:
        yield Seat(key=f"{key}:{row.code}", unit_id=row.unit_id, of=row.unit, **here)
    elif role is not Role.INSTITUTION:
        yield Seat(key=key, of=names.office, **here)
    elif row.institution in names.institutions:
        of = names.institutions[row.institution]
        yield Seat(key=f"{key}:{row.institution}", institution=row.institution, of=of, **here)


@lru_cache(maxsize=32)  # asked for each request, and a campaign's file changes a few times a year
def _names(source: str, source_name: str) -> Names:
    definition = load(source, name=source_name).definition
    return Names(definition.name, definition.office.name, {each.key: each.name for each in definition.institutions})


def actor(signed: Signed, seat: Seat, *, behalf: str = "") -> Actor:
    """Who acts from `seat`; `behalf` names the one for whom, where it is somebody else's business."""
    return acting(called(signed.account.name, seat), seat, behalf=behalf, account=signed.account.public_id)


def called(name: str, seat: Seat) -> str:
    """How the person with an account of that `name` is called in that seat."""
    return seat.name or name


def acting(name: str, seat: Seat, *, behalf: str = "", account: str = "") -> Actor:
    """The same by name, for what acts without being signed in."""
    return Actor(role=seat.role, name=name, unit_id=seat.unit_id, institution=seat.institution, behalf=behalf,
                 account=account)  # fmt: skip


_REACHED = (
    select(col(Contact.name), col(Campaign.key))
    .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
    .where(
        col(Contact.email_key) == bindparam("email"), col(Contact.active),
        or_(col(Contact.unit_id).is_not(None), col(Contact.institution).is_not(None)),
    )
    .order_by(col(Campaign.opened_at).desc(), col(Contact.id))
    .limit(at_most(1))
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """Whom an address reaches, by name; the campaign in whose name they are written to, if they are in any, and how
    they are `called` there.
    """

    name: str
    called: str
    campaign: str | None
    account_id: int | None = None


def reached(connection: Connection, email_key: str) -> Reached | None:
    """Who signs in with that address: an account that is not disabled, or a contact who would have a seat."""
    account = connection.execute(select(Account).where(col(Account.email_key) == email_key)).first()
    if account is not None:
        if account.disabled_at is not None:
            return None
        first = next(iter(seats(connection, account.id)), None)
        if first is None and is_shut_out(connection, account.id):
            return None
        return Reached(name=account.name, called=called(account.name, first) if first else "",
                       campaign=first.campaign if first else None, account_id=account.id)  # fmt: skip
    contact = connection.execute(_REACHED, {"email": email_key}).first()
    return Reached(name=contact.name, called=contact.name, campaign=contact.key) if contact else None

"""Whose data it is: from a contact, a nomination or an account to everything by which that person can be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, func, or_, select
from sqlmodel import col

from engine.accounts import members, rights
from engine.accounts.tables import Account
from engine.office import Work
from engine.personal.words import ERASED
from engine.seen import seen
from engine.tables import Contact, Nomination, Unit
from workflows.nomination import Role

Kind = Literal["contact", "nomination", "account"]
TABLES: dict[Kind, Any] = {"contact": Contact, "nomination": Nomination, "account": Account}
SHORTEST_NUMBER = 7  # digits by which a telephone number tells a person


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """`names` may be others' too; `marks` (addresses, numbers) are nobody else's. `callers` end what acted as them."""

    kind: Kind
    row: Row[Any]
    names: tuple[str, ...]
    marks: tuple[str, ...]
    callers: tuple[str, ...]
    public: bool = False  # the name was published: it stays

    @property
    def telling(self) -> tuple[str, ...]:
        """What is looked for inside of words, longest first, so that no half of it is left."""
        return tuple(sorted((*self.names, *self.marks), key=len, reverse=True))


def person(work: Work, kind: Kind, public_id: str) -> Person:
    """The one behind that id; behind that address, for an account. Raises NotFound, Refused (ADR-01, ADR-02)."""
    return {"contact": _contact, "nomination": _nominee, "account": _account}[kind](work, public_id)


def _contact(work: Work, public_id: str) -> Person:
    row = seen(work, Contact, public_id)
    where = f"unit:{row.unit_id}" if row.unit_id else f"institution:{row.institution}"
    place = where if row.unit_id or row.institution else "secretariat:"
    signing = select(col(Account.public_id)).where(col(Account.email_key) == row.email_key)
    accounts = work.connection.execute(signing).scalars().all() if row.email_key else []
    return Person(
        kind="contact", row=row, names=_names(row.name), marks=tuple(_marks(row.phones, row.email, row.email_key)),
        callers=tuple(f"{place}:{each}" for each in (row.name, *accounts)),
    )  # fmt: skip


def _nominee(work: Work, public_id: str) -> Person:
    row = seen(work, Nomination, public_id)
    published = _published(work)
    own = () if row.state in published else (row.title, row.applicant)
    marks = _marks(row.applicant_phones, row.applicant_email)
    return Person(
        kind="nomination", row=row, names=_names(*own, row.applicant_contact), marks=tuple(marks), callers=(),
        public=row.state in published,
    )  # fmt: skip


def _account(work: Work, named: str) -> Person:
    row = members.find(work.connection, named)
    return Person(
        kind="account", row=row, names=_names(row.name), marks=tuple(_marks(row.email, row.email_key)),
        callers=tuple(f":{each}" for each in (row.public_id, row.name)),
    )  # fmt: skip


def linked(work: Work, mine: Person) -> list[Person]:
    """What else that person is here: contacts of the same address, and an account that opens nothing elsewhere."""
    email = mine.row.email_key if mine.kind != "nomination" else None
    if not email:
        return []
    found: list[tuple[Kind, str]] = []
    contacts = select(col(Contact.public_id)).where(
        col(Contact.campaign_id) == work.campaign_id, col(Contact.email_key) == email,
        col(Contact.public_id) != mine.row.public_id,
    )  # fmt: skip
    found += [("contact", each) for each in work.connection.execute(contacts).scalars()]
    accounts = select(Account).where(col(Account.email_key) == email, col(Account.public_id) != mine.row.public_id)
    for row in work.connection.execute(accounts).all():
        seats = rights.held(work.connection, row.id)
        if all(seat.campaign == work.definition.key and seat.role is not Role.SECRETARIAT for seat in seats):
            found.append(("account", row.public_id))
    return [person(work, kind, public_id) for kind, public_id in found]


def _published(work: Work) -> tuple[str, ...]:
    """The states in which a name has been announced."""
    shape = work.shape
    return tuple(arrow.target or "" for arrow in shape.arrows if arrow.verb in ("publish", "promote"))


def _names(*values: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value and value != ERASED))


def _marks(*values: str | None) -> Iterator[str]:
    """Addresses, and telephone numbers that are long enough to be one person's."""
    for value in values:
        for part in re.split(r"[、,，;；\s]+", value or ""):
            if "@" in part or sum(char.isdigit() for char in part) >= SHORTEST_NUMBER:
                yield part


def namesakes(work: Work, mine: Person) -> tuple[str, ...]:
    """Those of the names that somebody else here bears, or that are part of another's: they stay in others' words."""
    return tuple(name for name in mine.names if len(name) < 2 or _others(work, mine, name))


def _others(work: Work, mine: Person, name: str) -> int:
    """How many other people and units there are whose name contains this one."""
    found = 0
    for kind, table in TABLES.items():
        names = [table.name] if kind != "nomination" else [table.title, table.applicant, table.applicant_contact]
        where = or_(*(col(each).contains(name, autoescape=True) for each in names))
        query = select(func.count()).select_from(table).where(where)
        if kind != "account":
            query = query.where(col(table.campaign_id) == work.campaign_id)
        if kind == mine.kind:
            query = query.where(col(table.id) != mine.row.id)
        elif kind == "account" and mine.kind == "contact":
            query = query.where(col(Account.email_key) != mine.row.email_key)
        elif kind == "contact" and mine.kind == "account":
            query = query.where(func.coalesce(col(Contact.email_key), "") != mine.row.email_key)
        found += work.connection.execute(query).scalar_one()
    units = select(func.count()).select_from(Unit).where(col(Unit.name).contains(name, autoescape=True))
    return found + work.connection.execute(units.where(col(Unit.campaign_id) == work.campaign_id)).scalar_one()

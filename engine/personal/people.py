"""Whose data it is: from a contact, a nomination or an account to everything by which that person can be found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, func, or_, select
from sqlmodel import col

from engine.accounts import members, rights
from engine.accounts.tables import Account, AccountHere
from engine.letters.correspondence import APPLICANT, CONTACT
from engine.office import Work
from engine.personal.words import ERASED
from engine.seen import seen
from engine.tables import Call, Contact, Nomination, Unit
from notifications.tables import LETTER
from workflows.nomination import Role

Kind = Literal["contact", "nomination", "account"]
TABLES: dict[Kind, Any] = {"contact": Contact, "nomination": Nomination, "account": Account}
SHORTEST_NUMBER = 7  # digits by which a telephone number tells a person


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """`names` and `marks` (addresses, numbers) may be others' too: see `shared`. `callers` end what acted as them."""

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
        kind="contact", row=row, names=_names(row.name),
        marks=_marks(row.phones, row.email, row.email_key, *_formerly(work, "contact", row.id, _names(row.name))),
        callers=tuple(f"{place}:{each}" for each in (row.name, *accounts)),
    )  # fmt: skip


def _nominee(work: Work, public_id: str) -> Person:
    row = seen(work, Nomination, public_id)
    published = _published(work)
    own = () if row.state in published else (row.title, row.applicant)
    names = _names(*own, row.applicant_contact)
    marks = _marks(row.applicant_phones, row.applicant_email, *_formerly(work, "nomination", row.id, names))
    return Person(
        kind="nomination", row=row, names=names, marks=marks, callers=(),
        public=row.state in published,
    )  # fmt: skip


def _account(work: Work, named: str) -> Person:
    row = members.find(work.connection, named)
    here = select(col(AccountHere.name)).where(
        col(AccountHere.account_id) == row.id, col(AccountHere.organiser_id) == work.organiser_id
    )
    names = _names(row.name, work.connection.execute(here).scalar() or "")
    return Person(
        kind="account", row=row, names=names, marks=_marks(row.email, row.email_key),
        callers=tuple(f":{each}" for each in (row.public_id, *names)),
    )  # fmt: skip


REF: dict[Kind, str] = {"contact": CONTACT, "nomination": APPLICANT, "account": "account:"}


def ref(mine: Person) -> str:
    """What the outbox calls them as a reader."""
    return f"{REF[mine.kind]}{mine.row.id}"


def _formerly(work: Work, kind: Kind, row_id: int, names: tuple[str, ...]) -> Iterator[str]:
    """Addresses and numbers under which letters went and calls were made to them by their name, if others since."""
    letters = select(LETTER.c.to_address).where(
        LETTER.c.campaign_id == work.campaign_id, LETTER.c.contact_ref == f"{REF[kind]}{row_id}",
        LETTER.c.to_name.in_(names),
    )  # fmt: skip
    of = Call.contact_id if kind == "contact" else Call.nomination_id
    calls = select(col(Call.phones)).where(col(of) == row_id, col(Call.name).in_(names))
    for query in (letters, calls):
        yield from work.connection.execute(query.distinct()).scalars()


def linked(work: Work, mine: Person) -> list[Person]:
    """What else that person is here: contacts of that name and address, and an account that opens nothing elsewhere.

    A mailbox can be an office's: whoever else has it, by another name, is somebody else.
    """
    email = mine.row.email_key if mine.kind != "nomination" else None
    if not email:
        return []
    found: list[tuple[Kind, str]] = []
    contacts = select(col(Contact.public_id)).where(
        col(Contact.campaign_id) == work.campaign_id, col(Contact.email_key) == email,
        col(Contact.public_id) != mine.row.public_id, col(Contact.name) == mine.row.name,
    )  # fmt: skip
    found += [("contact", each) for each in work.connection.execute(contacts).scalars()]
    accounts = select(Account).where(col(Account.email_key) == email, col(Account.public_id) != mine.row.public_id)
    for row in work.connection.execute(accounts).all():
        if row.name != mine.row.name and _at(work, mine, email):
            continue
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


def _marks(*values: str | None) -> tuple[str, ...]:
    """Addresses, and telephone numbers that are long enough to be one person's."""
    parts = (part for value in values for part in re.split(r"[、,，;；\s]+", value or ""))
    numbers = (part for part in parts if "@" in part or sum(char.isdigit() for char in part) >= SHORTEST_NUMBER)
    return tuple(dict.fromkeys(numbers))


def shared(work: Work, mine: Person) -> tuple[str, ...]:
    """Those of the names that somebody else here bears, or that are part of another's; and of the numbers and addresses
    those at which somebody else is reached: they stay in others' words.
    """
    names = (name for name in mine.names if len(name) < 2 or _others(work, mine, name))
    return (*names, *(mark for mark in mine.marks if _at(work, mine, mark)))


def _at(work: Work, mine: Person, mark: str) -> bool:
    """Whether somebody else in this campaign, by another name, has that number or address too."""
    contacts = select(col(Contact.id)).where(
        col(Contact.campaign_id) == work.campaign_id, col(Contact.name).not_in(mine.names),
        or_(*(col(each).contains(mark, autoescape=True)
              for each in (Contact.phones, Contact.email, Contact.email_key))),
    )  # fmt: skip
    applicants = select(col(Nomination.id)).where(
        col(Nomination.campaign_id) == work.campaign_id, col(Nomination.applicant_contact).not_in(mine.names),
        or_(*(col(each).contains(mark, autoescape=True)
              for each in (Nomination.applicant_phones, Nomination.applicant_email))),
    )  # fmt: skip
    if mine.kind == "nomination":
        applicants = applicants.where(col(Nomination.id) != mine.row.id)
    if mine.kind == "contact":
        contacts = contacts.where(col(Contact.id) != mine.row.id)
    return any(work.connection.execute(each.limit(1)).first() is not None for each in (contacts, applicants))


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

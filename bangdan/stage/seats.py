"""In whose place a visitor of a rehearsal looks on: nobody signs in, a cookie names the seat."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select
from sqlmodel import col

from bangdan.language import Words
from engine.accounts import sessions
from engine.accounts.rights import Seat
from engine.accounts.sessions import Person, Signed
from engine.accounts.tables import Account
from engine.office import Office
from engine.rehearsal.play import Rehearsed
from engine.tables import Contact, Unit
from workflows.definition import Definition
from workflows.nomination import Role

COOKIE = "bangdan-seat"
OFFICE = Role.SECRETARIAT.value
SECOND = "second"  # of the office: the second person for what one alone may not do
FIRST_ACCOUNT, SECOND_ACCOUNT = 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """A seat on offer, by its name in the cookie."""

    key: str
    words: Words


def keep_accounts(connection: Connection, *, at: datetime) -> None:
    """The accounts and sessions of visitors in a fresh database: pages about one's own account find them."""
    rows: list[dict[str, Any]] = [
        {"id": number, "public_id": f"visitor{number}", "name": f"彩排 {number}", "added_at": at,
         "email": (address := f"visitor{number}@rehearsal.example.org"), "email_key": address}
        for number in (FIRST_ACCOUNT, SECOND_ACCOUNT)
    ]  # fmt: skip
    connection.execute(insert(Account), rows)
    for row in rows:
        sessions.begin(connection, row["id"], at=at, how="password")


@dataclass(frozen=True, kw_only=True)
class Seats:
    """The seats of one rehearsal, whichever is played; `csrf` is the secret of its forms."""

    office: Callable[[], Office]
    played: Callable[[], Rehearsed]
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def who(self, cookies: Mapping[str, str]) -> Signed:
        """Who looks on: the secretariat, unless the cookie names somebody else who is there."""
        role, _, key = cookies.get(COOKIE, OFFICE).partition(":")
        with self.office().database.read() as connection:
            name, seat = self._seat(connection, role, key) or self._of_office(Role.SECRETARIAT)
        second = (role, key) == (OFFICE, SECOND)
        number = SECOND_ACCOUNT if second else FIRST_ACCOUNT
        person = Person(id=number, public_id=f"visitor{number}", name=f"{name}（复核）" if second else name, email="")
        return Signed(session=number, account=person, csrf=self.csrf, seats=(seat,), preferred=seat.key,
                      untouched=False)  # fmt: skip

    def offered(self) -> tuple[Offered, ...]:
        """The office, the supervision, each institution; units are named by their code."""
        institutions = [
            Offered(key=f"{Role.INSTITUTION.value}:{each.key}", words=Words(each.name, each.name))
            for each in self._definition.institutions
        ]
        return (
            Offered(key=OFFICE, words=Words("秘书处", "secretariat")),
            Offered(key=f"{OFFICE}:{SECOND}", words=Words("秘书处（复核人）", "secretariat, second person")),
            Offered(key=Role.AUDITOR.value, words=Words("监督", "auditor")),
            *institutions,
        )

    def found(self, seat: str, unit: str) -> str | None:
        """The name for the cookie of the seat on offer, or of the unit with that code or name; None if nobody is so."""
        if unit:
            return next((f"{Role.UNIT.value}:{code}" for code, name in self.units() if unit in (code, name)), None)
        return seat if seat in {each.key for each in self.offered()} else None

    def units(self) -> Iterator[tuple[str, str]]:
        """Code and name of every unit that was planned."""
        for unit in self.played().population.units:
            yield unit.code, unit.name

    @property
    def _definition(self) -> Definition:
        return self.played().definition

    @property
    def campaign(self) -> str:
        """The key of the campaign."""
        return self.played().campaign

    def _seat(self, connection: Connection, role: str, key: str) -> tuple[str, Seat] | None:
        if role == Role.UNIT.value:
            return self._of_unit(connection, key)
        if role == Role.INSTITUTION.value:
            return self._of_institution(key)
        return self._of_office(Role.AUDITOR) if role == Role.AUDITOR.value else None

    def _of_office(self, role: Role) -> tuple[str, Seat]:
        office = self._definition.office
        if role is Role.AUDITOR:
            return "监督人员", self._made(role, of=office.name)
        name = office.contacts[0].name if office.contacts else office.name
        return name, self._made(role, of=office.name)

    def _of_institution(self, key: str) -> tuple[str, Seat] | None:
        for each in self._definition.institutions:
            if each.key == key:
                name = each.contacts[0].name if each.contacts else each.name
                return name, self._made(Role.INSTITUTION, of=each.name, institution=each.key)
        return None

    def _of_unit(self, connection: Connection, code: str) -> tuple[str, Seat] | None:
        query: Select[*tuple[Any, ...]] = (
            select(col(Unit.id), col(Unit.name), col(Contact.name).label("person"))
            .outerjoin(Contact, col(Contact.unit_id) == col(Unit.id))
            .where(col(Unit.code) == code)
            .order_by(col(Contact.id))
        )
        row = connection.execute(query).first()
        return (row.person or row.name, self._made(Role.UNIT, of=row.name, unit_id=row.id)) if row else None

    def _made(
        self, role: Role, *, of: str, unit_id: int | None = None, institution: str | None = None
    ) -> Seat:  # fmt: skip
        of_whom = institution or unit_id
        key = f"{self.campaign}:{role.value}" + (f":{of_whom}" if of_whom else "")
        return Seat(key=key, campaign=self.campaign, role=role, unit_id=unit_id, institution=institution, of=of,
                    title=self._definition.name)  # fmt: skip

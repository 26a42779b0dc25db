"""Somebody who orders exports, and whoever makes them, on a clock that a test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from bangdan.happened import telling
from engine.access import ENGINE, Actor
from engine.accounts import rights
from engine.accounts.tables import Account, Membership
from engine.database import inserted_id
from engine.exports import orders
from engine.exports.catalogue import Form, What
from engine.exports.making import Maker
from engine.exports.narrowing import Narrowed
from engine.exports.orders import Order, Orderer
from engine.exports.tables import ExportPiece
from engine.office import Work
from engine.tables import Campaign
from tests.builders import House
from tests.small import DURING, OPENED
from workflows.nomination import Role


@dataclass
class Ordering:
    """A person of the office, or of the supervision, who orders."""

    house: House
    role: Role = Role.SECRETARIAT
    now: datetime = DURING
    whose: Orderer = field(init=False)

    def __post_init__(self) -> None:
        with self.house.office.database.write() as connection:
            campaign = connection.execute(select(col(Campaign.id))).scalar_one()
            person = {"name": f"预订人{self.role}", "email": f"{self.role}@example.org",
                      "email_key": f"{self.role}@example.org", "added_at": OPENED}  # fmt: skip
            account = inserted_id(connection.execute(insert(Account), person))
            given = {"account_id": account, "campaign_id": campaign, "role": self.role.value, "given_at": OPENED,
                     "given_by": "test", "holds": f"{campaign}:{self.role.value}"}  # fmt: skip
            connection.execute(insert(Membership), given)
            [seat] = rights.seats(connection, account)
        self.whose = Orderer(account_id=account, seat=seat.key)
        self.actor = rights.acting(str(person["name"]), seat)

    @contextmanager
    def work(self, actor: Actor | None = None) -> Iterator[Work]:
        """A transaction of theirs."""
        with self.house.office.beside(self.house.campaign, actor or self.actor, at=self.now) as work:
            yield work

    def order(self, what: What = What.NOMINATIONS, form: Form = Form.CSV, **narrowed: Any) -> str:
        """Order one; its id."""
        with self.work() as work:
            return orders.order(work, self.whose, what, form, Narrowed(**narrowed), lang="zh").id

    def stand(self, order: str) -> Order:
        """How it stands."""
        with self.work() as work:
            return orders.find(work, self.whose, order)

    def file(self, order: str) -> bytes:
        """What they get."""
        with self.work() as work:
            return b"".join(orders.content(work, self.whose, order))

    def maker(self, clock: Callable[[], datetime] | None = None, by: str = "here") -> Maker:
        """What makes orders."""
        return Maker(office=self.house.office, clock=clock or (lambda: self.now), telling=telling, by=by)

    def pieces(self) -> int:
        """How many pieces of files there are."""
        with self.house.office.read(self.house.campaign, ENGINE, at=self.now) as work:
            return len(work.connection.execute(select(col(ExportPiece.number))).all())

"""Who sits at the desk in its tests: one person for each role of the small campaign, and how they come in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from httpx2 import Response
from playwright.sync_api import Page
from sqlalchemy import insert
from sqlmodel import col, select
from starlette.testclient import TestClient

from bangdan.desk.app import make_app
from bangdan.desk.house import Desk
from bangdan.desk.visiting import SESSION
from engine.accounts import sessions
from engine.accounts.tables import Account, Membership
from engine.database import inserted_id
from engine.tables import Campaign, Unit
from engine.units import add_contact
from tests.builders import House, add_unit
from tests.small import DURING, OPENED
from workflows.nomination import Role

UNIT, OTHER_UNIT = "甲学会", "乙学会"


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = DURING

    def __call__(self) -> datetime:
        return self.now


@dataclass
class AtTheDesk:
    """The desk of a house, its clock, and its people. `office`, `auditor`, `unit`, `other_unit`, `academy`, `guild`."""

    house: House
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.desk = Desk(office=self.house.office, clock=self.clock, address="http://testserver")
        self.app = make_app(self.desk)
        self.accounts = _people(self.house)

    def as_(self, who: str | None) -> Browser:
        """A browser in which `who` is signed in; None: nobody."""
        client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)
        browser = Browser(client=client, prefix=f"/c/{self.house.campaign}")
        if who is not None:
            with self.house.office.database.write() as connection:
                token = sessions.begin(connection, self.accounts[who], at=self.clock.now, how="password")
            client.cookies.set(SESSION, token)
        return browser

    def kept(self, who: str) -> Browser:
        """The same, where many forms are sent and nobody signs out: the token of the forms is asked for once."""
        browser = self.as_(who)
        return replace(browser, token=browser.csrf())


@dataclass
class Browser:
    """A browser without a screen: it keeps cookies, and sends forms as a page's own form would be sent."""

    client: TestClient
    prefix: str
    token: str = ""

    def get(self, path: str, **options: Any) -> Response:
        """A page; a path that does not begin with `/` is one of the campaign's."""
        return self.client.get(self.at(path), **options)

    def post(
        self, path: str, fields: Mapping[str, str | Sequence[str]] | None = None, *, key: str = "", **options: Any
    ) -> Response:
        """Send a form, with the token that any page of this visitor carries."""
        data = {"csrf": self.csrf(), **({"key": key} if key else {}), **(fields or {})}
        return self.client.post(self.at(path), data=data, **options)

    def csrf(self) -> str:
        """The token in the visitor's pages."""
        if self.token:
            return self.token
        page = self.client.get("/no-such-page").text
        found = re.search(r'name="csrf" value="([^"]+)"', page)
        assert found
        return found.group(1)

    def at(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.prefix}/{path}".rstrip("/")


def _people(house: House) -> dict[str, int]:
    """An account for each role; units and institutions by the address of a contact, as live."""
    with house.write(OPENED) as work:
        for unit in (UNIT, OTHER_UNIT):
            if work.connection.execute(select(col(Unit.id)).where(col(Unit.code) == unit)).first() is None:
                add_unit(work, unit, people=[(f"{unit}联系人", f"{_ascii(unit)}@example.org")])
        for institution in ("academy", "guild"):
            add_contact(work, name=f"{institution} 联系人", phones=["010-12345678"], institution=institution,
                        email=f"{institution}@example.org")  # fmt: skip
    with house.office.database.write() as connection:
        campaign = connection.execute(select(col(Campaign.id))).scalar_one()
        people = {
            "office": _account(connection, "赵书", "office@example.org"),
            "second": _account(connection, "钱书", "second@example.org"),
            "auditor": _account(connection, "孙督", "auditor@example.org"),
            "unit": _account(connection, "甲经办", f"{_ascii(UNIT)}@example.org"),
            "other_unit": _account(connection, "乙经办", f"{_ascii(OTHER_UNIT)}@example.org"),
            "academy": _account(connection, "李院", "academy@example.org"),
            "guild": _account(connection, "周会", "guild@example.org"),
        }
        for who, role in (("office", Role.SECRETARIAT), ("second", Role.SECRETARIAT), ("auditor", Role.AUDITOR)):
            values = {"account_id": people[who], "campaign_id": campaign, "role": role.value, "given_at": _LONG_AGO,
                      "given_by": "test", "holds": f"{campaign}:{role.value}"}  # fmt: skip
            connection.execute(insert(Membership), values)
    return people


def _account(connection: Any, name: str, email: str) -> int:
    values = {"name": name, "email": email, "email_key": email, "added_at": _LONG_AGO}
    return inserted_id(connection.execute(insert(Account), values))


_LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def _ascii(unit: str) -> str:
    return {UNIT: "jia", OTHER_UNIT: "yi"}[unit]


def sign_in(page: Page, desk: AtTheDesk, who: str, address: str) -> None:
    """Let a real browser's page be that of `who`."""
    with desk.house.office.database.write() as connection:
        token = sessions.begin(connection, desk.accounts[who], at=desk.clock.now, how="password")
    page.context.add_cookies([{"name": SESSION, "value": token, "url": address}])

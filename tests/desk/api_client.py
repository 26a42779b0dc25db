"""A program that calls the API of a small campaign, with a token for each role."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from fastapi import FastAPI
from sqlalchemy import insert, select
from sqlmodel import col
from starlette.testclient import TestClient

from bangdan.desk.api.pace import Pace
from bangdan.desk.app import make_app
from bangdan.desk.house import Desk
from engine.accounts import rights, tokens
from engine.accounts.tables import Account, Membership
from engine.accounts.tokens import OF_ROLE, Scope
from engine.database import inserted_id
from engine.tables import Campaign
from tests.builders import House
from tests.small import DURING
from workflows.nomination import Role


@dataclass(kw_only=True)
class Clock:
    """The time, as the test says."""

    now: datetime = DURING

    def __call__(self) -> datetime:
        return self.now


@dataclass(kw_only=True)
class Api:
    """The desk of a house, its clock, and tokens by name."""

    house: House
    clock: Clock
    app: FastAPI
    http: TestClient
    tokens: dict[str, str] = field(default_factory=dict)
    _keys: Any = field(default_factory=lambda: count(1))

    def __call__(self, method: str, path: str, *, by: str | None = "office", key: str | None = "", **more: Any) -> Any:
        """One request, under the campaign unless the path begins with `/api`; a change gets a key of its own."""
        headers: dict[str, str] = dict(more.pop("headers", {}))
        if by is not None:
            headers.setdefault("authorization", f"Bearer {self.tokens[by]}")
        if method != "GET" and key is not None:
            headers.setdefault("idempotency-key", key or f"key-{next(self._keys)}")
        full = path if path.startswith("/api") else f"/api/campaigns/{self.house.campaign}{path}"
        return self.http.request(method, full, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self("GET", path, **more)

    def post(self, path: str, **more: Any) -> Any:
        return self("POST", path, **more)

    def patch(self, path: str, **more: Any) -> Any:
        return self("PATCH", path, **more)

    def token(
        self, name: str, role: Role, *, unit: int | None = None, institution: str | None = None,
        scopes: Collection[Scope] | None = None, campaign: str | None = None,
    ) -> str:  # fmt: skip
        """A token for a new account of that role."""
        made = make_token(self.house, name, role, unit=unit, institution=institution, scopes=scopes, campaign=campaign)
        self.tokens[name] = made
        return made


def make_token(
    house: House, name: str, role: Role, *, unit: int | None = None, institution: str | None = None,
    scopes: Collection[Scope] | None = None, campaign: str | None = None, at: datetime = DURING,
) -> str:  # fmt: skip
    """A token in the seat of an account that is made for it."""
    key = campaign or house.campaign
    with house.office.database.write() as connection:
        campaign_id = connection.execute(select(col(Campaign.id)).where(col(Campaign.key) == key)).scalar_one()
        address = f"{name}@example.cn"
        who = {"name": name, "email": address, "email_key": address, "added_at": at}
        account = inserted_id(connection.execute(insert(Account), who))
        held = {"account_id": account, "holds": f"{campaign_id}:{role}", "campaign_id": campaign_id, "role": role,
                "unit_id": unit, "institution": institution, "given_at": at, "given_by": "赵书"}  # fmt: skip
        connection.execute(insert(Membership), held)
        (seat,) = [each for each in rights.seats(connection, account) if each.campaign == key]
        wanted = OF_ROLE[role] if scopes is None else scopes
        ends = at + timedelta(days=300)
        return tokens.make(connection, account, seat, name=name, scopes=wanted, ends_at=ends, at=at)[0]


def api_of(house: House, *, pace: Pace | None = None) -> Api:
    """The API of that house, and an office's token."""
    clock = Clock()
    app = make_app(Desk(office=house.office, clock=clock), pace=pace or Pace(clock=lambda: 0.0, burst=100_000))
    made = Api(house=house, clock=clock, app=app, http=TestClient(app, raise_server_exceptions=False))
    made.token("office", Role.SECRETARIAT)
    return made


def codes(response: Any) -> list[str]:
    """The codes of a problem document."""
    problem: Mapping[str, Any] = response.json()
    return [reason["code"] for reason in problem["reasons"]]

"""Another's and an absent thing cost the same: the same statements in the same order, the same hashes, lines and rows.

Wall time is not asserted anywhere. What takes the same steps takes the same time, and what does not is found here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import update
from sqlmodel import col

from bangdan.desk.app import make_app
from engine.access import sees_all
from engine.accounts.passwords import Passwords
from engine.accounts.tables import Account
from tests.builders import House
from tests.desk import test_api_matrix as api
from tests.desk.people import AtTheDesk, Browser
from tests.desk.test_matrix import OF_ROLE, PERSONAL, SAME_FOR_ALL, WHO, ask, named, path_with, routes
from tests.desk.world import ABSENT, World, reviewing
from tests.faults.deeds import Deeds, Done

OTHER_ABSENT = "B" * 22


@pytest.fixture
def world(quick: House) -> World:
    """After the closing, when most can be asked for."""
    return reviewing(quick)


@pytest.fixture
def deeds(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deeds]:
    """What the desk does."""
    watching = Deeds(world.desk.house.office.database, monkeypatch)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.getLogger(), "level", logging.DEBUG)
        yield watching
    logging.getLogger().removeHandler(watching)


def _differing(first: Done, second: Done) -> list[str]:
    """What is not the same, in few words."""
    found = [name for name in ("hashes", "lines", "rows") if getattr(first, name) != getattr(second, name)]
    if first.statements != second.statements:
        odd = [one for one in zip(first.statements, second.statements, strict=False) if one[0] != one[1]]
        found.append(f"statements {len(first.statements)}:{len(second.statements)} {odd[:1]}")
    return found


def test_a_page_of_another_s_thing_costs_what_one_of_nothing_costs(world: World, deeds: Deeds) -> None:
    different, asked = [], 0
    browsers = {who: world.desk.as_(who) for who in WHO}
    for route, method, policy in routes(world.desk.app):
        for who, role in WHO.items():
            if role not in policy.roles and policy.roles:
                continue
            for name in sorted(set(named(route)) - set(SAME_FOR_ALL)):
                if sees_all(role) and name not in PERSONAL:
                    continue
                fixed = {**world.own, **OF_ROLE.get(who, {})}
                costs = []
                for value in (OTHER_ABSENT, world.other[name], ABSENT):  # the first fills what is remembered
                    with deeds.of() as done:
                        ask(browsers[who], route, method, path_with(route, world, {**fixed, name: value}))
                    costs.append(done)
                asked += 1
                if found := _differing(*costs[1:]):
                    different.append((method, route.path, who, name, found))
    assert (different, asked > 40) == ([], True), "\n".join(map(str, different))


def test_an_answer_of_the_api_about_another_s_thing_costs_what_one_about_nothing_costs(
    world: World, deeds: Deeds
) -> None:
    programs = api.Programs(world)
    different, asked = [], 0
    for each in api.every():
        for who, role in WHO.items():
            if role not in each.need.roles or sees_all(role):
                continue
            for name in api.named(each):
                key = "call" if name == "call_id" else name
                costs = []
                for value in (OTHER_ABSENT, world.other.get(key, ABSENT), ABSENT):
                    with deeds.of() as done:
                        programs.ask(who, each, {**world.own, key: value})
                    costs.append(done)
                asked += 1
                if found := _differing(*costs[1:]):
                    different.append((each.name, who, name, found))
    assert (different, asked > 20) == ([], True), "\n".join(map(str, different))


def _sign_in(browser: Browser, address: str) -> int:
    data = {"email": address, "password": "no such password", "then": "/"}
    return browser.post("/signin/password", data).status_code


def test_a_wrong_password_costs_the_same_whoever_has_the_address(world: World, deeds: Deeds) -> None:
    with_password, without = "office@example.org", "auditor@example.org"
    _give_a_password(world.desk, with_password)
    stranger = world.desk.as_(None)
    _sign_in(stranger, "warm@example.org")
    costs: dict[str, list[Done]] = {}
    for address in (with_password, without, "nobody@example.org"):
        for _ in range(4):
            with deeds.of() as done:
                _sign_in(stranger, address)
            costs.setdefault(address, []).append(done)
    nobodys = costs.pop("nobody@example.org")
    assert {
        address: [_differing(*each) for each in zip(done, nobodys, strict=True)] for address, done in costs.items()
    } == dict.fromkeys(costs, [[]] * 4)
    assert [done.hashes for done in nobodys] == [1] * 4


def _give_a_password(desk: AtTheDesk, address: str) -> None:
    desk.desk = replace(desk.desk, passwords=Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)))
    desk.app = make_app(desk.desk)
    kept = desk.desk.passwords.hashed("a long password of theirs")
    with desk.house.office.database.write() as connection:
        connection.execute(update(Account).where(col(Account.email) == address).values(password_hash=kept))


def test_asking_for_a_link_costs_the_same_until_the_answer_is_out(world: World, deeds: Deeds) -> None:
    stranger = world.desk.as_(None)
    costs = []
    for address in ("warm@example.org", "office@example.org", "nobody@example.org"):
        with deeds.of() as done:
            answer = stranger.post("/signin/link", {"email": address, "then": "/"})
        costs.append((answer.status_code, answer.headers["connection"], done.hashes, _until_asked(done)))
    assert costs[1] == costs[2]
    assert costs[1][:3] == (303, "close", 0)


def _until_asked(done: Done) -> list[str]:
    """The statements up to the one that keeps what was asked; the letter is written when the answer is out."""
    last = max(number for number, each in enumerate(done.statements) if each.startswith("INSERT INTO sign_in_link"))
    return done.statements[: last + 1]

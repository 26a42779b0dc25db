"""What nobody types and somebody sends: no page fails on it, and what is put in comes out as text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select
from sqlmodel import SQLModel

from tests.builders import House
from tests.desk.people import AtTheDesk
from tests.desk.test_matrix import ENDING, WHO, named, own, path_with, routes
from tests.desk.world import World, collecting, reviewing

SCRIPT = "'\"><script>alert(1)</script>"
FORMULAS = "{{7*7}}${7*7}{0.__class__}%(x)s"
ODD = ("9" * 20, "9" * 400, "-1", "1e400", "\u2028", "x" * 5000, SCRIPT, FORMULAS, "../../etc/passwd", "\x00")
# That somebody was seen, and when an export that was ordered was fetched first.
WRITTEN_BY_LOOKING = ("desk_session", "sign_in_failure", "export_order")


def pages(world: World, who: str) -> Iterator[tuple[APIRoute, dict[str, str]]]:
    """Every page that somebody may look at, with ids of their own."""
    for route, method, policy in routes(world.desk.app):
        if method == "GET" and (not policy.roles or WHO[who] in policy.roles):
            ids = own(world, who, route)
            if ids is not None:
                yield route, ids


@pytest.mark.parametrize("who", ["office", "unit", "academy"])
def test_no_parameter_breaks_a_page_and_none_becomes_part_of_it(quick: House, who: str) -> None:
    world = reviewing(quick)
    browser = world.desk.as_(who)
    wrong: list[Any] = []
    for route, ids in pages(world, who):
        for name in (each.alias for each in route.dependant.query_params):
            for text in ODD:
                answer = browser.get(path_with(route, world, ids), params={name: text})
                if answer.status_code >= 500 or SCRIPT in answer.text:
                    wrong.append((route.path, name, text[:20], answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("who", ["office", "unit", "academy"])
def test_no_part_of_a_path_breaks_a_page_and_none_becomes_part_of_it(quick: House, who: str) -> None:
    world = collecting(quick)
    browser = world.desk.as_(who)
    wrong: list[Any] = []
    for route, ids in pages(world, who):
        for name in named(route):
            for text in ODD:
                path = path_with(route, world, {**ids, name: "HERE"}).replace("HERE", quote(text, safe=""))
                answer = browser.get(path)
                if answer.status_code >= 500 or SCRIPT in answer.text:
                    wrong.append((route.path, name, text[:20], answer.status_code))
    assert wrong == []


def test_what_no_database_keeps_names_nothing(small: House) -> None:
    office = AtTheDesk(small).as_("office")
    paths = ["nominations/%00", "units/%00", "/c/%00/units", "/signin/%00.x", "letters/%E2%80%A8"]
    assert {path: office.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert office.post("circulars/new", {"subject": "关于", "body": "材料"}, key="\x00").status_code == 400


def test_looking_changes_nothing(quick: House) -> None:
    world = reviewing(quick)
    browsers = {who: world.desk.as_(who) for who in WHO}
    for browser in browsers.values():
        browser.get("")  # that somebody came is written down, once a minute
    before = _content(quick)
    for who, browser in browsers.items():
        for route, ids in pages(world, who):
            browser.get(path_with(route, world, ids))
    after = _content(quick)
    assert {table for table in before if before[table] != after[table]} == set()


def _content(house: House) -> dict[str, str]:
    """A digest of the rows of each table."""
    with house.office.database.read() as connection:
        return {
            name: hashlib.sha256(repr(connection.execute(select(table)).all()).encode()).hexdigest()
            for name, table in SQLModel.metadata.tables.items() if name not in WRITTEN_BY_LOOKING
        }  # fmt: skip


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "application/octet-stream", ""])
def test_a_form_of_another_kind_is_none(quick: House, kind: str) -> None:
    world = collecting(quick)
    browser = world.desk.as_("office")
    for route, method, policy in routes(world.desk.app):
        ids = own(world, "office", route)
        if method == "POST" and route.name not in ENDING and WHO["office"] in policy.roles and ids is not None:
            body = f'{{"csrf": "{browser.csrf()}"}}'
            answer = browser.client.post(path_with(route, world, ids), content=body, headers={"content-type": kind})
            assert (route.path, answer.status_code, "CSR-01" in answer.text) == (route.path, 403, True)


def test_every_form_needs_the_secret_of_its_own_visitor(quick: House) -> None:
    world = collecting(quick)
    browser, secret = world.desk.as_("office"), world.desk.as_("second").csrf()
    for route, method, _ in routes(world.desk.app):
        if method == "POST":
            path = path_with(route, world, world.own)
            for files in (None, {"file": ("a.csv", b"x")}):
                answer = browser.client.post(path, data={"csrf": secret}, files=files)
                assert (route.path, answer.status_code, "CSR-01" in answer.text) == (route.path, 403, True)

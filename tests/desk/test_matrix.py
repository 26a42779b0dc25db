"""Every route, every method, every role, on what is one's own, another's, and not there. Generated from the router.

What a role may never ask for gets the same answer whatever it names. What is another's and what is not there get the
same bytes. And no page that somebody may open holds a word of what is hidden from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import Response

from bangdan.desk.policy import Policy, policy_of
from engine.access import sees_all
from tests.builders import House
from tests.desk.people import Browser
from tests.desk.world import ABSENT, CANARIES, World, collecting, reviewing
from workflows.nomination import Role

WHO: Mapping[str, Role] = {
    "office": Role.SECRETARIAT, "auditor": Role.AUDITOR, "unit": Role.UNIT, "academy": Role.INSTITUTION,
}  # fmt: skip
SAME_FOR_ALL: Mapping[str, str] = {
    "key": "collection",
    "what": "nominations",
    "number": "1",
    "form": "csv",
    "kind": "nominations",
}
"""Parameters that name no row of anybody: one value that exists."""

OF_ROLE: Mapping[str, Mapping[str, str]] = {"academy": {"kind": "results"}, "office": {"kind": "units"}}
"""The same, where another exists for a role."""

OWNED: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "contact", "nomination", "submitted", "returned", "draft", "upload", "session", "token", "order"),
    "academy": ("institution", "duty"),
}
"""What there is of whom; the secretariat and the supervision see all of it, but for what is one person's."""

PERSONAL = ("session", "upload", "order")

STATUS = {"circular-html": 422, "for-import-preview": 409, "live": 204, "nomination-live": 204,
          "exports-live": 204}  # fmt: skip
"""What else a page may answer: nobody was named, the file is another person's, or this desk has no streams."""

ENDING = ("account-disable", "account-revoke", "account-sign-out", "session-end", "signout")
"""After these there is nobody left to ask for anything."""

FORMS: Mapping[str, Mapping[str, str]] = {"my-contact-change": {"name": "某人", "phones": "010-12345678"}}
"""What a form must hold to get as far as the row it is about, by route."""


@pytest.fixture(params=[collecting, reviewing], ids=["collecting", "reviewing"])
def world(request: pytest.FixtureRequest, quick: House) -> World:
    """The same campaign at two moments."""
    made: World = request.param(quick)
    return made


def routes(app: FastAPI) -> Iterator[tuple[APIRoute, str, Policy]]:
    """Every page that is asked for by somebody signed in: the route, its method, its policy."""
    for route in app.routes:
        if isinstance(route, APIRoute) and not route.path.startswith("/api"):
            policy = policy_of(route.endpoint)
            if not policy.public and not route.name.startswith("rehearsal-"):
                yield from ((route, method, policy) for method in sorted(route.methods or ()))


def named(route: APIRoute) -> list[str]:
    """The parameters of its path that name something of the campaign."""
    return [name for name in route.param_convertors if name != "campaign"]


def own(world: World, who: str, route: APIRoute) -> dict[str, str] | None:
    """Values for the path's parameters that are somebody's own; None where they have no such thing."""
    fixed = {**SAME_FOR_ALL, **({} if route.name.startswith("for-") else OF_ROLE.get(who, {}))}
    for name in named(route):
        if name not in fixed and not owns("unit" if route.name.startswith("for-") else who, name):
            return None
    return {**world.own, **fixed}


def owns(who: str, name: str) -> bool:
    """Whether somebody may see the thing of that kind in `World.own`."""
    return name in OWNED[who] if who in OWNED else name not in PERSONAL


def path_with(route: APIRoute, world: World, values: Mapping[str, str]) -> str:
    """The path, with everything that names nothing of anybody filled in."""
    known = {"campaign": world.desk.house.campaign, **SAME_FOR_ALL, **values}
    missing = [name for name in route.param_convertors if name not in known]
    assert not missing, f"{route.path}: no example for {missing}"
    return str(route.url_path_for(route.name, **{name: known[name] for name in route.param_convertors}))


def ask(browser: Browser, route: APIRoute, method: str, path: str) -> Response:
    """Ask for it as a browser would."""
    if method == "GET":
        return browser.get(path)
    return browser.post(path, FORMS.get(route.name.removeprefix("for-"), {}), key="the-same-request")


def bare(answer: Response) -> tuple[int, str, dict[str, str]]:
    """Everything of an answer that somebody outside can compare."""
    text = re.sub(r'name="key" value="[^"]*"', "", answer.text)  # each form names its request anew
    return answer.status_code, text, {k: v for k, v in answer.headers.items() if k != "date"}


def test_whom_a_page_is_not_for_hears_the_same_whatever_it_names(world: World) -> None:
    told: dict[str, set[Any]] = {}
    browsers = {who: world.desk.kept(who) for who in WHO}
    for route, method, policy in routes(world.desk.app):
        for who, role in WHO.items():
            if not policy.roles or role in policy.roles:
                continue
            for ids in (world.own, {**world.own, **world.other}, dict.fromkeys(world.own, ABSENT)):
                answer = ask(browsers[who], route, method, path_with(route, world, ids))
                told.setdefault(f"{method} {route.path} {who}", set()).add((answer.status_code, answer.text))
    assert {key: [status for status, _ in each] for key, each in told.items()} == {key: [403] for key in told}


def test_nobody_who_is_not_signed_in_sees_more_than_the_way_in(world: World) -> None:
    stranger = world.desk.as_(None)
    for route, method, _ in routes(world.desk.app):
        answer = ask(stranger, route, method, path_with(route, world, world.own))
        assert (route.path, answer.status_code, answer.headers["location"].startswith("/signin")) == (
            route.path, 303, True,
        )  # fmt: skip


def test_what_is_another_s_and_what_is_not_there_are_the_same_byte_for_byte(world: World) -> None:
    different = []
    browsers = {who: world.desk.kept(who) for who in WHO}
    for route, method, policy in routes(world.desk.app):
        for who, role in WHO.items():
            if role not in policy.roles and policy.roles:
                continue
            for name in set(named(route)) - set(SAME_FOR_ALL):
                fixed = {**world.own, **OF_ROLE.get(who, {})}
                hidden = world.other[name] if not sees_all(role) or name in PERSONAL else ABSENT
                paths = [path_with(route, world, {**fixed, name: value}) for value in (hidden, ABSENT)]
                answers = [bare(ask(browsers[who], route, method, path)) for path in paths]
                if answers[0] != answers[1] or answers[0][0] < 400:
                    different.append((method, route.path, who, name, answers[0][0], answers[1][0]))
    assert different == [], "\n".join(map(str, different))


def test_a_campaign_that_is_not_there_is_found_by_nobody(world: World) -> None:
    office = world.desk.as_("office")
    for route, method, policy in routes(world.desk.app):
        if "campaign" in route.param_convertors and Role.SECRETARIAT in policy.roles:
            path = path_with(route, world, {**world.own, "campaign": "no-such-campaign"})
            assert (route.path, ask(office, route, method, path).status_code) == (route.path, 404)


@pytest.mark.parametrize("who", WHO)
def test_no_page_fails_and_none_shows_what_is_hidden(world: World, who: str) -> None:
    leaked, failed = [], []
    browser = world.desk.as_(who)
    mine = [(route, method) for route, method, policy in routes(world.desk.app)
            if route.name not in ENDING and (not policy.roles or WHO[who] in policy.roles)]  # fmt: skip
    for route, method in sorted(mine, key=lambda each: each[1]):  # look at everything before anything is changed
        ids = own(world, who, route)
        if ids is None:
            continue
        answer = ask(browser, route, method, path_with(route, world, ids))
        fine = (200, 303, STATUS.get(route.name))
        if answer.status_code >= 500 or (method == "GET" and answer.status_code not in fine):
            failed.append((method, route.path, answer.status_code, _said(answer)))
        if not sees_all(WHO[who]):
            leaked += [(method, route.path, word) for word in CANARIES if word in _everything(answer)]
    assert (failed, leaked) == ([], []), "\n".join(map(str, [*failed, *leaked]))


def _said(answer: Response) -> list[str]:
    return re.findall(r"<code>([A-Z]{3}-\d\d)</code>", answer.text)


def _everything(answer: Response) -> str:
    return answer.content.decode("utf-8", "replace") + str(dict(answer.headers))

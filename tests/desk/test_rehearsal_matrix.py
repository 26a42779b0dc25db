"""Every route of a rehearsal, and of the copy beside a live desk: for whom it is, and for whom it is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from bangdan import wiring
from bangdan.desk.copied import MOUNT, Copy
from bangdan.desk.policy import Policy, policy_of
from tests.desk.people import AtTheDesk, Browser
from tests.desk.test_matrix import WHO, bare

SMALL = {"units": "12", "nominations": "20"}
LIVE = ("rehearsal", "rehearsal-begin", "rehearsal-close")  # what a live desk has, too
OUTSIDERS = ("unit", "academy", None)


@pytest.fixture
def live(desk: AtTheDesk) -> AtTheDesk:
    """A live desk on which nothing is rehearsed."""
    return desk


@pytest.fixture
def copied(desk: AtTheDesk) -> Iterator[AtTheDesk]:
    """A live desk with a rehearsal beside it."""
    wiring.settings.cache_clear()
    desk.as_("office").post("rehearsal/begin", SMALL)
    yield desk
    copy_of(desk).end()


def copy_of(desk: AtTheDesk) -> Copy:
    found = desk.app.state.copy
    assert isinstance(found, Copy)
    return found


def inside(desk: AtTheDesk) -> FastAPI:
    """The app of the copy."""
    running = copy_of(desk).running.get(1)
    assert running is not None
    return running.app


def staged(app: FastAPI) -> Iterator[tuple[str, str, Policy, str]]:
    """Name, method, policy and path of every route of a rehearsal."""
    for route in app.routes:
        if isinstance(route, APIRoute) and route.name.startswith("rehearsal"):
            path = route.path.replace("{campaign}", "small-2025")
            yield from ((route.name, method, policy_of(route.endpoint), path) for method in route.methods or ())


def ask(browser: Browser, method: str, path: str) -> tuple[int, str, dict[str, str]]:
    return bare(browser.get(path) if method == "GET" else browser.post(path))


def test_on_a_live_desk_nobody_turns_a_clock_or_sits_down_in_another_s_place(live: AtTheDesk) -> None:
    told = {}
    for name, method, policy, path in staged(live.app):
        for who, role in WHO.items():
            if name not in LIVE:
                told[name, who] = (ask(live.as_(who), method, path)[0], role in policy.roles)
    # What the form lacks is said before whether there is a stage; neither says anything of one.
    assert {of: status for of, (status, may) in told.items() if status not in ((404, 422) if may else (403,))} == {}
    assert len(told) >= 4 * 7


def test_only_the_office_begins_and_ends_a_rehearsal(copied: AtTheDesk) -> None:
    for name, method, _, path in staged(copied.app):
        if name in ("rehearsal-begin", "rehearsal-close"):
            statuses = {who: ask(copied.as_(who), method, path)[0] for who in WHO if who != "office"}
            assert (name, set(statuses.values())) == (name, {403})
    assert copy_of(copied).running


def test_whom_the_copy_is_not_for_finds_nothing_there_whatever_they_ask_for(copied: AtTheDesk) -> None:
    paths = [(route.path, method) for route in inside(copied).routes if isinstance(route, APIRoute)
             for method in route.methods or ()]  # fmt: skip
    asked = [(f"{MOUNT}{path.replace('{campaign}', 'small-2025')}", method) for path, method in paths]
    asked += [(f"{MOUNT}{path}", "GET") for path in ("/api/openapi.json", "/static/desk.css", "/metrics", "/nothing")]
    browsers = [copied.as_(who) for who in OUTSIDERS]
    for browser in browsers:
        browser.get("/signin")  # from here on it is known to the desk, and gets no new cookie

    during = [[ask(browser, method, path) for path, method in asked] for browser in browsers]
    copy_of(copied).end()
    after = [[ask(browser, method, path) for path, method in asked] for browser in browsers]

    assert during == after
    assert {status for each in during for status, _, _ in each} == {404}


def test_a_form_of_the_copy_comes_from_a_page_of_the_copy(copied: AtTheDesk) -> None:
    office = copied.as_("office")
    turn = f"{MOUNT}/c/small-2025/rehearsal/turn"
    own = {"do": "pause", "csrf": office.csrf()}  # the token of the live desk's pages

    assert office.client.post(turn, data=own).status_code == 403
    assert office.client.post(turn, data={"do": "pause"}).status_code == 403
    assert office.client.post(turn, data=own, headers={"origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/c/small-2025/rehearsal/turn", "/api/campaigns/small-2025/nominations", "/nothing"])
def test_nobody_sends_more_to_the_copy_than_to_the_desk(copied: AtTheDesk, path: str) -> None:
    much = b"x" * 10_000_001
    kind = {"content-type": "application/octet-stream"}
    for who in ("office", None):
        answer = copied.as_(who).client.post(f"{MOUNT}{path}", content=much, headers=kind)
        assert (answer.status_code, "API-01" in answer.text) == (413, True)


def test_no_token_is_made_in_the_copy_and_none_of_the_desk_opens_it(copied: AtTheDesk) -> None:
    office = copied.as_("office")
    made = office.post("tokens", {"name": "平台", "scopes": ["read"], "days": "90"}).text
    token = made.partition("bd_")[2][:43]
    bearer = {"authorization": f"Bearer bd_{token}"}

    assert office.get("/api/campaigns/small-2025/nominations", headers=bearer).status_code == 200
    assert office.get(f"{MOUNT}/api/campaigns/small-2025/nominations", headers=bearer).status_code == 401

"""Two campaigns in one house: the secretariat of one finds nothing of the other by any id, and reads nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bangdan.desk.api.app import SUBJECTS
from bangdan.desk.api.describing import operations
from engine.accounts import members, rights, tokens
from engine.accounts.tokens import OF_ROLE
from engine.campaigns import open_campaign
from tests.builders import House
from tests.desk import test_api_matrix as api
from tests.desk.people import UNIT, Browser
from tests.desk.test_matrix import ENDING, SAME_FOR_ALL, ask, bare, named, path_with, routes
from tests.desk.world import ABSENT, CANARIES, World, reviewing
from tests.small import DURING, FILE, OFFICE, OPENED
from workflows.nomination import Role

OTHER = "other-2025"
IN_FILE = {*SAME_FOR_ALL, "institution"}  # both campaigns have the same file
THEIRS = (*CANARIES, UNIT, "jia@example.org", "甲submitted")


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The world, and who is of the secretariat of the campaign beside it and of no other."""

    world: World
    account: int
    browser: Browser


@pytest.fixture
def beside(quick: House) -> Beside:
    world = reviewing(quick)
    source = FILE.read_text(encoding="utf-8").replace('key = "small-2025"', f'key = "{OTHER}"')
    open_campaign(quick.office, source, name="other.toml", actor=OFFICE, at=OPENED)
    with quick.office.write(OTHER, OFFICE, at=DURING) as work:
        address = members.read_address("elsewhere@example.org")
        account = members.add(work.connection, name="吴书", address=address, at=DURING)
        members.grant(work, account, Role.SECRETARIAT)
    world.desk.accounts["elsewhere"] = account
    return Beside(world=world, account=account, browser=world.desk.as_("elsewhere"))


def test_no_id_of_one_campaign_opens_anything_in_the_other(beside: Beside) -> None:
    different: list[Any] = []
    for route, method, policy in routes(beside.world.desk.app):
        if Role.SECRETARIAT not in policy.roles:
            continue
        for name in set(named(route)) - IN_FILE:
            ids = {**dict.fromkeys(beside.world.own, ABSENT), "campaign": OTHER, "kind": "units"}
            paths = [path_with(route, beside.world, {**ids, name: value}) for value in (beside.world.own[name], ABSENT)]
            answers = [bare(ask(beside.browser, route, method, path)) for path in paths]
            if answers[0] != answers[1] or answers[0][0] < 400:
                different.append((method, route.path, name, answers[0][0], answers[1][0]))
    assert different == [], "\n".join(map(str, different))


def test_no_page_of_one_campaign_shows_anything_of_the_other(beside: Beside) -> None:
    leaked, read = [], 0
    for route, method, policy in routes(beside.world.desk.app):
        if route.name in ENDING or (policy.roles and Role.SECRETARIAT not in policy.roles):
            continue
        if set(named(route)) <= set(SAME_FOR_ALL):
            answer = ask(
                beside.browser, route, method, path_with(route, beside.world, {"campaign": OTHER, "kind": "units"})
            )
            read += answer.status_code == 200
            leaked += [(method, route.path, word) for word in THEIRS if word in answer.text]
    assert (leaked, read > 20) == ([], True)


def test_nobody_acts_on_rows_of_another_campaign_by_naming_them_in_a_form(beside: Beside) -> None:
    theirs, before = beside.world.own["submitted"], _states(beside.world)
    forms: dict[str, Any] = {
        "nominations/many": {"ids": [theirs], "verb": "disqualify", "reason": "无"},
        "nominations/many/confirm": {"ids": [theirs], "verb": "disqualify", "reason": "无", "digest": "0" * 64},
        "letters/retry": {"letters": [beside.world.own["letter"]]},
    }
    beside.browser.prefix = f"/c/{OTHER}"
    statuses = {path: beside.browser.post(path, form).status_code for path, form in forms.items()}
    assert {path: status for path, status in statuses.items() if status < 400} == {}
    assert _states(beside.world) == before


def _states(world: World) -> str:
    return world.desk.as_("office").get("exports/nominations.csv").text


def test_no_id_of_one_campaign_opens_anything_in_the_other_over_the_api(beside: Beside) -> None:
    programs, house, at = api.Programs(beside.world), beside.world.desk.house, beside.world.desk.clock.now
    with house.office.database.write() as connection:
        (seat,) = rights.seats(connection, beside.account)
        ends = at + timedelta(days=90)
        programs.tokens["elsewhere"] = tokens.make(
            connection, beside.account, seat, name="平台", scopes=OF_ROLE[Role.SECRETARIAT], ends_at=ends, at=at
        )[0]  # fmt: skip
    different: list[Any] = []
    for each in operations(SUBJECTS):
        if Role.SECRETARIAT not in each.need.roles:
            continue
        absent = {"campaign": OTHER, **dict.fromkeys(beside.world.own, ABSENT)}
        for name in set(api.named(each)) - IN_FILE:
            key = "call" if name == "call_id" else name
            theirs = beside.world.own.get(key, ABSENT)
            answers = [api.bare(programs.ask("elsewhere", each, {**absent, key: value})) for value in (theirs, ABSENT)]
            if answers[0] != answers[1] or answers[0][0] != 404:
                different.append((each.name, name, answers[0][0], answers[1][0]))
        if not api.named(each):
            answer = programs.ask("elsewhere", each, absent)
            different += [(each.name, word) for word in THEIRS if word in answer.text]
    assert different == [], "\n".join(map(str, different))

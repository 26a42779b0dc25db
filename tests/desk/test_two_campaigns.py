"""Two organisers in one house, each with a campaign: nobody of one finds anything of the other by any id, and reads
nothing of it; what one does to a person who serves both, the other neither sees nor feels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlmodel import col

from bangdan.desk.api.app import SUBJECTS
from bangdan.desk.api.describing import operations
from engine import units
from engine.accounts import members, patience, rights, sessions, tokens
from engine.accounts.tables import Account
from engine.accounts.tokens import OF_ROLE
from engine.organisers import keeping
from engine.tables import Event
from tests.builders import SECRETARIAT, House, add_unit
from tests.desk import test_api_matrix as api
from tests.desk.people import UNIT, AtTheDesk, Browser
from tests.desk.test_matrix import ENDING, SAME_FOR_ALL, WHO, ask, bare, named, path_with, routes
from tests.desk.world import ABSENT, CANARIES, World, _nominate, _things, reviewing
from tests.events import told
from tests.small import DURING, small_beside
from workflows.nomination import Role

OTHER, NOWHERE, FIRST = "other-2025", "smell-2025", "small-2025"  # the campaign beside; one that is not there
IN_FILE = {*SAME_FOR_ALL, "institution"}  # both campaigns have the same file
HERE = "丙学会"
SHARED = "both@example.org"
THEIRS = (
    *CANARIES, UNIT, "jia@example.org", "甲submitted", "钱书", "孙督", "office@example.org", "甲方主办", FIRST,
    "2025年小奖", "甲方所称",
)  # fmt: skip
"""Names, addresses and titles of the first campaign, of its people and of its organiser."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The world of the first organiser, the second one's campaign, its people by role, and what there is of theirs."""

    world: World
    house: House
    accounts: dict[str, int]
    browsers: Mapping[str, Browser]
    own: dict[str, str]


@pytest.fixture
def beside(quick: House) -> Beside:
    """With something of everything in the first campaign."""
    return _beside(reviewing(quick), quick)


@pytest.fixture
def serving(quick: House) -> Beside:
    """With its people alone."""
    return _beside(World(desk=AtTheDesk(quick), own={}, other={}), quick)


def _beside(world: World, quick: House) -> Beside:
    other = small_beside(quick, key=OTHER, title="2025年另一奖")
    with quick.office.database.write() as connection:
        keeping.change(connection, "only", {"name": "甲方主办", "english": "The First"})
    accounts = _people(world, other)
    world.desk.accounts |= accounts
    world.desk.clock.now += timedelta(minutes=1)  # a role that was given ends the sessions up to then
    browsers = {who: replace(world.desk.kept(who), prefix=f"/c/{OTHER}") for who in accounts}
    with other.write(DURING) as work:
        own = _things(work, HERE, "academy")
    return Beside(world=world, house=other, accounts=accounts, browsers=browsers, own=own)


def _people(world: World, other: House) -> dict[str, int]:
    """Somebody in each role of the second campaign and of none other, and an auditor of both."""
    with other.write(DURING) as work:
        unit = add_unit(work, HERE, people=[("吴经办", "unit-there@example.org")])
        units.add_contact(work, name="吴院", phones=["1"], email="academy-there@example.org", institution="academy")
        made = {
            f"{who}-there": members.add(work.connection, name="吴", at=DURING,
                                        address=members.read_address(f"{who}-there@example.org"))
            for who in WHO
        }  # fmt: skip
        members.grant(work, made["office-there"], Role.SECRETARIAT, name="吴书")
        members.grant(work, made["auditor-there"], Role.AUDITOR, name="吴督")
    _nominate(other, unit, "丙", mark="", track="inventions/water")
    for house, name in ((world.desk.house, "甲方所称"), (other, "乙方所称")):
        with house.write(DURING) as work:
            address = members.read_address(SHARED)
            made["both"] = members.add(work.connection, name=name, address=address, at=DURING)
            members.grant(work, made["both"], Role.AUDITOR, name=name)
    return made


def _alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same bytes but for the campaign that was asked for."""
    return bool(str(one).replace(FIRST, NOWHERE) == str(other))


def test_no_id_of_one_organiser_opens_anything_for_anybody_of_the_other(beside: Beside) -> None:
    different: list[Any] = []
    for (route, method, _), who in product(routes(beside.world.desk.app), WHO):
        browser = beside.browsers[f"{who}-there"]
        for name in set(named(route)) - IN_FILE:
            ids = {**dict.fromkeys(beside.world.own, ABSENT), "campaign": OTHER, "kind": "units"}
            paths = [path_with(route, beside.world, {**ids, name: value}) for value in (beside.world.own[name], ABSENT)]
            answers = [bare(ask(browser, route, method, path)) for path in paths]
            if answers[0] != answers[1] or answers[0][0] < 400:
                different.append((method, route.path, who, name, answers[0][0], answers[1][0]))
    assert different == [], "\n".join(map(str, different))


def test_a_campaign_of_one_organiser_is_not_there_for_anybody_of_the_other(beside: Beside) -> None:
    different: list[Any] = []
    for (route, method, _), who in product(routes(beside.world.desk.app), WHO):
        if "campaign" not in route.param_convertors:
            continue
        browser = beside.browsers[f"{who}-there"]
        paths = [path_with(route, beside.world, {**beside.world.own, "campaign": key}) for key in (FIRST, NOWHERE)]
        answers = [bare(ask(browser, route, method, path)) for path in paths]
        if not _alike(*answers) or answers[0][0] != 404:
            different.append((method, route.path, who, answers[0][0], answers[1][0]))
    assert different == [], "\n".join(map(str, different))


@pytest.mark.parametrize("who", WHO)
def test_no_page_of_one_organiser_shows_anything_of_the_other(beside: Beside, who: str) -> None:
    leaked, read = [], 0
    mine = {**beside.own, "campaign": OTHER, "kind": "results" if who == "academy" else "units"}
    for route, method, policy in sorted(routes(beside.world.desk.app), key=lambda each: each[1]):
        if route.name in ENDING or (policy.roles and WHO[who] not in policy.roles):
            continue
        if set(named(route)) <= {*SAME_FOR_ALL, *beside.own}:
            answer = ask(beside.browsers[f"{who}-there"], route, method, path_with(route, beside.world, mine))
            read += answer.status_code == 200
            leaked += [(method, route.path, word) for word in THEIRS if word in answer.text]
    assert (leaked, read >= {"office": 30, "auditor": 25}.get(who, 8)) == ([], True)


def test_nobody_acts_on_rows_of_another_organiser_by_naming_them_in_a_form(beside: Beside) -> None:
    theirs, before = beside.world.own["submitted"], _states(beside.world)
    forms: dict[str, Any] = {
        "nominations/many": {"ids": [theirs], "verb": "disqualify", "reason": "无"},
        "nominations/many/confirm": {"ids": [theirs], "verb": "disqualify", "reason": "无", "digest": "0" * 64},
        "letters/retry": {"letters": [beside.world.own["letter"]]},
    }
    statuses = {path: beside.browsers["office-there"].post(path, form).status_code for path, form in forms.items()}
    assert {path: status for path, status in statuses.items() if status < 400} == {}
    assert _states(beside.world) == before


def _states(world: World) -> str:
    return world.desk.as_("office").get("exports/nominations.csv").text


def test_no_id_of_one_organiser_opens_anything_in_the_other_over_the_api(beside: Beside) -> None:
    programs = _programs(beside)
    different: list[Any] = []
    for each, who in product(operations(SUBJECTS), WHO):
        absent = {"campaign": OTHER, **dict.fromkeys(beside.world.own, ABSENT)}
        for name in set(api.named(each)) - IN_FILE:
            key = "call" if name == "call_id" else name
            theirs = beside.world.own.get(key, ABSENT)
            answers = [_told(programs, who, each, {**absent, key: value}) for value in (theirs, ABSENT)]
            if answers[0] != answers[1] or answers[0][0] not in (403, 404):
                different.append((each.name, who, name, answers[0][0], answers[1][0]))
        if not api.named(each):
            said = programs.ask(f"{who}-there", each, absent).text
            different += [(each.name, who, word) for word in THEIRS if word in said]
        if "{campaign}" in each.path:
            here = [_told(programs, who, each, {**absent, "campaign": key}) for key in (FIRST, NOWHERE)]
            if not _alike(*here) or here[0][0] < 400:
                different.append((each.name, who, "campaign", here[0][0], here[1][0]))
    assert different == [], "\n".join(map(str, different))


def _programs(beside: Beside) -> api.Programs:
    programs, at = api.Programs(beside.world), beside.world.desk.clock.now
    for who, role in WHO.items():
        account = beside.accounts[f"{who}-there"]
        with beside.house.office.database.write() as connection:
            (seat,) = rights.seats(connection, account)
            programs.tokens[f"{who}-there"] = tokens.make(
                connection, account, seat, name="平台", scopes=OF_ROLE[role], ends_at=at + timedelta(days=90), at=at
            )[0]  # fmt: skip
    return programs


def _told(programs: api.Programs, who: str, each: Any, ids: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    return api.bare(programs.ask(f"{who}-there", each, ids))


# --- a person who serves both ---------------------------------------------------------------------------------------


def _public(serving: Beside, who: str) -> str:
    query = select(col(Account.public_id)).where(col(Account.id) == serving.world.desk.accounts[who])
    with serving.house.read() as work:
        return str(work.connection.execute(query).scalar_one())


def _opens(browser: Browser, campaign: str) -> bool:
    return browser.get(f"/c/{campaign}").status_code == 200


def _press(serving: Beside, path: str, **fields: str) -> Response:
    """What the second organiser's secretariat asks for on its page of accounts."""
    return serving.browsers["office-there"].post(path, fields)


def test_who_serves_both_chooses_between_them_in_two_groups(serving: Beside) -> None:
    page = serving.browsers["both"].get("/").text
    groups = dict(re.findall(r"<h2>(.*?)</h2>\s*<ul.*?<b>(.*?)</b>", page, re.DOTALL))
    assert groups == {"另一主办方": "2025年另一奖", "甲方主办": "2025年小奖"}


@pytest.mark.parametrize("path", ["disable", "sign-out"])
def test_whom_one_organiser_shuts_out_goes_on_for_the_other(serving: Beside, path: str) -> None:
    both = serving.browsers["both"]
    answer = _press(serving, f"accounts/{_public(serving, 'both')}/{path}")
    assert (answer.status_code, _opens(both, OTHER), _opens(both, FIRST)) == (303, False, True)


def test_who_was_shut_out_by_all_signs_in_no_more(serving: Beside) -> None:
    _press(serving, f"accounts/{_public(serving, 'auditor-there')}/disable")
    with serving.house.office.database.write() as connection:
        at = serving.world.desk.clock.now
        token = sessions.begin(connection, serving.accounts["auditor-there"], at=at, how="link")
        assert sessions.look_up(connection, token, at=at) is None
        assert rights.reached(connection, "auditor-there@example.org") is None


def test_what_one_organiser_does_to_a_person_stands_in_its_own_history_only(serving: Beside) -> None:
    for path in ("sign-out", "disable", "enable"):
        _press(serving, f"accounts/{_public(serving, 'both')}/{path}")
    with serving.house.read() as work:
        rows = told(work.connection, col(Event.subject_id) == serving.accounts["both"], col(Event.subject) == "account")
    assert [(row.verb, row.actor) for row in rows] == [
        ("grant", SECRETARIAT.name), ("grant", SECRETARIAT.name),
        ("sign-out", "吴书"), ("disable", "吴书"), ("enable", "吴书"),
    ]  # fmt: skip
    assert {row.campaign_id for row in rows[2:]} == {rows[1].campaign_id}


def test_a_role_given_by_one_organiser_ends_no_session_with_the_other(serving: Beside) -> None:
    first = serving.world.desk.as_("second")
    status = _press(serving, "accounts", name="某人", email="second@example.org", role="auditor").status_code
    assert (status, _opens(first, FIRST)) == (303, True)


def test_a_role_tells_nothing_of_whether_the_address_has_an_account_with_another_organiser(serving: Beside) -> None:
    lines = []
    for email in ("Second@Example.org", "Nobody@Example.org"):
        answer = _press(serving, "accounts", name="某人", email=email, role="auditor")
        page = serving.browsers["office-there"].get("accounts").text
        (line,) = [each for each in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if email.casefold() in each]
        bare_line = re.sub(r'/accounts/[^"]*|value="[^"]*"', "", line.replace(email.casefold(), ""))
        lines.append((answer.status_code, bare_line))
    assert lines[0] == lines[1]


def test_the_second_factor_is_no_single_organiser_s_to_take(serving: Beside) -> None:
    answers = [_press(serving, f"accounts/{_public(serving, who)}/lost-app") for who in ("both", "auditor-there")]
    assert [(each.status_code, "ACC-07" in each.text) for each in answers] == [(403, True), (403, True)]


def test_an_organiser_reads_of_no_network_address_from_which_somebody_guesses(serving: Beside) -> None:
    with serving.house.office.database.write() as connection:
        for _ in range(patience.PLACE.free):
            patience.count(connection, ["place:203.0.113.7"], at=serving.world.desk.clock.now)
        alarming = [each.of for each in patience.alarms(connection, at=serving.world.desk.clock.now)]
    page = serving.browsers["office-there"].get(f"/c/{OTHER}/accounts").text
    assert (alarming, "203.0.113.7" in page) == (["203.0.113.7"], False)


def test_each_organiser_rehearses_by_itself(serving: Beside) -> None:
    first, copy = serving.world.desk.as_("office"), serving.world.desk.app.state.copy
    size = {"seed": "1", "units": "10", "nominations": "1"}
    try:
        theirs = first.post("rehearsal/begin", {**size, "roster": "made-up"}).headers["location"]
        page = serving.browsers["office-there"].get("rehearsal").text
        here = serving.browsers["office-there"].post("rehearsal/begin", {**size, "roster": "made-up"}).status_code
        assert ("另一个活动" in page, here, first.get(theirs).status_code) == (False, 303, 200)
        assert serving.browsers["office-there"].get(theirs).status_code == 404
    finally:
        copy.end()


def test_the_clock_of_a_house_of_several_is_confirmed_at_the_server(serving: Beside) -> None:
    answer = _press(serving, "clock", reason="对过电话报时")
    assert (answer.status_code, "CLK-03" in answer.text) == (403, True)

"""Nothing that somebody is shown changes with what is not theirs: two houses that differ in that alone look the same.

In one of them another unit has seven more nominations, contacts, letters, files and tokens, before and after the
viewer's own. Every page, every answer of the API, every export and feed is asked for in both and compared byte for
byte; only what is random (ids and secrets) is numbered in the order in which it appears.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from engine import nominations, units
from engine.tables import Nomination
from engine.uploads import holding
from tests.builders import House, add_unit
from tests.desk import test_api_matrix as api
from tests.desk import world as worlds
from tests.desk.people import OTHER_UNIT, UNIT
from tests.desk.test_canaries import exports, opened
from tests.desk.test_matrix import ENDING, WHO, own, path_with, routes
from tests.desk.world import World
from tests.faults.alike import chance, numbered
from tests.small import CLOSES, DURING, OPENED, REVIEW, SWEPT, small_house, unit_actor

MORE = 7
SEARCHED = ("", "甲", "秘密", "公司", "gongsi")  # looked for in lists: one's own words, another's, both
NOW = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"  # when a workbook was made, by the machine's clock


def _furnished(path: Path, more: int, moments: tuple[datetime, ...]) -> World:
    """The small campaign, with `more` of everything of another unit between what is one's own."""
    with chance("open"):
        house = small_house(f"sqlite:///{path}")
    with chance("units"), house.write(OPENED) as work:
        mine = add_unit(work, UNIT, people=[("甲学会联系人", "jia@example.org"), ("甲无邮箱", None)])
        other = add_unit(work, OTHER_UNIT)
        units.add_contact(work, name="乙人", phones=["010-1"], email="yi@example.org", unit_id=other)
    _more(house, other, more, "before")
    with chance("nominations"):
        ids = {"own": worlds._nominate(house, mine, "甲", mark="", track="inventions/water")}
        ids["other"] = worlds._nominate(house, other, "乙", mark="", track="people")
    _more(house, other, more, "after")
    for at in moments:
        worlds._live(house, at)
    with chance("desk"):
        return worlds._world(house, ids, moments[-1])


def _more(house: House, unit: int, many: int, mark: str) -> None:
    """Nominations, one of them taken back, contacts and files of a unit."""
    for number in range(many):
        with house.write(DURING, unit_actor(unit)) as work:
            track = "inventions/light"
            key = nominations.draft(work, unit_id=unit, track=track, title=f"乙{mark}{number}", applicant="乙公司",
                                    materials=["application"]).id  # fmt: skip
            if number == 0 and mark == "before":
                nominations.submit(work, key)
                nominations.withdraw(work, key, reason="不报了")
            units.add_contact(work, name=f"乙{mark}{number}人", phones=["010-2"], email=f"{mark}{number}@example.org",
                              unit_id=unit)  # fmt: skip
        with house.write(DURING, replace(unit_actor(unit), account=f"{mark}{number}")) as work:
            holding.hold(work, kind="nominations", name="乙.csv", content=b"x")


@pytest.fixture(scope="module", params=[(DURING,), (DURING, CLOSES, SWEPT, REVIEW)], ids=["collecting", "reviewing"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, World]]:
    """The house without and the house with more, at the same moment."""
    folder = tmp_path_factory.mktemp("houses")
    made = tuple(_furnished(folder / f"{more}.sqlite3", more, request.param) for more in (0, MORE))
    yield made[0], made[1]
    for each in made:
        each.desk.house.office.database.dispose()


def _differences(both: tuple[World, World], seen: Callable[[World], dict[str, str]]) -> list[str]:
    without, with_more = (seen(each) for each in both)
    assert len(without) > 3
    return [f"{key}\n{_first(without[key], with_more[key])}" for key in without if without[key] != with_more[key]]


def _plain(answer: Response) -> str:
    """Status, headers and content; a workbook is unpacked, and is as long as its clock lets it be packed."""
    gone = (*api.CHANGING, *(("content-length",) if answer.content.startswith(b"PK") else ()))
    text = opened(answer).partition("{'")[0] if answer.content.startswith(b"PK") else answer.text
    headers = {key: value for key, value in answer.headers.items() if key not in gone}
    text = re.sub(r'name="key" value="[^"]*"', "", text)  # each form names its request anew
    return numbered((answer.status_code, re.sub(NOW, "", text), headers))


def _first(one: str, other: str) -> str:
    """The first place in which two answers differ, with a little around it."""
    a, b = str(one), str(other)
    at = next((n for n, pair in enumerate(zip(a, b, strict=False)) if pair[0] != pair[1]), min(len(a), len(b)))
    return f"  without: {a[max(0, at - 80) : at + 60]!r}\n  with:    {b[max(0, at - 80) : at + 60]!r}"


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_no_page_changes_with_what_is_another_s(both: tuple[World, World], who: str) -> None:
    def seen(world: World) -> dict[str, str]:
        browser, found = world.desk.as_(who), {}
        for route, method, policy in routes(world.desk.app):
            ids = own(world, who, route)
            if (
                method != "GET"
                or route.name in ENDING
                or ids is None
                or (policy.roles and WHO[who] not in policy.roles)
            ):
                continue
            path = path_with(route, world, ids)
            for text in SEARCHED if route.path.endswith(("/nominations", "/search")) else ("",):
                answer = browser.get(path, params={"text": text} if text else {})
                found[f"{route.path} {text}"] = _plain(answer)
        return found

    assert _differences(both, seen) == []


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_no_export_and_no_feed_changes_with_what_is_another_s(both: tuple[World, World], who: str) -> None:
    def seen(world: World) -> dict[str, str]:
        browser, found = world.desk.as_(who), {}
        for path, text in itertools.product(exports(), SEARCHED[:2]):
            answer = browser.get(path, params={"text": text} if text else {})
            found[f"{path} {text}"] = _plain(answer)
        feed = re.search(r"/feeds/[\w-]+\.ics", browser.post("feeds/new").text)
        assert feed
        found["feed"] = numbered(opened(world.desk.as_(None).get(feed.group())))
        return found

    assert _differences(both, seen) == []


def test_the_other_house_has_more_for_those_who_see_it(both: tuple[World, World]) -> None:
    counted = [_count(each) for each in both]
    assert counted[1] - counted[0] == 2 * MORE


def _count(world: World) -> int:
    with world.desk.house.read() as work:
        return work.connection.execute(select(func.count()).select_from(Nomination)).scalar_one()


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_no_answer_of_the_api_changes_with_what_is_another_s(both: tuple[World, World], who: str) -> None:
    def seen(world: World) -> dict[str, str]:
        programs, found = api.Programs(world), {}
        mine = [each for each in api.every() if WHO[who] in each.need.roles]
        for each in sorted(mine, key=lambda one: one.changes):  # look at everything before anything is changed
            with chance(each.name):
                found[each.name] = _plain(programs.ask(who, each, world.own))
        return found

    assert _differences(both, seen) == []

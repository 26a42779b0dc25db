"""The history at the desk: narrowed, paged, in words; and the proof."""

from __future__ import annotations

import re

from bangdan import happened
from bangdan.desk.pages import history
from engine import nominations, units
from engine.queries.story import story
from engine.turn import turn
from tests.desk.people import UNIT, AtTheDesk
from tests.small import CLOSES, DURING, draft, unit_actor


def _filled(desk: AtTheDesk, drafts: int = 3) -> None:
    with desk.house.write(DURING) as work:
        unit = units.find(work, UNIT).id
    for number in range(drafts):
        with desk.house.write(DURING, unit_actor(unit)) as work:
            made = draft(work, unit, f"项目{number}", track="people" if number == 1 else "inventions/water")
            if number < 2:
                nominations.submit(work, made)


def _numbers(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'data-label="#">(\d+)<', page)]


def test_the_newest_line_is_the_first(desk: AtTheDesk) -> None:
    _filled(desk)
    numbers = _numbers(desk.as_("auditor").get("history").text)

    assert (len(numbers) > 3, numbers) == (True, sorted(numbers, reverse=True))


def test_it_is_narrowed_by_what_was_done_by_whom_and_when(desk: AtTheDesk) -> None:
    _filled(desk)
    browser = desk.as_("auditor")
    asked = [
        {"verb": "submit"}, {"verb": "submit", "actor": "单位经办"}, {"actor": "没有这个人"}, {"subject": "nomination"},
        {"since": "2025-03-10", "until": "2025-03-10"}, {"since": "2025-03-11"},
        {"until": "2025-03-09", "verb": "submit"},
    ]  # fmt: skip
    found = [len(_numbers(browser.get("history", params=each).text)) for each in asked]

    assert found == [2, 2, 0, 5, 5, 0, 0]


def test_a_long_history_goes_on_where_the_page_before_ended(desk: AtTheDesk) -> None:
    _filled(desk)
    history.PAGE, page_size = 4, history.PAGE
    try:
        browser = desk.as_("auditor")
        first = browser.get("history").text
        after = re.search(r'rel="next" href="([^"]+)"', first)
        assert after
        second = browser.get(after.group(1).replace("&amp;", "&")).text
    finally:
        history.PAGE = page_size

    numbers = _numbers(first) + _numbers(second)
    assert (len(numbers), numbers) == (8, sorted(set(numbers), reverse=True))


def test_a_day_that_is_none_is_refused(desk: AtTheDesk) -> None:
    answer = desk.as_("auditor").get("history", params={"since": "30.11.2025"})

    assert (answer.status_code, "FLT-02" in answer.text) == (422, True)


def test_the_proof_is_shown_and_a_seal_that_was_kept_is_looked_for(desk: AtTheDesk) -> None:
    _filled(desk)
    turn(desk.house.office, desk.house.campaign, at=DURING)
    browser = desk.as_("auditor")
    head = re.search(r'<code id="head">([0-9a-f]{64})<', browser.get("history").text)
    assert head

    well = browser.get("history/verify", params={"kept": head.group(1)}).text
    other = browser.get("history/verify", params={"kept": "0" * 63 + "1"}).text

    assert ("历史完整" in well, "抄存的摘要在链上" in well) == (True, True)
    assert ("历史完整" in other, "所存封存值不在链中" in other) == (False, True)


def test_what_began_is_told_by_the_beginning_of_its_day(desk: AtTheDesk) -> None:
    turn(desk.house.office, desk.house.campaign, at=DURING)
    with desk.house.read(DURING) as work:
        reached = [
            happened.outcome(work, line) for line in story(work, verb="reach") if line.details["edge"] == "opens"
        ]

    assert [each.zh.split("；")[1:] for each in reached] == [["起止：开始", "预定：2025年3月3日00:00"]]


def test_every_kind_of_thing_has_a_word(desk: AtTheDesk) -> None:
    _filled(desk)
    turn(desk.house.office, desk.house.campaign, at=CLOSES)
    with desk.house.read(CLOSES) as work:
        told = [
            (happened.who(each).zh, happened.what(each).zh, happened.outcome(work, each).zh) for each in story(work)
        ]

    assert ("推荐单位：单位经办人", "项目：项目0", "→已提交") in told
    assert [outcome for who, _, outcome in told if who == "系统" and "时间节点：征集" in outcome] != []

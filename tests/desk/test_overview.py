"""The overview: what comes next, the numbers with their ways in, what waits; and the part that renews itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bangdan.desk.coming import AHEAD, DONE, LATE, NOT_YET, OVER, RUNNING, SUSPENDED, UNDATED, coming, how_it_stands
from bangdan.report.standing import underway
from engine import calendars, campaigns
from engine.history import record
from engine.proposals import proposing
from notifications.tables import LETTER
from tests.builders import House
from tests.desk.people import AtTheDesk
from tests.desk.world import collecting
from tests.small import CLOSES, DURING, OFFICE, OPENED, OPENS, beijing

A_DAY = timedelta(days=1)


def _standing(house: House, at: Any) -> dict[str, str]:
    with house.read(at) as work:
        return {each.definition.key: how_it_stands(each, at).words.en for each in underway(work).courses}


def test_what_comes_next_names_the_instant_by_which_people_act(desk: AtTheDesk) -> None:
    page = desk.as_("office").get("").text

    assert '<p class="what" id="next">距 <b>征集截止</b></p>' in page
    assert f'<time data-left datetime="{CLOSES.isoformat().replace("+00:00", "Z")}">' in page
    assert "2025年3月14日（周五）24:00" in page


def test_what_ends_at_an_instant_comes_before_what_begins_then(quick: House) -> None:
    with quick.read(DURING) as work:
        first = [(each.name.zh, each.edge.value, each.act) for each in coming(work)][:3]

    assert first == [("征集", "closes", True), ("方案备案", "closes", True), ("初评", "opens", False)]


def test_each_milestone_says_how_it_stands(quick: House) -> None:
    with quick.write(DURING, alone=True) as work:
        campaigns.suspend(work, "final", reason="专家时间")
        campaigns.choose_date(work, "publication", date=beijing("2025-04-20 10:00"))

    before, later = _standing(quick, DURING), _standing(quick, beijing("2025-04-25 10:00"))
    with quick.write(DURING) as work:
        calendars.happened(work, "publication")
        record(work, "campaign", work.campaign_id, "publish", count=0)
        work.calendar_changed()

    assert before == {
        "collection": RUNNING.words.en, "plan": NOT_YET.words.en, "review": AHEAD.words.en,
        "results": NOT_YET.words.en, "final": SUSPENDED.words.en, "publication": AHEAD.words.en,
        "promotion": UNDATED.words.en,
    }  # fmt: skip
    assert (later["collection"], later["publication"]) == (OVER.words.en, LATE.words.en)
    assert _standing(quick, DURING + A_DAY)["publication"] == DONE.words.en


def test_numbers_lead_to_the_nominations_they_count(quick: House) -> None:
    world = collecting(quick)
    page = world.desk.as_("office").get("").text

    assert "共6项" in page
    assert '<th scope="row">水</th>' in page


def test_what_waits_for_a_person_stands_there_and_what_is_grave_comes_first(quick: House) -> None:
    world = collecting(quick)
    with quick.write(DURING) as work:
        work.connection.execute(update(LETTER).where(LETTER.c.id == 1).values(state="parked"))
    with quick.write(DURING, OFFICE, alone=True) as work:
        asked = {"milestone": "collection", "closes": (CLOSES - A_DAY).isoformat(), "reason": "会期提前"}
        proposing.propose(work, "extend", asked, account="nobody-here")
    page = world.desk.as_("office").get("").text
    needs = page[page.index('id="needs-heading"') : page.index('id="engine-heading"')]

    assert [needs.index(words) for words in ("待另一人复核", "失败或结果未知", "待电话通知")] == sorted(
        needs.index(words) for words in ("待另一人复核", "失败或结果未知", "待电话通知")
    )
    assert needs.count('class="grave"') == 2


def test_the_page_asks_for_its_living_part_alone(desk: AtTheDesk) -> None:
    part = desk.as_("auditor").get("", headers={"hx-request": "true"}).text

    assert ("<html" in part, 'id="numbers-heading"' in part) == (False, True)


def test_a_part_of_a_page_that_needs_signing_in_makes_the_whole_page_go_there(desk: AtTheDesk) -> None:
    part = desk.as_(None).get("", headers={"hx-request": "true"})

    assert (part.status_code, part.headers["hx-refresh"], part.text) == (200, "true", "")


def test_an_empty_campaign_says_what_will_stand_there(desk: AtTheDesk) -> None:
    desk.clock.now = OPENED
    page = desk.as_("auditor").get("").text

    assert "还没有申报。" in page
    assert "尚未运行过" in page


def test_the_picture_marks_this_moment_and_its_text_says_the_same(desk: AtTheDesk) -> None:
    page = desk.as_("office").get("").text

    assert '<g class="now">' in page
    assert f"开始 {'2025年3月3日00:00'}" in page
    assert OPENS < desk.clock.now < CLOSES


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_the_whole_is_for_those_who_see_the_whole(desk: AtTheDesk, who: str) -> None:
    answer = desk.as_(who).get("")

    assert (answer.status_code, "ROL-01" in answer.text) == (403, True)


def test_it_speaks_english_too(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    browser.post("/lang", {"lang": "en"})
    page = browser.get("").text

    assert ("What needs a person" in page, "需要处理" in page) == (True, False)

"""Publishing from the desk: the names first, then a second person."""

from __future__ import annotations

import pytest

from engine import batches, campaigns, nominations
from engine.batches import Result
from engine.sweep import close
from tests.builders import House
from tests.desk.people import AtTheDesk
from tests.small import DURING, FINAL, REVIEW, SWEPT, beijing, draft, new_unit, states

PUBLICATION = beijing("2025-04-20 10:00")


@pytest.fixture
def selected(desk: AtTheDesk) -> AtTheDesk:
    """Two inventions and a person are selected, the date is chosen and has come."""
    house = desk.house
    unit = new_unit(house, "丙学会", "societies", "cities")
    with house.write(DURING) as work:
        ids = [draft(work, unit, title) for title in ("甲", "乙")] + [draft(work, unit, "丙", track="people")]
        for each in ids:
            nominations.submit(work, each)
    close(house.office, house.campaign, at=SWEPT)
    results = [Result(id=each, passed=True, rank=place) for place, each in enumerate(ids, 1)]
    with house.write(REVIEW) as work:
        batches.report(work, results)
    with house.write(FINAL) as work:
        batches.decide(work, results, occasion="1")
    with house.write(FINAL, alone=True) as work:
        campaigns.choose_date(work, "publication", date=PUBLICATION)
    desk.clock.now = PUBLICATION
    return desk


def _states(house: House) -> dict[str, str]:
    return {title: state for title, state in states(house).items() if title in "甲乙丙"}


def test_the_names_stand_there_by_list_with_their_numbers(selected: AtTheDesk) -> None:
    page = selected.as_("office").get("publish").text

    assert [name in page for name in ("拟发布2项", "拟发布1项", "丙学会")] == [True, True, True]
    assert page.index(">甲<") < page.index(">乙<") < page.index(">丙<")


def test_before_its_date_the_page_says_why_nothing_can_be_published(selected: AtTheDesk) -> None:
    selected.clock.now = FINAL
    page = selected.as_("office").get("publish").text

    assert ("目前不能发布" in page, "disabled>提交复核" in page) == (True, True)


def test_a_list_is_published_when_a_second_person_confirms(selected: AtTheDesk) -> None:
    proposed = selected.as_("office").post("publish", {"lists": ["inventions"], "reason": "终评会纪要"})
    path = proposed.headers["location"]
    before = _states(selected.house)
    own = selected.as_("office").post(f"{path}/confirm")
    done = selected.as_("second").post(f"{path}/confirm")

    assert (before["甲"], own.status_code, done.status_code) == ("final", 409, 303)
    assert _states(selected.house) == {"甲": "published", "乙": "published", "丙": "final"}
    assert "已发布2项" in selected.as_("auditor").get("publish").text


def test_nothing_ticked_and_nothing_selected_is_refused(desk: AtTheDesk) -> None:
    answer = desk.as_("office").post("publish", {})

    assert (answer.status_code, "PUB-03" in answer.text) == (409, True)
    assert "没有拟入榜的项目。" in desk.as_("office").get("publish").text

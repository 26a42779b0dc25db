"""The clock in doubt at the desk: who sees it, what can still be done, and who may end it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from engine import units
from engine.campaigns import open_campaign
from engine.clock import Clock as AnyClock
from tests.builders import SECRETARIAT, House
from tests.desk.people import UNIT, AtTheDesk, Clock
from tests.setting import Clocks, process
from tests.small import CLOSES, FILE, OPENED, draft, states

BEFORE = CLOSES - timedelta(hours=1)
JUMP = timedelta(hours=2)


@dataclass
class OfMachine(Clock):
    """The clock of a desk that goes by a machine's."""

    told: AnyClock = lambda: BEFORE
    now: datetime = BEFORE

    def __call__(self) -> datetime:
        self.now = self.told()
        return self.now


@pytest.fixture
def clocks() -> Clocks:
    return Clocks(wall=BEFORE)


@pytest.fixture
def desk(quick: House, clocks: Clocks) -> AtTheDesk:
    """An hour before the deadline, on a machine whose clock can be set."""
    house = process(quick, clocks)
    return AtTheDesk(house, OfMachine(told=house.office.clock))


def read(page: str) -> str:
    """A page as it is read, without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_secretariat_reads_both_times_and_what_is_held(desk: AtTheDesk, clocks: Clocks) -> None:
    clocks.is_set(JUMP)
    overview, page = (read(desk.as_("office").get(path).text) for path in ("", "clock"))

    assert "时钟存疑 ：系统时间2025年3月15日01:00，推算时间2025年3月14日23:00；到期事项暂停，提交照常受理" in overview
    assert "系统时间 2025年3月15日01:00 按此时间到期：截止处理1项 推算时间" in page
    assert "推算时间 2025年3月14日23:00 由跳变前的时间推算；按此时间到期：提醒1次" in page


def test_who_hands_in_is_accepted_and_the_office_is_asked_to_look_at_it(desk: AtTheDesk, clocks: Clocks) -> None:
    with desk.house.write(BEFORE) as work:
        made = draft(work, units.find(work, UNIT).id, "水泵")
    clocks.is_set(JUMP)
    answer = desk.as_("unit").post(f"mine/nominations/{made}/submit")
    page = read(desk.as_("office").get("clock").text)
    one = read(desk.as_("office").get(f"nominations/{made}").text)

    assert (answer.status_code, states(desk.house)) == (303, {"水泵": "submitted"})
    assert "水泵 2025年3月14日23:00 2025年3月15日01:00 2025年3月14日23:00" in page
    assert "提交时时钟存疑：系统时间 2025年3月15日01:00" in one


def test_the_office_confirms_with_a_reason_and_the_doubt_is_over(desk: AtTheDesk, clocks: Clocks) -> None:
    clocks.is_set(JUMP)
    without = [desk.as_("office").post("clock", {"reason": typed}).text for typed in ("", "   ")]
    still = desk.house.office.doubt() is not None
    answer = desk.as_("office").post("clock", {"reason": "与授时网站一致"})
    desk.clock()
    browser = desk.as_("office")  # by the confirmed time two hours have passed, and nobody stays signed in so long

    assert (["RSN-01" in page for page in without], still) == ([True, True], True)
    assert (answer.status_code, desk.house.office.doubt()) == (303, None)
    assert "时钟没有疑问" in read(browser.get("clock").text)
    assert "确认系统时间正确" in read(browser.get("history").text)
    assert "CLK-01" in browser.post("clock", {"reason": "再次确认"}).text


def test_an_auditor_looks_and_a_unit_does_not(desk: AtTheDesk, clocks: Clocks) -> None:
    clocks.is_set(JUMP)
    seen = [desk.as_(who).get("clock").status_code for who in ("auditor", "unit", "academy")]
    done = [desk.as_(who).post("clock", {"reason": "看过"}).status_code for who in ("auditor", "unit")]

    assert (seen, done, desk.house.office.doubt() is not None) == ([200, 403, 403], [403, 403], True)


def test_who_is_of_one_campaign_cannot_decide_for_another(desk: AtTheDesk, clocks: Clocks) -> None:
    other = FILE.read_text(encoding="utf-8").replace('key = "small-2025"', 'key = "other-2025"')
    open_campaign(desk.house.office, other, name="other.toml", actor=SECRETARIAT, at=OPENED)
    clocks.is_set(JUMP)
    answer = desk.as_("office").post("clock", {"reason": "与授时网站一致"})

    assert ("CLK-02" in answer.text, desk.house.office.doubt() is not None) == (True, True)


def test_a_monitor_hears_of_it_and_nobody_is_sent_away(desk: AtTheDesk, clocks: Clocks) -> None:
    machine = TestClient(desk.app, client=("127.0.0.1", 50000))
    clocks.is_set(JUMP)

    assert machine.get("/readyz").json()["clock"] is False
    assert f"bangdan_clock_jump_seconds {JUMP.total_seconds()}" in machine.get("/metrics").text

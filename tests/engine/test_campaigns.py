"""Opening a campaign, moving its deadlines, choosing its date: each with its revision, its reason and its limits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import calendars, campaigns, nominations
from engine.moving import Moved
from engine.sweep import close
from engine.tables import Campaign, Contact, Event
from engine.turn import turn
from tests.builders import House, add_unit, calls, letters, mark_letters
from tests.events import told
from tests.small import (
    ACADEMY,
    CLOSES,
    DURING,
    FILE,
    FINAL,
    OFFICE,
    OPENED,
    OPENS,
    SWEPT,
    TICK,
    beijing,
    draft,
    events,
    faults,
    new_unit,
    states,
)
from workflows.reasons import FileRefused, Refused

A_DAY = timedelta(days=1)
LATER = CLOSES + 3 * A_DAY
DATE = beijing("2025-04-20 10:00")


def _extend(house: House, closes: datetime = LATER, *, at: datetime = DURING, milestone: str = "collection",
            reason: str = "应各单位要求", **values: Any) -> Moved:  # fmt: skip
    with house.write(at, alone=True) as work:
        return campaigns.extend(work, milestone, closes=closes, reason=reason, **values)


def _choose(house: House, date: datetime = DATE, *, at: datetime = FINAL, reason: str = "") -> Moved:
    with house.write(at, alone=True) as work:
        return campaigns.choose_date(work, "publication", date=date, reason=reason)


def _code(refused: pytest.ExceptionInfo[Refused]) -> str:
    (reason,) = refused.value.reasons
    return reason.code


def test_a_campaign_is_opened_once_with_its_file_its_people_and_its_calendar(small: House) -> None:
    with small.read() as work:
        row = work.connection.execute(select(Campaign)).one()
        people = work.connection.execute(select(col(Contact.name)).order_by(col(Contact.id))).scalars().all()
        found = calendars.revisions(work.connection, work.campaign_id, "collection")
        story = events(work)
    assert (row.key, row.source, row.opened_at, row.closed) == (
        "small-2025", FILE.read_text(encoding="utf-8"), OPENED, {},
    )  # fmt: skip
    assert (people, story) == (["赵书", "钱学", "孙工"], [("open", None, None)] + [("add", None, None)] * 3)
    assert [(each.revision, each.opens, each.closes, each.made_at) for each in found] == [(1, OPENS, CLOSES, OPENED)]


def test_the_same_campaign_is_not_opened_again_and_a_bad_file_opens_nothing(quick: House) -> None:
    text = FILE.read_text(encoding="utf-8")
    with pytest.raises(Refused) as again:
        campaigns.open_campaign(quick.office, text, name="x.toml", actor=OFFICE, at=DURING)
    with pytest.raises(FileRefused):
        campaigns.open_campaign(quick.office, text.replace("limit = 2", "limit = -2"), name="x.toml", actor=OFFICE,
                                at=DURING)  # fmt: skip
    with pytest.raises(Refused) as not_for_you:
        campaigns.open_campaign(quick.office, text, name="x.toml", actor=ACADEMY, at=DURING)
    assert (_code(again), _code(not_for_you)) == ("CMP-01", "ROL-03")
    with quick.read() as work:
        assert work.connection.execute(select(col(Campaign.key))).scalars().all() == ["small-2025"]


def test_two_who_open_the_same_campaign_at_once_open_it_once(small: House) -> None:
    text, start = FILE.read_text(encoding="utf-8").replace('"small-2025"', '"second"', 1), Barrier(4)

    def opening(_: int) -> str:
        start.wait(20)
        try:
            return campaigns.open_campaign(small.office, text, name="x.toml", actor=OFFICE, at=DURING)
        except Refused as refused:
            return refused.reasons[0].code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(opening, range(4))) == ["CMP-01"] * 3 + ["second"]


def test_a_deadline_is_moved_by_nobody_who_is_not_alone(quick: House) -> None:
    with pytest.raises(RuntimeError, match="alone"), quick.write(DURING) as work:
        campaigns.extend(work, "collection", closes=LATER, reason="系统故障")
    with pytest.raises(RuntimeError, match="alone"), quick.write(FINAL) as work:
        campaigns.choose_date(work, "publication", date=DATE)


def test_an_extension_is_a_new_revision_and_the_old_one_stays(small: House) -> None:
    moved = _extend(small, reason=" 应各单位\u200b要求 ")
    with small.read() as work:
        found = calendars.revisions(work.connection, work.campaign_id, "collection")
        (event,) = told(work.connection, col(Event.verb) == "extend")
    assert [(each.revision, each.closes, each.opens_revision, each.closes_revision, each.reason) for each in found] == [
        (1, CLOSES, 1, 1, ""), (2, LATER, 1, 2, "应各单位要求"),
    ]  # fmt: skip
    assert (moved.old.closes, moved.new.closes, moved.new.closes_moved_at, moved.reopened) == (
        CLOSES, LATER, DURING, 0,
    )  # fmt: skip
    assert (event.actor, event.at, event.details) == (
        "徐春淼", DURING, {"milestone": "collection", "revision": 2, "reason": "应各单位要求",
                         "was": "2025-03-14T16:00:00+00:00", "opens": "2025-03-02T16:00:00+00:00",
                         "closes": "2025-03-17T16:00:00+00:00"},
    )  # fmt: skip


def test_twice_within_a_second_is_two_revisions_and_the_last_one_holds(quick: House) -> None:
    first = _extend(quick, LATER)
    second = _extend(quick, LATER + A_DAY, at=DURING + TICK)
    assert [each.new.closes_revision for each in (first, second)] == [2, 3]
    with quick.read() as work:
        assert (work.calendar["collection"].closes, work.calendar_version) == (LATER + A_DAY, 3)


def test_a_deadline_may_be_brought_forward_too(quick: House) -> None:
    moved = _extend(quick, CLOSES - A_DAY)
    assert (moved.new.closes, moved.new.closes_revision) == (CLOSES - A_DAY, 2)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"milestone": "nonsense"}, "EXT-01"),
        ({"reason": " "}, "RSN-01"),
        ({"closes": OPENS}, "EXT-03"),
        ({"closes": CLOSES}, "EXT-04"),
        ({"closes": DURING}, "EXT-06"),
        ({"closes": LATER, "opens": OPENS + A_DAY}, "EXT-07"),
        ({"milestone": "promotion", "closes": DURING}, "EXT-06"),
    ],
)
def test_what_no_extension_may_be(quick: House, values: dict[str, Any], code: str) -> None:
    given: dict[str, Any] = {"closes": LATER, **values}
    with pytest.raises(Refused) as refused:
        _extend(quick, **given)
    with quick.read() as work:
        assert (_code(refused), work.calendar["collection"].revision, work.calendar_version) == (code, 1, 1)


def test_a_start_may_be_moved_before_it_has_come(quick: House) -> None:
    moved = _extend(quick, CLOSES, at=OPENED, opens=OPENS + A_DAY)
    assert (moved.new.opens, moved.new.opens_revision, moved.new.closes_revision) == (OPENS + A_DAY, 2, 1)


def test_a_date_is_chosen_inside_its_window_without_a_reason_and_outside_with_one(small: House) -> None:
    with pytest.raises(Refused) as outside:
        _choose(small, beijing("2025-07-02 10:00"))
    chosen = _choose(small)
    with pytest.raises(Refused) as anew:
        _choose(small, DATE + A_DAY)
    with pytest.raises(Refused) as same:
        _choose(small, DATE, reason="再说一遍")
    again = _choose(small, beijing("2025-07-02 10:00"), reason="推迟发布")
    assert [_code(each) for each in (outside, anew, same)] == ["RSN-01", "RSN-01", "EXT-04"]
    assert [(each.new.revision, each.new.chosen) for each in (chosen, again)] == [
        (2, DATE), (3, beijing("2025-07-02 10:00")),
    ]  # fmt: skip


def test_a_window_without_a_date_may_be_extended_and_a_chosen_date_only_chosen_anew(quick: House) -> None:
    widened = _extend(quick, beijing("2025-05-31 12:00"), milestone="publication")
    _choose(quick, beijing("2025-05-20 10:00"), reason="窗口已延长")
    with pytest.raises(Refused) as refused:
        _extend(quick, beijing("2025-06-30 12:00"), milestone="publication")
    assert (widened.new.chosen, _code(refused)) == (None, "EXT-02")


def test_what_has_a_date_is_not_for_choosing(quick: House) -> None:
    with pytest.raises(Refused) as refused, quick.write(DURING, alone=True) as work:
        campaigns.choose_date(work, "collection", date=LATER)
    assert _code(refused) == "EXT-05"


def _lapsed(house: House, *titles: str) -> list[str]:
    unit = new_unit(house, "甲学会", "societies", "cities")
    with house.write(DURING) as work:
        keys = [draft(work, unit, title) for title in titles]
        nominations.submit(work, keys[0])
        nominations.submit(work, keys[1])
        nominations.return_(work, keys[1], reason="缺章")
        nominations.withdraw(work, keys[2], reason="不报了")
    close(house.office, house.campaign, at=SWEPT)
    return keys


def test_an_extension_after_the_closing_opens_exactly_what_lapsed(small: House) -> None:
    _lapsed(small, "在评", "退回过", "退出", "草稿")
    before = states(small)
    moved = _extend(small, at=CLOSES + A_DAY)
    assert before == {"在评": "review", "退回过": "lapsed", "退出": "withdrawn", "草稿": "lapsed"}
    assert states(small) == {"在评": "review", "退回过": "drafted", "退出": "withdrawn", "草稿": "drafted"}
    assert (moved.reopened, faults(small)) == (2, ())


def test_an_extension_may_leave_what_lapsed_as_it_is(quick: House) -> None:
    _lapsed(quick, "在评", "退回过", "退出", "草稿")
    moved = _extend(quick, at=CLOSES + A_DAY, reopen=False)
    assert (moved.reopened, states(quick)["草稿"]) == (0, "lapsed")


def test_what_was_opened_again_lapses_again_at_the_new_deadline(quick: House) -> None:
    keys = _lapsed(quick, "在评", "退回过", "退出", "草稿")
    _extend(quick, at=CLOSES + A_DAY)
    with quick.write(LATER - TICK) as work:
        nominations.submit(work, keys[3])
    close(quick.office, quick.campaign, at=LATER + (SWEPT - CLOSES))
    assert states(quick) == {"在评": "review", "退回过": "lapsed", "退出": "withdrawn", "草稿": "review"}
    with quick.read() as work:
        assert (work.closed, events(work, "lapse", "reinstate")) == (
            {"collection": 2},
            [("lapse", "drafted", "lapsed"), ("lapse", "returned", "lapsed"), ("reinstate", "lapsed", "drafted"),
             ("reinstate", "lapsed", "drafted"), ("lapse", "drafted", "lapsed")],
        )  # fmt: skip
    assert faults(quick) == ()


def test_who_was_told_of_a_lapse_hears_of_the_extension_and_who_was_not_hears_of_no_lapse(quick: House) -> None:
    with quick.write(OPENED) as work:
        people: list[tuple[str, str | None]] = [("张三", "zhang@a.example"), ("李四", "li@a.example"), ("王五", None)]
        unit = add_unit(work, "甲学会", people=people)
    with quick.write(DURING) as work:
        draft(work, unit, "甲")
    close(quick.office, quick.campaign, at=SWEPT)
    with quick.write(SWEPT) as work:
        mark_letters(work, "sent", where=lambda letter: letter.to_name == "张三")
    _extend(quick, at=CLOSES + A_DAY)
    with quick.read() as work:
        digests = [(letter.to_name, letter.state) for letter in letters(work, "lapsed")]
        called = [(call.name, call.state) for call in calls(work, "lapsed")]
        corrected = [letter.to_name for letter in letters(work, "deadline-moved")]
    assert (digests, called, corrected) == (
        [("张三", "sent"), ("李四", "cancelled")], [("王五", "cancelled")], ["张三"],
    )  # fmt: skip


def test_moving_another_milestone_opens_nothing(quick: House) -> None:
    _lapsed(quick, "在评", "退回过", "退出", "草稿")
    moved = _extend(quick, beijing("2025-04-04 12:00"), milestone="results", at=CLOSES + A_DAY)
    assert (moved.reopened, states(quick)["草稿"]) == (0, "lapsed")


def test_what_happened_is_kept_beside_what_was_planned(quick: House) -> None:
    turn(quick.office, quick.campaign, at=CLOSES)
    with quick.read() as work:
        query = select(col(Event.details)).where(col(Event.verb) == "reach").order_by(col(Event.id))
        reached = [
            (each["milestone"], each["edge"], each["planned"]) for each in work.connection.execute(query).scalars()
        ]
    assert reached == [
        ("collection", "opens", "2025-03-02T16:00:00+00:00"),
        ("collection", "closes", "2025-03-14T16:00:00+00:00"),
        ("plan", "closes", "2025-03-14T16:00:00+00:00"),
        ("review", "opens", "2025-03-14T16:00:00+00:00"),
    ]

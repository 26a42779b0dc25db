"""The calendar at the desk: what was announced to whom, and moving a date by one hand or by two."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from engine import campaigns
from engine.queries.announcements import Told, told
from engine.queries.story import story
from tests.builders import House, mark_letters
from tests.desk.people import AtTheDesk
from tests.desk.world import collecting
from tests.small import CLOSES, DURING, OFFICE

A_DAY = timedelta(days=1)
LATER = {"verb": "extend", "milestone": "collection", "closes": "2025-03-17 24:00", "reason": "报送数量不足",
         "reopen": "true"}  # fmt: skip
EARLIER = {**LATER, "closes": "2025年3月13日24时", "reason": "会期提前"}


def _end(house: House) -> datetime | None:
    with house.read() as work:
        return work.calendar["collection"].closes


def _proposal(desk: AtTheDesk) -> str:
    """Its path, once it is proposed by the office."""
    answer = desk.as_("office").post("calendar-propose", EARLIER)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_every_milestone_stands_in_the_list_with_how_it_stands(desk: AtTheDesk) -> None:
    page = desk.as_("auditor").get("calendar").text

    assert re.findall(r'calendar/([a-z]+)"><b>', page) == [
        "collection", "plan", "review", "results", "final", "publication", "promotion",
    ]  # fmt: skip
    assert "2025年3月14日（周五）24:00" in page


def test_an_auditor_reads_everything_and_finds_no_form(desk: AtTheDesk) -> None:
    page = desk.as_("auditor").get("calendar/collection").text
    main = page[page.index("<main") : page.index("</main>")]

    assert ("历次公布" in main, "<form" in main) == (True, False)


def test_the_preview_says_everything_and_stores_nothing(quick: House) -> None:
    world = collecting(quick)
    page = world.desk.as_("office").post("calendar-preview", LATER).text

    assert "2025年3月17日（周一）24:00" in page
    assert re.search(r"更正通知</dt><dd>邮件\d+封，电话\d+人", page)
    assert re.search(r"待提交或待评审6项", page)
    assert ("calendar-move" in page, "calendar-propose" in page) == (True, False)
    assert _end(quick) == CLOSES


def test_more_time_is_given_by_one_hand(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    moved = browser.post("calendar-move", LATER, key="once")
    again = browser.post("calendar-move", LATER, key="once")

    assert [each.headers["location"] for each in (moved, again)] == [browser.at("calendar/collection")] * 2
    assert _end(desk.house) == CLOSES + 3 * A_DAY
    assert "报送数量不足" in browser.get("calendar/collection").text


def test_less_time_is_refused_to_one_hand_whatever_form_is_sent(desk: AtTheDesk) -> None:
    answer = desk.as_("office").post("calendar-move", EARLIER)

    assert (answer.status_code, "APR-01" in answer.text, _end(desk.house)) == (409, True, CLOSES)


def test_less_time_is_given_by_two_in_both_names(desk: AtTheDesk) -> None:
    preview = desk.as_("office").post("calendar-preview", EARLIER).text
    path = _proposal(desk)
    own = desk.as_("office").post(f"{path}/confirm")
    done = desk.as_("second").post(f"{path}/confirm")

    assert ("须由另一人复核" in preview, "calendar-propose" in preview) == (True, True)
    assert (own.status_code, "APR-04" in own.text) == (409, True)
    assert (done.status_code, _end(desk.house)) == (303, CLOSES - A_DAY)
    with desk.house.read() as work:
        assert [line.actor for line in story(work, verb="extend")] == ["赵书、钱书"]


def test_what_a_second_person_sees_depends_on_who_asks(desk: AtTheDesk) -> None:
    path = _proposal(desk)
    forms = {
        who: [word for word in ("confirm", "decline", "take-back") if f"{path}/{word}" in desk.as_(who).get(path).text]
        for who in ("office", "second", "auditor")
    }

    assert forms == {"office": ["take-back"], "second": ["confirm", "decline"], "auditor": []}


def test_a_refusal_needs_a_reason_and_is_read_by_who_asked(desk: AtTheDesk) -> None:
    path, second = _proposal(desk), desk.as_("second")
    silent = second.post(f"{path}/decline", {"reason": " "})
    second.post(f"{path}/decline", {"reason": "通知已经印发"})

    assert (silent.status_code, "RSN-01" in silent.text) == (422, True)
    page = desk.as_("office").get(path).text
    assert ("未获同意" in page, "通知已经印发" in page, _end(desk.house)) == (True, True, CLOSES)


def test_a_proposal_that_would_do_something_else_by_now_says_so_before_it_is_confirmed(desk: AtTheDesk) -> None:
    path = _proposal(desk)
    desk.as_("office").post("calendar-move", LATER)

    page = desk.as_("second").get(path).text

    assert ("APR-07" in page, "disabled>复核无误" in page) == (True, True)


def test_what_waits_and_what_was_decided_stand_in_two_lists(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    empty = browser.get("proposals").text
    path = _proposal(desk)
    waiting = browser.get("proposals").text
    browser.post(f"{path}/take-back")
    over = browser.get("proposals").text

    assert ["没有等待复核的事项。" in page for page in (empty, waiting, over)] == [True, False, True]
    assert [path in page for page in (empty, waiting, over)] == [False, True, True]
    assert "已撤回" in over


@pytest.mark.parametrize(
    ("fields", "where", "code"),
    [
        ({**LATER, "closes": "25:00"}, "extend-closes", "CFG-03"),
        ({**LATER, "closes": ""}, "extend-closes", "FRM-01"),
        ({**LATER, "reason": ""}, "", "RSN-01"),
        ({**LATER, "closes": "2025-03-01"}, "", "EXT-03"),
        ({"verb": "announce", "milestone": "collection", "closes": "2025-03-20"}, "", "EXT-13"),
        ({**LATER, "units": "无此单位"}, "", "EXT-09"),
    ],
)
def test_what_can_not_be_is_said_where_it_was_typed(
    desk: AtTheDesk, fields: dict[str, str], where: str, code: str
) -> None:
    answer = desk.as_("office").post("calendar-preview", fields)
    typed = re.search(rf'id="{where}"[^>]*aria-invalid="true"', answer.text) if where else True

    assert (answer.status_code in {409, 422}, code in answer.text, bool(typed)) == (True, True, True)
    assert f'value="{fields["closes"]}"' in answer.text or fields["verb"] == "announce"


def test_a_date_for_some_is_a_class_of_its_own(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    moved = browser.post("calendar-move", {**LATER, "tracks": ["inventions/water"]})
    page = browser.get("calendar/collection").text

    assert moved.headers["location"] == browser.at("calendar/collection/extended-1")
    assert browser.get("calendar/collection/extended-1").status_code == 200
    assert ("另有时间的对象" in page, "征集（发明榜·水）" in page) == (True, True)


def test_a_date_to_choose_is_chosen_and_a_suspended_end_is_open(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    browser.post("calendar-move", {"verb": "choose", "milestone": "publication", "date": "2025-04-20 10:00"})
    browser.post("calendar-move", {"verb": "suspend", "milestone": "final", "reason": "专家时间"})

    assert "选定" in browser.get("calendar/publication").text
    assert "暂停，另行通知" in browser.get("calendar/final").text


def test_the_ways_in_which_a_date_may_be_moved_are_those_that_are_taken(quick: House) -> None:
    with quick.write(DURING, OFFICE, alone=True) as work:
        campaigns.suspend(work, "final", reason="专家时间")
        found = {key: campaigns.movable(work, key) for key in ("collection", "final", "publication")}

    assert found == {"collection": ("extend", "suspend"), "final": ("extend",), "publication": ("choose",)}


def test_each_announcement_says_how_many_were_told(quick: House) -> None:
    collecting(quick)
    with quick.write(DURING, OFFICE, alone=True) as work:
        before = told(work, "collection")[1]
        campaigns.extend(work, "collection", closes=CLOSES + A_DAY, reason="推迟")
        waiting = told(work, "collection")[2]
        mark_letters(work, "sent", where=lambda row: row.revision == 2)
        after = told(work, "collection")[2]

    assert before.letters > 0
    assert (waiting.letters, waiting.waiting > 0) == (0, True)
    assert after == Told(letters=waiting.waiting, corrected=waiting.waiting)


@pytest.mark.parametrize("path", ["calendar/no-such", "calendar/collection/extended-9", "proposals/no-such"])
def test_what_is_not_there_is_not_there(desk: AtTheDesk, path: str) -> None:
    assert desk.as_("office").get(path).status_code == 404


@pytest.mark.parametrize("path", ["calendar", "calendar/collection", "proposals", "publish", "history"])
@pytest.mark.parametrize("who", ["unit", "academy"])
def test_units_and_institutions_are_not_let_in(desk: AtTheDesk, path: str, who: str) -> None:
    assert desk.as_(who).get(path).status_code == 403


@pytest.mark.parametrize("path", ["calendar-move", "calendar-propose", "calendar-preview", "publish"])
def test_an_auditor_changes_nothing(desk: AtTheDesk, path: str) -> None:
    assert desk.as_("auditor").post(path, LATER).status_code == 403

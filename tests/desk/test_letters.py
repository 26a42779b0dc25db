"""The outbox's pages: lists, one letter as its reader sees it, and what a person decides about it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from bangdan.desk.framing import POLICY
from engine import nominations
from engine.tables import Unit
from tests.builders import letters, mark_letters
from tests.desk.people import UNIT, AtTheDesk
from tests.small import DURING, draft


@pytest.fixture
def posted(desk: AtTheDesk) -> AtTheDesk:
    """With a receipt in the outbox, for a nomination whose name would like to be more than text."""
    with desk.house.write(DURING) as work:
        unit_id = int(work.connection.execute(select(col(Unit.id)).where(col(Unit.code) == UNIT)).scalar_one() or 0)
        nominations.submit(work, draft(work, unit_id, "<b>水泵</b>{{7*7}}"))
    return desk


def _key(desk: AtTheDesk) -> str:
    with desk.house.read() as work:
        return str(letters(work)[0].public_id)


def _mark(desk: AtTheDesk, state: str) -> None:
    with desk.house.write(DURING) as work:
        mark_letters(work, state)


@pytest.mark.parametrize("page", ["letters", "calls"])
def test_a_kind_that_there_is_none_of_is_not_taken_for_another(posted: AtTheDesk, page: str) -> None:
    answer = posted.as_("office").get(f"{page}?state=zz")
    assert (answer.status_code, "FLT-01" in answer.text) == (422, True)


def test_the_outbox_lists_letters_with_counts_by_state(posted: AtTheDesk) -> None:
    page = posted.as_("auditor").get("letters")
    assert page.status_code == 200
    assert "甲学会联系人" in page.text
    assert "提交回执" in page.text


@pytest.mark.parametrize(
    ("query", "there"),
    [("state=ready", True), ("state=sent", False), ("reader=甲学会", True), ("reader=nobody", False),
     ("kind=submission-receipt", True), ("since=2025-03-10&until=2025-03-10", True), ("since=2025-03-11", False)],
)  # fmt: skip
def test_letters_are_filtered(posted: AtTheDesk, query: str, *, there: bool) -> None:
    page = posted.as_("office").get(f"letters?{query}")
    assert (page.status_code, "jia@example.org" in page.text) == (200, there)


def test_a_day_that_is_none_is_refused_with_the_way_to_write_it(posted: AtTheDesk) -> None:
    page = posted.as_("office").get("letters?since=14.3.2025")
    assert ("FLT-02" in page.text, page.status_code >= 400) == (True, True)


def test_a_letter_shows_its_text_its_reason_and_its_html_in_a_frame_that_can_do_nothing(posted: AtTheDesk) -> None:
    browser, key = posted.as_("office"), _key(posted)
    page, frame = browser.get(f"letters/{key}"), browser.get(f"letters/{key}/html")
    assert "尊敬的甲学会联系人老师" in page.text
    assert "&lt;b&gt;水泵&lt;/b&gt;{{7*7}}" in page.text
    assert 'sandbox=""' in page.text
    assert "提交" in page.text
    assert frame.headers["content-security-policy"] == POLICY
    assert "&lt;b&gt;水泵&lt;/b&gt;{{7*7}}" in frame.text


def test_a_failed_letter_is_tried_again(posted: AtTheDesk) -> None:
    _mark(posted, "failed")
    browser, key = posted.as_("office"), _key(posted)
    assert "重试" in browser.get("letters?state=failed").text
    assert browser.post("letters/retry", {"ids": [key]}).status_code == 303
    assert "待发送" in browser.get(f"letters/{key}").text
    with posted.house.read() as work:
        assert letters(work)[0].state == "ready"


def test_what_became_of_a_parked_letter_is_decided(posted: AtTheDesk) -> None:
    _mark(posted, "parked")
    browser, key = posted.as_("office"), _key(posted)
    assert "对方已收到" in browser.get(f"letters/{key}").text
    assert browser.post(f"letters/{key}/resolve", {"decision": "sent"}).status_code == 303
    with posted.house.read() as work:
        assert letters(work)[0].state == "sent"
    again = browser.post(f"letters/{key}/resolve", {"decision": "sent"})
    assert (again.status_code, "OUT-01" in again.text) == (409, True)


def test_an_auditor_looks_and_decides_nothing(posted: AtTheDesk) -> None:
    _mark(posted, "failed")
    browser, key = posted.as_("auditor"), _key(posted)
    assert "重试选中" not in browser.get("letters?state=failed").text
    assert browser.post("letters/retry", {"ids": [key]}).status_code in (403, 404)


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_units_and_institutions_see_no_outbox(posted: AtTheDesk, who: str) -> None:
    browser, key = posted.as_(who), _key(posted)
    for path in ("letters", f"letters/{key}", f"letters/{key}/html"):
        page = browser.get(path)
        assert page.status_code in (403, 404)
        assert "jia@example.org" not in page.text


def test_an_empty_outbox_says_what_will_stand_there(desk: AtTheDesk) -> None:
    assert "发件箱还是空的" in desk.as_("office").get("letters").text

"""The call sheet in the browser: numbers that dial, words to say, ticking off and taking it back."""

from __future__ import annotations

import pytest

from bangdan.desk.pages.calls import dialled
from engine.circulars import drafts, sending
from engine.circulars.aim import Aim, To
from engine.letters.correspondence import Sent
from tests.builders import calls
from tests.desk.people import AtTheDesk
from tests.small import DURING

HTMX = {"hx-request": "true"}


@pytest.fixture
def called(desk: AtTheDesk) -> AtTheDesk:
    """With one call to make: the guild's contact has no address."""
    with desk.house.write(DURING) as work:
        key = drafts.draft(
            work, subject="会议通知", body="请参加周五的会议。", aim=Aim(to=To.INSTITUTIONS, institutions=("guild",))
        )
        ready = sending.ready(work, key)
        sending.send_circular(work, key, version=1, expected=Sent(letters=ready.letters, calls=ready.calls))
    return desk


def _key(desk: AtTheDesk) -> str:
    with desk.house.read() as work:
        return str(calls(work)[0].public_id)


def test_the_sheet_has_numbers_that_dial_and_the_words_to_say(called: AtTheDesk) -> None:
    browser, key = called.as_("auditor"), _key(called)
    sheet, one = browser.get("calls").text, browser.get(f"calls/{key}").text
    assert "孙工" in sheet
    assert "请参加周五的会议。" in one
    assert "已通知</button>" not in sheet


def test_a_call_is_ticked_off_with_a_note_and_the_tick_is_taken_back(called: AtTheDesk) -> None:
    browser, key = called.as_("office"), _key(called)
    row = browser.post(f"calls/{key}/tick", {"note": "说好了"}, headers=HTMX)
    assert row.status_code == 200
    assert "说好了" in row.text
    assert "赵书" in row.text
    assert "<html" not in row.text
    assert "孙工" not in browser.get("calls").text
    assert "孙工" in browser.get("calls?state=done").text
    assert browser.post(f"calls/{key}/untick").status_code == 303
    assert "孙工" in browser.get("calls").text


def test_a_call_that_is_ticked_twice_says_so(called: AtTheDesk) -> None:
    browser, key = called.as_("office"), _key(called)
    browser.post(f"calls/{key}/tick")
    again = browser.post(f"calls/{key}/tick")
    assert (again.status_code, "TEL-01" in again.text) == (409, True)
    browser.post(f"calls/{key}/untick")
    assert "TEL-02" in browser.post(f"calls/{key}/untick").text


@pytest.mark.parametrize("who", ["auditor", "unit", "guild"])
def test_nobody_else_ticks(called: AtTheDesk, who: str) -> None:
    assert called.as_(who).post(f"calls/{_key(called)}/tick").status_code in (403, 404)


@pytest.mark.parametrize(
    ("text", "number"),
    [("010-12345678", "01012345678"), ("+86 138 0000 0000", "+8613800000000"), ("6210转203", ""), ("见名册", "")],
)
def test_only_a_number_is_dialled(text: str, number: str) -> None:
    assert dialled(text) == number

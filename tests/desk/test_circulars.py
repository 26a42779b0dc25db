"""Writing a circular in the browser: draft, faults, preview for any reader, sending, and that it goes once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine.circulars.tables import Circular
from tests.builders import calls, letters
from tests.desk.people import AtTheDesk, Browser

WORDS = {"subject": "关于{{活动}}", "body": "请{{单位}}于{{截止时间}}前提交。\n\n谢谢。", "to": "units"}


def _write(browser: Browser, **fields: str) -> str:
    answer = browser.post("circulars/new", {**WORDS, **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rpartition("/")[2])


def _send(browser: Browser, key: str) -> int:
    page = browser.get(f"circulars/{key}").text
    fields = {name: re.search(rf'name="{name}" value="(\d+)"', page) for name in ("version", "letters", "calls")}
    sent = browser.post(f"circulars/{key}/send", {name: found[1] for name, found in fields.items() if found})
    return sent.status_code


def test_it_is_kept_looked_at_and_sent(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    key = _write(browser)
    page = browser.get(f"circulars/{key}")
    assert "请甲学会于2025年3月14日（周五）24:00前提交。" in page.text
    assert letters_of(desk) == 0
    assert _send(browser, key) == 303
    assert letters_of(desk) == 2
    assert "已发出" in browser.get(f"circulars/{key}").text
    assert _send(browser, key) in (409, 422)


def letters_of(desk: AtTheDesk) -> int:
    with desk.house.read() as work:
        return len(letters(work, "circular"))


def test_it_is_looked_at_as_another_reader(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    key = _write(browser)
    other = re.findall(r'<option value="(contact:\d+)"', browser.get(f"circulars/{key}").text)[1]
    assert "请乙学会于" in browser.get(f"circulars/{key}?reader={other}").text
    assert "请乙学会于" in browser.get(f"circulars/{key}/html?reader={other}").text


def test_a_fault_is_told_at_once_and_keeps_it_from_being_sent(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    key = _write(browser, body="请{{单味}}提交")
    page = browser.get(f"circulars/{key}").text
    assert "TPL-02" in page
    assert "确认发出" not in page
    assert browser.post(f"circulars/{key}/send", {"version": "1", "letters": "2", "calls": "0"}).status_code == 409
    assert letters_of(desk) == 0


def test_what_was_typed_is_there_again_when_it_can_not_be_kept(desk: AtTheDesk) -> None:
    page = desk.as_("office").post("circulars/new", {**WORDS, "subject": "", "body": "写了很久的正文"})
    assert page.status_code >= 400
    assert "写了很久的正文" in page.text
    assert "TXT-01" in page.text


def test_a_draft_is_changed_and_a_change_from_an_old_page_is_refused(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    key = _write(browser)
    assert 'name="version" value="1"' in browser.get(f"circulars/{key}/edit").text
    assert browser.post(f"circulars/{key}/edit", {**WORDS, "subject": "新主题", "version": "1"}).status_code == 303
    stale = browser.post(f"circulars/{key}/edit", {**WORDS, "subject": "旧主题", "version": "1"})
    assert (stale.status_code >= 400, "CIR-03" in stale.text, "旧主题" in stale.text) == (True, True, True)


def test_people_are_looked_for_and_chosen(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    page = browser.post("circulars/new", {**WORDS, "to": "contacts", "person": "孙工", "find": "yes"}).text
    (found,) = re.findall(r'name="contacts" value="([^"]+)"', page)
    assert "孙工" in page
    key = _write(browser, to="contacts", contacts=found, body="请来电")
    assert _send(browser, key) == 303
    with desk.house.read() as work:
        assert [each.name for each in calls(work, "circular")] == ["孙工"]


def test_a_name_that_is_markup_or_a_placeholder_stays_text(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    key = _write(browser, subject="<script>alert(1)</script>", body="<img src=x> https://evil.example/")
    page, frame = (
        browser.get(f"circulars/{key}").text,
        browser.get(f"circulars/{key}/html?reader={_first(browser, key)}"),
    )
    assert "<script>alert(1)" not in page
    assert "&lt;img src=x&gt; https://evil.example/" in frame.text
    assert "<a href" not in frame.text


def _first(browser: Browser, key: str) -> str:
    return str(re.findall(r'<option value="(contact:\d+)"', browser.get(f"circulars/{key}").text)[0])


def test_a_draft_is_given_up(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    key = _write(browser)
    assert browser.post(f"circulars/{key}/discard").status_code == 303
    with desk.house.read() as work:
        assert work.connection.execute(select(col(Circular.state))).scalar_one() == "discarded"


@pytest.mark.parametrize("who", ["auditor", "unit", "academy"])
def test_nobody_else_writes(desk: AtTheDesk, who: str) -> None:
    key = _write(desk.as_("office"))
    browser = desk.as_(who)
    assert browser.post("circulars/new", WORDS).status_code in (403, 404)
    assert browser.post(f"circulars/{key}/send", {"version": "1", "letters": "2", "calls": "0"}).status_code in (
        403,
        404,
    )
    assert browser.get(f"circulars/{key}").status_code in ((200,) if who == "auditor" else (403, 404))
    assert letters_of(desk) == 0

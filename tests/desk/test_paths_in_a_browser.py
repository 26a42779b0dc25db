"""The main path of each role in a real browser: by keyboard alone, a unit at a phone's width."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from engine import nominations, turn
from engine.units import find
from tests.desk.conftest import listening
from tests.desk.people import UNIT, AtTheDesk, sign_in
from tests.desk.test_every_page import PHONE, barriers
from tests.small import CLOSES, DURING, OFFICE, REVIEW, SWEPT, draft, states

pytestmark = pytest.mark.slow


def _submitted(desk: AtTheDesk, *titles: str) -> None:
    with desk.house.write(DURING, OFFICE) as work:
        unit = find(work, UNIT).id
        for title in titles:
            nominations.submit(work, draft(work, unit, title, track="inventions/water"))


def _press(found: Locator, key: str = "Enter") -> None:
    """Press a key on what a keyboard can reach."""
    found.focus()
    expect(found).to_be_focused()
    found.page.keyboard.press(key)


def test_the_secretariat_returns_what_it_found_by_its_initials_and_sees_the_letter(desk: AtTheDesk, page: Page) -> None:
    _submitted(desk, "量子通信", "氢能储运")
    with listening(desk.app) as address:
        sign_in(page, desk, "office", address)
        page.goto(f"{address}/c/{desk.house.campaign}/nominations")
        page.get_by_label("检索").focus()
        page.keyboard.type("lztx")
        expect(page.locator("#found a.title")).to_have_text(["量子通信"])
        _press(page.locator("#found a.title"))
        _press(page.locator("summary", has_text="退回修改"))
        page.locator("#return-reason").focus()
        page.keyboard.type("缺少公章")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("已办理：退回修改")
        _press(page.get_by_role("link", name="退回修改"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("退回修改")
        expect(page.locator("pre.letter")).to_contain_text("缺少公章")

    assert states(desk.house) == {"量子通信": "returned", "氢能储运": "submitted"}


def test_a_deadline_is_extended_after_a_look_at_what_that_does(desk: AtTheDesk, page: Page) -> None:
    with listening(desk.app) as address:
        sign_in(page, desk, "office", address)
        page.goto(f"{address}/c/{desk.house.campaign}/calendar/collection")
        page.locator("#extend-closes").focus()
        page.keyboard.type("2025-03-15 24:00")
        page.keyboard.press("Tab")
        page.keyboard.type("应各单位要求")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("预览：征集")
        with desk.house.read() as work:
            assert work.calendar["collection"].closes == CLOSES
        _press(page.locator("main form button.primary"))
        expect(page.get_by_role("status")).to_be_visible()

    with desk.house.read() as work:
        assert work.calendar["collection"].closes == CLOSES + timedelta(days=1)


def test_an_institution_reports_a_track_by_form(desk: AtTheDesk, page: Page) -> None:
    _submitted(desk, "净水", "滤水")
    turn.turn(desk.house.office, desk.house.campaign, at=SWEPT)
    desk.clock.now = REVIEW
    with listening(desk.app) as address:
        sign_in(page, desk, "academy", address)
        page.goto(f"{address}/c/{desk.house.campaign}/review")
        page.get_by_label("结论：净水").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.type("92.5")
        page.get_by_label("结论：滤水").focus()
        for _ in range(2):
            page.keyboard.press("ArrowDown")
        _press(page.get_by_role("button", name="核对本页结论"))
        expect(page.get_by_role("heading", level=1)).to_have_text("核对结论")
        before = states(desk.house)
        _press(page.get_by_role("button", name="确认报送"))
        expect(page.get_by_role("status")).to_be_visible()

    assert before == {"净水": "review", "滤水": "review"}
    assert states(desk.house) == {"净水": "final", "滤水": "eliminated"}


def test_an_auditor_reads_and_finds_nothing_to_press(desk: AtTheDesk, page: Page) -> None:
    _submitted(desk, "量子通信")
    with listening(desk.app) as address:
        sign_in(page, desk, "auditor", address)
        page.goto(f"{address}/c/{desk.house.campaign}")
        _press(page.locator(".menu").get_by_role("link", name="申报项目"))
        _press(page.locator("#found a.title"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("量子通信")
        expect(page.locator("main form, main input, main button:not([data-copy])")).to_have_count(0)


def test_a_unit_submits_on_a_phone(desk: AtTheDesk, page: Page) -> None:
    page.set_viewport_size(PHONE)
    with desk.house.write(DURING, OFFICE) as work:
        draft(work, find(work, UNIT).id, "量子通信", track="inventions/water")
    with listening(desk.app) as address:
        sign_in(page, desk, "unit", address)
        page.goto(f"{address}/c/{desk.house.campaign}/mine")
        _press(page.get_by_role("link", name="提交", exact=True))
        expect(page.get_by_role("button", name="确认提交")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        assert barriers(page) == []
        _press(page.get_by_role("button", name="确认提交"))
        expect(page.get_by_role("heading", name="提交回执")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    assert states(desk.house) == {"量子通信": "submitted"}

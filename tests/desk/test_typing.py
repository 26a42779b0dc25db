"""A draft typed in a real browser: by keyboard alone, and not lost when the session ends before it is stored."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bangdan.desk.visiting import SESSION
from tests.desk.conftest import listening
from tests.desk.people import AtTheDesk, sign_in
from tests.small import states

FORM = "mine/draft?track=people"
TITLE = "项目名称（候选人姓名）"


@pytest.mark.slow
def test_a_draft_is_begun_and_submitted_by_keyboard_alone(desk: AtTheDesk, page: Page) -> None:
    with listening(desk.app) as address:
        sign_in(page, desk, "unit", address)
        page.goto(f"{address}/c/small-2025/{FORM}")
        page.get_by_label(TITLE).focus()
        page.keyboard.type("王五")
        page.keyboard.press("Tab")
        page.keyboard.type("某研究所")
        for _ in range(4):
            page.keyboard.press("Tab")
        for _ in range(2):  # both materials
            page.keyboard.press("Space")
            page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="确认提交").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="提交回执")).to_be_visible()

    assert states(desk.house) == {"王五": "submitted"}


@pytest.mark.slow
def test_what_was_typed_survives_the_end_of_the_session(desk: AtTheDesk, page: Page) -> None:
    with listening(desk.app) as address:
        form = f"{address}/c/small-2025/{FORM}"
        sign_in(page, desk, "unit", address)
        page.goto(form)
        page.get_by_label(TITLE).fill("王五")
        page.get_by_label("推荐函").check()
        page.context.clear_cookies(name=SESSION)
        page.goto(form)
        expect(page.get_by_label(TITLE)).to_have_count(0)
        lost = states(desk.house)
        sign_in(page, desk, "unit", address)
        page.goto(form)
        expect(page.get_by_text("已恢复您在本页填写过")).to_be_visible()
        expect(page.get_by_label(TITLE)).to_have_value("王五")
        expect(page.get_by_label("推荐函")).to_be_checked()
        page.get_by_role("button", name="保存", exact=True).click()
        expect(page.get_by_text("已保存草稿")).to_be_visible()
        page.goto(form)
        expect(page.get_by_label(TITLE)).to_have_value("")

    assert (lost, states(desk.house)) == ({}, {"王五": "drafted"})

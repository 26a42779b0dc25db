"""Letters, circulars and calls in a real browser: frames under their own policy, ticking off in place, by keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine.circulars import drafts, sending
from engine.circulars.aim import Aim, To
from engine.letters.correspondence import Sent
from engine.webhooks import subscriptions as hooks
from tests.builders import calls, letters
from tests.desk.conftest import listening
from tests.desk.people import AtTheDesk, sign_in
from tests.small import DURING


@pytest.fixture
def furnished(desk: AtTheDesk) -> AtTheDesk:
    """A circular that was sent to the institutions, whose guild is to be called; a draft, and a subscription."""
    with desk.house.write(DURING) as work:
        key = drafts.draft(work, subject="会议", body="周五开会。", aim=Aim(to=To.INSTITUTIONS))
        ready = sending.ready(work, key)
        sending.send_circular(work, key, version=1, expected=Sent(letters=ready.letters, calls=ready.calls))
        hooks.add(work, name="平台", url="https://platform.example.cn/", topics=["*"])
    return desk


def test_a_call_is_ticked_off_and_taken_back_in_place(furnished: AtTheDesk, page: Page) -> None:
    with listening(furnished.app) as address:
        sign_in(page, furnished, "office", address)
        page.goto(f"{address}/c/small-2025/calls")
        page.get_by_placeholder("备注").fill("已说")
        page.get_by_placeholder("备注").press("Enter")
        expect(page.get_by_text("已说")).to_be_visible()
        assert page.url.endswith("/calls")
        page.get_by_role("button", name="撤销").press("Enter")
        expect(page.get_by_placeholder("备注")).to_be_visible()
    with furnished.house.read() as work:
        assert [each.state for each in calls(work)] == ["open"]


def test_a_circular_is_written_looked_at_and_sent_by_keyboard(furnished: AtTheDesk, page: Page) -> None:
    with listening(furnished.app) as address:
        sign_in(page, furnished, "office", address)
        page.goto(f"{address}/c/small-2025/circulars/new")
        page.get_by_label("主题").fill("提醒")
        page.get_by_label("正文").fill("请")
        page.get_by_role("button", name="{{单位}}").press("Enter")
        page.keyboard.type("提交。")
        page.get_by_role("button", name="保存并预览").press("Enter")
        expect(page.frame_locator("iframe.letter").get_by_text("请甲学会提交。")).to_be_visible()
        page.get_by_role("button", name="确认发出").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("邮件2封")
    with furnished.house.read() as work:
        assert len(letters(work, "circular")) == 2 + len(_of_institutions(furnished))


def _of_institutions(desk: AtTheDesk) -> list[str]:
    """The addresses that the first circular went to."""
    with desk.house.read() as work:
        rows = letters(work, "circular")
        first = rows[0].occasion
        return [row.to_address for row in rows if row.occasion == first]


PAGES = ("letters", "circulars", "circulars/new", "calls", "webhooks")


@pytest.mark.parametrize("width", [1280, 390])
def test_nobody_is_kept_out_and_nothing_scrolls_sideways(furnished: AtTheDesk, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    with furnished.house.read() as work:
        one = f"letters/{letters(work)[0].public_id}"
    with listening(furnished.app) as address:
        sign_in(page, furnished, "office", address)
        for path in (*PAGES, one):
            page.goto(f"{address}/c/small-2025/{path}")
            found = [(each["id"], path) for each in Axe().run(page).response["violations"] if each["impact"] in SERIOUS]
            assert found == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


SERIOUS = ("serious", "critical")

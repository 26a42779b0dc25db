"""The overview and the second person in a real browser: alive, on one sheet of paper, by the keyboard alone."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from engine import campaigns
from tests.builders import House
from tests.desk.conftest import listening
from tests.desk.people import AtTheDesk, sign_in
from tests.desk.world import collecting
from tests.small import CLOSES

A_DAY = timedelta(days=1)
SHEET = {"width": 703, "height": 1046}  # A4 without the margins, in CSS pixels


def test_the_overview_renews_itself_and_leaves_the_reader_where_they_are(quick: House, page: Page) -> None:
    world = collecting(quick)
    with listening(world.desk.app) as address:
        sign_in(page, world.desk, "office", address)
        page.clock.install()
        page.goto(f"{address}/c/{quick.campaign}")
        page.locator("summary").click()
        before = page.locator("#next").inner_text()
        with quick.write(world.desk.clock.now, alone=True) as work:
            campaigns.suspend(work, "collection", reason="系统维护")

        with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
            page.clock.fast_forward(16_000)

        expect(page.locator("#next")).not_to_have_text(before)
        expect(page.locator("summary")).to_be_focused()
        expect(page.locator("#live details")).to_have_attribute("open", "")


def test_a_clock_that_is_wrong_is_told_so(desk: AtTheDesk, page: Page) -> None:
    with listening(desk.app) as address:
        sign_in(page, desk, "office", address)
        page.goto(f"{address}/c/{desk.house.campaign}")

        expect(page.locator("[data-off]")).to_contain_text("请以服务器时间为准")
        expect(page.locator(".clock time")).to_contain_text("2025-03-10 10:00")


def test_the_overview_goes_on_one_sheet_of_paper(quick: House, page: Page) -> None:
    world = collecting(quick)
    with listening(world.desk.app) as address:
        sign_in(page, world.desk, "office", address)
        page.goto(f"{address}/c/{quick.campaign}")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": SHEET["width"], "height": SHEET["height"]})

        assert page.evaluate("document.documentElement.scrollHeight") <= SHEET["height"]
        assert page.locator(".menu").is_visible() is False


def test_a_deadline_is_shortened_by_two_people_with_the_keyboard_alone(desk: AtTheDesk, page: Page) -> None:
    with listening(desk.app) as address:
        sign_in(page, desk, "office", address)
        page.goto(f"{address}/c/{desk.house.campaign}/calendar/collection")
        page.locator("#extend-closes").focus()
        page.keyboard.type("2025-03-13 24:00")
        page.keyboard.press("Tab")
        page.keyboard.type("会期提前")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("预览：征集")
        page.get_by_role("button", name="提交复核").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("已提交复核")

        sign_in(page, desk, "second", address)
        page.reload()
        page.get_by_role("button", name="复核无误，办理").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("已复核并办理")

    with desk.house.read() as work:
        assert work.calendar["collection"].closes == CLOSES - A_DAY

"""Signing in in a real browser: by the keyboard alone, on a phone too, and nothing in the way of who can't see."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from notifications.tables import LETTER
from tests.desk.conftest import listening
from tests.desk.people import AtTheDesk, sign_in

LOOKS = 300  # for the letter: half a minute
PHONE = {"width": 390, "height": 844}


def _serious(page: Page) -> list[str]:
    """What axe finds that keeps somebody out."""
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def _is_as_wide_as_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def _link(desk: AtTheDesk, page: Page) -> str:
    """The link in the letter, which is written when the answer has gone out."""
    newest, row = select(LETTER.c.subject_ref).order_by(LETTER.c.id.desc()), None
    for _ in range(LOOKS):
        with desk.house.read() as work:
            row = work.connection.execute(newest).scalars().first()
        if row is not None:
            break
        page.wait_for_timeout(100)
    link = str(row).partition(":")[2]
    return f"/signin/{link}.{desk.desk.keys.code('sign-in', link)}"


def test_somebody_signs_in_by_link_with_the_keyboard_and_out_again(desk: AtTheDesk, page: Page) -> None:
    with listening(desk.app) as address:
        page.goto(f"{address}/profile")
        expect(page.locator("#link-email")).to_be_focused()  # a browser does so a moment after the page has loaded
        page.keyboard.type("jia@example.org")
        page.keyboard.press("Enter")
        page.wait_for_url("**/signin/sent")
        page.goto(address + _link(desk, page))
        expect(page.get_by_role("button", name="登录", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/profile")
        signed = page.locator(".person").inner_text()
        page.get_by_role("button", name="退出", exact=True).press("Enter")
        page.wait_for_url("**/signin")
        assert ("甲经办" in signed, page.locator(".said").inner_text()) == (True, "您已退出")


@pytest.mark.parametrize("width", [1280, 390])
def test_nobody_is_kept_out_by_how_a_page_is_made(desk: AtTheDesk, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    with listening(desk.app) as address:
        found = {}
        page.goto(f"{address}/signin")
        page.locator("summary").click()
        found["signin"] = (_serious(page), _is_as_wide_as_the_window(page))
        sign_in(page, desk, "office", address)
        for path in ("/profile", f"/c/{desk.house.campaign}/accounts", f"/c/{desk.house.campaign}/tokens"):
            page.goto(address + path)
            found[path] = (_serious(page), _is_as_wide_as_the_window(page))
    assert found == dict.fromkeys(found, ([], True))


def test_a_token_is_shown_once_in_the_browser(desk: AtTheDesk, page: Page) -> None:
    with listening(desk.app) as address:
        sign_in(page, desk, "office", address)
        page.goto(f"{address}/c/{desk.house.campaign}/tokens")
        page.get_by_label("用途").fill("申报平台")
        page.get_by_role("button", name="新建").click()
        token = page.locator("#token").inner_text()
        page.goto(f"{address}/c/{desk.house.campaign}/tokens")
        assert (token[:3], token in page.content(), "申报平台" in page.content()) == ("bd_", False, True)

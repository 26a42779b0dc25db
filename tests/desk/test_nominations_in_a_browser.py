"""The secretariat's lists in a real browser: by keyboard alone, at a phone's width, and axe finds nothing serious."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlmodel import col

from engine import nominations
from engine.tables import Duty
from engine.units import find
from tests.desk.conftest import listening
from tests.desk.people import UNIT, AtTheDesk, sign_in
from tests.small import DURING, OFFICE, draft, states

LISTS = ("nominations", "units", "quotas", "institutions", "institutions/academy")
TITLES = ("量子通信", "氢能储运", "脑机接口")


def _fill(desk: AtTheDesk) -> list[str]:
    with desk.house.write(DURING, OFFICE) as work:
        unit = find(work, UNIT).id
        made = [draft(work, unit, title, track=track) for title, track in
                zip(TITLES, ("inventions/water", "inventions/light", "inventions/light"), strict=True)]  # fmt: skip
        for each in made[:2]:
            nominations.submit(work, each)
    return made


def test_a_search_narrows_the_list_while_it_is_typed(desk: AtTheDesk, page: Page) -> None:
    _fill(desk)
    with listening(desk.app) as address:
        sign_in(page, desk, "office", address)
        page.goto(f"{address}/c/{desk.house.campaign}/nominations")
        page.get_by_label("检索").press_sequentially("lztx")
        expect(page.locator("#found a.title")).to_have_text(["量子通信"])
        page.get_by_label("检索").press("Enter")
        page.wait_for_url("**/nominations?q=lztx*")
        expect(page.locator("#found a.title")).to_have_text(["量子通信"])


def test_many_are_returned_by_keyboard_alone(desk: AtTheDesk, page: Page) -> None:
    _fill(desk)
    with listening(desk.app) as address:
        sign_in(page, desk, "office", address)
        page.goto(f"{address}/c/{desk.house.campaign}/nominations")
        page.get_by_label("选中本页全部").press("Space")
        page.get_by_label("办理", exact=True).press("ArrowDown")
        page.get_by_label("理由", exact=False).fill("缺少公章")
        page.get_by_role("button", name="预览所选项目").press("Enter")
        expect(page.locator(".figure b").first).to_have_text("2")
        page.get_by_role("button", name="确认办理2项").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("已办理“退回修改”2项")

    assert states(desk.house) == {"量子通信": "returned", "氢能储运": "returned", "脑机接口": "drafted"}


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_fit_and_keep_nobody_out(desk: AtTheDesk, page: Page, width: int) -> None:
    ids = _fill(desk)
    with desk.house.read(DURING) as work:
        duty = work.connection.execute(select(col(Duty.public_id)).limit(1)).scalar_one()
    page.set_viewport_size({"width": width, "height": 900})
    found = {}
    with listening(desk.app) as address:
        sign_in(page, desk, "office", address)
        for path in (*LISTS, f"nominations/{ids[0]}", f"nominations/{ids[2]}", f"units/{UNIT}", f"duties/{duty}"):
            page.goto(f"{address}/c/{desk.house.campaign}/{path}")
            serious = [
                f"{each['id']}: {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]
                if each["impact"] in ("serious", "critical")
            ]  # fmt: skip
            found[path] = (page.evaluate("document.documentElement.scrollWidth"), serious)

    assert found == dict.fromkeys(found, (width, []))

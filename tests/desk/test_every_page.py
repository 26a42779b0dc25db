"""Every page in a real browser, for each role: nothing that axe calls serious, and nothing out of a phone's page.

The fixture `page` sees to it that nothing is said on the console and nothing asked of another host.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Page, ViewportSize

from tests.builders import House
from tests.desk.conftest import listening
from tests.desk.people import sign_in
from tests.desk.test_matrix import WHO, own, path_with, routes
from tests.desk.world import World, collecting, reviewing

SERIOUS = ("serious", "critical")
PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
NOT_PAGES = (
    "circular-html", "letter-html", "export", "import-template", "for-import-template", "import-preview",
    "for-import-preview", "live", "nomination-live", "exports-live", "export-fetch",
)  # fmt: skip
"""Routes that answer with a file, or have nothing to show in this world."""

# A moment at which each role has something to do.
MOMENTS = {
    "office": "reviewing",
    "auditor": "reviewing",
    "unit": "collecting",
    "academy": "reviewing",
}


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
def test_every_page_can_be_read_by_anybody_on_anything(quick: House, page: Page, who: str) -> None:
    world = collecting(quick) if MOMENTS[who] == "collecting" else reviewing(quick)
    found: dict[str, list[str]] = {}
    with listening(world.desk.app) as address:
        sign_in(page, world.desk, who, address)
        for path in pages_of(world.desk.app, world, who):
            page.set_viewport_size(DESK)
            page.goto(address + path)
            wrong = [*barriers(page), *_out_of_page(page)]
            if wrong:
                found[path] = wrong
    assert found == {}


def pages_of(app: FastAPI, world: World, who: str) -> list[str]:
    """The paths of every page that a role may open, on what is its own."""
    return [
        path_with(route, world, ids)
        for route, method, policy in routes(app)
        if method == "GET" and route.name not in NOT_PAGES and (not policy.roles or WHO[who] in policy.roles)
        if (ids := own(world, who, route)) is not None
    ]


def barriers(page: Page) -> list[str]:
    """What axe calls serious or worse."""
    results = Axe().run(page)
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in results.response["violations"] if each["impact"] in SERIOUS
        for node in each["nodes"][:3]
    ]  # fmt: skip


def _out_of_page(page: Page) -> list[str]:
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} px wide on a phone of {PHONE['width']}"] if width > PHONE["width"] else []

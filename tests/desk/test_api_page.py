"""The page on which people read what the API can do: every operation, in both languages, for anybody."""

from __future__ import annotations

import html

import pytest
from playwright.sync_api import Page

from bangdan.desk.api.app import SUBJECTS
from bangdan.desk.api.describing import operations
from tests.builders import House
from tests.desk.api_client import api_of
from tests.desk.conftest import listening
from tests.desk.test_every_page import PHONE, barriers


@pytest.mark.parametrize(("lang", "which"), [("zh", 0), ("en", 1)])
def test_every_operation_stands_there_in_the_readers_language(quick: House, lang: str, which: int) -> None:
    text = html.unescape(api_of(quick).http.get("/api", headers={"cookie": f"bangdan-lang={lang}"}).text)
    missing = [each.name for each in operations(SUBJECTS) if not {f"/api{each.path}", each.title[which]} <= _said(text)]
    assert missing == []


def _said(text: str) -> set[str]:
    return {part.strip() for line in text.splitlines() for part in line.replace("<", ">").split(">")}


@pytest.mark.slow
def test_it_can_be_read_by_anybody_on_anything(quick: House, page: Page) -> None:
    with listening(api_of(quick).app) as address:
        page.goto(f"{address}/api")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found = barriers(page)
        page.set_viewport_size(PHONE)
        wide = page.evaluate("document.documentElement.scrollWidth")
    assert (found, wide) == ([], PHONE["width"])

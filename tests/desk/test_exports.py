"""Tables at the desk: each role finds its own, a file is named and typed well, a page goes on paper."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from playwright.sync_api import Page

from bangdan.desk.downloads import disposition
from bangdan.desk.pages import exports
from engine import units
from tests.builders import add_draft, add_submitted
from tests.desk.conftest import listening
from tests.desk.people import OTHER_UNIT, UNIT, AtTheDesk, sign_in
from tests.small import DURING, OFFICE

OURS, THEIRS = "canary-ours", "canary-theirs"
EVERY = (
    "exports/nominations.csv",
    "exports/recommended.csv",
    "exports/funnel.csv",
    "print/nominations",
    "print/recommended",
)


@pytest.fixture
def filled(desk: AtTheDesk) -> AtTheDesk:
    """A submitted nomination and a draft of each of two units, with names that are found wherever they leak."""
    with desk.house.write(DURING, OFFICE) as work:
        for unit, canary in ((UNIT, OURS), (OTHER_UNIT, THEIRS)):
            unit_id = units.find(work, unit).id
            values: dict[str, Any] = {"track": "inventions/water", "applicant": f"{canary}-company"}
            add_submitted(work, unit_id, f"{canary}-submitted", **values)
            add_draft(work, unit_id, f"{canary}-draft", applicant_phones=f"{canary}-phone", **values)
    return desk


@pytest.mark.parametrize("path", EVERY)
def test_a_unit_takes_away_its_own_and_nothing_of_others(filled: AtTheDesk, path: str) -> None:
    answer = filled.as_("unit").get(path)

    assert (answer.status_code, THEIRS in answer.text, OURS in answer.text or "funnel" in path) == (200, False, True)


@pytest.mark.parametrize("path", EVERY)
def test_who_reviews_finds_nothing_before_review(filled: AtTheDesk, path: str) -> None:
    answer = filled.as_("academy").get(path)

    assert (answer.status_code, "canary" in answer.text) == (404 if "recommended" in path else 200, False)


def test_another_units_summary_and_one_that_is_not_there_give_the_same_answer(filled: AtTheDesk) -> None:
    browser = filled.as_("unit")
    other = browser.get("exports/recommended.csv", params={"unit": OTHER_UNIT})
    absent = browser.get("exports/recommended.csv", params={"unit": "丙学会"})

    assert (other.status_code, other.text.replace(OTHER_UNIT, "")) == (404, absent.text.replace("丙学会", ""))


@pytest.mark.parametrize("what", ["calls", "history", "nothing"])
def test_what_is_not_offered_and_what_is_not_there_give_the_same_answer(filled: AtTheDesk, what: str) -> None:
    answer = filled.as_("unit").get(f"exports/{what}.xlsx")

    assert (answer.status_code, "NFD-01" in answer.text) == (404, True)


def test_a_workbook_is_a_file_with_a_name_and_a_type(filled: AtTheDesk) -> None:
    answer = filled.as_("office").get("exports/nominations.xlsx")

    name = quote("small-2025-申报项目-2025-03-10.xlsx", safe="")
    assert answer.headers["content-disposition"].endswith(f"filename*=UTF-8''{name}")
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert len(answer.content) == int(answer.headers["content-length"])
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames == ["申报项目"]


def test_a_filter_narrows_it_down(filled: AtTheDesk) -> None:
    chosen = {"track": "inventions", "state": "drafted", "unit": UNIT, "text": OURS}

    rows = filled.as_("office").get("exports/nominations.csv", params=chosen).text.splitlines()[1:]

    assert [OURS in row and "draft" in row for row in rows] == [True]


def test_what_no_filter_knows_is_told(filled: AtTheDesk) -> None:
    answer = filled.as_("office").get("exports/nominations.csv", params={"track": "inventionss"})

    assert (answer.status_code, "FLT-01" in answer.text) == (422, True)


def test_it_is_in_the_visitors_language(filled: AtTheDesk) -> None:
    browser = filled.as_("office")
    browser.post("/lang", {"lang": "en"})

    assert (
        browser.get("exports/funnel.csv").text.splitlines()[0] == '\ufeff"List","Field","drafted","submitted","Total"'
    )


def test_too_much_for_one_page_is_refused(filled: AtTheDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_PRINTED", 3)

    answer = filled.as_("office").get("print/nominations")

    assert (answer.status_code >= 400, "EXP-03" in answer.text) == (True, True)


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("../../x.csv", "x.csv", "x.csv"),
        ("a\r\nb.csv", "ab.csv", "ab.csv"),
        ('"引号".csv', "__.csv", f"{quote('引号')}.csv"),
        ("\u202egpj.csv", "gpj.csv", "gpj.csv"),
        ("", "file", "file"),
    ],
)
def test_a_name_is_harmless_wherever_it_is_written(name: str, plain: str, whole: str) -> None:
    assert disposition(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"


def test_a_long_name_keeps_its_end() -> None:
    assert disposition("a" * 300 + ".xlsx").endswith(".xlsx")
    assert len(disposition("名" * 300 + ".xlsx")) < 1500


def test_the_page_of_exports_offers_each_role_its_own(filled: AtTheDesk) -> None:
    for who, offers in (("office", 5), ("auditor", 5), ("unit", 3), ("academy", 2)):
        assert filled.as_(who).get("exports").text.count('<form method="get"') == offers, who


def test_the_summary_goes_on_one_sheet_of_paper_and_says_that_it_is_a_draft(filled: AtTheDesk, page: Page) -> None:
    with listening(filled.app) as address:
        sign_in(page, filled, "unit", address)
        page.goto(f"{address}/c/{filled.house.campaign}/exports")
        page.get_by_role("button", name="打印页：推荐汇总表").click()
        page.wait_for_url("**/print/recommended*")
        assert page.locator(".watermark").inner_text() == "草稿"
        paper = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")
        assert (page.locator(".tools").is_visible(), page.locator("h1").inner_text()) == (False, "2025年小奖推荐汇总表")

    assert paper.count(b"/Type /Page\n") == 1

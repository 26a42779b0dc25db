"""The stage in the browser: what it shows, how time is turned, in whose place one looks on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from bangdan.desk.app import make_app
from bangdan.desk.staged import desk_of
from bangdan.stage.house import Stage
from bangdan.stage.seats import COOKIE
from tests.bangdan.stage.conftest import arrive, paused, play_to_the_end
from tests.desk.conftest import listening
from tests.desk.people import Browser
from tests.desk.test_every_page import barriers
from tests.small import CLOSES, OPENS


@dataclass(frozen=True, kw_only=True)
class OnStage:
    """A stage with its desk, and a browser without a screen before it."""

    stage: Stage
    browser: Browser


@pytest.fixture
def on(tmp_path: Path) -> Iterator[OnStage]:
    yield from _on(tmp_path / "stage")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnStage]:
    """The same, one for all tests that leave its time as it is."""
    yield from _on(tmp_path_factory.mktemp("shown") / "stage")


def _on(folder: Path) -> Iterator[OnStage]:
    for stage in paused(folder):
        app = make_app(desk_of(stage, address="http://testserver", lang="zh"))
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        yield OnStage(stage=stage, browser=Browser(client=client, prefix=f"/c/{stage.pacing.played.campaign}"))


def _turn(on: OnStage, what: str, to: str = "") -> int:
    return on.browser.post("rehearsal/turn", {"do": what, "to": to}).status_code


def test_every_page_says_that_it_is_a_rehearsal_and_what_time_it_is(shown: OnStage) -> None:
    for path in ("rehearsal", "/c/nothing"):
        page = shown.browser.get(path).text
        assert "虚构数据，不发邮件" in page

    assert "2025年3月3日" in shown.browser.get("rehearsal").text
    assert shown.browser.get("rehearsal/clock").json()["words"] == "2025年3月3日（周一）00:00"


def test_turning_changes_how_time_passes_and_the_page_stays(on: OnStage) -> None:
    answer = on.browser.post("rehearsal/turn", {"do": "week"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/c/small-2025/rehearsal")
    assert (on.stage.pacing.speed.key, on.stage.pacing.paused) == ("week", False)
    assert _turn(on, "pause") == 303
    assert on.stage.pacing.paused


def test_a_jump_to_the_next_milestone_moves_the_counts(on: OnStage) -> None:
    before = on.browser.get("rehearsal/now").json()
    assert _turn(on, "next") == 303
    arrive(on.stage)
    after = on.browser.get("rehearsal/now", params={"since": before["number"]}).json()

    assert after["now"] > before["now"]
    assert on.stage.now() == CLOSES
    assert int(after["moving"]["at-submitted-n"]["text"]) > int(before["moving"]["at-submitted-n"]["text"])
    assert any("截止" in line["text"] for line in after["lines"])


def test_nobody_goes_back_in_time_and_the_refusal_says_what_to_do(shown: OnStage) -> None:
    answer = shown.browser.post("rehearsal/turn", {"do": "jump", "to": "2025-01-01"}, headers={"hx-request": "true"})

    assert answer.status_code == 409
    assert "重新开始" in answer.text
    assert "RHS-01" in answer.text
    assert shown.browser.post("rehearsal/turn", {"do": "jump", "to": "2025-13-01"}).status_code == 422


def test_begun_again_with_another_seed_the_same_desk_goes_on(on: OnStage) -> None:
    answer = on.browser.post("rehearsal/restart", {"seed": "9", "units": "11", "nominations": "12"})

    assert answer.status_code == 303
    assert on.stage.pacing.played.size.seed == 9
    assert on.browser.get("rehearsal").status_code == 200
    assert on.browser.post("rehearsal/restart", {"units": "4"}).status_code == 422


def test_one_looks_on_in_the_place_of_a_unit_or_the_supervision_without_a_password(shown: OnStage) -> None:
    code, name = next(iter(shown.stage.seats.units()))

    assert shown.browser.post("rehearsal/seat", {"unit": code}).headers["location"].endswith("/mine")
    assert shown.stage.seats.who(shown.browser.client.cookies).seats[0].of == name
    assert shown.browser.post("rehearsal/seat", {"seat": "auditor"}).headers["location"].endswith("/rehearsal")
    assert shown.stage.seats.who(shown.browser.client.cookies).seats[0].role == "auditor"
    assert shown.browser.post("rehearsal/seat", {"unit": "nobody"}).status_code == 404


def test_a_unit_finds_no_stage_but_the_way_back_to_it(shown: OnStage) -> None:
    code, _ = next(iter(shown.stage.seats.units()))
    shown.browser.post("rehearsal/seat", {"unit": code})

    page = shown.browser.get("rehearsal")

    assert page.status_code == 403
    assert "回到舞台" in page.text


def test_at_the_end_it_gives_its_verdict_and_the_whole_report(on: OnStage) -> None:
    assert on.browser.get("rehearsal/report").status_code == 404
    play_to_the_end(on.stage)

    page, report = on.browser.get("rehearsal").text, on.browser.get("rehearsal/report")
    part = on.browser.get("rehearsal/beside").text

    assert "彩排结论" in page
    assert "rehearsal/report" in page
    assert "寄出的信" in part
    assert "该办的是" in part
    assert "<html" not in part
    assert "彩排报告" in report.text
    assert "default-src 'none'" in report.headers["content-security-policy"]


def test_in_a_browser_time_moves_holds_and_jumps_by_keyboard(on: OnStage, page: Page) -> None:
    with listening(make_app(desk_of(on.stage, address="http://127.0.0.1", lang="zh"))) as address:
        page.goto(f"{address}/c/small-2025/rehearsal")
        clock, submitted = page.locator("#clock-day"), page.locator("#at-submitted-n")
        expect(clock).to_have_text("2025年3月3日")
        assert barriers(page) == []

        page.keyboard.press("3")
        expect(clock).not_to_have_text("2025年3月3日")
        page.keyboard.press("Space")
        expect(page.locator("#stage")).to_have_attribute("data-state", "paused")
        held = on.stage.now()

        page.keyboard.press("ArrowRight")
        expect(submitted).not_to_have_text("0")
        arrive(on.stage)
        assert OPENS < held < on.stage.now() == CLOSES

        page.keyboard.press("End")
        expect(page.locator(".ending .verdict")).to_be_visible()
        expect(page.locator("#play")).to_be_disabled()
        assert barriers(page) == []
        page.goto("about:blank")  # it would go on asking a desk that has closed


def test_no_page_of_the_desk_breaks_in_a_rehearsal_whoever_looks_on(on: OnStage) -> None:
    on.stage.pacing.jump(CLOSES)
    arrive(on.stage)
    unit, _ = next(on.stage.seats.units())
    app = on.browser.client.app
    assert isinstance(app, FastAPI)
    paths = [route.path for route in app.routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())]
    asked = [path for path in (each.replace("{campaign}", "small-2025") for each in paths) if "{" not in path]

    def broken(seat: str) -> list[str]:
        on.browser.client.cookies.set(COOKIE, seat)
        return [path for path in asked if on.browser.get(path).status_code >= 500]

    for seat in ("secretariat", "secretariat:second", "auditor", f"unit:{unit}", "institution:guild"):
        assert broken(seat) == []

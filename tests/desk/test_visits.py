"""The frame of every page: headers, languages, who may, whose form it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI

from bangdan.desk import policy
from bangdan.desk.guarding import HEADERS
from bangdan.desk.visit import local
from tests.desk.people import AtTheDesk
from tests.small import states


def test_a_route_that_says_nothing_about_who_may_ask_keeps_the_desk_from_starting() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/open-to-all")
    def _open_to_all() -> None: ...

    with pytest.raises(LookupError, match="_open_to_all"):
        policy.prove(app.routes)


def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere(desk: AtTheDesk) -> None:
    page = desk.as_("office").get("/no-such-page")
    assert {name: page.headers[name] for name in HEADERS} == HEADERS
    assert page.headers["cache-control"] == "no-store"


def test_a_page_is_in_the_language_switched_to(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    assert '<html lang="zh-CN">' in browser.get("/no-such-page").text
    switched = browser.post("/lang", {"lang": "en"}, headers={"referer": "http://testserver/no-such-page"})
    assert (switched.status_code, switched.headers["location"]) == (303, "/no-such-page")
    assert '<html lang="en">' in browser.get("/no-such-page").text


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "", "/\n/evil"])
def test_nobody_is_sent_to_another_host(elsewhere: str) -> None:
    assert local(elsewhere) == "/"


def test_a_form_without_the_page_s_token_changes_nothing(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    answer = browser.client.post("/lang", data={"lang": "en", "csrf": "guessed"})
    assert (answer.status_code, "CSR-01" in answer.text) == (403, True)


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_sent_from_another_site_changes_nothing(desk: AtTheDesk, headers: dict[str, str]) -> None:
    answer = desk.as_("office").post("/lang", {"lang": "en"}, headers=headers)
    assert (answer.status_code, "CSR-01" in answer.text) == (403, True)


def test_a_session_ends_after_its_idle_time(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    desk.clock.now += timedelta(hours=2, microseconds=1)
    assert "赵书" not in browser.get("/no-such-page").text


def test_unknown_and_repeated_parameters_and_fields_are_refused(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    assert browser.post("/lang", {"lang": "en", "colour": "red"}).status_code == 422
    assert browser.post("/lang", {"lang": ["en", "zh"]}).status_code == 400
    assert browser.get("/?page=2").status_code == 422


@pytest.mark.parametrize("title", [b"%ED%A0%80", b"%FF%FE", b"%00", b"%EF%BF%BD"])
def test_a_form_with_broken_characters_changes_nothing(desk: AtTheDesk, title: bytes) -> None:
    """A04, A05."""
    browser = desk.as_("unit")
    body = b"csrf=" + browser.csrf().encode() + b"&track=people&title=" + title
    answer = browser.client.post(
        browser.at("mine/draft"), content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert (answer.status_code, "API-02" in answer.text, states(desk.house)) == (400, True, {})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *[(f"{page}?before={number}", 422) for page in ("history", "proposals") for number in ("0", "9" * 25, "x")],
        *[(f"{page}?since={day}", 422) for page in ("history", "letters") for day in ("0001-01-01", "2025-02-30", "x")],
        ("history?until=9999-12-31", 422), ("versions/99999999999999999999", 422), ("versions/-1", 404),
    ],
)  # fmt: skip
def test_what_no_list_can_begin_with_is_refused_and_nothing_fails(desk: AtTheDesk, path: str, status: int) -> None:
    """A20."""
    answer = desk.as_("office").get(path)
    assert answer.status_code == status


def test_static_files_are_kept_by_the_browser(desk: AtTheDesk) -> None:
    style = desk.as_(None).get("/static/desk.css")
    assert (style.status_code, style.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")

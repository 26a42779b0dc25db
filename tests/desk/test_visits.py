"""The frame of every page: headers, languages, who may, whose form it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI

from bangdan.desk import policy
from bangdan.desk.app import make_app
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


@pytest.mark.parametrize(
    ("method", "path", "status", "kept"),
    [
        ("GET", "/signin", 200, "no-store"),
        ("GET", "/no-such-page", 404, "no-store"),
        ("GET", "/static/desk.css", 200, "public, max-age=31536000, immutable"),
        ("GET", "/static/no-such", 404, "no-store"),
        ("GET", "/api/openapi.json", 200, "no-store"),
        ("GET", "/api/no-such", 404, "no-store"),
        ("TRACE", "/signin", 405, "no-store"),
        ("GET", "/c/small-2025/units", 303, "no-store"),
    ],
)
def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere(
    desk: AtTheDesk, method: str, path: str, status: int, kept: str
) -> None:
    answer = desk.as_(None).client.request(method, path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert (answer.status_code, answer.headers["cache-control"]) == (status, kept)


def test_a_page_that_fails_says_it_too(desk: AtTheDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    desk.desk = replace(desk.desk, address="https://testserver")
    desk.app = make_app(desk.desk)
    browser = desk.as_(None)
    monkeypatch.setattr("bangdan.desk.pages.signing_in.local", broken)
    headers = browser.get("/signin").headers
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert (headers["cache-control"], "strict-transport-security" in headers) == ("no-store", True)


def test_over_https_the_browser_is_told_to_come_by_https_only(desk: AtTheDesk) -> None:
    desk.desk = replace(desk.desk, address="https://testserver")
    desk.app = make_app(desk.desk)
    assert desk.as_(None).get("/signin").headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/signin", "text/html; charset=utf-8"),
        ("/static/desk.css", "text/css; charset=utf-8"),
        ("/static/desk.js", "text/javascript; charset=utf-8"),
        ("/static/icon.svg", "image/svg+xml; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/api/openapi.json", "application/json"),
        ("/api/no-such", "application/problem+json"),
        ("/feeds/none.ics", "text/html; charset=utf-8"),
    ],
)
def test_an_answer_says_what_it_is_and_in_which_characters(desk: AtTheDesk, path: str, kind: str) -> None:
    assert desk.as_(None).get(path).headers["content-type"] == kind


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


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    for _ in range(3):
        desk.clock.now += timedelta(minutes=50)
        last = browser.get("", headers={"hx-request": "true"})
    assert ("hx-refresh" in last.headers, "赵书" in browser.get("/no-such-page").text) == (True, False)


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
        *[(f"{page}?before={number}", 422) for page in ("history", "proposals") for number in ("-1", "9" * 25, "x")],
        *[(f"{page}?since={day}", 422) for page in ("history", "letters") for day in ("0001-01-01", "2025-02-30", "x")],
        ("history?until=9999-12-31", 422), ("versions/99999999999999999999", 422), ("versions/-1", 422),
    ],
)  # fmt: skip
def test_what_no_list_can_begin_with_is_refused_and_nothing_fails(desk: AtTheDesk, path: str, status: int) -> None:
    """A20."""
    answer = desk.as_("office").get(path)
    assert answer.status_code == status


def test_static_files_are_kept_by_the_browser(desk: AtTheDesk) -> None:
    style = desk.as_(None).get("/static/desk.css")
    assert (style.status_code, style.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


def test_a_page_that_says_no_is_kept_by_nobody_where_a_file_was_asked_for(desk: AtTheDesk) -> None:
    missing = desk.as_("office").get("/static/no-such-file.css")
    assert (missing.status_code, "赵书" in missing.text, missing.headers["cache-control"]) == (404, True, "no-store")


@pytest.mark.parametrize("said", ["MQ==", "[", "WzEsIDJd", "WyJcdWQ4MDAiLCAiYSJd", "W1tb", "bnVsbA==", "é"])
def test_a_made_up_sentence_in_the_cookie_is_nothing(desk: AtTheDesk, said: str) -> None:
    page = desk.as_("office").get("/profile", headers={"cookie": f"said={said}".encode()})
    assert page.status_code == 303  # that cookie alone: nobody is signed in
    assert desk.as_(None).get("/signin", headers={"cookie": f"said={said}".encode()}).status_code == 200


def test_no_answer_leads_to_the_host_that_the_request_names(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    for path in ("/profile/", f"{browser.prefix}/", "/rehearsal", "/static"):
        answer = browser.get(path, headers={"host": "evil.example"})
        assert (path, answer.status_code, "evil.example" in str(answer.headers)) == (path, 404, False)

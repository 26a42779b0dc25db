"""The address of a calendar feed: shown once, good without a session, and dead when it should be."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from engine.accounts.tables import Account
from engine.tables import Contact
from tests.desk.people import UNIT, AtTheDesk


def made(desk: AtTheDesk, who: str) -> str:
    """The path of a new address of `who`."""
    page = desk.as_(who).post("feeds/new").text
    found = re.search(r"http://testserver(/feeds/[\w-]+\.ics)", page)
    assert found
    return found.group(1)


@pytest.mark.parametrize("who", ["office", "auditor", "unit", "academy"])
def test_everybody_has_a_calendar_that_needs_no_session(desk: AtTheDesk, who: str) -> None:
    answer = desk.as_(None).get(made(desk, who))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "SUMMARY" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_has_not_moved_is_not_sent_again(desk: AtTheDesk) -> None:
    path, browser = made(desk, "unit"), desk.as_(None)
    etag = browser.get(path).headers["etag"]

    answer = browser.get(path, headers={"if-none-match": f'W/"x", {etag}'})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)


def test_a_new_address_takes_the_place_of_the_old_one(desk: AtTheDesk) -> None:
    first, second = made(desk, "unit"), made(desk, "unit")

    assert [desk.as_(None).get(path).status_code for path in (first, second)] == [404, 200]


def test_a_stopped_address_shows_what_one_shows_that_never_was(desk: AtTheDesk) -> None:
    path = made(desk, "unit")
    desk.as_("unit").post("feeds/revoke")
    browser = desk.as_(None)

    stopped, never = browser.get(path), browser.get("/feeds/never-was.ics")

    assert (stopped.status_code, never.status_code) == (404, 404)
    assert re.sub(r"feeds/[\w-]+", "", stopped.text) == re.sub(r"feeds/[\w-]+", "", never.text)


def test_an_address_dies_with_the_seat_and_with_the_account(desk: AtTheDesk) -> None:
    path = made(desk, "unit")
    other = made(desk, "academy")
    with desk.house.office.database.write() as connection:
        connection.execute(update(Contact).where(col(Contact.name).like(f"{UNIT}%")).values(active=False))
        connection.execute(update(Account).where(col(Account.name) == "李院").values(disabled_at=desk.clock.now))

    assert [desk.as_(None).get(each).status_code for each in (path, other)] == [404, 404]


def test_nobody_finds_the_secret_afterwards(desk: AtTheDesk) -> None:
    path = made(desk, "unit")
    secret = path.removeprefix("/feeds/").removesuffix(".ics")

    assert secret not in desk.as_("unit").get("feeds").text
    content = b"".join(each.read_bytes() for each in _files(desk))
    assert secret.encode() not in content


def _files(desk: AtTheDesk) -> list[Path]:
    database = Path(str(desk.house.office.database.url.database))
    return sorted(database.parent.glob(f"{database.name}*"))


def test_nobody_subscribes_to_a_rehearsal(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    form = {"csrf": browser.csrf()}
    desk.app.state.desk = replace(desk.desk, rehearsal=object())

    answer = browser.client.post(browser.at("feeds/new"), data=form, headers={"hx-request": "true"})

    assert (answer.status_code, "FED-01" in answer.text) == (409, True)


def test_a_form_from_elsewhere_makes_none(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")

    answer = browser.client.post(browser.at("feeds/new"), data={"csrf": "guessed"})

    assert (answer.status_code, "testserver/feeds" in answer.text) == (403, False)

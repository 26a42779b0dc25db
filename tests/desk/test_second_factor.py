"""The second factor: set up by a first code, asked for at every sign-in, and taken once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select
from sqlmodel import col

from bangdan.desk.app import make_app
from engine.accounts import second_factor, signing_in, totp
from engine.accounts.passwords import Passwords
from engine.accounts.tables import Account, SecondFactor, SignInLink
from engine.personal.tables import EventWord
from engine.tables import Event
from tests.builders import House
from tests.desk.people import AtTheDesk, Browser
from tests.small import OFFICE

CHEAP = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "四轮马车 遇见 蓝色邮筒"
ZHAO = "office@example.org"
SHOWN = re.compile(r'<pre id="secret">([A-Z2-7 ]+)<')
ALSO_WRONG = "1234567"  # one digit too many: nobody's code


@pytest.fixture
def desk(quick: House) -> AtTheDesk:
    """The desk, with passwords that cost little, and one for the office."""
    made = _with(AtTheDesk(quick), passwords=Passwords(CHEAP))
    with quick.office.database.read() as connection:
        account = connection.execute(select(Account).where(col(Account.id) == made.accounts["office"])).one()
    signing_in.give_password(quick.office, made.desk.passwords, account, PASSWORD, at=made.clock.now, by=OFFICE)
    return made


def _with(desk: AtTheDesk, **values: Any) -> AtTheDesk:
    desk.desk = replace(desk.desk, **values)
    desk.app = make_app(desk.desk)
    return desk


def _code(desk: AtTheDesk, who: str = "office") -> str:
    """What the app shows now."""
    with desk.house.office.database.read() as connection:
        found = second_factor.of(connection, desk.accounts[who])
    assert found is not None
    return totp.code(second_factor.secret(desk.desk.keys, found), totp.step_of(desk.clock.now))


def _set_up(desk: AtTheDesk) -> Browser:
    """The office's browser, with a second factor from now on."""
    browser = desk.as_("office")
    browser.post("/profile/second-factor")
    answer = browser.post("/profile/second-factor/confirm", {"code": _code(desk)})
    assert answer.status_code == 303
    desk.clock.now += timedelta(seconds=30)
    return browser


def _enter(browser: Browser) -> str:
    answer = browser.post("/signin/password", {"email": ZHAO, "password": PASSWORD, "then": "/profile"})
    return str(answer.headers["location"])


def _is_in(browser: Browser) -> bool:
    return browser.get("/profile").status_code == 200


def test_it_is_set_up_by_a_code_of_the_secret_that_is_shown(desk: AtTheDesk) -> None:
    browser, other = desk.as_("office"), desk.as_("office")
    shown = SHOWN.search(browser.post("/profile/second-factor").text)
    with desk.house.office.database.read() as connection:
        found = second_factor.of(connection, desk.accounts["office"])
    assert shown
    assert found is not None
    assert shown.group(1) == totp.written(second_factor.secret(desk.desk.keys, found))

    browser.post("/profile/second-factor/confirm", {"code": _code(desk)})
    after = browser.get("/profile/second-factor").text
    assert ("已启用" in after, shown.group(1) in after, _is_in(other)) == (True, False, False)


def test_the_secret_is_shown_once_and_nobody_confirms_one_that_another_has_seen(desk: AtTheDesk) -> None:
    """Whoever has the mailbox alone begins, and waits for the owner to set it up."""
    stranger, owner = desk.as_("office"), desk.as_("office")
    theirs = SHOWN.search(stranger.post("/profile/second-factor").text)
    code = _code(desk)
    again = [browser.get("/profile/second-factor").text for browser in (stranger, owner)]
    mine = SHOWN.search(owner.post("/profile/second-factor").text)
    assert theirs
    assert mine
    assert [SHOWN.search(page) for page in again] == [None, None]
    assert theirs.group(1) != mine.group(1)
    assert owner.post("/profile/second-factor/confirm", {"code": code}).status_code == 422


def test_before_its_first_code_it_is_asked_of_nobody(desk: AtTheDesk) -> None:
    desk.as_("office").post("/profile/second-factor")
    wrong = desk.as_("office").post("/profile/second-factor/confirm", {"code": ALSO_WRONG})
    browser = desk.as_(None)
    assert (wrong.status_code, "SEC-01" in wrong.text, _enter(browser), _is_in(browser)) == (
        422, True, "/profile", True,
    )  # fmt: skip


def test_a_password_alone_opens_nothing_and_with_the_code_it_signs_in(desk: AtTheDesk) -> None:
    _set_up(desk)
    browser = desk.as_(None)
    went = _enter(browser)
    shut = [browser.get(path).status_code for path in ("/profile", browser.prefix, "/profile/second-factor")]
    assert (went, shut, "赵书" in browser.get("/signin").text) == ("/signin-code?then=%2Fprofile", [303] * 3, False)

    shown = browser.post("/signin-code", {"code": _code(desk), "then": "/profile"})
    assert (shown.status_code, shown.headers["location"], _is_in(browser)) == (303, "/profile", True)


def test_a_mail_link_alone_opens_nothing_and_sets_no_password(desk: AtTheDesk) -> None:
    _set_up(desk)
    browser = desk.as_(None)
    browser.post("/signin/link", {"email": ZHAO})
    with desk.house.office.database.read() as connection:
        newest = select(col(SignInLink.public_id)).order_by(col(SignInLink.id).desc())
        link = connection.execute(newest).scalars().first()
    went = browser.post(f"/signin/{link}.{desk.desk.keys.code('sign-in', str(link))}")
    answer = browser.post("/profile/password", {"password": "另一句 谁也没听过的话", "again": "另一句 谁也没听过的话"})
    assert (went.headers["location"], answer.headers["location"]) == ("/signin-code?then=%2F", "/signin")


def test_a_code_is_taken_once(desk: AtTheDesk) -> None:
    _set_up(desk)
    first, second = desk.as_(None), desk.as_(None)
    _enter(first)
    _enter(second)
    code = _code(desk)
    answers = [each.post("/signin-code", {"code": code}).status_code for each in (first, second)]
    assert (answers, _is_in(first), _is_in(second)) == ([303, 422], True, False)


def test_what_was_signed_in_by_half_ends_after_ten_minutes(desk: AtTheDesk) -> None:
    _set_up(desk)
    browser = desk.as_(None)
    _enter(browser)
    desk.clock.now += timedelta(minutes=10)
    late = browser.post("/signin-code", {"code": _code(desk)})
    assert (late.headers["location"], _is_in(browser)) == ("/signin", False)


def test_who_guesses_at_codes_waits(desk: AtTheDesk) -> None:
    _set_up(desk)
    browser = desk.as_(None)
    _enter(browser)
    guesses = [browser.post("/signin-code", {"code": ALSO_WRONG}).status_code for _ in range(6)]
    right = browser.post("/signin-code", {"code": _code(desk)})
    assert (guesses, right.status_code, "AUT-02" in right.text) == ([422] * 5 + [429], 429, True)
    assert right.headers["retry-after"] == "30"


def test_guesses_at_codes_are_an_alarm_for_the_office_and_stand_in_history_and_log(
    desk: AtTheDesk, caplog: pytest.LogCaptureFixture
) -> None:
    _set_up(desk)
    browser = desk.as_(None)
    _enter(browser)
    for _ in range(5):
        browser.post("/signin-code", {"code": ALSO_WRONG})
    colleague = desk.as_("second")
    accounts, history = colleague.get("accounts").text, colleague.get("history").text
    assert ("两步验证 <b>office@example.org</b>：5 次" in accounts, "多次登录失败" in history) == (True, True)
    logged = {(each.getMessage(), getattr(each, "place", "")) for each in caplog.records if "account" in vars(each)}
    assert logged >= {("second_factor_refused", "?"), ("sign_in_guessed", "?")}


def test_it_is_given_up_by_a_last_code(desk: AtTheDesk) -> None:
    browser = _set_up(desk)
    wrong = browser.post("/profile/second-factor/end", {"code": ALSO_WRONG})
    browser.post("/profile/second-factor/end", {"code": _code(desk)})
    other = desk.as_(None)
    assert (wrong.status_code, _is_in(browser), _enter(other), _is_in(other)) == (422, True, "/profile", True)


def test_there_is_one_at_a_time(desk: AtTheDesk) -> None:
    browser = _set_up(desk)
    again = browser.post("/profile/second-factor")
    confirmed = browser.post("/profile/second-factor/confirm", {"code": _code(desk)})
    assert (again.status_code, "SEC-02" in again.text, confirmed.status_code) == (409, True, 409)


def test_who_signed_in_some_time_ago_shows_first_that_it_is_them(desk: AtTheDesk) -> None:
    browser, nobody_s = desk.as_("office"), desk.as_("unit")
    desk.clock.now += timedelta(minutes=15)
    without = browser.post("/profile/second-factor")
    none_set = nobody_s.post("/profile/second-factor")
    with_it = browser.post("/profile/second-factor", {"old": PASSWORD})
    assert (without.status_code, "PWD-04" in without.text) == (422, True)
    assert (none_set.status_code, "AUT-05" in none_set.text, with_it.status_code) == (403, True, 200)


def test_the_secretariat_removes_it_from_who_lost_the_app(desk: AtTheDesk) -> None:
    held = _set_up(desk)
    colleague = desk.as_("second")
    with desk.house.office.database.read() as connection:
        account = connection.execute(
            select(col(Account.public_id)).where(col(Account.id) == desk.accounts["office"])
        ).scalar_one()
    refused = desk.as_("unit").post(f"/c/{desk.house.campaign}/accounts/{account}/lost-app")
    own = held.post(f"accounts/{account}/lost-app")
    still = held.get("/profile").status_code
    colleague.post(f"accounts/{account}/lost-app")
    browser = desk.as_(None)
    assert (refused.status_code, own.status_code, still, _is_in(held)) == (403, 403, 200, False)
    assert (_enter(browser), _is_in(browser)) == ("/profile", True)


def test_what_was_done_stands_in_the_history(desk: AtTheDesk) -> None:
    browser = _set_up(desk)
    browser.post("/profile/second-factor/end", {"code": _code(desk)})
    with desk.house.read() as work:
        query = (
            select(col(Event.verb), col(EventWord.value))
            .join(EventWord, col(EventWord.mark) == col(Event.actor))
            .where(col(Event.verb).like("second%"))
            .order_by(col(Event.id))
        )
        told = [tuple(row) for row in work.connection.execute(query)]
    assert told == [("second-factor", "赵书"), ("second-factor-end", "赵书")]


def test_the_database_does_not_have_the_secret(desk: AtTheDesk) -> None:
    _set_up(desk)
    with desk.house.office.database.read() as connection:
        row = connection.execute(select(SecondFactor)).one()
    secret = second_factor.secret(desk.desk.keys, row)
    kept = repr(tuple(row))
    assert [
        each for each in (secret.hex(), totp.written(secret).replace(" ", ""), repr(secret)[2:-1]) if each in kept
    ] == []


def test_where_the_house_demands_it_the_office_does_nothing_without(desk: AtTheDesk) -> None:
    _with(desk, second_factor=True)
    before = desk.as_("office").get("units")
    auditor, unit = desk.as_("auditor").get("units"), desk.as_("unit").get("mine")
    browser = _set_up(desk)
    assert (before.status_code, "SEC-03" in before.text, auditor.status_code) == (403, True, 403)
    assert (unit.status_code, browser.get("units").status_code) == (200, 200)

"""Coming in: by a link that opens once, by a password that can't be guessed, and as who one is from then on."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import func, select, update
from sqlmodel import col
from starlette.testclient import TestClient

from bangdan.desk.app import make_app
from engine import units
from engine.accounts import signing_in
from engine.accounts.passwords import Passwords
from engine.accounts.tables import Account, DeskSession, SignInFailure, SignInLink
from engine.tables import Contact
from notifications.tables import LETTER
from tests.builders import House
from tests.desk.people import AtTheDesk, Browser
from tests.small import DURING, OFFICE

CHEAP = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "四轮马车 遇见 蓝色邮筒"
JIA = "jia@example.org"


@pytest.fixture
def desk(quick: House) -> AtTheDesk:
    """The desk, with passwords that cost little."""
    return _with(AtTheDesk(quick), passwords=Passwords(CHEAP))


def _with(desk: AtTheDesk, **values: Any) -> AtTheDesk:
    """The same people at another desk."""
    desk.desk = replace(desk.desk, **values)
    desk.app = make_app(desk.desk)
    return desk


def _ask(browser: Browser, email: str) -> Response:
    return browser.post("/signin/link", {"email": email, "then": "/profile"})


def _link(desk: AtTheDesk) -> str:
    """The path in the newest letter, as its reader gets it."""
    with desk.house.read() as work:
        row = work.connection.execute(select(LETTER).order_by(LETTER.c.id.desc())).first()
    assert row is not None
    link = row.subject_ref.partition(":")[2]
    return f"/signin/{link}.{desk.desk.keys.code('sign-in', link)}"


def _letters(desk: AtTheDesk) -> int:
    with desk.house.read() as work:
        query = select(func.count()).where(LETTER.c.occasion == "sign-in")
        return int(work.connection.execute(query).scalar_one())


def _give_password(desk: AtTheDesk, who: str = "unit", password: str = PASSWORD) -> None:
    with desk.house.office.database.read() as connection:
        account = connection.execute(select(Account).where(col(Account.id) == desk.accounts[who])).one()
    signing_in.give_password(desk.house.office, desk.desk.passwords, account, password, at=desk.clock.now, by=OFFICE)


def _enter(browser: Browser, email: str = JIA, password: str = PASSWORD) -> Response:
    return browser.post("/signin/password", {"email": email, "password": password, "then": "/profile"})


def _is_in(browser: Browser) -> bool:
    return browser.get("/profile").status_code == 200


def test_whoever_is_not_signed_in_is_brought_to_the_sign_in_page_and_back(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    sent = browser.get("/profile")
    assert (sent.status_code, sent.headers["location"]) == (303, "/signin?next=/profile")
    assert 'name="then" value="/profile"' in browser.get(sent.headers["location"]).text


def test_a_link_signs_in_and_leads_on_to_the_page_that_was_asked_for(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    _ask(browser, JIA)
    opened = browser.get(_link(desk))
    assert (opened.status_code, "甲经办" in opened.text, _is_in(browser)) == (200, True, False)
    used = browser.post(_link(desk))
    assert (used.status_code, used.headers["location"], _is_in(browser)) == (303, "/profile", True)


def test_a_contact_who_never_came_before_gets_an_account_by_the_link(desk: AtTheDesk) -> None:
    with desk.house.write(DURING) as work:
        units.add_contact(work, name="新人", email="New@Example.org", unit_id=units.find(work, "甲学会").id)
    browser = desk.as_(None)
    _ask(browser, "new@example.ORG")
    browser.post(_link(desk))
    assert "新人" in browser.get("/profile").text


def test_looking_at_a_link_any_number_of_times_leaves_it_good(desk: AtTheDesk) -> None:
    _ask(desk.as_(None), JIA)
    scanner, browser = desk.as_(None), desk.as_(None)
    assert {scanner.get(_link(desk)).status_code for _ in range(3)} == {200}
    assert browser.post(_link(desk)).status_code == 303


def test_a_link_opens_once(desk: AtTheDesk) -> None:
    first, second = desk.as_(None), desk.as_(None)
    _ask(first, JIA)
    first.post(_link(desk))
    again = second.post(_link(desk))
    assert (again.status_code, "AUT-03" in again.text, "已于 2025年3月10日10:00 使用过" in again.text) == (
        403,
        True,
        True,
    )
    assert not _is_in(second)


def test_a_link_opens_for_ten_minutes(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    _ask(browser, JIA)
    desk.clock.now += timedelta(minutes=10)
    late = browser.post(_link(desk))
    assert (late.status_code, "AUT-03" in late.text) == (403, True)


def test_links_die_with_the_password(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    _ask(browser, JIA)
    _give_password(desk)
    assert "AUT-03" in browser.post(_link(desk)).text


def test_using_one_link_cancels_the_others(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    _ask(browser, JIA)
    first = _link(desk)
    desk.clock.now += timedelta(minutes=2)
    _ask(browser, JIA)
    browser.post(_link(desk))
    assert "AUT-03" in desk.as_(None).post(first).text


def test_a_link_with_another_code_opens_nothing(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    _ask(browser, JIA)
    wrong = [_link(desk)[:-1] + "!", _link(desk).replace(".", ".x"), "/signin/none.none", "/signin/none"]
    assert ["AUT-03" in browser.post(path).text for path in wrong] == [True] * 4


def test_a_link_to_a_shut_account_opens_nothing(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    _ask(browser, JIA)
    with desk.house.office.database.write() as connection:
        connection.execute(update(Account).values(disabled_at=DURING))
    assert "AUT-04" in browser.post(_link(desk)).text


def test_known_and_unknown_addresses_get_the_same_answer(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    answers = [_ask(browser, email) for email in (JIA, "nobody@example.org")]
    assert len({(each.status_code, each.headers["location"], each.text) for each in answers}) == 1
    assert {each.headers["connection"] for each in answers} == {"close"}  # or the next answer on it would tell
    assert _letters(desk) == 1


@pytest.mark.parametrize(
    "email", ["a@ok.example)b@evil.example", "a@ok.example,b@evil.example", "<a@ok.example>b@evil.example", "a"]
)
def test_an_address_that_hides_another_is_refused_and_written_to_by_nobody(desk: AtTheDesk, email: str) -> None:
    answer = _ask(desk.as_(None), email)
    assert (answer.status_code, "ADR-0" in answer.text, _letters(desk)) == (422, True, 0)


@pytest.mark.parametrize("email", ["JIA@EXAMPLE.ORG", "ｊｉａ@example.org", "Jia@Example.Org"])
def test_another_spelling_of_an_address_is_the_same_person(desk: AtTheDesk, email: str) -> None:
    browser = desk.as_(None)
    _ask(browser, email)
    browser.post(_link(desk))
    assert "甲经办" in browser.get("/profile").text


def test_an_address_that_only_looks_alike_is_somebody_else(desk: AtTheDesk) -> None:
    _ask(desk.as_(None), "jıa@example.org")
    assert _letters(desk) == 0


def test_not_more_than_one_letter_a_minute_and_six_an_hour_go_to_an_address(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    _ask(browser, JIA)
    _ask(browser, JIA)
    at_once = _letters(desk)
    for _ in range(9):
        desk.clock.now += timedelta(minutes=1)
        _ask(browser, JIA)
    assert (at_once, _letters(desk)) == (1, 5)  # the one that was not sent was asked for all the same


def test_who_asks_for_link_upon_link_waits(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    answers = [_ask(browser, f"someone{number}@example.org").status_code for number in range(61)]
    last = _ask(browser, "one-more@example.org")
    assert (answers[59], answers[60], "AUT-02" in last.text, last.headers["retry-after"]) == (303, 429, True, "3600")


def test_the_outbox_does_not_have_the_code_and_the_letter_that_leaves_has(desk: AtTheDesk, tmp_path: Path) -> None:
    _ask(desk.as_(None), JIA)
    code = _link(desk).partition(".")[2]
    raw = (tmp_path / "bangdan.sqlite3").read_bytes()
    assert code.encode() not in raw


def test_a_password_signs_in(desk: AtTheDesk) -> None:
    _give_password(desk)
    browser = desk.as_(None)
    answer = _enter(browser)
    assert (answer.status_code, answer.headers["location"], _is_in(browser)) == (303, "/profile", True)


def test_a_wrong_password_an_unknown_address_and_no_address_look_the_same(desk: AtTheDesk) -> None:
    _give_password(desk)
    tried = [(JIA, "x" * 12), ("nobody@example.org", PASSWORD), ("office@example.org", PASSWORD), ("x", PASSWORD)]
    pages = [_enter(desk.as_(None), email, password) for email, password in tried]
    plain = {re.sub(r'value="[^"]*"', "", each.text) for each in pages}
    assert ({each.status_code for each in pages}, len(plain), "AUT-01" in plain.pop()) == ({403}, 1, True)


def test_nobody_s_password_is_compared_with_a_hash_that_costs_the_same(desk: AtTheDesk) -> None:
    compared: list[str] = []

    class Counting(Argon2Hasher):
        def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - the library's name
            compared.append(str(hash).rpartition("$")[0].rpartition("$")[0])
            return super().verify(password, hash)

    _with(desk, passwords=Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1)))
    _give_password(desk)
    for email in (JIA, "nobody@example.org", "office@example.org"):
        _enter(desk.as_(None), email, "x" * 12)

    assert (len(compared), len(set(compared))) == (3, 1)


def test_who_guesses_waits_and_is_told_how_long(desk: AtTheDesk) -> None:
    _give_password(desk)
    browser = desk.as_(None)
    answers = [_enter(browser, JIA, f"guess number {number}") for number in range(6)]
    assert [each.status_code for each in answers] == [403] * 5 + [429]
    assert ("AUT-02" in answers[5].text, answers[5].headers["retry-after"]) == (True, "15")
    desk.clock.now += timedelta(seconds=15)
    assert _enter(browser).status_code == 303


def test_a_thousand_guesses_from_everywhere_do_not_lock_the_owner_out(desk: AtTheDesk) -> None:
    _give_password(desk)
    mine = desk.as_(None)
    _enter(mine)
    for number in range(20):
        _enter(_from(desk, f"198.51.100.{number}"), JIA, "some guess of mine")
    elsewhere = _from(desk, "203.0.113.9")
    assert _enter(elsewhere).status_code == 429
    assert _enter(desk.as_(None)).status_code == 303  # where it has signed in before
    _ask(elsewhere, JIA)
    assert elsewhere.post(_link(desk)).status_code == 303  # and by mail from anywhere


def _from(desk: AtTheDesk, address: str) -> Browser:
    """A browser at that network address."""
    return Browser(client=_client(desk, client=(address, 50000)), prefix="")


def _client(desk: AtTheDesk, **options: Any) -> TestClient:
    return TestClient(desk.app, follow_redirects=False, **options)


def test_one_password_tried_on_everybody_is_stopped_at_the_address_it_comes_from(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    answers = [_enter(browser, f"somebody{number}@example.org", "Spring2025!!").status_code for number in range(32)]
    assert (answers[:30], answers[31]) == ([403] * 30, 429)


def test_many_failures_are_an_alarm_on_the_page_of_accounts_and_in_the_history(desk: AtTheDesk) -> None:
    _give_password(desk)
    for number in range(20):
        _enter(_from(desk, f"198.51.100.{number}"), JIA, "some guess of mine")
    office = desk.as_("office").get("accounts").text
    assert "可能有人在猜测密码" in office
    assert f"<b>{JIA}</b>：20 次" in office


def test_failures_are_forgotten_after_a_day(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    for number in range(6):
        _enter(browser, JIA, f"guess number {number}")
    desk.clock.now += timedelta(days=1, seconds=1)
    _enter(browser, JIA, "one more guess")
    with desk.house.read() as work:
        assert set(work.connection.execute(select(col(SignInFailure.failures))).scalars()) == {1}


def test_signing_out_ends_the_session_at_once(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    kept = dict(browser.client.cookies)
    browser.post("/signout")
    thief = desk.as_(None)
    thief.client.cookies.update(kept)
    assert (_is_in(browser), _is_in(thief)) == (False, False)


def test_another_password_signs_every_other_device_out(desk: AtTheDesk) -> None:
    _give_password(desk)
    here, there = desk.as_(None), desk.as_(None)
    _enter(here)
    _enter(there)
    changed = here.post(
        "/profile/password",
        {"old": PASSWORD, "password": "另一句话 谁都没听说过的", "again": "另一句话 谁都没听说过的"},
    )
    assert (changed.status_code, _is_in(here), _is_in(there)) == (303, True, False)


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("PWD-01", {"old": PASSWORD, "password": "short", "again": "short"}),
        ("PWD-01", {"old": PASSWORD, "password": "长" * 201, "again": "长" * 201}),
        ("PWD-02", {"old": PASSWORD, "password": "password123456", "again": "password123456"}),
        ("PWD-02", {"old": PASSWORD, "password": "aaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaa"}),
        ("PWD-02", {"old": PASSWORD, "password": "Supernatural", "again": "Supernatural"}),
        (
            "PWD-02",
            {"old": PASSWORD, "password": "秘书处推荐评审秘书处推荐评审", "again": "秘书处推荐评审秘书处推荐评审"},
        ),
        ("PWD-03", {"old": PASSWORD, "password": "我是甲经办呀我是甲经办呀", "again": "我是甲经办呀我是甲经办呀"}),
        ("PWD-04", {"old": "wrong", "password": "另一句话 谁都没听说过的", "again": "另一句话 谁都没听说过的"}),
        ("PWD-05", {"old": PASSWORD, "password": "另一句话 谁都没听说过的", "again": "另一句话 人人都听说过的"}),
    ],
)
def test_a_password_that_is_not_taken_changes_nothing(desk: AtTheDesk, code: str, form: dict[str, str]) -> None:
    _give_password(desk)
    browser = desk.as_(None)
    _enter(browser)
    answer = browser.post("/profile/password", form)
    assert (answer.status_code, code in answer.text, _is_in(browser)) == (422, True, True)


def test_who_guesses_at_the_old_password_in_a_browser_left_open_waits(desk: AtTheDesk) -> None:
    _give_password(desk)
    browser = desk.as_("unit")
    new = {"password": "另一句话 谁都没听说过的", "again": "另一句话 谁都没听说过的"}
    guesses = [browser.post("/profile/password", {"old": f"guess {n}", **new}).status_code for n in range(6)]
    right = browser.post("/profile/password", {"old": PASSWORD, **new})
    assert (guesses, right.status_code, "AUT-02" in right.text) == ([422] * 5 + [429], 429, True)


def test_who_forgot_the_password_sets_another_after_a_link(desk: AtTheDesk) -> None:
    _give_password(desk)
    browser = desk.as_(None)
    _ask(browser, JIA)
    browser.post(_link(desk))
    browser.post("/profile/password", {"password": "另一句话 谁都没听说过的", "again": "另一句话 谁都没听说过的"})
    assert _enter(desk.as_(None), password="另一句话 谁都没听说过的").status_code == 303


def test_a_quarter_of_an_hour_after_a_link_the_old_password_is_asked_for(desk: AtTheDesk) -> None:
    _give_password(desk)
    browser = desk.as_(None)
    _ask(browser, JIA)
    browser.post(_link(desk))
    desk.clock.now += timedelta(minutes=15)
    answer = browser.post(
        "/profile/password", {"password": "另一句话 谁都没听说过的", "again": "另一句话 谁都没听说过的"}
    )
    assert "PWD-04" in answer.text


@pytest.mark.parametrize("typed", [f" {PASSWORD}", f"{PASSWORD} ", PASSWORD[:-1]])
def test_a_password_is_compared_as_it_was_typed(desk: AtTheDesk, typed: str) -> None:
    _give_password(desk)
    assert _enter(desk.as_(None), password=typed).status_code == 403


def test_a_password_may_have_blanks_at_its_ends_and_nothing_of_it_is_cut_off(desk: AtTheDesk) -> None:
    longest = f" {'长句子 of words, ' * 20}"[:199] + " "
    _give_password(desk, password=longest)
    assert (len(longest), _enter(desk.as_(None), password=longest).status_code) == (200, 303)
    assert _enter(desk.as_(None), password=longest + "x").status_code == 403


def test_signing_in_again_ends_the_session_that_the_browser_had(desk: AtTheDesk) -> None:
    _give_password(desk)
    browser = desk.as_(None)
    _enter(browser)
    before = dict(browser.client.cookies)
    _enter(browser)
    old = desk.as_(None)
    old.client.cookies.update(before)
    assert (_is_in(browser), _is_in(old)) == (True, False)


def test_signing_out_lets_the_browser_forget_what_it_kept(desk: AtTheDesk) -> None:
    assert desk.as_("unit").post("/signout").headers["clear-site-data"] == '"storage"'


def test_who_signed_in_some_time_ago_ends_no_session_without_the_password(desk: AtTheDesk) -> None:
    _give_password(desk)
    here, there = desk.as_("unit"), desk.as_("unit")
    (other,) = re.findall(r"/profile/sessions/([^/]+)/end", here.get("/profile").text)
    desk.clock.now += timedelta(minutes=15)
    without = here.post(f"/profile/sessions/{other}/end")
    assert (without.status_code, "PWD-04" in without.text, _is_in(there)) == (422, True, True)
    here.post(f"/profile/sessions/{other}/end", {"old": PASSWORD})
    assert _is_in(there) is False


def test_who_comes_in_and_who_does_not_is_logged_with_ids(desk: AtTheDesk, caplog: pytest.LogCaptureFixture) -> None:
    _give_password(desk)
    with caplog.at_level("INFO", logger="engine.accounts"):
        _enter(desk.as_(None), password="wrong")
        _enter(desk.as_(None), email="nobody@example.org")
        _enter(desk.as_(None))
        browser = desk.as_(None)
        _ask(browser, JIA)
        browser.post(_link(desk))
    with desk.house.read() as work:
        query = select(col(Account.public_id)).where(col(Account.id) == desk.accounts["unit"])
        account = work.connection.execute(query).scalar_one()
    told = [[getattr(each, name, "") for name in ("msg", "account", "how", "place")] for each in caplog.records]
    assert told == [
        ["sign_in_failed", account, "", "?"], ["sign_in_failed", "", "", "?"],
        ["signed_in", account, "password", "?"], ["signed_in", account, "link", "?"],
    ]  # fmt: skip


def test_a_session_is_ended_from_another_device(desk: AtTheDesk) -> None:
    here, there = desk.as_("unit"), desk.as_("unit")
    page = here.get("/profile").text
    (other,) = re.findall(r"/profile/sessions/([^/]+)/end", page)
    here.post(f"/profile/sessions/{other}/end")
    assert (_is_in(here), _is_in(there)) == (True, False)


def test_nobody_ends_the_session_of_another(desk: AtTheDesk) -> None:
    victim = desk.as_("office")
    with desk.house.read() as work:
        session = work.connection.execute(select(col(DeskSession.public_id))).scalar_one()
    theirs = desk.as_("unit").post(f"/profile/sessions/{session}/end")
    absent = desk.as_("unit").post("/profile/sessions/AAAA/end")
    assert (theirs.status_code, absent.status_code, _is_in(victim)) == (404, 404, True)


def test_the_cookie_is_for_this_host_and_no_script(desk: AtTheDesk) -> None:
    _give_password(desk)
    _with(desk, address="https://testserver")
    browser = Browser(client=_client(desk, base_url="https://testserver"), prefix="")
    cookie = _enter(browser).headers.get_list("set-cookie")
    (session,) = [each for each in cookie if "bangdan-session" in each]
    every = [*cookie, *browser.post("/profile/language", {"lang": "en"}).headers.get_list("set-cookie")]
    asked = {"HttpOnly", "Secure", "Path=/"}
    assert [each for each in every if not (each.startswith("__Host-") and asked <= set(each.split("; ")))] == []
    assert session.startswith("__Host-bangdan-session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(session.split("; "))


def test_a_contact_moved_to_another_unit_sees_that_one_only_from_the_next_request_on(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    before = browser.get("/profile").text
    with desk.house.write(DURING) as work:
        other = units.find(work, "乙学会").id
        work.connection.execute(update(Contact).where(col(Contact.email_key) == JIA).values(unit_id=other))
    after = browser.get("/profile").text
    assert ("<b>甲学会</b>" in before, "<b>甲学会</b>" in after, "<b>乙学会</b>" in after) == (True, False, True)


def test_the_language_of_an_account_holds_on_every_device(desk: AtTheDesk) -> None:
    desk.as_("unit").post("/profile/language", {"lang": "en"})
    assert "My account" in desk.as_("unit").get("/profile").text


def test_links_are_pruned_after_a_day(desk: AtTheDesk) -> None:
    browser = desk.as_(None)
    _ask(browser, JIA)
    desk.clock.now += timedelta(days=1, minutes=11)
    _ask(browser, "nobody@example.org")
    with desk.house.read() as work:
        assert work.connection.execute(select(col(SignInLink.email))).scalars().all() == ["nobody@example.org"]


@pytest.mark.parametrize("path", ["/signin/link", "/signin/password", "/signin/any.code", "/signout"])
@pytest.mark.parametrize("token", [None, "", "guessed"])
def test_a_form_without_the_visitor_s_token_signs_nobody_in_or_out(
    desk: AtTheDesk, path: str, token: str | None
) -> None:
    browser = desk.as_(None)
    browser.get("/signin")
    fields = {"email": JIA, "password": PASSWORD} | ({} if token is None else {"csrf": token})
    answer = browser.client.post(path, data=fields)
    assert (answer.status_code, "CSR-01" in answer.text, _letters(desk)) == (403, True, 0)

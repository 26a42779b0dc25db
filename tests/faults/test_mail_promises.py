"""What holds for the post as a whole: nobody waits for another, alarms, the pace, the end; and how it is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bangdan import wiring
from engine.letters.post import Post
from engine.live import Engine
from engine.settings import Settings
from notifications.delivery import Content
from notifications.doors import Door
from notifications.letter import Recipient, check_address
from notifications.outbox import NewLetter, put
from notifications.pacing import Limits
from notifications.rendering import Rendered
from notifications.smtp import SmtpDoor
from tests.conftest import Freeze
from tests.desk.people import AtTheDesk, Browser
from tests.faults.mail_house import LOGIN, OFFICE, MailHouse, a_house, server_tls, smtp
from tests.notifications.misbehaving import (
    ACCEPT_AND_DROP,
    DROP,
    LATE,
    LATE_SECONDS,
    Misbehaving,
    Script,
    in_a_thread,
)
from tests.small import DURING

READERS = 4
MINUTE = timedelta(minutes=1)
MANY, A_MINUTE = 1_200, 500  # letters, and how many of them may leave in a minute
PLAIN: dict[str, Any] = {"host": "127.0.0.1", "tls": "none", "username": "", "password": ""}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[MailHouse]:
    """A receipt is due for each of several readers."""
    with a_house(tmp_path, readers=READERS) as opened:
        yield opened


def test_a_reader_who_is_refused_delays_or_loses_nobody_elses_letter(house: MailHouse) -> None:
    script: Script = {
        "RCPT": ["250 ok", "550 5.1.1 no such user", "451 4.2.1 later", "250 ok"],
        "dot": ["250 ok", DROP],
    }
    with in_a_thread(Misbehaving(script)) as server:
        house.beat(house.engine(server.port, **PLAIN), DURING)
    assert [one.state for one in house.letters()] == ["sent", "failed", "ready", "ready"]
    assert [(one.attempts, one.unknowns) for one in house.letters()] == [(1, 0), (1, 0), (1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("script", "changed", "kind"),
    [({"AUTH": "535 5.7.8 wrong"}, {}, "login"), ({}, {"ca_file": None}, "tls"), ({}, {"host": "127.0.0.1"}, "tls")],
    ids=["a wrong password", "an unknown certificate", "a certificate of another"],
)
def test_a_wrong_password_or_certificate_is_an_alarm_at_once_and_charges_no_letter(
    house: MailHouse, script: Script, changed: dict[str, Any], kind: str
) -> None:
    with in_a_thread(Misbehaving(script, extensions=LOGIN, tls=server_tls())) as server:
        engine, following = house.engine(server.port, **changed), DURING
        for _ in range(4):
            again = house.beat(engine, following)
            assert house.needs_a_person()
            assert again is not None
            following = again
    stops = [beaten.stop.kind for beaten in house.beaten[-4:] if beaten.stop]
    assert (stops, server.copies()) == ([kind] * 4, {})
    assert [(one.state, one.attempts, one.next_attempt_at) for one in house.letters()] == [
        ("ready", 0, DURING)
    ] * READERS


def test_a_mailbox_that_is_full_for_days_is_tried_until_the_letter_is_of_no_use(house: MailHouse) -> None:
    with in_a_thread(Misbehaving({"RCPT": "452 4.2.2 mailbox full"})) as server:
        engine = house.engine(server.port, **PLAIN)
        at: datetime | None = DURING
        while at is not None and any(one.state == "ready" for one in house.letters()):
            at = house.beat(engine, at)
    found = {(one.state, one.unknowns, one.attempts > 100) for one in house.letters()}
    assert (found, server.copies()) == ({("expired", 0, True)}, {})


def test_a_server_that_takes_its_time_over_the_text_is_waited_for_longer_than_over_a_command(house: MailHouse) -> None:
    usual = smtp(0)
    with in_a_thread(Misbehaving({"dot": LATE + "250 ok"})) as server:
        house.beat(house.engine(server.port, command_seconds=LATE_SECONDS / 2, **PLAIN), DURING)
    assert {one.state for one in house.letters()} == {"sent"}
    assert (usual.command_seconds, usual.dot_seconds, usual.message_seconds) == (5 * 60, 10 * 60, 15 * 60)


def test_a_letter_has_a_limit_in_all_even_if_every_answer_comes_in_time(house: MailHouse) -> None:
    slow: Script = {"MAIL": LATE + "250 ok", "RCPT": LATE + "250 ok", "DATA": LATE + "354 go ahead"}
    with in_a_thread(Misbehaving(slow, extensions=())) as server:
        house.beat(house.engine(server.port, message_seconds=2.5 * LATE_SECONDS, **PLAIN), DURING)
    first = house.letters()[0]
    assert (first.state, first.attempts, first.unknowns, server.copies()) == ("ready", 1, 0, {})
    assert "超过 2.5 秒" in first.last_answer


# --- a pace: thousands of reminders at once


def test_thousands_of_reminders_keep_the_pace_oldest_first_and_their_end_is_shown(house: MailHouse) -> None:
    with house.house.write(DURING) as work:
        put(work.connection, [_reminder(work.campaign_id, number) for number in range(MANY)])
    sent = []
    with in_a_thread(Misbehaving()) as server:
        engine = _paced(house, server.port)
        desk = AtTheDesk(house.house)
        said: list[str] = []
        for minute in range(3):
            desk.clock.now = DURING + minute * MINUTE
            house.beat(engine, desk.clock.now)
            sent.append(len(server.delivered))
            said.append(desk.as_("office").get("letters").text)
    assert sent == [A_MINUTE, 2 * A_MINUTE, MANY + READERS]
    numbers = [int(address[1:].partition("@")[0]) for address in server.recipients if address.startswith("r")
               if address[1].isdigit()]  # fmt: skip
    assert numbers == sorted(numbers, reverse=True)
    assert f"每分钟至多{A_MINUTE}封，到期待发{MANY + READERS - A_MINUTE}封，预计2025年3月10日10:03前发完" in said[0]
    assert f"每分钟至多{A_MINUTE}封，到期待发{MANY + READERS - 2 * A_MINUTE}封，预计2025年3月10日10:03前发完" in said[1]
    assert "每分钟至多" not in said[2]


def test_two_beats_within_a_minute_keep_one_pace(house: MailHouse, frozen: Freeze, tmp_path: Path) -> None:
    frozen(DURING)
    with in_a_thread(Misbehaving()) as server:
        told = Settings.model_validate({
            "smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none", "mail_from": "office@host.example",
            "smtp_per_minute": READERS - 1, "key_file": tmp_path / "bangdan.key",
        })  # fmt: skip
        post = wiring.post(told, house.house.office)
        stops = [post()[-1].stop for _ in range(2)]
    assert ([stop and stop.kind for stop in stops], len(server.delivered)) == (["pace", "pace"], READERS - 1)


def _reminder(campaign_id: int, number: int) -> NewLetter:
    """The later in the list, the longer it has been due."""
    return NewLetter(
        campaign_id=campaign_id, key=f"many/{number}", occasion="many", template="collection-closes",
        to=Recipient(name="", address=check_address(f"r{number}@unit.example")),
        created_at=DURING - number * timedelta(seconds=1),
    )  # fmt: skip


def _paced(house: MailHouse, port: int) -> Engine:
    settings = smtp(port, **PLAIN)

    def door() -> AbstractAsyncContextManager[Door]:
        return SmtpDoor(settings)

    post = Post(
        office=house.house.office, open_door=door, sender=OFFICE, clock=lambda: house.now, worker="w",
        limits=Limits(per_minute=A_MINUTE),
        compose=lambda letter, _: Content(rendered=Rendered(subject=letter.key, text="", html="")),
    )  # fmt: skip
    return Engine(office=house.house.office, post=post.deliver, tell=house.beaten.append)


# --- what the secretariat reads, on the real pages


@pytest.fixture
def one(tmp_path: Path) -> Iterator[MailHouse]:
    """One receipt is due."""
    with a_house(tmp_path) as opened:
        yield opened


def _after(house: MailHouse, script: Script, *at: datetime) -> tuple[Browser, str]:
    """The office at the desk after beats at these instants, and the path of the letter's page."""
    desk = AtTheDesk(house.house)
    with in_a_thread(Misbehaving(script, extensions=LOGIN, tls=server_tls())) as server:
        engine = house.engine(server.port)
        for instant in at:
            house.beat(engine, instant)
    desk.clock.now = at[-1]
    return desk.as_("office"), f"letters/{house.letter().public_id}"


def test_a_letter_that_was_taken_is_called_accepted_by_the_server_and_never_delivered(one: MailHouse) -> None:
    browser, path = _after(one, {}, DURING)
    pages = [browser.get(each).text for each in (path, "letters", "letters?state=sent", "")]
    assert "邮件服务器已接收。这不表示对方已经收到或看过" in pages[0]
    assert "邮件服务器已接收。这不表示对方已经收到或看过" in pages[2]
    assert [word for word in ("送达", "已投递", "delivered") for page in pages if word in page] == []


def test_a_letter_of_unknown_outcome_says_so_while_it_waits_to_be_repeated(one: MailHouse) -> None:
    browser, path = _after(one, {"dot": ACCEPT_AND_DROP}, DURING)
    page = browser.get(path).text
    assert "收到与否未知" in page
    assert "下次发送：<b>2025年3月10日" in page
    assert "1次，其中结果未知1" in page


def test_a_parked_letter_asks_a_person_to_find_out_and_decide(one: MailHouse) -> None:
    browser, path = _after(one, {"dot": ACCEPT_AND_DROP}, DURING, DURING + 5 * MINUTE)
    page, overview = browser.get(path).text, browser.get("").text
    assert "没有得到服务器的确认，对方收到与否无从得知" in page
    assert "没有收到，再发一次" in page
    assert "封邮件失败或结果未知" in overview


def test_a_refused_letter_shows_the_servers_words_and_what_to_do(one: MailHouse) -> None:
    browser, path = _after(one, {"RCPT": "550 5.1.1 no such user"}, DURING)
    page, overview = browser.get(path).text, browser.get("").text
    assert "收件地址 RCPT: 550 5.1.1 no such user" in page
    assert "请更正联系人邮箱后重试，或改为电话通知" in page
    assert "封邮件失败或结果未知" in overview


def test_a_wrong_password_stands_on_the_overview_and_above_the_letters(one: MailHouse) -> None:
    browser, _ = _after(one, {"AUTH": "535 5.7.8 wrong"}, DURING)
    for page in (browser.get("").text, browser.get("letters").text):
        assert "邮件发不出去：邮件服务器登录失败：535 5.7.8 wrong。处理：核对登录名和密码" in page
        assert "待发的信都在，2025年3月10日10:01自动再试" in page

"""The sender dies at any moment of a delivery: the letter is sent at least once, at most twice, or shown as unknown."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from itertools import count as numbers
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bangdan.desk.letter_words import GROUP_OF
from engine.queries.attention import attention
from notifications.delivery import LEASE
from notifications.patience import REPEAT_UNKNOWN_AFTER
from notifications.tables import LETTER_BYTES
from tests.faults import needs
from tests.faults.mail_house import MailHouse, fresh_houses, house_at
from tests.faults.mailing import by_folder, by_smtp, started
from tests.faults.walker import count, fault, thinned
from tests.notifications.misbehaving import ACCEPT_AND_HANG, Misbehaving, in_a_thread
from tests.small import DURING

STRIDE = 60  # of the calls that touch only memory, one in so many
STORIES = 40
MOST_BEATS = 6  # that it may take until a letter is sent after all, or parked
NOBODY = 1  # a port at which nobody listens
OPEN = ("ready", "claimed", "dot")
PLAIN = {"host": "127.0.0.1", "tls": "none", "username": "", "password": ""}
LOOKING = frozenset({  # a death before one of these is one before the next call that changes something
    "epoll_wait", "fstat", "geteuid", "getsockname", "ioctl", "lseek", "lstat", "newfstatat", "pread64", "read",
    "recvfrom", "stat",
})  # fmt: skip
GIVE_UP = 60  # seconds until a test that waits for a process or a server fails

FreshHouse = Callable[[], str]


@pytest.fixture
def fresh(tmp_path: Path) -> FreshHouse:
    """Makes, each time, a database in which one letter is due; its address."""
    return fresh_houses(tmp_path)


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    """A mail server that behaves, in a process other than the sender's."""
    with in_a_thread(Misbehaving()) as polite:
        yield polite


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter as it lies in the house."""

    row: Any
    raw: bytes | None


def kept(house: MailHouse) -> Kept:
    """The one letter."""
    with house.house.read() as work:
        raw = work.connection.execute(select(LETTER_BYTES.c.frozen)).scalar()
    return Kept(row=house.letter(), raw=None if raw is None else bytes(raw))


def delivered_after(url: str, port: int, *, deaths: int = 1) -> tuple[Kept, Kept]:
    """A fresh sender, once the dead ones' leases are over and as often as it takes: the letter before and after."""
    with house_at(url) as house:
        before = kept(house)
        engine, at = house.engine(port, **PLAIN), turn_of(deaths)
        for number in range(MOST_BEATS):
            if house.letter().state in OPEN:
                house.beat(engine, at + number * REPEAT_UNKNOWN_AFTER)
        return before, kept(house)


def turn_of(number: int) -> datetime:
    """When sender number `number` goes to work: what the one before it held is due again."""
    return DURING + number * (LEASE + REPEAT_UNKNOWN_AFTER)


def found_dead(url: str, number: int) -> None:
    """A beat, its own mail server away, that comes when the lease of sender number `number` is over."""
    with house_at(url) as house:
        house.beat(house.engine(NOBODY, **PLAIN), turn_of(number) + LEASE)


def unchanged(before: Kept, after: Kept, copies: Sequence[bytes]) -> bool:
    """Whether every copy is the message that was frozen first: its bytes, its Message-ID, its Date."""
    (only,) = {*copies, after.raw}
    assert only is not None
    message = message_from_bytes(only)
    return (
        (before.raw or only, before.row.message_id or after.row.message_id) == (only, message["Message-ID"])
        and parsedate_to_datetime(message["Date"]) == after.row.date
        and before.row.date in (None, after.row.date)
    )


@needs.strace()
def test_killed_at_any_call_of_a_delivery_a_letter_is_sent_once_or_twice_and_unchanged(
    fresh: FreshHouse, server: Misbehaving
) -> None:
    calls = thinned(count(by_smtp, fresh(), server.port, DURING.isoformat()), stride=STRIDE)
    reached = 0
    for call in calls:
        server.delivered.clear()
        ran = fault(by_smtp, url := fresh(), server.port, DURING.isoformat(), at=call)
        reached += ran.reached
        before, after = delivered_after(url, server.port)
        copies = list(server.delivered)
        assert (after.row.state, 1 <= len(copies) <= 1 + after.row.unknowns <= 2) == ("sent", True), call
        assert unchanged(before, after, copies), call
    assert reached > len(calls) // 2


@needs.strace()
def test_three_kills_in_a_row_lose_nothing_and_make_no_third_copy(fresh: FreshHouse, server: Misbehaving) -> None:
    chance = random.Random(20231130)
    calls = thinned(count(by_smtp, fresh(), server.port, DURING.isoformat()), stride=STRIDE)
    for story in range(STORIES):
        server.delivered.clear()
        url, died_at = fresh(), chance.choices(calls, k=3)
        for number, call in enumerate(died_at):
            fault(by_smtp, url, server.port, turn_of(number).isoformat(), at=call)
            found_dead(url, number)
        before, after = delivered_after(url, server.port, deaths=3)
        copies, where = list(server.delivered), (story, died_at)
        assert (after.row.state in ("sent", "parked"), len(copies) <= 2) == (True, True), where
        assert copies or after.row.state == "parked", where
        assert unchanged(before, after, copies), where


def test_killed_twice_at_the_dot_a_letter_is_shown_to_a_person_and_not_sent_again(fresh: FreshHouse) -> None:
    url = fresh()
    with in_a_thread(Misbehaving({"dot": ACCEPT_AND_HANG})) as server:
        for number in range(2):
            with started(url, server.port, turn_of(number)) as sender:
                server.wait_for(number + 1, GIVE_UP)
                sender.kill()
            found_dead(url, number)
        server.script.clear()
        with house_at(url) as house:
            engine = house.engine(server.port, **PLAIN)
            for hours in range(1, 4):
                house.beat(engine, DURING + timedelta(hours=hours))
            one = house.letter()
            with house.house.read(house.now) as work:
                stuck = attention(work).letters
        copies = server.copies()
    assert (copies, len(set(server.delivered))) == ({one.message_id: 2}, 1)
    assert (one.state, one.unknowns, stuck.count, stuck.first) == ("parked", 2, 1, ("联系人1",))
    assert GROUP_OF[one.state].words.zh == "结果未知"


@needs.strace()
def test_killed_at_any_call_a_folder_has_the_whole_letter_or_none_and_one_file(
    fresh: FreshHouse, tmp_path: Path
) -> None:
    several = numbers()

    def folder() -> Path:
        return tmp_path / f"mail-{next(several)}"

    every = count(by_folder, fresh(), str(folder()), DURING.isoformat())
    for call in (one for one in thinned(every, stride=STRIDE) if one.name not in LOOKING):
        fault(by_folder, url := fresh(), str(mail := folder()), DURING.isoformat(), at=call)
        with house_at(url) as house:
            letter = kept(house)
            assert {path.read_bytes() for path in mail.glob("*.eml")} <= {letter.raw}, call
        for at in (turn_of(1), turn_of(2)):
            by_folder(lambda: None, lambda _: None, url, str(mail), at.isoformat())
        with house_at(url) as house:
            letter = kept(house)
        assert letter.row.state == "sent", call
        assert [path.read_bytes() for path in mail.iterdir()] == [letter.raw], call

"""Three days without a mail server: nothing is lost, nothing storms, and what is still of use leaves in order."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bangdan import wiring
from bangdan.cli.running import as_told
from engine import nominations
from engine.live import Beaten
from engine.settings import Settings
from engine.tables import Nomination
from engine.turn import turn
from notifications.smtp import SmtpDoor
from notifications.tables import LETTER_BYTES
from tests.builders import add_unit
from tests.conftest import Freeze
from tests.faults.living import INTERVAL, MINUTE, Town, smtp
from tests.faults.served import nobody, served
from tests.notifications.misbehaving import DROP, HANG, Script
from tests.small import FILE, beijing, draft, small_house

UNITS, SUBMITTING, PER_MINUTE = 100, 60, 40
DOWN = beijing("2025-03-11 08:45")  # the first try that finds nobody
RESTARTED = beijing("2025-03-12 20:48")
UP = beijing("2025-03-14 08:45")  # 72 hours later
KNOCKS = [DOWN + minutes * MINUTE for minutes in (0, 1, 3, 8, 18, 33, 63, 93, 123, 153)]
WORDS = (
    FILE.read_text("utf-8").replace(
        'offsets = ["7天前", "1天前", "3小时前"]', 'offsets = ["3天前", "2天前", "1天前", "3小时前"]'
    )
    + """
[reminders.countdown]
milestone = "collection"
edge = "closes"
offsets = ["3天前"]
audience = "units-collecting"
letter = "collection-closes"
useful = "2天"
[dailies.digest]
since = "collection"
until = "final"
days = "working"
at = "08:30"
audience = "secretariat"
letter = "secretariat-digest"
"""
)


@pytest.fixture
def town(sqlite_database_url: str) -> Iterator[Town]:
    """A hundred units that still owe something, each with a contact, three days before the end."""
    house = small_house(sqlite_database_url, WORDS)
    with house.write(DOWN - timedelta(days=1)) as work:
        for number in range(UNITS):
            unit = add_unit(work, f"单位{number:03}", people=[(f"联系人{number:03}", f"u{number:03}@example.cn")])
            draft(work, unit, f"项目{number:03}")
    yield Town(house=house, now=DOWN)
    house.office.database.dispose()


@pytest.fixture
def few(sqlite_database_url: str) -> Iterator[Town]:
    """Five units and the letters to the secretariat."""
    house = small_house(sqlite_database_url, WORDS)
    with house.write(DOWN - timedelta(days=1)) as work:
        for number in range(5):
            add_unit(work, f"单位{number}", people=[(f"联系人{number}", f"u{number}@example.cn")])
    yield Town(house=house, now=DOWN)
    house.office.database.dispose()


def _submit(town: Town, *, at: datetime) -> None:
    """Sixty of them hand in what they have, each with a receipt."""
    with town.house.write(at) as work:
        keys = select(col(Nomination.public_id)).order_by(col(Nomination.id)).limit(SUBMITTING)
        for key in work.connection.execute(keys).scalars().all():
            nominations.submit(work, key)


def _tries(beaten: list[Beaten]) -> list[datetime]:
    """The beats in which the door was tried, by what was told of them."""
    return [each.at for each in beaten if each.rounds and each.stop is not None]


def _frozen(town: Town) -> dict[str, tuple[str, datetime, bytes]]:
    """What is fixed of each letter: Message-ID, Date and bytes."""
    with town.house.office.database.read() as connection:
        raw: dict[int, bytes] = dict(connection.execute(LETTER_BYTES.select()).all())
    return {one.key: (one.message_id, one.date, raw[one.id]) for one in town.letters() if one.message_id}


def _outcomes(town: Town) -> dict[str, dict[str, int]]:
    """How many letters of each occasion are in each state."""
    found: dict[str, Counter[str]] = {}
    for one in town.letters():
        found.setdefault(one.occasion.partition("/")[0], Counter())[one.state] += 1
    return {occasion: dict(states) for occasion, states in found.items()}


def _every(first: datetime, *minutes: int, then: int, until: datetime) -> list[datetime]:
    """Instants with these pauses between them, then one every `then` minutes."""
    found = [first]
    for pause in minutes:
        found.append(found[-1] + pause * MINUTE)
    while (following := found[-1] + then * MINUTE) < until:
        found.append(following)
    return found


def test_nothing_is_lost_and_nothing_storms(town: Town) -> None:
    with nobody() as port:
        first = town.engine(lambda: SmtpDoor(smtp(port)))
        town.run(first, until=DOWN + timedelta(hours=2), every=INTERVAL)  # looks once a minute, knocks when it may
        town.run(first, until=beijing("2025-03-12 10:00"))
        seen = _frozen(town)
        _submit(town, at=town.now)
        town.run(first, until=RESTARTED - MINUTE)
        town.now = RESTARTED
        again = town.engine(lambda: SmtpDoor(smtp(port)), worker="after the restart")
        town.run(again, until=UP - MINUTE)
        before = _frozen(town)

    assert {key: before[key] for key in seen} == seen
    assert _tries(town.beaten) == [
        *_every(DOWN, 1, 2, 5, 10, 15, then=30, until=RESTARTED),
        *_every(RESTARTED, 1, 2, 5, 10, 15, then=30, until=UP),
    ]
    assert len(_tries(town.beaten)) == 152
    assert {each.stop.kind for each in town.beaten if each.stop} == {"unreachable"}
    assert all(one.attempts == 0 for one in town.letters())
    assert _outcomes(town) == {
        "digest:2025-03-11": {"expired": 1}, "digest:2025-03-12": {"expired": 1},
        "digest:2025-03-13": {"ready": 1}, "digest:2025-03-14": {"ready": 1},
        "collection-closes:3天前": {"cancelled": UNITS}, "countdown:3天前": {"expired": UNITS},
        "collection-closes:2天前": {"cancelled": UNITS}, "collection-closes:1天前": {"ready": UNITS},
        "receipt": {"ready": SUBMITTING},
    }  # fmt: skip
    assert {one.cancelled_reason for one in town.letters() if one.state == "cancelled"} == {
        "已有更近的一次提醒，此次不再发出 / a later reminder of the same chain has come; this is not sent"
    }

    with served() as server:
        after = len(town.beaten)
        due = [
            one
            for one in sorted(town.letters(), key=lambda one: (one.turn, one.next_attempt_at, one.id))
            if one.state == "ready" and one.useful_until > UP
        ]
        town.now = UP
        engine = town.engine(lambda: SmtpDoor(smtp(server.port)), per_minute=PER_MINUTE)
        town.run(engine, until=UP + timedelta(hours=1), every=INTERVAL)

    assert server.recipients == [one.to_address for one in due]
    sent = [each.posted("sent") for each in town.beaten[after:] if each.posted("sent")]
    assert sent == [40, 40, 40, 40, 1]
    told = [_parsed(raw) for raw in server.delivered]
    fixed = _frozen(town)
    assert [one["Message-ID"] for one in told] == [fixed[one.key][0] for one in due]
    assert [parsedate_to_datetime(one["Date"]) for one in told] == [
        fixed[one.key][1].replace(microsecond=0) for one in due
    ]
    assert server.delivered == [fixed[one.key][2] for one in due]
    assert {key: fixed[key] for key in before} == before
    assert [fixed[one.key][1] for one in due if one.occasion.startswith("receipt")] == [
        beijing("2025-03-12 10:18")  # with the first try after they were written: somebody waits for them
    ] * SUBMITTING


def _parsed(raw: bytes) -> Any:
    return email.message_from_bytes(raw, policy=email.policy.default)


@pytest.mark.parametrize(("script", "words"), [
    ({"connect": HANG}, "连不上邮件服务器："),
    ({"connect": DROP}, "连不上邮件服务器："),
    ({"connect": "421 4.3.2 down for maintenance"}, "邮件服务器暂不受理：421 4.3.2 down for maintenance"),
])  # fmt: skip
def test_a_server_that_only_listens_is_knocked_at_as_seldom(few: Town, script: Script, words: str) -> None:
    with served(script) as server:
        few.run(few.engine(lambda: SmtpDoor(smtp(server.port, connect_seconds=0.3))), until=DOWN + timedelta(hours=3),
                every=INTERVAL)  # fmt: skip

    assert server.connections == len(_tries(few.beaten)) == len(KNOCKS)
    assert _tries(few.beaten) == KNOCKS
    assert {(one.state, one.attempts) for one in few.letters()} == {("ready", 0)}
    assert words in _read(few, few.beaten[0])


def test_a_name_that_no_name_server_knows_is_a_server_that_is_down(few: Town) -> None:
    few.run(few.engine(lambda: SmtpDoor(smtp(25, host="mail.nowhere.invalid"))), until=DOWN + timedelta(hours=3))

    assert _tries(few.beaten) == KNOCKS
    assert {(one.state, one.attempts) for one in few.letters()} == {("ready", 0)}
    assert _read(few, few.beaten[0]).startswith("邮件暂停：连不上邮件服务器：")


def test_the_pace_is_kept_from_one_beat_to_the_next(few: Town) -> None:
    few.now = beijing("2025-03-11 09:00")
    with served() as server:
        engine = few.engine(lambda: SmtpDoor(smtp(server.port)), per_minute=4)
        few.run(engine, until=few.now + timedelta(minutes=10), every=timedelta(seconds=7))  # somebody nudges it

    at = [each.at for each in few.beaten for _ in range(each.posted("sent"))]
    assert len(at) == len(server.recipients) == 11
    assert max(sum(one <= other < one + MINUTE for other in at) for one in at) == 4


def _read(town: Town, beaten: Beaten) -> str:
    """What the secretariat reads of a beat about the post."""
    did: list[str] = as_told(beaten, town.house.office)["did"]
    return did[-1]


def test_a_house_keeps_its_pace_from_one_delivery_to_the_next(few: Town, frozen: Freeze, tmp_path: Path) -> None:
    with served() as server:
        given = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none", "smtp_per_minute": 2,
                 "mail_from": "office@example.cn", "key_file": tmp_path / "bangdan.key"}  # fmt: skip
        turn(few.house.office, few.house.campaign, at=beijing("2025-03-11 09:00"))
        frozen(beijing("2025-03-11 09:01"))
        deliver = wiring.post(Settings.model_validate(given), few.house.office)
        stops = [deliver()[-1].stop for _ in range(3)]

    assert [stop and stop.kind for stop in stops] == ["pace"] * 3
    assert len(server.recipients) == 2

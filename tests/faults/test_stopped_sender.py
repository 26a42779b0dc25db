"""A sender in a process of its own is stopped or killed with a letter in its hands, and the deadline is moved then."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine import campaigns
from engine.turn import turn
from notifications.delivery import LEASE
from notifications.smtp import SmtpDoor
from tests.builders import House, add_submitted, add_unit
from tests.faults.living import MINUTE, Keeping, Town, smtp
from tests.faults.served import Holding, served, waited_for
from tests.faults.told import told
from tests.notifications.misbehaving import Script
from tests.small import OFFICE, beijing, faults, small_house

SENDER = Path(__file__).parent / "sending.py"
REMINDER = beijing("2025-03-13 09:00")
OLD, NEW = "3月14日24:00", "3月21日24:00"
REMINDED, ACCEPTED = "zhang@example.cn", "li@example.cn"
HELD_AT: dict[str, Script] = {
    "MAIL": {"MAIL": ["250 held", "250 ok"]},
    "DATA": {"DATA": ["354 held", "354 go ahead"]},
    "dot": {"dot": ["250 held", "250 ok"]},
}


@pytest.fixture
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """A reminder and a receipt are due, for two readers."""
    opened = small_house(request.getfixturevalue(f"{request.param}_database_url"))
    with opened.write(REMINDER - MINUTE) as work:
        add_unit(work, "甲学会", people=[("张三", REMINDED)])
    turn(opened.office, opened.campaign, at=REMINDER)
    with opened.write(REMINDER + MINUTE) as work:
        add_submitted(work, add_unit(work, "乙学会", people=[("李四", ACCEPTED)]), "项目", track="inventions/water")
    yield opened
    opened.office.database.dispose()


@contextmanager
def _sender(house: House, server: Holding, *, at: datetime) -> Iterator[subprocess.Popen[str]]:
    url = house.office.database.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, str(SENDER), url, str(server.port), at.isoformat()], text=True,
                               stdout=subprocess.PIPE)  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _is_there(server: Holding, town: Town, stage: str) -> bool:
    """Whether the sender waits for the server's answer at `stage`."""
    if stage == "dot":
        return bool(server.delivered) and any(one.state == "dot" for one in town.letters())
    return any(line.upper().startswith(stage) for line in server.commands)


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGSTOP)
    assert waited_for(lambda: Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="须有 /proc / needs /proc")
@pytest.mark.parametrize("fate", ["goes on", "is killed"])
@pytest.mark.parametrize(
    ("house", "stage"),
    [("sqlite", "MAIL"), ("sqlite", "DATA"), ("sqlite", "dot"), ("postgres", "DATA")],
    indirect=["house"],
)
def test_nobody_is_left_with_the_old_date(house: House, stage: str, fate: str) -> None:
    town = Town(house=house, now=REMINDER + 2 * MINUTE)
    with served(HELD_AT[stage]) as server, _sender(house, server, at=town.now) as process:
        assert waited_for(lambda: _is_there(server, town, stage))
        _stop(process)
        assert {one.to_name: one.state for one in town.letters()} == {
            "李四": "dot" if stage == "dot" else "claimed", "张三": "claimed",  # a receipt is waited for
        }  # fmt: skip

        town.now += MINUTE
        with house.write(town.now, OFFICE, alone=True) as work:
            campaigns.extend(work, "collection", closes=beijing("2025-03-22 00:00"), reason="应各单位要求")
        town.beat(others := town.engine(lambda: SmtpDoor(smtp(server.port)), "others"), at=town.now)
        process.send_signal(signal.SIGCONT if fate == "goes on" else signal.SIGKILL)
        server.let_go()
        process.wait(60)
        town.run(others, until=town.now + LEASE + timedelta(hours=1))

    delivered = [(town.now, to, raw) for to, raw in zip(server.recipients, server.delivered, strict=True)]
    assert told(delivered) == {ACCEPTED: [OLD, NEW] if stage == "dot" else [NEW]}
    unknown = stage == "dot" and fate == "is killed"
    assert {(one.template, one.to_name, one.state) for one in town.letters()} == {
        ("submission-receipt", "李四", "parked" if unknown else "sent"), ("collection-closes", "张三", "cancelled"),
        *({("deadline-moved", "李四", "sent")} if stage == "dot" else ()),
    }  # fmt: skip
    assert faults(house) == ()


def test_who_was_stopped_between_the_commit_and_the_dot_until_the_lease_was_over_sends_nothing(
    sqlite_database_url: str,
) -> None:
    house = small_house(sqlite_database_url)
    with house.write(REMINDER) as work:
        add_submitted(work, add_unit(work, "乙学会", people=[("李四", ACCEPTED)]), "项目", track="inventions/water")
    town = Town(house=house, now=REMINDER)
    keeping = Keeping(town=town)
    post = town.post(keeping)

    def later() -> datetime:
        town.now += LEASE  # each time that it looks at the clock it was stopped for so long
        return town.now

    stopped = type(post)(**{name: getattr(post, name) for name in post.__dataclass_fields__} | {"clock": later})
    before = town.now
    stopped.deliver()
    house.office.database.dispose()

    assert (keeping.kept, town.now > before) == ([], True)
    assert [(one.state, one.attempts) for one in town.letters()] == [("ready", 0)]

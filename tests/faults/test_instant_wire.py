"""A deadline over a real wire, with a server, locks and clients that are slow: the instant of the last byte decides.

Not when somebody began to send, not when the database had time for it: whoever was there in time is taken with their
instant, whoever was not reads both instants. And the closing waits for what is under way.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlmodel import col

from bangdan.desk.api.pace import Pace
from bangdan.desk.app import make_app
from bangdan.desk.house import Desk
from engine import nominations, schema
from engine.sweep import close
from engine.tables import Event, Nomination
from engine.turn import turn
from tests.builders import House, add_unit, letters
from tests.desk.api_client import Clock, make_token
from tests.desk.conftest import listening
from tests.faults import faked_time
from tests.faults.desks import Furnished, served
from tests.faults.faked_time import FakedWall
from tests.small import CLOSES, DURING, FILE, OPENED, SETTLE, SWEPT, TICK, draft, faults, small_house, states
from workflows.nomination import Role
from workflows.reasons import BangdanError

PATIENCE = 120  # seconds until something that should come is a failure
CLIENTS, OF_A_TOKEN = 200, 10
EARLY = 20  # of them fire as soon as they can, so that some are in however slow the machine is
BEFORE, AFTER = 8.0, 2.0  # seconds around the instant through which the clients fire


@dataclass(frozen=True, kw_only=True)
class Line:
    """A connection on which a request is sent in two parts."""

    wire: socket.socket
    last: bytes

    def finish(self) -> tuple[int, Any]:
        """Send the rest, and hear the status and the answer."""
        self.wire.sendall(self.last)
        return self.hear()

    def hear(self) -> tuple[int, Any]:
        heard = b""
        while some := self.wire.recv(65536):
            heard += some
        self.wire.close()
        return parsed(heard)


def parsed(heard: bytes) -> tuple[int, Any]:
    """The status and the JSON of an answer."""
    head, _, body = heard.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def request(campaign: str, key: str, token: str) -> bytes:
    """The submission of a nomination, whole."""
    return (
        f"POST /api/campaigns/{campaign}/nominations/{key}/submit HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n"
        f"Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\n\r\n{}"
    ).encode()


def begun(address: str, content: bytes) -> Line:
    """A connection on which all but the last byte was sent."""
    host, _, port = address.removeprefix("http://").partition(":")
    wire = socket.create_connection((host, int(port)), timeout=PATIENCE)
    wire.sendall(content[:-1])
    return Line(wire=wire, last=content[-1:])


@pytest.fixture
def keys(small: House) -> list[str]:
    """Two drafts of a unit that gets letters."""
    with small.write(OPENED) as work:
        unit = add_unit(work, "甲学会", people=[("张三", "zhang@a.example")])
    with small.write(DURING) as work:
        return [draft(work, unit, name) for name in ("甲", "乙")]


@pytest.fixture
def desk(small: House) -> Iterator[tuple[str, str, Clock]]:
    """A server on a real socket: its address, a token, and its clock."""
    token, clock = make_token(small, "office", Role.SECRETARIAT), Clock(now=CLOSES - TICK)
    app = make_app(Desk(office=small.office, clock=clock), pace=Pace(clock=lambda: 0.0, burst=1000))
    with listening(app) as address:
        yield address, token, clock


def test_a_body_that_began_before_and_ended_at_the_deadline_is_late_and_reads_both_instants(
    small: House, keys: list[str], desk: tuple[str, str, Clock]
) -> None:
    address, token, clock = desk
    lines = [begun(address, request(small.campaign, key, token)) for key in keys]
    status, answer = lines[0].finish()
    clock.now = CLOSES
    late, refusal = lines[1].finish()

    assert (status, answer["state"], answer["at"]) == (200, "submitted", "2025-03-14T15:59:59.999999Z")
    assert (late, refusal["reasons"][0]["code"]) == (403, "DLN-01")
    assert refusal["reasons"][0]["zh"] == "截止时间为2025年3月14日24:00，收到时间2025年3月15日00:00，已截止"
    assert states(small) == {"甲": "submitted", "乙": "drafted"}


HOLD = """
import sys
from sqlalchemy import text
from engine.database import Database
from engine.locks import lock_alone
database = Database(sys.argv[1])
with database.write() as connection:
    lock_alone(connection, int(sys.argv[2]))
    print("held", flush=True)
    sys.stdin.read(1)
"""


@contextmanager
def held(house: House) -> Iterator[Callable[[], None]]:
    """Another process holds everybody off, as a closing does, until it is told to let go."""
    with house.read() as work:
        campaign = str(work.campaign_id)
    url = house.office.database.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, url, campaign], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "held\n"
        yield process.stdin.close


def test_who_was_there_in_time_is_taken_though_the_lock_was_held_beyond_the_deadline(
    small: House, keys: list[str], desk: tuple[str, str, Clock]
) -> None:
    address, token, clock = desk
    read = threading.Event()

    def at() -> datetime:
        """The clock of the door; it comes here when the last byte has been read."""
        read.set()
        return clock.now

    app = make_app(Desk(office=small.office, clock=at), pace=Pace(clock=lambda: 0.0, burst=1000))
    with listening(app) as slow, held(small) as let_go, ThreadPoolExecutor(2) as people:
        in_time = people.submit(begun(slow, request(small.campaign, keys[0], token)).finish)
        assert read.wait(PATIENCE)
        clock.now = CLOSES
        too_late = people.submit(begun(address, request(small.campaign, keys[1], token)).finish)
        let_go()
        (status, answer), (late, refusal) = in_time.result(PATIENCE), too_late.result(PATIENCE)

    assert (status, answer["state"], answer["at"]) == (200, "submitted", "2025-03-14T15:59:59.999999Z")
    assert (late, refusal["code"]) == (403, "DLN-01")
    assert (states(small), faults(small)) == ({"甲": "submitted", "乙": "drafted"}, ())


def test_the_closing_waits_for_its_settling_time_and_for_what_is_under_way(small: House, keys: list[str]) -> None:
    early = turn(small.office, small.campaign, at=CLOSES + SETTLE - TICK).swept
    inside, may_commit = threading.Event(), threading.Event()

    def submit() -> str:
        with small.write(CLOSES - TICK) as work:
            inside.set()
            assert may_commit.wait(PATIENCE)
            return nominations.submit(work, keys[0]).state

    with ThreadPoolExecutor(2) as people:
        on_its_way = people.submit(submit)
        assert inside.wait(PATIENCE)
        closing = people.submit(close, small.office, small.campaign, at=SWEPT)
        may_commit.set()
        swept, state = closing.result(PATIENCE), on_its_way.result(PATIENCE)
    with pytest.raises(BangdanError) as refused, small.write(CLOSES - TICK) as work:
        nominations.submit(work, keys[1])

    assert ((early.lapsed, early.begun), state, (swept.lapsed, swept.begun)) == ((0, 0), "submitted", (1, 1))
    assert refused.value.reasons[0].code in ("DLN-03", "STM-01")
    assert (states(small), faults(small)) == ({"甲": "review", "乙": "lapsed"}, ())


def test_who_was_there_in_time_hears_after_the_closing_that_nothing_is_stored_any_more(
    small: House, keys: list[str]
) -> None:
    close(small.office, small.campaign, at=SWEPT)
    with pytest.raises(BangdanError) as refused, small.write(CLOSES - TICK) as work:
        nominations.draft(work, unit_id=_unit(work), track="people", title="迟到的提交")
    with small.read() as work:
        assert work.connection.execute(text("SELECT count(*) FROM nomination")).scalar_one() == len(keys)
    assert [reason.code for reason in refused.value.reasons] == ["DLN-03"]


def _unit(work: Any) -> int:
    return int(work.connection.execute(select(col(Nomination.unit_id)).limit(1)).scalar_one())


# --- two hundred clients through the instant, in real time ------------------------------------------------------------


def crowded(url: str) -> tuple[House, tuple[str, ...], tuple[str, ...]]:
    """A house with a draft for each client, all of one unit, and tokens."""
    house = small_house(url, FILE.read_text(encoding="utf-8").replace("limit = 2", f"limit = {CLIENTS}"))
    with house.write(OPENED) as work:
        unit = add_unit(work, "甲学会", people=[("张三", "zhang@a.example")])
    with house.write(DURING) as work:
        drafts = tuple(draft(work, unit, f"第{number}项") for number in range(CLIENTS))
    tokens = tuple(make_token(house, f"client{n}", Role.SECRETARIAT) for n in range(CLIENTS // OF_A_TOKEN))
    with house.office.database.write() as connection:
        command.stamp(schema.alembic(connection), "head")
    return house, drafts, tokens


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one client was answered, and when it had sent and heard everything, by the house's clock."""

    status: int
    answer: Any
    sent: datetime
    heard: datetime


async def fire(address: str, requests: list[bytes], instant: datetime) -> list[Heard]:
    """Each request on a line of its own, all but its last byte sent early, and that byte around the instant."""
    host, _, port = address.removeprefix("http://").partition(":")
    loop = asyncio.get_running_loop()
    begin = loop.time() + (instant - datetime.now(UTC)).total_seconds() - BEFORE

    def now() -> datetime:
        return CLOSES + (datetime.now(UTC) - instant)

    async def one(number: int, content: bytes) -> Heard:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(content[:-1])
        await writer.drain()
        moment: asyncio.Future[None] = loop.create_future()
        if number >= EARLY:
            loop.call_at(begin + (BEFORE + AFTER) * number / len(requests), moment.set_result, None)
            await moment
        sent = now()
        writer.write(content[-1:])
        status, answer = parsed(await asyncio.wait_for(reader.read(), PATIENCE))
        writer.close()
        return Heard(status=status, answer=answer, sent=sent, heard=now())

    return await asyncio.gather(*(one(number, content) for number, content in enumerate(requests)))


@faked_time.needed()
def test_of_two_hundred_who_fire_through_the_instant_those_are_in_whose_instant_is_before_it(
    sqlite_database_url: str, tmp_path: Path
) -> None:
    house, drafts, tokens = crowded(sqlite_database_url)
    requests = [request(house.campaign, key, tokens[n // OF_A_TOKEN]) for n, key in enumerate(drafts)]
    heard = _rush(Furnished(url=sqlite_database_url, token=tokens[0], session="", drafts=drafts), requests, tmp_path)
    accepted = {key: datetime.fromisoformat(it.answer["at"]) for key, it in heard.items() if it.status == 200}
    refused = {key: it.answer["reasons"][0] for key, it in heard.items() if it.status != 200}

    with house.read() as work:
        rows = work.connection.execute(select(Nomination)).all()
        submitted = select(col(Event.subject_id)).where(col(Event.verb) == "submit")
        events = Counter(work.connection.execute(submitted).scalars())
        receipts = Counter(letter.subject_ref for letter in letters(work, "submission-receipt"))
    stored = {row.public_id: row.submitted_at for row in rows if row.submitted_at}
    assert accepted == stored
    assert max(stored.values()) < CLOSES
    assert {each["code"] for each in refused.values()} == {"DLN-01"}
    assert min(datetime.fromisoformat(each["facts"]["received"]) for each in refused.values()) >= CLOSES
    assert {key for key, it in heard.items() if it.heard < CLOSES} <= set(accepted)
    assert {key for key, it in heard.items() if it.sent >= CLOSES} <= set(refused)
    assert min(len(accepted), len(refused)) > 0  # the instant lay among them
    assert events == Counter(row.id for row in rows if row.submitted_at)
    assert receipts == Counter(f"nomination:{key}" for key in stored)
    assert Counter(row.state for row in rows) == {"submitted": len(accepted), "drafted": len(refused)}
    swept = close(house.office, house.campaign, at=SWEPT)
    assert ((swept.lapsed, swept.begun), faults(house)) == ((len(refused), len(accepted)), ())
    house.office.database.dispose()


def _rush(house: Furnished, requests: list[bytes], folder: Path) -> dict[str, Heard]:
    """Serve with a clock by which the deadline is near, and fire; once more with more time where it came too soon."""
    for lead in (30, 90, 180):
        instant = datetime.now(UTC) + timedelta(seconds=lead)
        wall = FakedWall(path=folder / "wall", ahead=CLOSES - instant)
        faked_time.restarted(house.url)  # or the clock of a second try would be in doubt: it is not where it was
        with served(house, folder, "--no-engine", environment=wall.environment) as desk:
            if datetime.now(UTC) < instant - timedelta(seconds=BEFORE + 2):
                address = str(desk.client.base_url).rstrip("/")
                return dict(zip(house.drafts, asyncio.run(fire(address, requests, instant)), strict=True))
    raise AssertionError("the desk did not come up in three minutes")

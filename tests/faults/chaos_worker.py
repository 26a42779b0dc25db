"""What is stopped and killed: one process is an engine, a sender or a client of a house, until somebody ends it.

Each is forked from a server that has imported everything, so that it begins in milliseconds, and opens a database of
its own. It goes with its parent, so that nothing survives a test that was itself killed. Whatever it does not expect
is a line of the file `unexpected`.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from bangdan import ROOT
from engine import nominations
from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.live import Engine
from engine.office import Office
from engine.tables import Nomination
from notifications.letter import Sender, check_address
from notifications.smtp import SmtpDoor, SmtpSettings
from tests.builders import House
from tests.faults.virtual_clock import VirtualClock
from tests.small import OFFICE
from workflows.reasons import BangdanError

SET_PARENT_DEATH_SIGNAL = 1  # of prctl(2)
PAUSE = 0.1  # seconds between two rounds of an engine or a sender
THINKING = 0.3  # seconds at most between two acts of a client


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a worker works: the same for all of them."""

    url: str
    campaign: str
    folder: Path
    smtp_port: int

    @property
    def clock(self) -> VirtualClock:
        return VirtualClock(self.folder / "clock")

    def note(self, name: str, told: Any) -> None:
        """One line of a file that many write: what was written stays, whoever is killed afterwards."""
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")

    def noted(self, name: str) -> list[Any]:
        """All the lines of such a file."""
        path = self.folder / name
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def work(place: Place, role: str, seed: int) -> None:
    """Be an engine, a sender or a client until killed."""
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    house = House(office=Office(database=Database(place.url)), campaign=place.campaign)
    chance = random.Random(seed)
    doing = {
        "engine": lambda: _engine(place, house),
        "sender": lambda: _sender(place, house),
        "client": lambda: _client(place, house, chance),
    }[role]()
    while True:
        try:
            doing()
        except OperationalError as error:
            place.note("database", f"{role}: {str(error.orig)[:200]}")
        except Exception:  # noqa: BLE001 - whatever it is, the test is to read it
            place.note("unexpected", f"{role}: {traceback.format_exc()}")
        time.sleep(chance.uniform(0, THINKING) if role == "client" else PAUSE)


def _post(place: Place, house: House) -> Post:
    smtp = SmtpSettings(host="127.0.0.1", port=place.smtp_port, envelope_sender="office@example.org", tls="none")
    return Post(
        office=house.office, open_door=lambda: SmtpDoor(smtp),
        sender=Sender(name="示例学会办公室", address=check_address("office@example.org")),
        compose=compose(house.office.memory.latest, ROOT / "templates" / "letters"), clock=place.clock,
        worker=f"chaos-{os.getpid()}-{time.monotonic_ns()}",
    )  # fmt: skip


def _engine(place: Place, house: House) -> Callable[[], object]:
    def tell(beaten: Any) -> None:
        if beaten.failed:
            place.note("database", f"engine: the turn of {beaten.failed} failed")

    engine = Engine(office=house.office, post=_post(place, house).deliver, tell=tell)
    return lambda: engine(place.clock())


def _sender(place: Place, house: House) -> Callable[[], object]:
    post = _post(place, house)
    return post.deliver


def _client(place: Place, house: House, chance: random.Random) -> Callable[[], object]:
    """Submits what is a draft; where no place is left, takes back what has one, withdraws it, or brings it back."""

    def one(state: str) -> str | None:
        with house.read() as work:
            query = select(col(Nomination.public_id)).where(col(Nomination.state) == state)
            keys = work.connection.execute(query).scalars().all()
        return chance.choice(keys) if keys else None

    def act(verb: str, state: str, **more: Any) -> None:
        if (key := one(state)) is None:
            return
        at = place.clock()
        try:
            with house.write(at, OFFICE) as work:
                getattr(nominations, verb)(work, key, **more)
        except BangdanError as refused:
            place.note("refused", refused.reasons[0].code)
        else:  # from here on somebody was told that it is done
            place.note("accepted", [key, verb, at.isoformat()])

    def go() -> None:
        act("submit", "drafted")
        die = chance.randrange(6)
        if die == 0:
            act("recall", "submitted")
        elif die == 1:
            act("withdraw", "submitted", reason="不再推荐")
        elif die == 2:
            act("reinstate", "withdrawn", reason="恢复推荐")

    return go

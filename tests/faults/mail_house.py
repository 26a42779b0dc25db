"""A house with one due letter, the engine beside it, and a mail server that does as it is told.

    fresh = fresh_houses(tmp_path)
    with house_at(fresh()) as house, in_a_thread(Misbehaving({"RCPT": "451 later"})) as server:
        engine = house.engine(server.port)
        following = house.beat(engine, DURING)   # the engine's own answer: when it wants to be woken again
        assert house.letter().state == "ready"

Everything is real but the time, which is an argument: the small campaign on an SQLite file, a submitted nomination
whose receipt is due, `engine.live.Engine` with `engine.letters.post.Post` over `notifications.smtp.SmtpDoor`.
"""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from bangdan.desk.letter_words import GROUP_OF
from bangdan.post_words import trouble
from engine import nominations, units
from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.live import Beaten, Engine
from engine.office import Office
from engine.queries.attention import attention, health
from notifications.letter import Sender, check_address
from notifications.smtp import SmtpDoor, SmtpSettings
from tests.builders import LETTERS, House, add_unit, letters
from tests.notifications.samples import LOOPBACK_PAIR
from tests.small import DURING, draft, small_house

LOGIN = ("PIPELINING", "STARTTLS", "AUTH PLAIN")
OFFICE = Sender(name="秘书处", address=check_address("office@host.example"))


@dataclass(kw_only=True)
class MailHouse:
    """The house, its clock, and what its engine did."""

    house: House
    now: datetime = DURING
    beaten: list[Beaten] = field(default_factory=list)

    def engine(self, port: int, **changed: Any) -> Engine:
        """An engine as `bangdan run` builds it; `changed` are settings of its door, such as its limits."""
        settings = smtp(port, **changed)
        post = Post(
            office=self.house.office, open_door=lambda: SmtpDoor(settings), sender=OFFICE, clock=lambda: self.now,
            worker="w", compose=compose(self.house.office.memory.latest, LETTERS),
        )  # fmt: skip
        return Engine(office=self.house.office, post=post.deliver, tell=self.beaten.append)

    def beat(self, engine: Engine, at: datetime) -> datetime | None:
        """One beat at that instant; the next one that the engine names."""
        self.now = at
        return engine(at)

    def letters(self) -> list[Any]:
        """Every receipt, in order."""
        with self.house.read(self.now) as work:
            return letters(work, "submission-receipt")

    def letter(self) -> Any:
        """The one receipt."""
        (only,) = self.letters()
        return only

    def reads(self) -> str:
        """What stands on the letters page of the one letter, or, while nothing leaves at all, what keeps it."""
        with self.house.read(self.now) as work:
            post = health(work).post
        one = self.letter()
        if post is not None:
            return trouble(post.stopped).zh
        note = "" if one.state == "sent" else one.last_answer
        return "，".join(each for each in (GROUP_OF[one.state].words.zh, note) if each)

    def needs_a_person(self) -> bool:
        """Whether the secretariat is told now that it must act: about this letter, or about the post."""
        with self.house.read(self.now) as work:
            found = attention(work)
        return bool(found.letters.count) or found.post is not None


@contextmanager
def a_house(folder: Path, *, readers: int = 1) -> Iterator[MailHouse]:
    """A house in which a nomination has just been submitted, so that a receipt is due for each reader of its unit."""
    opened = small_house(f"sqlite:///{folder / 'house.sqlite3'}")
    people = [(f"联系人{number}", f"reader{number}@unit.example") for number in range(1, readers + 1)]
    house = MailHouse(house=opened)
    with opened.write(DURING) as work:
        unit = add_unit(work, "甲学会")
    house.engine(0)(DURING)  # what the calendar asks for by now has no reader yet
    with opened.write(DURING) as work:
        for name, email in people:
            units.add_contact(work, name=name, email=email, unit_id=unit)
        nominations.submit(work, draft(work, unit, "水泵"))
    try:
        yield house
    finally:
        opened.office.database.dispose()


def fresh_houses(folder: Path) -> Callable[[], str]:
    """Makes, each time it is called, a database of its own with such a house in it; the database's address."""
    with a_house(folder):
        pass
    several = count()

    def fresh() -> str:
        path = folder / f"{next(several)}.sqlite3"
        shutil.copy(folder / "house.sqlite3", path)
        return f"sqlite:///{path}"

    return fresh


@contextmanager
def house_at(url: str, now: datetime = DURING) -> Iterator[MailHouse]:
    """The same on a database that is there already, such as a copy of it in which a sender has died."""
    office = Office(database=Database(url, durable=False))
    try:
        yield MailHouse(house=House(office=office, campaign="small-2025"), now=now)
    finally:
        office.database.dispose()


def smtp(port: int, **changed: Any) -> SmtpSettings:
    """A door to a server of this machine that wants TLS and a login."""
    facts: dict[str, Any] = {
        "host": "localhost", "port": port or 1, "envelope_sender": "bounce@host.example", "tls": "starttls",
        "ca_file": str(LOOPBACK_PAIR), "username": "office", "password": "secret", "connections": 1,
    }  # fmt: skip
    return SmtpSettings(**(facts | changed))


def server_tls() -> ssl.SSLContext:
    """What that server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(LOOPBACK_PAIR)
    return context

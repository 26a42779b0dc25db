"""A live engine whose time is ours: the real engine, post and doors, beating at the instants that it names itself.

town = Town(house=small_house(url), now=at)
engine = town.engine(SmtpDoor(settings))
town.run(engine, until=later)      # as the heartbeat does: at the instant that the last beat named
town.beaten                        # what each beat did
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine.heartbeat import INTERVAL, PACE
from engine.letters.composing import compose
from engine.letters.post import OpenDoor, Post
from engine.live import Beaten, Engine
from notifications.doors import Answer, Door, DotGate, Parcel, Report, Stop
from notifications.letter import Sender, check_address
from notifications.pacing import Limits
from notifications.smtp import SmtpSettings
from notifications.tables import LETTER
from tests.builders import LETTERS, House

OFFICE_ADDRESS = "office@example.cn"
MINUTE = timedelta(minutes=1)


def smtp(port: int, *, host: str = "127.0.0.1", **more: Any) -> SmtpSettings:
    """How to reach a server of ours: one line, so that the order of letters can be told."""
    return SmtpSettings(host=host, port=port, tls="none", envelope_sender=OFFICE_ADDRESS, **{"connections": 1, **more})


@dataclass(kw_only=True)
class Keeping:
    """A door that takes everything at once and keeps it, with the instant by the town's clock."""

    town: Town
    kept: list[tuple[datetime, str, bytes]] = field(default_factory=list)

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        for parcel in parcels:
            if await dot(parcel):
                self.kept.append((self.town.now, parcel.to_address, parcel.raw))
                report(parcel, Answer(kind="sent", words="250 ok"))
        return None


@dataclass(kw_only=True)
class Town:
    """A house and the clock of everybody in it. `beaten` is what the engines' beats did."""

    house: House
    now: datetime
    beaten: list[Beaten] = field(default_factory=list)

    def post(self, door: Door | OpenDoor, worker: str = "one", per_minute: int | None = None) -> Post:
        """A sender, as the live engine has it. A function opens its own door each time."""
        opened: Callable[[], AbstractAsyncContextManager[Door]] = door if callable(door) else lambda: nullcontext(door)
        return Post(
            office=self.house.office, open_door=opened, worker=worker, clock=lambda: self.now,
            sender=Sender(name="秘书处", address=check_address(OFFICE_ADDRESS)),
            compose=compose(self.house.office.memory.latest, LETTERS), limits=Limits(per_minute=per_minute),
        )  # fmt: skip

    def engine(self, door: Door | OpenDoor, worker: str = "one", per_minute: int | None = None) -> Engine:
        """A live engine as a process would have it, with its own memory of the door."""
        post = self.post(door, worker, per_minute)
        return Engine(office=self.house.office, post=post.deliver, tell=self.beaten.append)

    def beat(self, *engines: Engine, at: datetime) -> datetime | None:
        """One beat of each; the first instant that any of them names."""
        self.now = at
        return min((each for each in [engine(at) for engine in engines] if each is not None), default=None)

    def run(self, *engines: Engine, until: datetime, every: timedelta | None = None) -> None:
        """From now to `until`, at each instant named; with `every` also that often, as the heartbeat does."""
        following = self.now
        while following <= until:
            named = self.beat(*engines, at=following)
            known = [each for each in (named, following + every if every else None) if each is not None]
            if not known:
                break
            following = max(min(known), following + PACE)
        self.now = until

    def letters(self) -> list[Any]:
        """The outbox, in order."""
        with self.house.office.database.read() as connection:
            return list(connection.execute(select(LETTER).order_by(LETTER.c.id)))


__all__ = ["INTERVAL", "MINUTE", "OFFICE_ADDRESS", "Keeping", "Town", "smtp"]

"""A fleet in one process: workers on threads, on a PostgreSQL of the test's own, with a clock of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import engine.fleet.worker
from bangdan.happened import telling
from engine.exports.making import Maker
from engine.fleet import tables
from engine.fleet.board import Board
from engine.fleet.hands import Hands
from engine.fleet.worker import Worker
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.live import Beaten
from engine.webhooks.courier import Courier
from notifications.folder import FolderDoor
from notifications.letter import Sender, check_address
from tests.builders import LETTERS, House
from tests.small import DURING, small_house

PATIENCE = 40.0  # seconds


@dataclass(kw_only=True)
class Fleet:
    """A house whose workers share a clock that a test sets."""

    house: House
    mail: Path
    now: datetime = DURING
    told: list[Beaten] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.board = Board(self.house.office.database)

    def hands(self, interval: timedelta = timedelta(hours=1)) -> Hands:
        office = self.house.office
        sender = Post(
            office=office, open_door=lambda: nullcontext(FolderDoor(self.mail, durable=False)), worker="nobody",
            sender=Sender(name="秘书处", address=check_address("office@example.cn")), clock=lambda: self.now,
            compose=compose(office.memory.latest, LETTERS),
        )  # fmt: skip
        return Hands(
            office=office, sender=sender, courier=Courier(office=office, clock=lambda: self.now), board=self.board,
            maker=Maker(office=office, clock=lambda: self.now, telling=telling, by="nobody"),
            clock=lambda: self.now, tell=self.told.append, interval=interval,
        )  # fmt: skip

    @contextmanager
    def workers(self, *each: Hands) -> Iterator[None]:
        """These at work, until they have finished what is under way."""
        url = self.house.office.database.url
        made = [Worker(hands, url, concurrency=4, name=f"w{n}") for n, hands in enumerate(each)]
        for worker in made:
            worker.start()
        try:
            yield
        finally:
            for worker in made:
                worker.stop()

    def ask(self, query: str, **values: Any) -> list[Any]:
        """What a statement finds or does."""
        with self.house.office.database.write() as connection:
            found = connection.execute(text(query), values)
            return list(found) if found.returns_rows else []

    def up(self) -> list[str]:
        """The names of the jobs that wait."""
        return sorted(row[0] for row in self.ask("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'"))

    def turns(self) -> int:
        """How many turns were told of."""
        return sum(len(beaten.turns) for beaten in self.told)


def until(true: Callable[[], Any]) -> None:
    """Wait for what other threads bring about."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def fleet(postgres_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    """The small campaign and its job tables; workers that look around more often than real ones."""
    for name in ("ROUND", "SIGN_OF_LIFE", "PAUSE", "POLL"):
        monkeypatch.setattr(engine.fleet.worker, name, 0.1)
    house = small_house(postgres_database_url)
    tables.bring_up(house.office.database)
    yield Fleet(house=house, mail=tmp_path / "mail")
    house.office.database.dispose()

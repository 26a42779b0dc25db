"""That something changed is told to whoever listens, in this process and in others, once it is stored."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from queue import Queue

from sqlalchemy import text

from engine.accounts import links
from engine.changes.listening import listening
from engine.changes.telling import EVERY, PATIENCE, Changes, note
from engine.clock import now
from engine.database import Database
from engine.heartbeat import Heartbeat
from notifications.letter import check_address
from tests.builders import House, add_unit
from tests.small import DURING
from workflows.reasons import Refused

LONG = 60  # seconds until a test gives up


class Ears:
    """What was heard; `again` waits until something is."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self._came = threading.Event()

    def __call__(self, campaigns: Collection[int]) -> None:
        self.heard += campaigns
        self._came.set()

    def again(self) -> list[int]:
        assert self._came.wait(LONG)
        self._came.clear()
        found, self.heard = self.heard, []
        return found


@contextmanager
def _other_process(house: House) -> Iterator[Ears]:
    """Another process as far as the database can tell, that listens already."""
    ears, database = Ears(), Database(house.office.database.url)
    try:
        with listening(database, ears):
            assert ears.again() == [EVERY]  # whatever happened before
            yield ears
    finally:
        database.dispose()


@contextmanager
def _other(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def test_another_process_hears_of_a_verb(small: House) -> None:
    small.office.database.changes = Changes()  # of which nothing was told a moment ago
    with _other_process(small) as ears:
        with small.write(DURING) as work:
            add_unit(work, "丙学会")
            campaign = work.campaign_id

        assert set(ears.again()) <= {EVERY, campaign}


def test_another_process_hears_of_a_sign_in_link(small: House) -> None:
    with small.write(DURING) as work:
        add_unit(work, "丙学会", people=[("李四", "li@example.cn")])
    small.office.database.changes = Changes()
    with _other_process(small) as ears:
        with small.office.database.write() as connection:
            link = links.ask(connection, check_address("li@example.cn"), place="192.0.2.1", at=DURING)
        links.write(small.office, link, desk="https://desk.example.cn", at=DURING)

        assert ears.again() == [EVERY]


def test_within_a_process_it_is_heard_once_it_is_stored(quick: House) -> None:
    ears = Ears()
    quick.office.database.changes.listeners.append(ears)
    with quick.write(DURING) as work:
        add_unit(work, "丙学会")
        before = list(ears.heard)

    assert (before, ears.heard) == ([], [work.campaign_id])


def test_what_is_refused_is_not_told(quick: House) -> None:
    ears = Ears()
    quick.office.database.changes.listeners.append(ears)
    with suppress(Refused), quick.write(DURING) as work:
        add_unit(work, "丙学会")
        raise Refused(())

    assert ears.heard == []


def test_of_many_changes_one_is_told_and_another_after_a_while(postgres_database_url: str) -> None:
    database, now, ears = Database(postgres_database_url), [0.0], Ears()
    database.changes.stopwatch = lambda: now[0]

    def change(campaign: int) -> None:
        with database.write() as connection:
            connection.execute(text("SELECT 1"))
            note(connection, campaign)

    with _other(postgres_database_url) as other, listening(other, ears):
        ears.again()
        for campaign in (7, 7, 7, 8, 7):
            change(campaign)
        now[0] += 1
        change(7)
        change(9)
        told: list[int] = []
        while 9 not in told:
            told += ears.again()

    database.dispose()
    assert told == [7, 8, 7, 9]


def test_a_listener_comes_back_after_the_server_broke_its_line(postgres_database_url: str) -> None:
    database, ears = Database(postgres_database_url), Ears()
    with _other(postgres_database_url) as other, listening(other, ears):
        ears.again()
        with database.write() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
            )

        assert ears.again() == [EVERY]  # it may have missed something
        with database.write() as connection:
            note(connection, 5)
        assert ears.again() == [5]
    database.dispose()


def test_an_engine_elsewhere_looks_as_soon_as_something_was_stored(small: House) -> None:
    beats: Queue[datetime] = Queue()
    database = Database(small.office.database.url)
    beat = Heartbeat(beats.put, clock=now, interval=timedelta(weeks=1))
    beat.start()
    try:
        with listening(database, lambda _: beat.nudge(timedelta(seconds=PATIENCE))):
            first = [beats.get(timeout=LONG), beats.get(timeout=LONG)]  # at its start, and once it listens
            with small.write(DURING) as work:
                add_unit(work, "丙学会")

            assert beats.get(timeout=LONG) > max(first)
    finally:
        beat.stop()
        database.dispose()

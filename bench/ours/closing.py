"""The end of the collection over N drafts: one set-based transaction, and bangdan's sweep, with people at work.

While either runs, one person writes and one looks, again and again; what counts of them is the longest wait.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event as Flag
from threading import Thread
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bangdan.desk.serving import settle
from bench import protocol
from bench.ours.raw import Raw
from bench.ours.world import AFTER, OFFICE
from engine import sweep, units
from engine.database import Database
from engine.office import Office
from engine.queries import details
from engine.tables import Campaign, Nomination, TrackTally

Click = Callable[[int], object]
BETWEEN = 0.02  # seconds between two clicks of a person


class Clicks:
    """Somebody who clicks again and again, on a thread; knows how long each answer took."""

    def __init__(self, click: Click) -> None:
        self.waits: list[float] = []
        self._click, self._enough, self._number = click, Flag(), 0
        self._failed: BaseException | None = None
        self._thread = Thread(target=self._work, daemon=True)

    def _work(self) -> None:
        try:
            while not self._enough.is_set():
                self._number += 1
                begun = time.perf_counter()
                self._click(self._number)
                self.waits.append(time.perf_counter() - begun)
                self._enough.wait(BETWEEN)
        except BaseException as error:  # noqa: BLE001 - told in the thread that asked for it
            self._failed = error

    def begin(self) -> None:
        """From now on."""
        self._thread.start()

    def end(self) -> float:
        """No more; the longest wait in seconds."""
        self._enough.set()
        self._thread.join()
        if self._failed is not None:
            raise self._failed
        return max(self.waits)


@contextmanager
def at_work(**clicks: Click) -> Iterator[dict[str, float]]:
    """People around what is inside; afterwards the dictionary holds the longest wait of each."""
    found: dict[str, float] = {}
    people = {name: Clicks(click) for name, click in clicks.items()}
    for each in people.values():
        each.begin()
    try:
        yield found
    finally:
        found |= {f"{name}_wait": each.end() for name, each in people.items()}


def _first_clicks(*clicks: Click) -> None:
    """The first of a process loads what no later one has to."""
    for click in clicks:
        click(0)


class Floor:
    """History, counters and rows by a handful of statements in one transaction."""

    _open: tuple[Raw, ...] = ()

    def prepare(self, url: str) -> dict[str, Any]:
        """Three connections: of the closing, of who writes and of who looks."""
        for old in self._open:
            old.close()
        self._open = self._raw, self._writer, self._reader = Raw(url), Raw(url), Raw(url)
        self._at: Any = AFTER.strftime("%Y-%m-%d %H:%M:%S.%f") if self._raw.sqlite else AFTER
        _first_clicks(self._write, self._look)
        return {}

    def run(self, *, alone: bool = False) -> dict[str, Any]:
        """Close."""
        memory = protocol.Memory()
        with at_work() if alone else at_work(write=self._write, read=self._look) as people:
            begun = time.perf_counter()
            moved = self._close()
            seconds = time.perf_counter() - begun
        return {"seconds": seconds, "done": moved, "memory": memory.over_idle(), **people}

    def _close(self) -> int:
        raw = self._raw
        drafts = "FROM nomination WHERE state = 'drafted'"
        raw.begin()
        raw.execute(
            raw.words(
                "INSERT INTO event (campaign_id, at, role, actor, behalf, subject, subject_id, verb, from_state, "
                "to_state, details, words) SELECT campaign_id, ?, 'engine', 'floor', '', 'nomination', id, 'lapse', "
                f"'drafted', 'lapsed', '{{}}', '{{}}' {drafts} ORDER BY id"
            ),
            (self._at,),
        )
        for table, of in (("unit_tally", "unit_id"), ("track_tally", "campaign_id")):
            raw.execute(
                f"INSERT INTO {table} ({of}, track, state, n) SELECT {of}, track, 'lapsed', count(*) {drafts} "
                f"GROUP BY {of}, track"
            )
            raw.execute(f"UPDATE {table} SET n = 0 WHERE state = 'drafted'")  # noqa: S608
        moved = raw.execute(
            raw.words(
                "UPDATE nomination SET state = 'lapsed', resume_state = 'drafted', changed_at = ?, "
                "version = version + 1 WHERE state = 'drafted'"
            ),
            (self._at,),
        )
        raw.commit()
        return moved

    def _write(self, number: int) -> None:
        writer = self._writer
        writer.begin()
        words = "INSERT INTO unit_attribute (unit_id, attribute, value) VALUES (1, ?, 'floor')"
        writer.execute(writer.words(words), (f"click {number}",))
        writer.commit()

    def _look(self, _: int) -> None:
        self._reader.rows("SELECT * FROM nomination WHERE id = 7")
        self._reader.end_look()


class Bangdan:
    """The sweep that a turn of the engine carries out, and two people in the same process, as in `bangdan serve`."""

    def prepare(self, url: str) -> dict[str, Any]:
        """One office."""
        self._office = Office(database=Database(url))
        with self._office.database.read() as connection:
            self._campaign = connection.execute(select(col(Campaign.key))).scalar_one()
            self._shown = connection.execute(select(func.min(col(Nomination.public_id)))).scalar_one()
        _first_clicks(self._write, self._look)
        settle()
        return {}

    def run(self, *, alone: bool = False) -> dict[str, Any]:
        """Close, and say when the last row was moved: what comes after it are the letters that tell of it."""
        memory, over = protocol.Memory(), list[float]()

        def watch(_: int) -> None:
            if not over and not self._left():
                over.append(time.perf_counter() - begun)

        people = {} if alone else {"write": self._write, "read": self._look}
        begun = time.perf_counter()
        with at_work(watch=watch, **people) as waits:
            swept = sweep.close(self._office, self._campaign, at=AFTER)
            seconds = time.perf_counter() - begun
        waits.pop("watch_wait")
        return {"seconds": min([*over, seconds]), "with_letters": seconds, "done": swept.lapsed,
                "memory": memory.over_idle(), **waits}  # fmt: skip

    def _left(self) -> int:
        drafts = select(func.coalesce(func.sum(col(TrackTally.n)), 0)).where(col(TrackTally.state) == "drafted")
        with self._office.database.read() as connection:
            return int(connection.execute(drafts).scalar_one())

    def _write(self, number: int) -> None:
        with self._office.write(self._campaign, OFFICE, at=AFTER) as work:
            units.add_contact(work, name=f"新联系人{number}", phones=["010-12345678"], unit_id=1)

    def _look(self, _: int) -> None:
        with self._office.read(self._campaign, OFFICE, at=AFTER) as work:
            details.nomination(work, self._shown)


if __name__ == "__main__":
    protocol.serve({"floor": Floor, "bangdan": Bangdan}[sys.argv[1]]())

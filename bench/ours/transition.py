"""One durable transition, again and again: raw statements on bangdan's own tables, and bangdan's verbs.

The raw ones do what no program could leave out: read the row, decide, change it if nobody else did, append an event,
commit. Forth and back, so that every round begins with the same rows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bench import protocol
from bench.ours.raw import Raw
from bench.ours.world import COLLECTING
from engine import nominations
from engine.access import Actor
from engine.database import Database
from engine.office import Office, once
from engine.tables import Campaign, Nomination
from workflows.nomination import Role

Picked = tuple[str, int]  # public id, and the unit's row id
Step = Callable[[Picked, bool], None]


def clients(count: int, picked: Sequence[Picked], step: Callable[[int], Step], *, forth: bool) -> float:
    """Seconds until so many clients have shared the work out among them and done it; each has a step of its own."""
    steps, start = [step(number) for number in range(count)], Barrier(count + 1)

    def work(number: int) -> None:
        start.wait()
        for each in picked[number::count]:
            steps[number](each, forth)

    if count == 1:
        begun = time.perf_counter()
        for each in picked:
            steps[0](each, forth)
        return time.perf_counter() - begun
    with ThreadPoolExecutor(count) as pool:
        clients_ = [pool.submit(work, number) for number in range(count)]
        start.wait()
        begun = time.perf_counter()
        for client in clients_:
            client.result()
        return time.perf_counter() - begun


def pick(url: str, count: int) -> list[Picked]:
    """Nominations of different units or tracks, so that no quota is in the way."""
    database = Database(url)
    first = select(func.min(col(Nomination.id)).label("id")).group_by(col(Nomination.unit_id), col(Nomination.track))
    ids = first.subquery()
    query = select(col(Nomination.public_id), col(Nomination.unit_id)).where(col(Nomination.id).in_(select(ids.c.id)))
    with database.read() as connection:
        found = connection.execute(query.order_by(col(Nomination.public_id)).limit(count)).all()
    database.dispose()
    return [(public_id, unit_id) for public_id, unit_id in found]


class Floor:
    """Raw statements through the bare driver."""

    def prepare(self, url: str, count: int, most_clients: int = 1) -> dict[str, Any]:
        """One connection for each client that there may be."""
        self._picked = pick(url, count)
        self._steps = [_RawStep(Raw(url)) for _ in range(most_clients)]
        return {"count": len(self._picked)}

    def run(self, *, forth: bool, count: int = 1) -> dict[str, Any]:
        """Seconds for all of them, forth or back."""
        seconds = clients(count, self._picked, lambda number: self._steps[number], forth=forth)
        return {"seconds": seconds, "done": len(self._picked)}


class _RawStep:
    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        self._look = raw.words("SELECT id, state, version FROM nomination WHERE campaign_id = 1 AND public_id = ?")
        self._move = raw.words(
            "UPDATE nomination SET state = ?, submitted_at = ?, changed_at = ?, version = ? "
            "WHERE id = ? AND version = ?"
        )
        self._tell = raw.words(
            "INSERT INTO event (campaign_id, at, role, actor, behalf, subject, subject_id, verb, from_state, to_state, "
            "details, words) VALUES (1, ?, 'unit', 'floor', '', 'nomination', ?, ?, ?, ?, '{}', '{}')"
        )
        self._at: Any = COLLECTING.strftime("%Y-%m-%d %H:%M:%S.%f") if raw.sqlite else COLLECTING

    def __call__(self, picked: Picked, forth: bool) -> None:
        raw, at = self._raw, self._at
        source, target = ("drafted", "submitted") if forth else ("submitted", "drafted")
        raw.begin()
        ((row_id, state, version),) = raw.rows(self._look, (picked[0],))
        if state != source:
            raise RuntimeError(f"{state} instead of {source}")
        if raw.execute(self._move, (target, at if forth else None, at, version + 1, row_id, version)) != 1:
            raise RuntimeError("changed meanwhile")
        raw.execute(self._tell, (at, row_id, "submit" if forth else "recall", source, target))
        raw.commit()


class Bangdan:
    """Forth: a submission as the desk carries it out, with guards, quota, counters, event, request key and receipt.

    Back: recalling it, the verb that does least: guards, version check, counters, event; no letter, no request key.
    """

    def prepare(self, url: str, count: int, most_clients: int = 1) -> dict[str, Any]:
        """One office for all clients, as in one process of the desk."""
        self._office, self._picked, self._round = Office(database=Database(url)), pick(url, count), 0
        with self._office.database.read() as connection:
            self._campaign = connection.execute(select(col(Campaign.key))).scalar_one()
        return {"count": len(self._picked), "clients": most_clients}

    def run(self, *, forth: bool, count: int = 1) -> dict[str, Any]:
        """Seconds for all of them, forth or back."""
        self._round += 1
        seconds = clients(count, self._picked, lambda _: self._step, forth=forth)
        return {"seconds": seconds, "done": len(self._picked)}

    def _step(self, picked: Picked, forth: bool) -> None:
        public_id, unit_id = picked
        actor = Actor(role=Role.UNIT, name=f"联系人{unit_id}", unit_id=unit_id, account=f"account{unit_id}")
        with self._office.write(self._campaign, actor, at=COLLECTING) as work:
            if not forth:
                nominations.recall(work, public_id)
                return
            asked = {"verb": "submit", "nomination": public_id}
            once(work, f"{self._round}:{public_id}", asked, lambda: {"id": nominations.submit(work, public_id).id})


if __name__ == "__main__":
    protocol.serve({"floor": Floor, "bangdan": Bangdan}[sys.argv[1]]())

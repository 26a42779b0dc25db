"""Telling, after a transaction is stored, which campaigns it changed; nothing of what changed, and nothing waits.

Within the process the listeners are called. On PostgreSQL other processes hear of it by NOTIFY: not within the
transaction, where it would let all commits go one after the other, but in a statement of its own afterwards, and of
one campaign at most every `SILENCE`. Whoever listens waits longer than that before looking (`PATIENCE`), so what was
not told is seen all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from engine.failing import FAILING

CHANNEL = "bangdan_changed"
EVERY = 0  # in place of a campaign's row id: look at all of them
SILENCE = 0.5  # seconds
PATIENCE = 1.0  # seconds from hearing of something to looking at it
NOTED = "bangdan-changed"  # in what a connection carries with it

Hear = Callable[[Collection[int]], None]
"""Is told the row ids of campaigns, from any thread; must not wait for anything."""

_NOTIFY = text("SELECT pg_notify(:channel, :campaign)")


def note(connection: Connection, campaign_id: int) -> None:
    """This transaction changes something of that campaign.

    One that is taken back leaves the note to the next on its connection: somebody looks once for nothing.
    """
    connection.info.setdefault(NOTED, set()).add(campaign_id)


@dataclass(kw_only=True)
class Changes:
    """What one process tells of one database. `stopwatch` measures the silence."""

    listeners: list[Hear] = field(default_factory=list)
    stopwatch: Callable[[], float] = time.monotonic
    _told: dict[int, float] = field(default_factory=dict)

    def tell(self, connection: Connection) -> None:
        """Tell what was noted on that connection, whose transaction is stored and over. Fails for nobody."""
        with suppress(*FAILING):
            noted: set[int] = connection.info.pop(NOTED, set())
            for hear in self.listeners if noted else ():
                hear(noted)
            if connection.dialect.name == "postgresql" and (due := self._due(noted)):
                with connection.begin():
                    connection.execute(_NOTIFY, due)

    def _due(self, noted: Collection[int]) -> list[dict[str, Any]]:
        now = self.stopwatch()
        due = [each for each in noted if now - self._told.get(each, -SILENCE) >= SILENCE]
        self._told.update(dict.fromkeys(due, now))
        return [{"channel": CHANNEL, "campaign": str(each)} for each in due]

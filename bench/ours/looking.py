"""What people look at over and over: the funnel, a page of a long list, the history of one nomination.

Beside bangdan's queries stand the bare statements, the one that scales and the one that most programs begin with; and
of bangdan's page the part that is the database's: its own statements, asked again of the bare driver.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlmodel import col

from bench import protocol
from bench.figures import p99
from bench.ours.raw import Raw
from bench.ours.world import COLLECTING, OFFICE
from engine.database import Database
from engine.office import Office, Work
from engine.queries import details
from engine.queries.funnel import funnel
from engine.queries.listing import DRAFTED, nominations
from engine.queries.paging import cursor
from engine.queries.story import story_of
from engine.tables import Campaign, Nomination

ROWS = 50  # a page
STATE = "drafted"
_PAGE = f"""
SELECT id, public_id, title, applicant, track, state, selected, level, submitted_at, changed_at
FROM nomination WHERE campaign_id + 0 = 1 AND state = '{STATE}'"""  # noqa: S608 - ours; `+ 0` lest SQLite sort the whole campaign by its index of states
STATEMENTS = {
    "counters": "SELECT track, state, n FROM track_tally WHERE campaign_id = 1",
    "group": "SELECT track, state, count(*) FROM nomination WHERE campaign_id = 1 GROUP BY track, state",
    "keyset": f"{_PAGE} AND id > ? ORDER BY id LIMIT {ROWS + 1}",
    "offset": f"{_PAGE} ORDER BY id LIMIT {ROWS + 1} OFFSET ?",
    "events": "SELECT * FROM event WHERE subject = 'nomination' AND subject_id = ? ORDER BY id DESC LIMIT 50",
}


def timed(looks: Sequence[Callable[[], object]]) -> dict[str, Any]:
    """Milliseconds of those looks: the median and the 99th percentile, in seconds."""
    took = []
    for look in looks:
        begun = time.perf_counter()
        look()
        took.append(time.perf_counter() - begun)
    return {"seconds": sum(took) / len(took), "median": sorted(took)[len(took) // 2], "p99": p99(took),
            "done": len(took)}  # fmt: skip


class Bare:
    """Statements on the bare driver."""

    def prepare(self, url: str, drafts: int) -> dict[str, Any]:
        """One connection."""
        self._raw, self._drafts = Raw(url), drafts
        return {}

    def run(self, what: str, count: int, seed: int) -> dict[str, Any]:
        """So many looks, each at another place."""
        statement, dice = self._raw.words(STATEMENTS[what]), Random(seed)  # noqa: S311 - the same places every time
        wants = "?" in STATEMENTS[what]
        places = [(dice.randrange(1, self._drafts),) if wants else () for _ in range(count)]
        answer = timed([lambda place=place: self._raw.rows(statement, place) for place in places])  # type: ignore[misc]
        self._raw.end_look()
        return answer


class Bangdan:
    """The queries behind the pages, each in a transaction of its own, as a page asks them."""

    def prepare(self, url: str, drafts: int) -> dict[str, Any]:
        """One office, and a connection of its own for the bare driver."""
        self._office, self._drafts, self._raw = Office(database=Database(url)), drafts, Raw(url)
        with self._office.database.read() as connection:
            self._campaign = connection.execute(select(col(Campaign.key))).scalar_one()
        return {}

    def run(self, what: str, count: int, seed: int) -> dict[str, Any]:
        """So many looks, each at another place."""
        return timed(self._looks(what, count, Random(seed)))  # noqa: S311 - the same places every time

    def in_database(self, what: str, count: int, seed: int) -> dict[str, Any]:
        """The statements of those looks, asked again of the bare driver: what of it is the database's."""
        asked = []
        for look in self._looks(what, count, Random(seed)):  # noqa: S311 - the same places every time
            with overheard(self._office.database.engine) as statements:
                look()
            asked.append(list(statements))
        answer = timed([lambda some=some: [self._raw.rows(*each) for each in some] for some in asked])  # type: ignore[misc]
        self._raw.end_look()
        return answer

    def _looks(self, what: str, count: int, dice: Random) -> list[Callable[[], object]]:
        look = {"funnel": self._funnel, "page": self._page, "history": self._history}[what]
        ids = [dice.randrange(1, self._drafts) for _ in range(count)]
        with self._office.database.read() as connection:
            query = select(col(Nomination.id), col(Nomination.public_id)).where(col(Nomination.id).in_(ids))
            shown = {row.id: row.public_id for row in connection.execute(query)}
        return [lambda public_id=shown[row_id]: self._looked(look, public_id) for row_id in ids]  # type: ignore[misc]

    def _looked(self, look: Callable[[Work, str], object], public_id: str) -> object:
        with self._office.read(self._campaign, OFFICE, at=COLLECTING) as work:
            return look(work, public_id)

    def _funnel(self, work: Work, _: str) -> object:
        return funnel(work, channels=False)

    def _page(self, work: Work, public_id: str) -> object:
        return nominations(work, states=[STATE], after=cursor(DRAFTED, "", public_id), limit=ROWS)

    def _history(self, work: Work, public_id: str) -> object:
        return story_of(work, "nomination", details.nomination_row(work, public_id).id)


@contextmanager
def overheard(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """What goes to the driver meanwhile."""
    statements: list[tuple[str, Any]] = []

    def hear(_c: object, _k: object, statement: str, parameters: Any, _x: object, _many: object) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", hear)


if __name__ == "__main__":
    protocol.serve({"bare": Bare, "bangdan": Bangdan}[sys.argv[1]]())

"""What a move would be, before anything is done: how much, for how long, and what the calendar has in store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.access import ENGINE
from engine.database import Database
from engine.office import Office
from engine.relocation import arriving, leaving, standing
from engine.relocation.cut_off import told_as_ours
from engine.relocation.rows import count, moved_tables
from engine.turn import campaigns, next_instant
from workflows.reasons import Reason, Refused

ROWS_A_SECOND = 10_000  # copied, compared and proven (docs/operations.md says how that was measured)


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """`begun`: a move to this place was begun before. `next` is the first instant that the calendar names."""

    place: str
    begun: bool
    left: bool
    rows: int
    takes: timedelta
    next: datetime | None


def survey(office: Office, target: Database) -> Survey:
    """Look at both ends, change nothing. Raises Refused: MOV-10 to MOV-14, SCH-03."""
    if not office.database.sqlite:
        raise Refused(_from_sqlite())
    place = arriving.place_of(target.url)
    with told_as_ours(), arriving.alone(target) as connection:
        there = arriving.known_there(connection, leaving.tokens(office.database))
    with office.database.read() as source:
        move = standing.in_force(source)
        rows = sum(count(source, table) for table in moved_tables())
    if move is not None and move.place != place and move.token != there:
        raise Refused(leaving.elsewhere(move.place))
    return Survey(
        place=place, begun=move is not None, left=bool(move is not None and move.outcome), rows=rows,
        takes=timedelta(seconds=rows // ROWS_A_SECOND), next=_next(office),
    )  # fmt: skip


def _next(office: Office) -> datetime | None:
    found = []
    for key in campaigns(office):
        with office.read(key, ENGINE, at=office.clock()) as work:
            found.append(next_instant(work))
    return min((each for each in found if each is not None), default=None)


def _from_sqlite() -> Reason:
    return Reason(
        code="MOV-10",
        zh="只能由 SQLite 迁到 PostgreSQL；本系统已在 PostgreSQL 上，可用 pg_dump 和 pg_restore",
        en="a house is moved from SQLite to PostgreSQL; this one is on PostgreSQL already (BANGDAN_DATABASE_URL): use "
        "pg_dump and pg_restore",
    )

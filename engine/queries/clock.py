"""The clock in doubt, for whoever has to decide which reading is right; and what people did meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from engine import sweep, turn
from engine.access import visible
from engine.office import Work
from engine.tables import Event, Nomination
from engine.timekeeping import baseline

N, E = Nomination, Event
WALL, CARRIED = "clock_wall", "clock_carried"  # of an event's details


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What is due by one of the two readings and waits until the doubt has ended."""

    closings: int
    letters: int


@dataclass(frozen=True, kw_only=True, slots=True)
class InDoubt:
    """The two readings, since when they disagree, and what is due by each."""

    wall: datetime
    carried: datetime
    since: datetime | None
    due_by_wall: Held
    due_by_carried: Held


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubted:
    """A submission that was accepted while the clock was in doubt, with both readings and the one it is kept with."""

    id: str
    title: str
    state: str
    submitted_at: datetime
    wall: datetime
    carried: datetime


def in_doubt(work: Work) -> InDoubt | None:
    """How the clock stands; None where nothing is wrong with it."""
    if work.doubt is None:
        return None
    wall = work.doubt.wall(work.at)
    return InDoubt(
        wall=wall, carried=work.at, since=baseline.doubted_since(work.connection),
        due_by_wall=_due(replace(work, at=wall)), due_by_carried=_due(work),
    )  # fmt: skip


def _due(work: Work) -> Held:
    return Held(closings=len(sweep.closings_due(work)), letters=len(turn.due_now(work).now))


_FLAGGED = (
    select(col(E.subject_id), col(E.details), col(N.public_id), col(N.title), col(N.state), col(N.submitted_at))
    .join(N, col(N.id) == col(E.subject_id))
    .where(
        col(E.verb) == "submit",
        col(E.subject) == "nomination",
        col(E.details)[WALL].as_string().is_not(None),
        col(N.submitted_at).is_not(None),
    )
    .order_by(col(E.id))
)


def doubted(work: Work, nomination: int | None = None) -> tuple[Doubted, ...]:
    """Submissions on a clock in doubt that still stand, of one nomination or of all: a person is to look at them."""
    if nomination is None and work.doubt is None and not _ever(work):
        return ()
    query = visible(_FLAGGED, N, work.actor, work.definition).where(col(E.campaign_id) == work.campaign_id)
    if nomination is not None:
        query = query.where(col(E.subject_id) == nomination)
    found = {row.subject_id: row for row in work.connection.execute(query)}  # of several submissions the last
    return tuple(
        Doubted(
            id=row.public_id, title=row.title, state=row.state, submitted_at=row.submitted_at,
            wall=datetime.fromisoformat(row.details[WALL]), carried=datetime.fromisoformat(row.details[CARRIED]),
        )
        for row in found.values()
        if row.submitted_at.isoformat() in (row.details[WALL], row.details[CARRIED])
    )  # fmt: skip


def _ever(work: Work) -> bool:
    """Whether the clock was ever in doubt: else nobody need look through all submissions."""
    noted = select(col(E.id)).where(col(E.verb) == "clock-doubt", col(E.campaign_id) == work.campaign_id).limit(1)
    return work.connection.execute(noted).first() is not None

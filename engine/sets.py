"""One verb taken for many nominations by sets, with events and counters, from the same shape as the single step.

Other people's verbs may go on beside it: what is told and counted are exactly the rows that it moved.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Insert, Select, Update, func, insert, literal, select, update
from sqlmodel import col

from engine import tallies
from engine.history import line
from engine.machine import step
from engine.office import Work
from engine.page_cache import roomy
from engine.tables import Event, Nomination
from workflows.nomination import Shape

N = Nomination
Where = tuple[ColumnElement[bool], ...]
_ABOUT = (col(N.id), col(N.unit_id), col(N.track))


def move(
    work: Work, where: Where, *, machine: Shape, verb: str, source: str, details: dict[str, Any]
) -> int:  # fmt: skip
    """Take `verb` for every nomination that `where` selects, all of them in `source`; says how many.

    What lapses while a stage waits for its correction is reinstated into that stage, anything else as a draft.
    """
    resume = "drafted" if verb == "reinstate" else None
    target = step(machine, verb, state=source, resume=resume)
    event = line(work, "nomination", 0, verb, source=source, target=target, details=details)
    back = func.coalesce(col(N.returned_from), "drafted") if work.shape.state_by_key[target].final else None
    values = {"state": target, "resume_state": back, "selected": verb == "select", "changed_at": work.at,
              "correct_by": None, "returned_from": None, "version": col(N.version) + 1}  # fmt: skip
    moved = _moved(work, where, update(N).where(*where).values(values), event)
    tallies.move_tracks(work, moved, source, target)
    return sum(moved.values())


def _moved(work: Work, where: Where, change: Update, event: dict[str, Any]) -> dict[str, int]:
    """Change the rows, tell and count them by unit; how many of each track they were.

    On PostgreSQL by one statement over what the change gives back, or between two of them somebody else might move one
    of the rows, or one among them. On SQLite nobody else writes meanwhile, and no statement changes two tables.
    """
    if work.connection.dialect.name == "postgresql":
        rows = change.returning(*_ABOUT).cte("moved")
        beside = [each.cte(f"beside_{number}") for number, each in enumerate(_beside(work, rows, event))]
        return _numbers(work, tallies.of_tracks(rows).add_cte(*beside))
    moving = select(*_ABOUT).where(*where).subquery("moving")
    with roomy(work.connection):
        numbers = _numbers(work, tallies.of_tracks(moving))
        for each in (*_beside(work, moving, event), change):
            work.connection.execute(each)
    return numbers


def _beside(work: Work, rows: FromClause, event: dict[str, Any]) -> list[Insert]:
    """What is written for the rows: the counters of their units, if they leave their state, and the events."""
    source, target = event["from_state"], event["to_state"]
    # In this order: PostgreSQL begins with the last, and counters, which others may wait for, are to be held briefly.
    counted = [] if source == target else [tallies.of_units(work, rows, source, target)]
    return [*counted, _events(rows, event)]


def _events(rows: FromClause, event: dict[str, Any]) -> Insert:
    """INSERT ... SELECT of one event for each of the rows, like `event` but for its subject."""
    picked: list[Any] = [
        rows.c.id if name == "subject_id" else literal(value, type_=Event.__table__.c[name].type)  # type: ignore[attr-defined]
        for name, value in event.items()
    ]
    return insert(Event).from_select(list(event), select(*picked).order_by(rows.c.id))


def _numbers(work: Work, by_track: Select[str, int]) -> dict[str, int]:
    return dict(work.connection.execute(by_track).all())

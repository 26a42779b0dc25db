"""Replaying the history against the rows: whether it leads, by arrows that there are, to where each of them stands.

Beside the state, what follows from the way there: who is selected, until when a correction may come, and where whoever
went out would come back to. Everything else that a row holds is witnessed (`engine.witness`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from engine.office import Work
from engine.tables import Duty, Event, Nomination
from workflows import duty
from workflows.amending import leads
from workflows.nomination import Shape

N = Nomination
READ = 5_000  # events at a time
JUDGED = {"select": True, "advance": False, "eliminate": False, "begin": False, "lapse": False}


def disagreements(work: Work) -> Iterator[str]:
    """Where a row does not stand as the history says."""
    yield from _states(work)
    yield from _ways(work)


def _ways(work: Work) -> Iterator[str]:
    """What of a nomination follows from its way, and is otherwise on its row."""
    query = (
        select(col(Event.subject_id), col(Event.verb), col(Event.from_state), col(Event.to_state), col(Event.details))
        .where(col(Event.campaign_id) == work.campaign_id, col(Event.subject) == "nomination",
               col(Event.to_state).is_not(None))
        .order_by(col(Event.subject_id), col(Event.id))
        .execution_options(yield_per=READ)
    )  # fmt: skip
    held: Any = select(col(N.id), col(N.state), col(N.selected), col(N.correct_by), col(N.resume_state),
                  col(N.returned_from))  # fmt: skip
    rows: dict[Any, Row[Any]] = {
        row.id: row for row in work.connection.execute(held.where(col(N.campaign_id) == work.campaign_id))
    }
    with work.connection.execute(query) as events:
        for row_id, story in groupby(events, key=lambda row: row.subject_id):
            if row_id in rows:
                yield from _way(rows[row_id], list(story))


def _way(row: Row[Any], story: list[Row[Any]]) -> Iterator[str]:
    chosen = next((JUDGED[each.verb] for each in reversed(story) if each.verb in JUDGED), False)
    if row.selected != chosen:
        yield (f"nomination {row.id}：历史为{'拟入榜' if chosen else '未入榜'}，与现状不符 / "
               f"history says {'selected' if chosen else 'not selected'}, the row does not")  # fmt: skip
    if row.correct_by != _correct_by(story):
        yield f"nomination {row.id}：补正期限与历史不符 / the date to correct by is not the one of the history"
    been = {None, *(each.to_state for each in story)}
    if not {row.resume_state, row.returned_from} <= been:
        yield f"nomination {row.id}：恢复后的去处未曾到过 / it would come back to where it never was"


def _correct_by(story: list[Row[Any]]) -> datetime | None:
    """Until when the last return lets it be corrected; what was handed in again, or moved by the clock, has no date."""
    last = next((each for each in reversed(story) if each.verb in ("return", "submit", "begin", "lapse")), None)
    written = last.details.get("correct_by") if last and last.verb == "return" else None
    return datetime.fromisoformat(written) if written else None


def _states(work: Work) -> Iterator[str]:
    """Where the history of a nomination or duty does not lead, by arrows that there are, to the state of its row."""
    for table, subject, begins in ((Nomination, "nomination", None), (Duty, "duty", duty.SHAPE.initial)):
        query = (
            select(col(Event.subject_id), col(Event.verb), col(Event.from_state), col(Event.to_state))
            .where(
                col(Event.campaign_id) == work.campaign_id,
                col(Event.subject) == subject,
                col(Event.to_state).is_not(None),
            )
            .order_by(col(Event.subject_id), col(Event.id))
            .execution_options(yield_per=READ)
        )
        standing = select(col(table.id), col(table.state), col(table.track))
        rows = work.connection.execute(standing.where(col(table.campaign_id) == work.campaign_id)).all()
        machines = {row.id: work.shape_of(row.track) if table is Nomination else duty.SHAPE for row in rows}
        with work.connection.execute(query) as events:
            stories = groupby(events, key=lambda row: row.subject_id)
            replayed = {key: _walk(story, machines.get(key, work.shape), begins) for key, story in stories}
        for row_id, state, _track in rows:
            told = replayed.pop(row_id or 0, begins)
            if told != state:
                yield f"{subject} {row_id}：历史为{told}，状态为{state} / history says {told}, the row says {state}"
        for row_id in replayed:
            yield f"{subject} {row_id}：有历史而无此行 / there is a history and no row"


def _walk(story: Iterable[Row[Any, str, str | None, str | None]], machine: Shape, begins: str | None) -> str | None:
    """The state that a story ends in, or None where it does not hang together."""
    state = begins
    for row in story:
        if row.from_state != state or not leads(machine, row.verb, row.from_state, row.to_state):
            return None
        state = row.to_state
    return state

"""Titles of nominations: none stands twice among the living of a unit's track."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import col

from engine.office import Work
from engine.sheets.cleaning import match_key
from engine.tables import Nomination
from engine.texts import title_of
from workflows.reasons import Reason, Refused

_SAME = select(col(Nomination.public_id), col(Nomination.state)).where(
    col(Nomination.unit_id) == bindparam("unit"),
    col(Nomination.track) == bindparam("track"),
    col(Nomination.title_key) == bindparam("title"),
)


def already_there(work: Work, unit_id: int, track: str, title_key: str) -> tuple[Reason, ...]:
    """NOM-01 when the unit has a living nomination of that title on the track. Exact while the unit is locked."""
    for found in work.connection.execute(_SAME, {"unit": unit_id, "track": track, "title": title_key}):
        state = work.shape.state_by_key[found.state]
        if not state.final:
            return (
                Reason(
                    code="NOM-01",
                    zh=f"同名项目已存在（{state.zh}），编号 {found.public_id}",
                    en=f"this title is already there ({state.en}), id {found.public_id}",
                    facts={"id": found.public_id, "state": found.state},
                ),
            )
    return ()


def renamed(work: Work, row: Row[Any], title: str) -> dict[str, Any]:
    """What another title changes of a nomination. Raises Refused (NOM-01, TXT-…)."""
    title = title_of(title)
    key = match_key(title)
    if key != row.title_key and (there := already_there(work, row.unit_id, row.track, key)):
        raise Refused(there)
    return {"title": title, "title_key": key}

"""How many have passed a stage, and whether a batch may pass more of them: asked before anything is stored.

Whoever is past the stage has passed it, also who was eliminated later; who withdrew or was disqualified later leaves
their place to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col

from engine.office import Work
from engine.tables import Nomination
from engine.winners import Planned
from workflows.definition import Shortlist, Stage
from workflows.reasons import Reason
from workflows.winning import may_pass, too_many_pass

N = Nomination


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """The tracks over which a shortlist is counted, and what they are called together."""

    name: str
    english: str
    tracks: tuple[str, ...]
    winners: int | None


def reasons_against(work: Work, planned: Sequence[Planned]) -> tuple[Reason, ...]:
    """WIN-05: where more would have passed a stage than its shortlist lets."""
    found: list[Reason] = []
    for stage in work.definition.stages:
        changes = [(each.row, each.passed) for each in planned if each.row.state == stage.key]
        found += _too_many(work, stage, changes)
    return tuple(found)


def reasons_against_return(work: Work, row: Row[Any]) -> tuple[Reason, ...]:
    """WIN-05, if an ended nomination that is reinstated would again be one who passed."""
    found: list[Reason] = []
    for stage in work.definition.stages:
        after = _has_passed(work, stage, row.resume_state, None, selected=row.selected)
        found += _too_many(work, stage, [(row, after)])
    return tuple(found)


def _too_many(work: Work, stage: Stage, changes: Sequence[tuple[Row[Any], bool]]) -> Iterator[Reason]:
    if stage.shortlist is None:
        return
    for scope in _scopes(work, stage.shortlist):
        mine = [
            after - _has_passed(work, stage, row.state, row.resume_state, selected=row.selected)
            for row, after in changes
            if row.track in scope.tracks
        ]
        if not any(change > 0 for change in mine):  # who only fails some is never refused for it
            continue
        entered, passed = _counted(work, stage, scope)
        limit = may_pass(stage.shortlist, entered=entered, winners=scope.winners)
        if (number := passed + sum(mine)) > limit:
            yield too_many_pass(stage, scope.name, scope.english, limit=limit, entered=entered, number=number)


def _scopes(work: Work, shortlist: Shortlist) -> Iterator[Scope]:
    """Each track; of a multiple of the winners each list, because it is a list that has winners."""
    tracks = work.definition.tracks
    if shortlist.times is None:
        for key, track in tracks.items():
            yield Scope(name=track.name, english=key, tracks=(key,), winners=None)
        return
    for each in work.definition.lists:
        mine = tuple(key for key, track in tracks.items() if track.list == each)
        yield Scope(name=each.name, english=each.english, tracks=mine, winners=each.winners)


def _counted(work: Work, stage: Stage, scope: Scope) -> tuple[int, int]:
    """How many entered the stage, and how many of them have passed it."""
    kinds = (col(N.state), col(N.resume_state), col(N.selected))
    query = select(*kinds, func.count()).where(col(N.campaign_id) == work.campaign_id, col(N.track).in_(scope.tracks))
    entered = passed = 0
    for state, resume, selected, number in work.connection.execute(query.group_by(*kinds)):
        entered += number if _place(work, resume or state) >= _place(work, stage.key) else 0
        passed += number if _has_passed(work, stage, state, resume, selected=selected) else 0
    return entered, passed


def _has_passed(work: Work, stage: Stage, state: str, resume: str | None, *, selected: bool) -> bool:
    if state == stage.key:
        return selected
    if work.shape.state_by_key[state].final:
        return work.shape.state_by_key[state].counted and _place(work, resume or state) > _place(work, stage.key)
    return _place(work, state) > _place(work, stage.key)


def _place(work: Work, state: str) -> int:
    """How far on the way a state is; the ways out are nowhere on it."""
    way = [each.key for each in work.shape.states if not each.final]
    return way.index(state) if state in way else -1

"""The winners of a list, and whether a batch of decisions may make others of them: asked before anything is stored.

Who may add to them is held off first (`hold`): batches go one after the other, and so does who is reinstated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, or_, select
from sqlmodel import col

from engine.judged import behind
from engine.locks import lock_batches
from engine.office import Work
from engine.tables import Nomination, UnitAttribute
from workflows.definition import Definition, RankingList
from workflows.reasons import Reason
from workflows.winning import Winner, reasons_against_winners

N = Nomination


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """What a batch is about to make of a nomination; `last`: in the stage in which it is decided who wins."""

    row: Row[Any]
    passed: bool
    last: bool
    level: str | None = None


def capped(ranking: RankingList) -> bool:
    """Whether a list bounds who wins."""
    return bool(ranking.winners is not None or ranking.shares or any(each.winners for each in ranking.levels))


def hold(work: Work) -> None:
    """Keep others from making winners, or from passing a stage, until this transaction ends. Before any row is held."""
    if bounded(work.definition):
        lock_batches(work.connection, work.campaign_id)


def bounded(definition: Definition) -> bool:
    """Whether a campaign bounds anywhere who wins or who passes."""
    levels = any(each.levels for each in definition.lists)
    return (
        levels or any(capped(each) for each in definition.lists) or any(stage.shortlist for stage in definition.stages)
    )


def reasons_against(work: Work, planned: Sequence[Planned]) -> tuple[Reason, ...]:
    """WIN-01 … WIN-04: why the lists concerned can't have the winners that they would have then."""
    found: list[Reason] = []
    for ranking in work.definition.lists:
        mine = [each for each in planned if each.last and work.definition.tracks[each.row.track].list == ranking]
        if mine and capped(ranking):
            found += reasons_against_winners(ranking, _after(work, ranking, mine))
    return tuple(found)


def standing(work: Work, ranking: RankingList) -> list[Winner]:
    """The winners that a list has."""
    return _after(work, ranking, ())


def _after(work: Work, ranking: RankingList, planned: Sequence[Planned]) -> list[Winner]:
    """The winners that a list will have."""
    levels = {row.id: (row, row.level) for row in of_list(work, ranking)}
    for each in planned:
        levels.pop(each.row.id, None)
        if each.passed:
            levels[each.row.id] = (each.row, each.level)
    declared = _declared(work, {row.unit_id for row, _ in levels.values()}) if ranking.shares else {}
    return [
        Winner(level=level, attributes={**declared.get(row.unit_id, {}), **row.attributes})
        for row, level in levels.values()
    ]


def of_list(work: Work, ranking: RankingList) -> list[Row[Any]]:
    """The nominations that are selected for a list or published on it, or wait for their notice to be over."""
    tracks = [key for key, track in work.definition.tracks.items() if track.list == ranking]
    living = [state.key for state in work.shape.states if not state.final]
    notices = behind(work, ranking)
    won = or_(col(N.selected), col(N.state).in_(notices), col(N.returned_from).in_(notices))
    query = select(N).where(
        col(N.campaign_id) == work.campaign_id, col(N.track).in_(tracks), col(N.state).in_(living), won
    )
    return list(work.connection.execute(query.order_by(col(N.id))).all())


def was_winner(work: Work, row: Row[Any]) -> bool:
    """Whether an ended nomination was among the winners of its list."""
    return row.selected or row.resume_state in behind(work, work.definition.tracks[row.track].list)


def _declared(work: Work, units: Collection[int]) -> Mapping[int, dict[str, str]]:
    query = select(UnitAttribute).where(col(UnitAttribute.unit_id).in_(units))
    found: dict[int, dict[str, str]] = {}
    for row in work.connection.execute(query):
        found.setdefault(row.unit_id, {})[row.attribute] = row.value
    return found

"""What people decide in a rehearsal where a campaign bounds its outcomes: within caps, shares, levels and minimums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from engine import distinctions, shortlists, winners
from engine.access import Actor
from engine.batches import Result
from engine.distinguished import of_list
from engine.judged import is_decision
from engine.office import Work
from engine.rehearsal.theatre import Action, Theatre
from engine.tables import Nomination
from engine.winners import Planned
from workflows.definition import Definition, RankingList
from workflows.distinction import drawn_lists

SOME = 3  # of a drawn list that has no number
SETTLED = timedelta(hours=2)  # after the last stage, when what the clock passes on has gone on


def within(work: Work, results: Sequence[Result]) -> list[Result]:
    """The results as far as they may be: in their order, and whoever there is no place for has not passed."""
    if not winners.bounded(work.definition):
        return list(results)
    rows, kept, found = _rows(work, results), list[Planned](), list[Result]()
    for result in results:
        plan = next(_possible(work, rows[result.id], kept), None) if result.passed else None
        kept += [plan] if plan else []
        found.append(replace(result, passed=plan is not None, level=plan.level if plan else None))
    return found


def _possible(work: Work, row: Row[Any], kept: Sequence[Planned]) -> Iterator[Planned]:
    """As what a nomination may pass beside the others, its best level first."""
    last = is_decision(work, row)
    levels: list[str | None] = [each.key for each in work.definition.tracks[row.track].list.levels] if last else []
    for level in levels or [None]:
        plan = Planned(row=row, passed=True, last=last, level=level)
        planned = [*kept, plan]
        if not winners.reasons_against(work, planned) and not shortlists.reasons_against(work, planned):
            yield plan


def _rows(work: Work, results: Sequence[Result]) -> dict[str, Row[Any]]:
    query = select(Nomination).where(col(Nomination.public_id).in_([result.id for result in results]))
    return {row.public_id: row for row in work.connection.execute(query)}


def write(theatre: Theatre, definition: Definition, secretariat: Actor) -> None:
    """What the secretariat decides beside the winners: drawn lists after the review."""
    due = theatre.calendar()[definition.stages[-1].due].closes
    for drawn in drawn_lists(definition):
        if due:
            theatre.plan(
                due + SETTLED, Action(actor=secretariat, verb="distinguish", what=drawn.name, do=_drawing(drawn))
            )


def _drawing(drawn: RankingList) -> Any:
    def do(work: Work) -> None:
        base = work.definition.list_by_key[drawn.drawn_from or ""]
        free = (drawn.winners or SOME) - len(of_list(work, drawn.key))
        selected = [row for row in winners.of_list(work, base) if row.selected]
        for row in selected[:free]:
            distinctions.distinguish(work, row.public_id, ranking=drawn.key, reason="成绩特别突出 / outstanding")

    return do

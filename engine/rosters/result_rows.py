"""Importing what reviewers found: the results of a preliminary stage, and the final decisions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import select
from sqlmodel import col

from engine import batches, judged
from engine.access import may_change, not_found, visible
from engine.batches import Judged, Result
from engine.judged import ByTrack
from engine.office import Work
from engine.rosters import answers
from engine.rosters.importing import Imported, Line, Notes, Outcome, Upload, each_row, import_table
from engine.sheets.cleaning import match_key
from engine.sheets.specs import PASS
from engine.sheets.table import Row, Table
from engine.tables import Nomination
from workflows.reasons import BangdanError, FileRefused
from workflows.winning import level_named, reasons_against_level

N = Nomination
IDS_AT_ONCE = 500
Take = Callable[[Work, Sequence[Result]], Judged]


def import_results(work: Work, upload: Upload, *, tracks: Collection[str] | None = None) -> Imported:
    """Report results of the stages before the decision; with `tracks`, of these only.

    Late results are taken. Raises FileRefused with every error, Refused (role).
    """
    return _import(work, upload, "results", judged.reported(work), batches.report, tracks=tracks)


def import_decisions(work: Work, upload: Upload) -> Imported:
    """Decide who is to be on the list. One file is one occasion: each contact concerned gets one letter about it."""

    def decide(work: Work, results: Sequence[Result]) -> Judged:
        return batches.decide(work, results, occasion=work.at.isoformat())

    return _import(work, upload, "decisions", judged.decided(work), decide)


def _import(
    work: Work, upload: Upload, kind: str, stages: ByTrack, judge: Take, *, tracks: Collection[str] | None = None
) -> Imported:
    may_change(work.actor)

    def store(table: Table, notes: Notes) -> Sequence[Line]:
        there = _there(work, [row.text("nomination") for row in table.rows])
        results: list[Result] = []

        def take(row: Row) -> Line:
            found = _checked(work, row, there, tracks)
            result = _result(row)
            _check_level(work, row, result, found)
            outcome = _outcome(work, result, found, stages[found.track])
            if outcome is not Outcome.SAME:
                results.append(result)
            return Line(place=row.place, name=found.title, outcome=outcome, id=found.public_id)

        lines = each_row(table, notes, take)
        if results:
            try:
                notes.judged = judge(work, results)
            except BangdanError as refused:
                notes.refuse(refused.reasons, upload.name)
        return lines

    return import_table(work, upload, kind, store)


def _there(work: Work, ids: Sequence[str]) -> dict[str, Record[Any]]:
    query = select(N).where(col(N.campaign_id) == work.campaign_id)
    seen = visible(query, N, work.actor, work.definition)
    found: dict[str, Record[Any]] = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        rows = work.connection.execute(seen.where(col(N.public_id).in_(ids[start : start + IDS_AT_ONCE])))
        found |= {row.public_id: row for row in rows}
    return found


def _checked(work: Work, row: Row, there: dict[str, Record[Any]], tracks: Collection[str] | None) -> Record[Any]:
    """The nomination that the row means: its id and its title must fit, so that a shifted column is noticed."""
    found = there.get(row.text("nomination"))
    if found is None:
        raise FileRefused(reason.at(row.where("nomination")) for reason in not_found(row.text("nomination")).reasons)
    if match_key(row.text("title")) != found.title_key:
        raise FileRefused(answers.other_title(found.title).at(row.where("title")))
    if tracks is not None and found.track not in tracks:
        names = [work.definition.tracks[key].name for key in tracks]
        raise FileRefused(answers.outside_track(work.definition.tracks[found.track].name, names).at(row.place))
    return found


def _result(row: Row) -> Result:
    score = row.number_in("score") if "score" in row.values else None
    rank = row.number_in("rank") if "rank" in row.values else None
    return Result(
        id=row.text("nomination"), passed=row.text("verdict") == PASS, place=row.place,
        score=None if score is None else float(score), rank=None if rank is None else int(rank),
        note=row.text("comment") if "comment" in row.values else "",
        level=(row.text("level") or None) if "level" in row.values else None,
    )  # fmt: skip


def _check_level(work: Work, row: Row, result: Result, found: Record[Any]) -> None:
    """What can't be the level is told at its cell. One that is decided already need not be written again."""
    if "level" in row.values:
        text = result.level or (found.level if result.passed else None)
        reasons = reasons_against_level(work.definition.tracks[found.track].list, text, passed=result.passed)
        if reasons:
            raise FileRefused(reason.at(row.where("level")) for reason in reasons)


def _outcome(work: Work, result: Result, there: Record[Any], stages: Sequence[str]) -> Outcome:
    """Whether the nomination says this result already."""
    level = level_named(work.definition.tracks[there.track].list, result.level or "")
    told = [(result.score, there.score), (result.rank, there.rank), (level and level.key, there.level)]
    agrees = all(said is None or said == stored for said, stored in told)
    if agrees and _verdict(work, there, stages) is result.passed:
        return Outcome.SAME
    return Outcome.CHANGED if there.selected else Outcome.NEW


def _verdict(work: Work, there: Record[Any], stages: Sequence[str]) -> bool | None:
    """What was found of it in these stages: True passed, False failed, None nothing yet."""
    if there.state == work.shape.words("eliminate").target:
        return False if there.resume_state in stages else None
    if there.selected and there.state in stages:
        return True
    order = [state.key for state in work.shape_of(there.track).states if not state.final]
    beyond = stages and there.state in order and order.index(there.state) > order.index(stages[-1])
    return True if beyond else None

"""The verbs of people who have many at once: a track's results, the final decisions, the publication of the list.

All or nothing: every refusal of a batch is collected, each at its row's place, and then nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine import calendars, duties, judged, shortlists, tallies, winners
from engine.access import not_found, visible
from engine.history import record
from engine.judged import ByTrack
from engine.letters import occasional
from engine.locks import lock_batches
from engine.nominations import judge, publish_one, verdict
from engine.office import Work
from engine.sweep import claim_done
from engine.tables import Nomination
from engine.taking import reasons_for
from engine.winners import Planned
from workflows.eligibility import wrong_role
from workflows.reasons import Reason, Refused, refuse
from workflows.winning import level_named, reasons_against_level

NOTHING_SELECTED = Reason(code="PUB-03", zh="没有拟入榜的项目可发布", en="nothing is selected for publication")


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One line of a results file. `place` is where it stands in the file, `rank` and `score` are optional.

    `level` is a level's key or name, in decisions on a list that has levels.
    """

    id: str
    passed: bool
    score: float | None = None
    rank: int | None = None
    note: str = ""
    place: str = ""
    level: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What a batch did; `filed` are the tracks whose results duty it settled."""

    passed: int
    failed: int
    left: int
    filed: tuple[str, ...] = ()


def report(work: Work, results: Sequence[Result]) -> Judged:
    """Report results of the stages before the decision. Late results are taken, and are seen to be late."""
    stages = judged.reported_by(work)
    rows = _judge_all(work, results, stages)
    tracks = sorted({row.track for row in rows.values()})
    filed = tuple(track for track in tracks if duties.settle_results(work, track))
    return _judged(work, results, {row.track for row in rows.values()}, stages, filed)


def decide(work: Work, results: Sequence[Result], *, occasion: str) -> Judged:
    """Decide who is to be on the list, and who is not. Units are told, one digest per contact.

    With the first decision on a track its earlier stages are told too: an institution's results are the secretariat's
    business until then.
    """
    last = judged.decided(work)
    rows = _judge_all(work, results, last)
    tracks = {row.track for row in rows.values()}
    told = [*(row.id for row in rows.values()), *_out_before(work, tracks)]
    occasional.decided(work, told, occasion=f"decision:{occasion}")
    return _judged(work, results, tracks, last, ())


def _out_before(work: Work, tracks: set[str]) -> list[int]:
    """Row ids of what went out in an earlier stage of those tracks on which nothing was decided before."""
    first = [track for track in sorted(tracks) if claim_done(work, f"decided:{track}", 1)]
    query = select(col(Nomination.id), col(Nomination.track), col(Nomination.resume_state)).where(
        col(Nomination.campaign_id) == work.campaign_id,
        col(Nomination.track).in_(first),
        col(Nomination.state) == "eliminated",
    )
    earlier = {track: judged.before(work, track) for track in first}
    rows = work.connection.execute(query.order_by(col(Nomination.id))).all()
    return [row.id for row in rows if row.resume_state in earlier[row.track]]


def publish(work: Work, nominations: Sequence[str] | None = None) -> int:
    """Publish the selected nominations (all, or those with the given ids); the first time makes the date actual."""
    arrow = work.shape.words("publish")
    if work.actor.role not in arrow.roles:  # before anything is looked up: what is selected is not for everybody
        raise Refused(wrong_role(arrow, work.actor.role, work.definition))
    rows = _selected(work) if nominations is None else _all_of(work, nominations)
    if not rows:
        raise Refused(NOTHING_SELECTED)
    _refuse_all((reasons_for(work, row, "publish"), row.title) for row in rows)
    for row in rows:
        publish_one(work, row)
    if calendars.happened(work, work.definition.publication):
        work.calendar_changed()
    record(work, "campaign", work.campaign_id, "publish", count=len(rows))
    occasional.published(work, [row.id for row in rows], occasion=f"published:{work.at.isoformat()}")
    return len(rows)


def _all_of(work: Work, ids: Sequence[str]) -> list[Row[Any]]:
    found = _rows(work, ids)
    _refuse_all((not_found(each).reasons, "") for each in ids if each not in found)
    return list(found.values())


def _judge_all(work: Work, results: Sequence[Result], stages: ByTrack) -> dict[str, Row[Any]]:
    rows = _rows(work, [result.id for result in results])
    _refuse_all(_against(work, result, rows.get(result.id), stages) for result in results)
    _refuse_twice(results)
    planned = [_planned(work, result, rows[result.id]) for result in results]
    _refuse_all([((*winners.reasons_against(work, planned), *shortlists.reasons_against(work, planned)), "")])
    for result, plan in zip(results, planned, strict=True):
        # What is not told stays: a decision without a score leaves the preliminary one.
        told = (("score", result.score), ("rank", result.rank), ("level", plan.level))
        store = {key: value for key, value in told if value is not None}
        details = {**store, "note": result.note} if result.note else store
        judge(work, plan.row, passed=result.passed, store={**store, "level": plan.level}, details=details)
    return rows


def _planned(work: Work, result: Result, row: Row[Any]) -> Planned:
    last = judged.is_decision(work, row)
    level = level_named(work.definition.tracks[row.track].list, result.level or row.level or "")
    return Planned(
        row=row, passed=result.passed, last=last, level=level.key if level and last and result.passed else None
    )


def _against(work: Work, result: Result, row: Row[Any] | None, stages: ByTrack) -> tuple[tuple[Reason, ...], str]:
    if row is None:
        return not_found(result.id).reasons, result.place
    if row.state not in stages[row.track]:
        state = work.shape.state_by_key[row.state]
        names = "、".join(work.definition.stage_by_key[key].name for key in stages[row.track])
        reason = Reason(
            code="RES-02",
            zh=f"“{row.title}”当前为“{state.zh}”，不在{names}阶段，不能报送结果",
            en=f'"{row.title}" is {state.en}, not in {", ".join(stages[row.track])}: no result can be given',
        )
        return (reason,), result.place
    verb = verdict(work, row, passed=result.passed)
    return (*reasons_for(work, row, verb), *_against_level(work, result, row)), result.place


def _against_level(work: Work, result: Result, row: Row[Any]) -> tuple[Reason, ...]:
    """A decision names a level where there are any; one that stands already need not be named again."""
    text = result.level or (row.level if result.passed else None)
    if result.passed and not judged.is_decision(work, row):
        return ()
    return reasons_against_level(work.definition.tracks[row.track].list, text, passed=result.passed)


def _refuse_all(answers: Iterable[tuple[tuple[Reason, ...], str]]) -> None:
    refuse(reason.at(place) for reasons, place in answers for reason in reasons)


def _refuse_twice(results: Sequence[Result]) -> None:
    seen: dict[str, str] = {}
    found = []
    for result in results:
        if result.id in seen:
            first = seen[result.id]
            zh, en = f"编号{result.id}出现两次（另见{first}）", f"id {result.id} stands twice (also at {first})"
            found.append(Reason(code="RES-03", zh=zh, en=en, where=result.place))
        seen.setdefault(result.id, result.place)
    refuse(found)


def _rows(work: Work, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The nominations by public id, locked in one order; unknown and unseen ones are absent."""
    query = select(Nomination).where(col(Nomination.campaign_id) == work.campaign_id)
    seen = visible(query, Nomination, work.actor, work.definition).order_by(col(Nomination.id))
    chunks = [seen.where(col(Nomination.public_id).in_(ids[start : start + 500])) for start in range(0, len(ids), 500)]
    return {row.public_id: row for row in _held(work, chunks)}


def _held(work: Work, queries: Sequence[Select[Any]]) -> list[Row[Any]]:
    """The rows that the queries pick, once their units and counters are held: so nobody changes them any more."""
    if work.connection.dialect.name == "postgresql":
        lock_batches(work.connection, work.campaign_id)
        found = [row for query in queries for row in work.connection.execute(query)]
        tallies.hold(work, units={row.unit_id for row in found}, tracks={row.track for row in found})
    return [row for query in queries for row in work.connection.execute(query.with_for_update())]


def _selected(work: Work) -> list[Row[Any]]:
    query = select(Nomination).where(
        col(Nomination.campaign_id) == work.campaign_id,
        col(Nomination.state).in_(work.shape.sources("publish")),
        col(Nomination.selected).is_(True),
    )
    return _held(work, [query.order_by(col(Nomination.id))])


def _judged(work: Work, results: Sequence[Result], tracks: set[str], stages: ByTrack, filed: tuple[str, ...]) -> Judged:
    waiting = select(col(Nomination.id)).where(
        col(Nomination.campaign_id) == work.campaign_id,
        judged.standing_in(stages, tracks),
        ~col(Nomination.selected),
    )
    passed = sum(result.passed for result in results)
    left = len(work.connection.execute(waiting).all())
    return Judged(passed=passed, failed=len(results) - passed, left=left, filed=filed)

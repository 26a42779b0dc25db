"""Each milestone as planned and as it went, with a verdict: kept, late, still open, or nothing to keep."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import Row, Select, func, select

from bangdan.language import Words
from bangdan.report.duties import Owed
from bangdan.report.words import lateness
from engine.access import visible
from engine.calendars import revisions
from engine.letters.corrections import TEMPLATE as CORRECTION
from engine.office import Work
from engine.queries.actuals import Span, spans
from notifications.tables import LETTER, Letter
from workflows.definition import Milestone
from workflows.timeline import InForce
from workflows.vocabulary import Edge, Judge

Kind = Literal["kept", "moved", "late", "open", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """How a milestone went. `moved`: kept after an extension; `none`: nothing in it can be missed, or be seen."""

    kind: Kind
    words: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """One announcement of a milestone's edge, with who moved it and why, and how many were `told` by letter."""

    at: datetime
    edge: Edge
    instant: datetime
    reason: str
    actor: str
    told: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One milestone. `began` and `ended` are when what it is about was really done."""

    definition: Milestone
    standing: InForce
    moved: tuple[Announced, ...]
    first_closes: datetime | None
    began: datetime | None
    ended: datetime | None
    verdict: Verdict

    @property
    def name(self) -> Words:
        return Words(self.definition.name, self.definition.english)


def courses(work: Work, owed: tuple[Owed, ...]) -> tuple[Course, ...]:
    """Every milestone, in the order of the file."""
    done, told = spans(work, _filed(owed)), _told(work)
    known = work.definition.milestones
    return tuple(_course(work, each, owed, span=done.get(each.key), told=told) for each in known)


def _course(
    work: Work, each: Milestone, owed: tuple[Owed, ...], *, span: Span | None, told: Counter[tuple[str, int]]
) -> Course:
    rows, standing = _revisions(work, each), work.calendar[each.key]
    return Course(
        definition=each, standing=standing, first_closes=rows[0].closes if rows else None,
        moved=tuple(_announced(row, before, told) for before, row in pairwise(rows)),
        began=span[0] if span else None, ended=span[1] if span else None,
        verdict=_verdict(work, each, standing, owed, span),
    )  # fmt: skip


def _revisions(work: Work, each: Milestone) -> list[Row[Any]]:
    """As it was announced, and each time anew; what was moved for some had the date of all before."""
    rows = list(revisions(work.connection, work.campaign_id, each.key))
    if each.of and rows and rows[0].revision > 1:
        rows[:0] = revisions(work.connection, work.campaign_id, each.of)[:1]
    return rows


def _announced(row: Row[Any], before: Row[Any], told: Counter[tuple[str, int]]) -> Announced:
    edge = Edge.OPENS if row.chosen != before.chosen or row.closes == before.closes else Edge.CLOSES
    instant = row.chosen or (row.closes if edge is Edge.CLOSES else row.opens)
    return Announced(
        at=row.made_at, edge=edge, instant=instant, reason=row.reason, actor=row.actor,
        told=told[row.milestone, row.revision],
    )  # fmt: skip


def _told(work: Work) -> Counter[tuple[str, int]]:
    """How many corrections went out, by milestone and revision."""
    key = LETTER.c.milestone, LETTER.c.revision
    query: Select[*tuple[Any, ...]] = (
        select(*key, func.count())
        .where(LETTER.c.campaign_id == work.campaign_id, LETTER.c.template == CORRECTION, LETTER.c.state == "sent")
        .group_by(*key)
    )
    rows = work.connection.execute(visible(query, Letter, work.actor, work.definition))
    return Counter({(milestone, revision): n for milestone, revision, n in rows})


def _filed(owed: tuple[Owed, ...]) -> dict[str, Span]:
    """When each kind of duty was handed in for the first and the last time."""
    kinds: dict[str, list[datetime]] = {}
    for each in owed:
        if each.first:
            kinds.setdefault(each.line.kind, []).append(each.first)
    return {kind: (min(found), max(found)) for kind, found in kinds.items()}


MOVED = Verdict(kind="moved", words=Words("延期后如期", "kept, after an extension"))
KEPT = Verdict(kind="kept", words=Words("如期", "kept"))
NOTHING = Verdict(kind="none", words=Words("", ""))
WAKES = timedelta(minutes=1)  # how often the engine does at the latest what is due
OPEN = Verdict(kind="open", words=Words("未完成", "not done"))


def _verdict(work: Work, each: Milestone, standing: InForce, owed: tuple[Owed, ...], span: Span | None) -> Verdict:
    definition = work.definition
    if each.key == definition.publication:
        return _published(standing)
    due = standing.edge(Edge.CLOSES)
    if each.key == definition.collection:
        kept = MOVED if standing.closes_revision > 1 else KEPT
        return kept if due and due <= work.at else OPEN
    mine = [one for one in owed if one.milestone == each.key]
    if mine:
        return _handed_in(mine)
    judging = [stage for stage in definition.stages if stage.due == each.key]
    if judging and due:
        by_clock = all(stage.judge is Judge.CLOCK for stage in judging)
        return _in_time(due + definition.settle + WAKES if by_clock else due, span, work.at)
    return NOTHING


def _published(standing: InForce) -> Verdict:
    planned, actual = standing.chosen or standing.closes, standing.actual
    if actual is None:
        return OPEN
    # The chosen date is a day: published at any time of it is in time.
    limit = planned + timedelta(days=1) if standing.chosen and planned else planned
    return _late(actual - limit) if limit and actual >= limit else KEPT


def _handed_in(mine: list[Owed]) -> Verdict:
    worst = max((one.late for one in mine if one.late is not None), default=None)
    if any(one.missing for one in mine):
        return OPEN
    return KEPT if worst is None else _late(worst)


def _in_time(due: datetime, span: Span | None, now: datetime) -> Verdict:
    if span is None:
        return OPEN if now >= due else NOTHING
    return KEPT if span[1] < due else _late(span[1] - due)


def _late(span: timedelta) -> Verdict:
    said = lateness(span)
    return Verdict(kind="late", words=Words(f"迟{said.zh}", f"{said.en} late"))

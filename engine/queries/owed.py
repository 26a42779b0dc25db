"""Duties: what institutions and units owe, by when, and how late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine import unreported
from engine.access import not_found, visible
from engine.dues import Dues, kind_of
from engine.office import Work
from engine.tables import Duty, Nomination, Unit
from workflows.definition import DutyKind
from workflows.duty import OWING, SHAPE
from workflows.vocabulary import Fulfilment


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyLine:
    """One duty: of an institution for a track, of a unit (`unit` is its code), or of a unit for a nomination.

    `left` counts the results that still have to be reported; `due` is None where no date is set or known.
    """

    id: str
    kind: str
    name: str
    english: str
    institution: str
    institution_name: str
    track: str
    track_name: str
    state: str
    state_zh: str
    state_en: str
    due: datetime | None
    overdue: bool
    owing: bool
    left: int
    document: str
    filed_at: datetime | None
    unit: str = ""
    unit_name: str = ""
    nomination: str = ""
    title: str = ""

    @property
    def owner(self) -> str:
        """Who owes it."""
        return self.unit_name or self.institution_name

    @property
    def about(self) -> str:
        """For what it is owed; empty for what a unit owes once."""
        return self.title or self.track_name


@dataclass(frozen=True, kw_only=True, slots=True)
class KindLine:
    """How one duty stands: what is owed no more is not counted; `waiting` is filed and not accepted yet."""

    kind: str
    name: str
    english: str
    due: datetime | None
    total: int
    owing: int
    overdue: int
    waiting: int


def duties(
    work: Work, *, institution: str | None = None, unit: str | None = None, owing: bool = False,
    overdue: bool = False, undated: bool = False,
) -> list[DutyLine]:  # fmt: skip
    """The duties that the actor may see, those due first in front; `unit` is a unit's code."""
    query = _DUTIES.where(col(Duty.campaign_id) == work.campaign_id)
    if institution is not None:
        query = query.where(col(Duty.institution) == institution)
    if unit is not None:
        query = query.where(col(Unit.code) == unit)
    if owing or overdue:
        query = query.where(col(Duty.state).in_(OWING))
    lines = _lines(work, work.connection.execute(visible(query, Duty, work.actor, work.definition)))
    shown = [one for one in lines if (one.overdue or not overdue) and (one.due is None or not undated)]
    order = {key: place for place, key in enumerate((*work.definition.duty_by_key, "", *work.definition.tracks))}
    return sorted(shown, key=lambda one: (one.due is None, one.due, order.get(one.kind, len(order)),
                                        order.get(one.track, len(order))))  # fmt: skip


_DUTIES: Select[*tuple[Any, ...]] = (
    select(Duty, col(Unit.code).label("unit"), col(Unit.name).label("unit_name"),
           col(Nomination.public_id).label("nomination"), col(Nomination.title).label("title"))
    .outerjoin(Unit, col(Unit.id) == col(Duty.unit_id))
    .outerjoin(Nomination, col(Nomination.id) == col(Duty.nomination_id))
    .order_by(col(Duty.id))
)  # fmt: skip


def kinds(work: Work, lines: Iterable[DutyLine]) -> list[KindLine]:
    """The same by duty, in the order of the file."""
    counted = [one for one in lines if one.state != SHAPE.words("void").target]
    found: dict[str, list[DutyLine]] = {}
    for one in counted:
        found.setdefault(one.kind, []).append(one)
    return [_kind(work, kind, found[key]) for key, kind in work.definition.duty_by_key.items() if key in found]


def _kind(work: Work, kind: DutyKind, lines: list[DutyLine]) -> KindLine:
    states = Counter(one.state for one in lines)
    return KindLine(
        kind=kind.key, name=kind.name, english=kind.english, due=Dues(work=work).due(kind, None), total=len(lines),
        owing=sum(one.owing for one in lines), overdue=sum(one.overdue for one in lines),
        waiting=sum(states[source] for source in SHAPE.sources("accept")),
    )  # fmt: skip


def one(work: Work, public_id: str) -> DutyLine:
    """The duty with that public id, as far as the actor may see it. Raises NotFound."""
    query = _DUTIES.where(col(Duty.campaign_id) == work.campaign_id, col(Duty.public_id) == public_id)
    found = _lines(work, work.connection.execute(visible(query, Duty, work.actor, work.definition)))
    if not found:
        raise not_found(public_id)
    return found[0]


def duty_line(work: Work, row: Row[Any]) -> DutyLine:
    """One duty's row as a line."""
    (line,) = _lines(work, work.connection.execute(_DUTIES.where(col(Duty.id) == row.id)))
    return line


def _lines(work: Work, rows: Iterable[Row[Any]]) -> list[DutyLine]:
    waiting, dues = _waiting(work), Dues(work=work)
    return [_line(work, row, waiting, dues) for row in rows]


def _waiting(work: Work) -> dict[str | None, Counter[str]]:
    stages = {kind.stage for kind in work.definition.duties if kind.fulfilment is Fulfilment.RESULTS and kind.stage}
    return {stage: unreported.by_track(work, stage) for stage in stages}


def _line(work: Work, row: Row[Any], waiting: dict[str | None, Counter[str]], dues: Dues) -> DutyLine:
    kind, state = kind_of(work, row.kind), SHAPE.state_by_key[row.state]
    institution, track = work.definition.institution_by_key.get(row.institution), work.definition.tracks.get(row.track)
    due = dues.due(kind, row.unit_id, row.track)
    owing = row.state in OWING
    results = kind.fulfilment is Fulfilment.RESULTS
    return DutyLine(
        id=row.public_id, kind=kind.key, name=kind.name, english=kind.english, institution=row.institution or "",
        institution_name=institution.name if institution else row.institution or "", track=row.track,
        track_name=track.name if track else "", state=state.key, state_zh=state.zh, state_en=state.en,
        due=due, overdue=owing and due is not None and due <= work.at, owing=owing,
        left=waiting[kind.stage][row.track] if results and owing else 0, document=row.document,
        filed_at=row.filed_at, unit=row.unit or "", unit_name=row.unit_name or "", nomination=row.nomination or "",
        title=row.title or "",
    )  # fmt: skip

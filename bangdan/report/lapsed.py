"""Nominations that lapsed at the deadline: why each did, and whose they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row, Select, func, select
from sqlmodel import col

from bangdan.language import Words
from engine.access import visible
from engine.cases import missing_of
from engine.letters.addressees import of_units
from engine.office import Work
from engine.rulings import keeps_out
from engine.tables import Event, Nomination, Unit

Cause = Literal["ready", "incomplete", "returned", "waiver"]
TOP = 12  # units shown
N, E = Nomination, Event

CAUSES: Mapping[Cause, tuple[Words, Words, Words]] = {
    "ready": (Words("材料齐全，未提交", "complete, never submitted"), Words("推荐单位", "the unit"),
              Words("截止前点击“提交”", "submit before the deadline")),
    "incomplete": (Words("材料不齐", "incomplete"), Words("申报单位", "the applicant"),
                   Words("补齐材料，由推荐单位提交", "complete the material; the unit submits")),
    "returned": (Words("退回后未再提交", "returned, not submitted again"), Words("推荐单位", "the unit"),
                 Words("按退回意见修改后提交", "correct and submit again")),
    "waiver": (Words("历年入选，未获豁免", "on an earlier edition, not waived"), Words("秘书处", "the secretariat"),
               Words("截止前决定是否豁免", "decide on a waiver before the deadline")),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitLapses:
    """One unit's lapsed nominations, with whom to ask about them."""

    unit: str
    count: int
    causes: Mapping[Cause, int]
    people: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lapses:
    """All that lapsed."""

    total: int
    causes: Mapping[Cause, int]
    units: tuple[UnitLapses, ...]
    more_units: int
    waiting: tuple[tuple[str, str], ...]


def lapses(work: Work) -> Lapses:
    """What stands lapsed, by cause and by unit; `waiting` are titles and units of those that waited for a waiver."""
    rows = [(row, _cause(work, row)) for row in work.connection.execute(_query(work))]
    by_unit: dict[int, list[tuple[Row[Any], Cause]]] = {}
    for row, cause in rows:
        by_unit.setdefault(row.unit_id, []).append((row, cause))
    order = sorted(by_unit.values(), key=lambda mine: (-len(mine), mine[0][0].unit))
    people = of_units(work, units=[mine[0][0].unit_id for mine in order[:TOP]])
    return Lapses(
        total=len(rows), causes=Counter(cause for _, cause in rows),
        units=tuple(_unit(mine, people) for mine in order[:TOP]), more_units=max(0, len(order) - TOP),
        waiting=tuple((row.title, row.unit) for row, cause in rows if cause == "waiver"),
    )  # fmt: skip


def _unit(mine: list[tuple[Row[Any], Cause]], people: Mapping[int, list[Any]]) -> UnitLapses:
    row = mine[0][0]
    asked = "；".join(f"{one.name} {one.phones}".strip() for one in people.get(row.unit_id, ())[:2])
    return UnitLapses(unit=row.unit, count=len(mine), causes=Counter(cause for _, cause in mine), people=asked)


def _query(work: Work) -> Select[*tuple[Any, ...]]:
    """Each lapsed nomination with the state in which the deadline found it, the last one if it was open again."""
    last = select(func.max(col(E.id))).where(col(E.subject) == "nomination", col(E.verb) == "lapse")
    query: Select[*tuple[Any, ...]] = (
        select(col(N.id), col(N.unit_id), col(Unit.name).label("unit"), col(N.title), col(N.track), col(N.applicant),
               col(N.materials), col(N.attributes), col(N.earlier), col(N.waiver), col(E.from_state).label("found_in"))
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .join(Event, col(E.id).in_(last.group_by(col(E.subject_id))) & (col(E.subject_id) == col(N.id)))
        .where(col(N.campaign_id) == work.campaign_id, col(N.state) == work.shape.words("lapse").target)
        .order_by(col(N.id), col(E.id))
    )  # fmt: skip
    return visible(query, Nomination, work.actor, work.definition)


def _cause(work: Work, row: Row[Any]) -> Cause:
    if row.found_in == "returned":
        return "returned"
    if keeps_out(row):
        return "waiver"
    return "incomplete" if missing_of(work, row.track, row.materials, row.applicant, row.attributes) else "ready"

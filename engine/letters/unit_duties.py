"""What a letter tells of what units owe: for themselves and for their nominations. One query, however many units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine.dues import Dues, of_units
from engine.letters.letterhead import when
from engine.office import Work
from engine.tables import Duty, Nomination, Unit
from workflows.definition import DutyKind, Milestone
from workflows.duty import OWING, SHAPE
from workflows.instants import zone_of
from workflows.slots import hours
from workflows.vocabulary import Decisive, Edge, Fulfilment

_ROWS: Select[*tuple[Any, ...]] = (
    select(Duty, col(Unit.name).label("unit"), col(Nomination.title).label("title"))
    .join(Unit, col(Unit.id) == col(Duty.unit_id))
    .outerjoin(Nomination, col(Nomination.id) == col(Duty.nomination_id))
    .order_by(col(Duty.id))
)


def owing(work: Work, *, due: str | None = None, units: Collection[int] | None = None) -> list[Row[Any]]:
    """What units still owe, in the order of the file; `due` names the milestone that counts, `units` row ids."""
    kinds = {kind.key: kind for kind in of_units(work)}
    if not kinds:
        return []
    query = _ROWS.where(
        col(Duty.campaign_id) == work.campaign_id, col(Duty.kind).in_(kinds), col(Duty.state).in_(OWING)
    )
    if units is not None:
        query = query.where(col(Duty.unit_id).in_(units))
    order, dues = list(kinds), Dues(work=work)
    rows = sorted(work.connection.execute(query), key=lambda row: order.index(row.kind))
    return [row for row in rows if due is None or dues.ends_with(kinds[row.kind], row.unit_id, row.track) == due]


def overdue(work: Work) -> list[Row[Any]]:
    """What units still owe though its date has passed."""
    dues, kinds = Dues(work=work), work.definition.duty_by_key
    found = [(row, dues.due(kinds[row.kind], row.unit_id, row.track)) for row in owing(work)]
    return [row for row, due in found if due is not None and due <= work.at]


def by_unit(work: Work, rows: Collection[Row[Any]]) -> dict[int, list[dict[str, Any]]]:
    """The rows as plain values, by the unit's row id."""
    dues = Dues(work=work)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(line(work, row, dues))
    return found


def row_of(work: Work, duty_id: int) -> Row[Any]:
    """One unit's duty by row id."""
    return work.connection.execute(_ROWS.where(col(Duty.id) == duty_id)).one()


def line(work: Work, row: Row[Any], dues: Dues) -> dict[str, Any]:
    """One duty as plain values; `track` is what it is for, empty for what a unit owes once."""
    kind, state = work.definition.duty_by_key[row.kind], SHAPE.state_by_key[row.state]
    due, owes = dues.due(kind, row.unit_id, row.track), row.state in OWING
    return {
        "name": kind.name, "english": kind.english, "track": row.title or "", "state": state.zh, "state_en": state.en,
        "owing": owes, "overdue": owes and due is not None and due <= work.at, "due": when(work, due, Edge.CLOSES),
        "results": False, "left": 0, "of_unit": True, "receipt": kind.fulfilment is Fulfilment.RECEIPT,
        "how": _how(work, kind, dues.announced(kind, row.unit_id, row.track)),
    }  # fmt: skip


def _how(work: Work, kind: DutyKind, milestone: Milestone | None) -> dict[str, str]:
    """How something on paper counts, and when it can be handed in; empty for what is filed here."""
    if kind.fulfilment is not Fulfilment.RECEIPT or kind.due is None:
        return {"zh": "", "en": ""}
    if kind.decisive is Decisive.POSTMARK:
        return {"zh": "以邮戳日期为准", "en": "the postmark counts"}
    zone, slots = zone_of(work.definition.zone), milestone.slots if milestone else ()
    return {
        "zh": "以收到时间为准" + (f"；接收时段：{hours(slots, zone, zh=True)}" if slots else ""),
        "en": "its arrival counts" + (f"; hours for handing in: {hours(slots, zone, zh=False)}" if slots else ""),
    }

"""Calls that people make: ticking one off the call sheet, and taking a tick back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, update
from sqlmodel import col

from engine.access import may_office
from engine.history import record
from engine.office import Work
from engine.queries.calls import DONE, OPEN, find
from engine.tables import Call
from engine.texts import line_of_text
from workflows.reasons import Reason, Refused


def tick(work: Work, call: str, *, note: str = "") -> None:
    """Somebody was told by phone. From then on they count as told. Raises NotFound, Refused (TEL-01)."""
    may_office(work.actor)
    row = find(work, call)
    note = line_of_text(note, what="备注", what_en="note", empty=True)
    settled = {"state": DONE, "settled_at": work.at, "settled_by": work.actor.name, "note": note}
    if not _moved(work, row, OPEN, settled):
        raise Refused(
            Reason(code="TEL-01", zh=f"此电话已办结或取消：{row.name}（{row.of}）",
                   en=f"this call is settled or cancelled: {row.name} ({row.of})")
        )  # fmt: skip
    record(work, "call", row.id, "tick", name=row.name, of=row.of, occasion=row.occasion, note=note)


def untick(work: Work, call: str) -> None:
    """It was ticked off by mistake: they are to be called still. Raises NotFound, Refused (TEL-02)."""
    may_office(work.actor)
    row = find(work, call)
    if not _moved(work, row, DONE, {"state": OPEN, "settled_at": None, "settled_by": "", "note": ""}):
        raise Refused(
            Reason(code="TEL-02", zh=f"此电话未标为“已通知”，无可撤销：{row.name}（{row.of}）",
                   en=f"this call is not ticked off, so there is nothing to take back: {row.name} ({row.of})")
        )  # fmt: skip
    record(work, "call", row.id, "untick", name=row.name, of=row.of, occasion=row.occasion, note=row.note)


def _moved(work: Work, row: Row[Any], source: str, values: dict[str, Any]) -> bool:
    """Whether it was in that state still: of two who tick at the same moment one is told so."""
    mine = update(Call).where(col(Call.id) == row.id, col(Call.state) == source).values(values)
    return work.connection.execute(mine).rowcount == 1

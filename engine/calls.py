"""Calls that people make: ticking one off the call sheet, and taking a tick back."""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import col

from engine.access import may_office
from engine.history import record
from engine.office import Work
from engine.queries.calls import OPEN, find
from engine.tables import Call
from engine.texts import line_of_text
from workflows.reasons import Reason, Refused

DONE = "done"


def tick(work: Work, call: str, *, note: str = "") -> None:
    """Somebody was told by phone. From then on they count as told. Raises NotFound, Refused (TEL-01)."""
    may_office(work.actor)
    row = find(work, call)
    if row.state != OPEN:
        raise Refused(
            Reason(code="TEL-01", zh=f"此电话已办结或取消：{row.name}（{row.of}）",
                   en=f"this call is settled or cancelled: {row.name} ({row.of})")
        )  # fmt: skip
    note = line_of_text(note, what="备注", what_en="note", empty=True)
    values = {"state": DONE, "settled_at": work.at, "settled_by": work.actor.name, "note": note}
    work.connection.execute(update(Call).where(col(Call.id) == row.id).values(values))
    record(work, "call", row.id, "tick", name=row.name, of=row.of, occasion=row.occasion, note=note)

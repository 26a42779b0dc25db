"""What verbs did, as plain values in both languages: what is kept for a repeated request, and what every door shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine.office import Work
from engine.queries.owed import one
from engine.rosters import Imported, Outcome
from engine.tables import Nomination, Unit
from engine.taking import Answer
from engine.windows import has_classes
from workflows.duty import SHAPE
from workflows.reasons import Reason


def answered(work: Work, verb: str, answer: Answer) -> dict[str, Any]:
    """What a verb did to a nomination, when it was accepted, and the deadline it was compared with."""
    query = (
        select(col(Nomination.title), col(Nomination.track), col(Unit.code), col(Unit.name))
        .join(Unit, col(Unit.id) == col(Nomination.unit_id))
        .where(col(Nomination.public_id) == answer.id)
    )
    row = work.connection.execute(query).one()
    state = work.shape.state_by_key[answer.state]
    return {
        "id": answer.id, "verb": verb, "title": row.title, "track": row.track,
        "track_name": work.definition.tracks[row.track].name, "unit": row.code, "unit_name": row.name,
        "state": answer.state, "state_zh": state.zh, "state_en": state.en, "at": answer.at.isoformat(),
        "closes": _iso(answer.closes), "zone": work.definition.zone,
    }  # fmt: skip


def duty(work: Work, public_id: str) -> dict[str, Any]:
    """How a duty stands after something was done about it. Raises NotFound."""
    line = one(work, public_id)
    # What arrived is measured by its own date, which may be before the day on which that is written down.
    counts = line.filed_at if line.state == SHAPE.words("confirm").target and line.filed_at else work.at
    ahead = line.due is not None and line.due > counts
    return {
        "id": line.id, "kind": line.kind, "name": line.name, "english": line.english, "track": line.track,
        "track_name": line.track_name, "institution": line.institution, "institution_name": line.institution_name,
        "unit": line.unit, "nomination": line.nomination, "about": line.about, "owner": line.owner,
        "document": line.document,
        "state": line.state, "state_zh": line.state_zh, "state_en": line.state_en, "at": work.at.isoformat(),
        "closes": _iso(line.due) if line.due and line.due > work.at else None, "zone": work.definition.zone,
        "due": _iso(line.due), "late": bool(line.due and not ahead),
    }  # fmt: skip


def imported(work: Work, done: Imported) -> dict[str, Any]:
    """What the import of a file did, or would do."""
    judged = done.judged
    one_end = done.kind == "nominations" and not has_classes(work)  # with several, each row was compared with its own
    closes = work.calendar[work.definition.collection].closes if one_end else None
    return {
        "kind": done.kind, "preview": done.preview, "digest": done.digest, "at": work.at.isoformat(),
        "zone": work.definition.zone, "counts": {outcome.value: done.count(outcome) for outcome in Outcome},
        "closes": closes.isoformat() if closes and closes > work.at else None,
        "lines": [{"place": line.place, "name": line.name, "outcome": line.outcome.value, "id": line.id}
                  for line in done.lines],
        "remarks": [reason(each) for each in done.remarks], "matched": done.matched,
        "judged": judged and {"passed": judged.passed, "failed": judged.failed, "left": judged.left,
                              "filed": [work.definition.tracks[track].name for track in judged.filed]},
    }  # fmt: skip


def reason(said: Reason) -> dict[str, Any]:
    """A reason as JSON has it."""
    return {"code": said.code, "zh": said.zh, "en": said.en, "where": said.where, "facts": dict(said.facts)}


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None

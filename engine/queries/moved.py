"""What moving a date did, as plain values in both languages, for every door that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine.effects import Effect, Shift
from engine.moving import Moved
from engine.office import Work
from engine.tables import Call
from notifications.tables import LETTER
from workflows.timeline import InForce

NAMED = 10  # people that are named


def plain_move(work: Work, effect: Effect[Moved]) -> dict[str, Any]:
    """The old date and the new one, whom it concerns, who is corrected, and what moved or was stopped with it."""
    moved = effect.answer
    return {
        **plain_date(work, moved),
        "shifts": [plain_shift(each) for each in effect.shifts],
        "stopped": {"letters": effect.letters_stopped, "calls": effect.calls_stopped},
    }  # fmt: skip


def plain_date(work: Work, moved: Moved) -> dict[str, Any]:
    """The same of one date by itself."""
    standing = work.definition.milestone_by_key[moved.new.milestone]
    return {
        "milestone": standing.key, "name": standing.name, "english": standing.english, "revision": moved.new.revision,
        "at": work.at.isoformat(), "zone": work.definition.zone, "reopened": moved.reopened,
        "affected": moved.affected, "letters": moved.told.letters, "calls": moved.told.calls,
        "people": list(_people(work, moved)),
        "old": _edges(moved.old), "new": _edges(moved.new),
    }  # fmt: skip


def plain_shift(shift: Shift) -> dict[str, Any]:
    """One edge of the calendar that is another now."""
    return {
        "milestone": shift.milestone, "name": shift.name, "english": shift.english, "edge": shift.edge.value,
        "old": _iso(shift.old), "new": _iso(shift.new), "earlier": shift.earlier,
    }  # fmt: skip


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _edges(standing: InForce) -> dict[str, Any]:
    return {
        "opens": _iso(standing.opens), "closes": _iso(standing.closes), "chosen": _iso(standing.chosen),
        "suspended": standing.suspended, "follows": standing.closes_of,
    }  # fmt: skip


def _people(work: Work, moved: Moved) -> Iterable[str]:
    """The first of those who get the correction, as far as anybody gets one."""
    milestone, revision = moved.new.milestone, moved.new.revision
    letters = select(LETTER.c.to_name).where(
        LETTER.c.campaign_id == work.campaign_id, LETTER.c.milestone == milestone, LETTER.c.revision == revision,
        LETTER.c.created_at == work.at,
    )  # fmt: skip
    calls = select(col(Call.name)).where(
        col(Call.campaign_id) == work.campaign_id, col(Call.milestone) == milestone, col(Call.revision) == revision,
        col(Call.made_at) == work.at,
    )  # fmt: skip
    found: list[str] = []
    for query in (letters.order_by(LETTER.c.id), calls.order_by(col(Call.id))):
        found += work.connection.execute(query.limit(NAMED)).scalars()
    return found[:NAMED]

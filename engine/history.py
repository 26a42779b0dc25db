"""The history: one appended line for everything that happens, written by the transition itself.

What happens while the clock is in doubt says so, with both readings: it was done by one that may turn out to be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from engine.office import Work
from engine.tables import Event

_APPEND = insert(Event)


def record(
    work: Work, subject: str, subject_id: int, verb: str, *, source: str | None = None, target: str | None = None,
    **details: Any,
) -> None:  # fmt: skip
    """Append one event, with what `witness.note` was told since the last one.

    `subject` names the table; `details` are plain values (str, int, bool, None).
    """
    event = line(work, subject, subject_id, verb, source=source, target=target, details=details)
    work.connection.execute(_APPEND, {**event, "rows": work.witnessed or None})
    work.witnessed = []


def record_many(work: Work, lines: Sequence[Mapping[str, Any]]) -> None:
    """Append events made by `line`, in one statement."""
    if lines:
        work.connection.execute(_APPEND, list(lines))


def line(
    work: Work, subject: str, subject_id: int, verb: str, *, source: str | None, target: str | None,
    details: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The row of one event, by this transaction's actor and instant."""
    actor = work.actor
    return {
        "campaign_id": work.campaign_id, "at": work.at, "role": actor.role.value, "actor": actor.name,
        "behalf": actor.behalf, "subject": subject, "subject_id": subject_id, "verb": verb,
        "from_state": source, "to_state": target, "details": {**_readings(work), **details}, "rows": None,
    }  # fmt: skip


def _readings(work: Work) -> dict[str, str]:
    if work.doubt is None:
        return {}
    return {"clock_wall": work.doubt.wall(work.at).isoformat(), "clock_carried": work.at.isoformat()}

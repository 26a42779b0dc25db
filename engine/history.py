"""The history: one appended line for everything that happens, written by the transition itself.

What happens while the clock is in doubt says so, with both readings: it was done by one that may turn out to be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from engine.changes import telling
from engine.office import Work
from engine.personal import words
from engine.tables import Event
from notifications.prepared import Prepared

_APPEND = insert(Event)
_APPEND_ONE = Prepared(_APPEND.inline())


def record(
    work: Work, subject: str, subject_id: int, verb: str, *, source: str | None = None, target: str | None = None,
    **details: Any,
) -> None:  # fmt: skip
    """Append one event, with what `witness.note` was told since the last one.

    `subject` names the table; `details` are plain values (str, int, bool, None).
    """
    event = line(work, subject, subject_id, verb, source=source, target=target, details=details)
    _APPEND_ONE.ask(work.connection, {**event, "rows": list(work.witnessed) or None})
    work.witnessed.clear()  # the list itself: copies of this work share it


def record_many(
    work: Work, subject: str, ids: Sequence[int], verb: str, *, source: str | None, target: str | None,
    details: Mapping[str, Any],
) -> None:  # fmt: skip
    """Append the same event for many of `subject`, in one statement."""
    if ids:
        event = line(work, subject, 0, verb, source=source, target=target, details=details)
        work.connection.execute(_APPEND, [{**event, "subject_id": each} for each in ids])


def line(
    work: Work, subject: str, subject_id: int, verb: str, *, source: str | None, target: str | None,
    details: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The row of one event, by this transaction's actor and instant; its words are stored with it."""
    telling.note(work.connection, work.campaign_id)
    actor = work.actor
    plain, said = words.kept(work, details)
    return {
        "campaign_id": work.campaign_id, "at": work.at, "role": actor.role.value,
        "actor": words.name_kept(work, actor.name, actor.caller),
        "behalf": words.name_kept(work, actor.behalf, f"unit:{actor.unit_id}"),
        "subject": subject, "subject_id": subject_id, "verb": verb,
        "from_state": source, "to_state": target, "details": {**_readings(work), **plain}, "words": said, "rows": None,
    }  # fmt: skip


def _readings(work: Work) -> dict[str, str]:
    if work.doubt is None:
        return {}
    return {"clock_wall": work.doubt.wall(work.at).isoformat(), "clock_carried": work.at.isoformat()}

"""A day by which a list is narrowed, as a page's field sends it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from engine.office import Work
from workflows.instants import zone_of
from workflows.reasons import Reason, Refused


def beginning(work: Work, text: str, where: str, *, after: int = 0) -> datetime | None:
    """When a day begins by the campaign's clocks, `after` days later; None for no day. Raises Refused (FLT-02)."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=after)
        return datetime.combine(day, time(), zone_of(work.definition.zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(_no_day(text, where)) from error


def _no_day(text: str, where: str) -> Reason:
    return Reason(
        code="FLT-02", where=where, zh=f"日期写作 2025-03-14，读到 {text[:20]!r}",
        en=f"write a day like 2025-03-14; read {text[:20]!r}",
    )  # fmt: skip

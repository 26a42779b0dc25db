"""Lengths in whole days, calendar or working ones, and the day on which they end."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta, tzinfo

from workflows.definition import Length
from workflows.reasons import Reason
from workflows.spans import LONGEST_DAYS, SpanRefused
from workflows.workdays import Workdays

_DAYS = re.compile(
    r"(?P<number>[0-9]{1,4})\s*个?\s*(?:(?P<working>工作日|working\s+days?)|天|日|自然日|(?:calendar\s+)?days?)"
)


def read_days(text: str) -> Length:
    """“5个工作日”, “10天”, “10 working days”: at least one day. Raises `SpanRefused` (CFG-54)."""
    found = _DAYS.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    number = int(found["number"]) if found else 0
    if not found or not 0 < number <= LONGEST_DAYS:
        zh, en = '看不懂这个天数，可写 "10天"、"5个工作日"', 'no valid number of days; write "10天", "5 working days"'
        raise SpanRefused(Reason(code="CFG-54", zh=zh, en=en))
    if found["working"]:
        return Length(text=f"{number}个工作日", working=number)
    return Length(text=f"{number}天", days=number)


def end_after(at: datetime, length: Length, *, zone: tzinfo, workdays: Workdays) -> datetime:
    """The end (24:00) of the day that lies `length` after the day of `at`, which is not counted itself.

    Raises `YearUnknown` (CAL-01) where working days of an unpublished year would have to be counted.
    """
    day = (at + (length.span or timedelta())).astimezone(zone).date()
    last = workdays.add(day, length.working) if length.working else day + timedelta(days=length.days or 0)
    return datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)

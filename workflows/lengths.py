"""When a length of time is over: days end with the last of them, at its 24:00, and a span to the microsecond."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from workflows.definition import Length
from workflows.workdays import Workdays

ONE_DAY = timedelta(days=1)


def end_after(at: datetime, length: Length, *, zone: tzinfo, workdays: Workdays) -> datetime:
    """The end of what lasts so long from `at`, whose day is not counted itself.

    Raises `YearUnknown` (CAL-01) where working days of an unpublished year would have to be counted.
    """
    if length.span is not None:
        return at + length.span
    return day_over(last_day(at.astimezone(zone).date(), length, workdays), zone)


def last_day(day: date, length: Length, workdays: Workdays, *, counted: bool = False) -> date:
    """The last of so many days from `day`, which is itself `counted` or not. Raises `YearUnknown`."""
    if length.working is not None:
        return workdays.add(day, length.working, count_anchor=counted)
    return day + timedelta(days=(length.days or 0) - counted)


def day_over(day: date, zone: tzinfo) -> datetime:
    """The 24:00 of a day."""
    return midnight(day + ONE_DAY, zone)


def midnight(day: date, zone: tzinfo) -> datetime:
    """As the day begins; where the clock skips midnight, the first instant after it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)

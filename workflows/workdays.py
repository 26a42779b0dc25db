"""Working days of the State Council, make-up days included (调休).

The years that `chinesecalendar` carries are built in; a table that the secretariat enters for a year replaces the
built-in one whole, whether the year is new or was amended. A year without a table is not known: nothing is counted
across it, because “no holidays” would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from workflows.reasons import BangdanError, Reason

ONE_DAY = timedelta(days=1)


class YearUnknown(BangdanError):
    """The holidays of that year are not published, or not on file (CAL-01).

    Remedy: enter the State Council's notice as `config/holidays-YYYY.toml`.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class HolidayYear:
    """One year as the State Council arranged it: days off (weekends among them or not) and weekend days worked."""

    year: int
    holidays: frozenset[date]
    makeups: frozenset[date]
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Workdays:
    """The working days that are known: `overrides`, of which a later one for the same year wins, then the built-in."""

    overrides: tuple[HolidayYear, ...] = ()

    def year(self, number: int) -> HolidayYear:
        """The table of one year. Raises `YearUnknown`."""
        entered = {each.year: each for each in self.overrides}
        found = entered.get(number) or _built_in().get(number)
        if found is None:
            raise _unknown(number)
        return found

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day. Raises `YearUnknown`, like everything below."""
        table = self.year(day.year)
        return day in table.makeups or (day.weekday() < 5 and day not in table.holidays)

    def add(self, day: date, n: int, *, count_anchor: bool = False) -> date:
        """The working day `n` working days after `day`, or before it if `n` is negative; `day` itself for 0.

        “公示 5 个工作日” counts the first day, so a working `day` is day 1 (`count_anchor`); “延长 5 个工作日” doesn't.
        """
        step = ONE_DAY if n > 0 else -ONE_DAY
        left = abs(n)
        if left and count_anchor and self.is_workday(day):
            left -= 1
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def between(self, a: date, b: date, *, count_anchor: bool = False) -> int:
        """How many working days lead from `a` to `b`: `add` undone, so negative if `b` is earlier.

        Counts the working days after `a` up to and including `b`; with `count_anchor` a working `a` too.
        """
        if b < a:
            return -self._count(b, a - ONE_DAY) - (count_anchor and self.is_workday(a))
        return self._count(a + ONE_DAY, b) + (count_anchor and self.is_workday(a))

    def _count(self, first: date, last: date) -> int:
        return sum(map(self.is_workday, _days(first, last)))

    def previous_or_same(self, day: date) -> date:
        """The last working day that is not after `day`."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def next_or_same(self, day: date) -> date:
        """The first working day that is not before `day`."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * ONE_DAY for n in range((last - first).days + 1))


def _unknown(year: int) -> YearUnknown:
    return YearUnknown(
        Reason(
            code="CAL-01",
            zh=f"{year} 年放假安排尚未公布（收录）",
            en=f"the holidays of {year} are not published yet, or not on file",
            facts={"year": year},
        )
    )


@cache
def _built_in() -> dict[int, HolidayYear]:
    years = {day.year for day in chinese_calendar.holidays}
    return {
        year: HolidayYear(
            year=year,
            holidays=frozenset(day for day in chinese_calendar.holidays if day.year == year),
            makeups=frozenset(day for day in chinese_calendar.workdays if day.year == year),
            source=f"chinesecalendar {chinese_calendar.__version__}",
        )
        for year in years
    }

"""Instants to places on a horizontal axis of whole months, with the days on which nobody works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bangdan.report.charts import Tick
from bangdan.report.words import Dial
from workflows.workdays import Workdays, YearUnknown

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shade:
    """A stretch of days off."""

    x: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """An axis from the first day of a month to the last of another, between two places."""

    dial: Dial
    first: date
    last: date
    left: float
    right: float

    def x(self, at: datetime) -> float:
        """The place of an instant; what lies outside is at the edge."""
        local = self.dial.local(at)
        into = (local.hour * 3600 + local.minute * 60 + local.second) / 86400
        days = (local.date() - self.first).days + into
        return round(min(max(self.left + days * self.per_day, self.left), self.right), 1)

    def inside(self, at: datetime) -> float | None:
        """The same of an instant that lies within; None of one that does not."""
        return self.x(at) if self.first <= self.dial.day(at) <= self.last else None

    @property
    def per_day(self) -> float:
        return (self.right - self.left) / ((self.last - self.first).days + 1)

    def months(self) -> tuple[Tick, ...]:
        """The first of every month; January and the first one name the year."""
        found, day = [], self.first
        while day <= self.last:
            label = f"{day.year}年{day.month}月" if day == self.first or day.month == 1 else f"{day.month}月"
            found.append(Tick(at=self.of_day(day), label=label, strong=day.month == 1))
            day = _next_month(day)
        return tuple(found)

    def of_day(self, day: date) -> float:
        return round(self.left + (day - self.first).days * self.per_day, 1)

    def days_off(self, workdays: Workdays) -> tuple[Shade, ...]:
        """Weekends and holidays as the State Council arranged them; nothing for a year that is not published."""
        try:
            return tuple(self._stretches(workdays))
        except YearUnknown:
            return ()

    def _stretches(self, workdays: Workdays) -> Iterator[Shade]:
        began: date | None = None
        for n in range((self.last - self.first).days + 2):
            day = self.first + n * DAY
            off = day <= self.last and not workdays.is_workday(day)
            if off and began is None:
                began = day
            elif not off and began is not None:
                yield Shade(x=self.of_day(began), width=round((day - began).days * self.per_day, 1))
                began = None


def scale_over(days: Iterable[date], dial: Dial, *, left: float, right: float) -> Scale:
    """An axis of the whole months that hold all `days`."""
    known = sorted(days)
    return Scale(dial=dial, first=known[0].replace(day=1), last=_next_month(known[-1]) - DAY, left=left, right=right)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + 32 * DAY).replace(day=1)

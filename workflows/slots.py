"""Hours in which something can be handed in: “2020-04-20 08:30/16:30”, “2020-04-20—04-24 08:30/16:30”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from workflows.instants import end_of_day, read_instant, read_window, start_of_day
from workflows.phrases import plain
from workflows.reasons import BangdanError, Reason

MOST_DAYS = 366  # of one text
ONE_DAY = timedelta(days=1)

Slot = tuple[datetime, datetime]
_HOURS = re.compile(r"(?P<days>.+?)\s+(?P<opens>[0-9]{1,2}:[0-9]{2})\s*[/—–-]\s*(?P<closes>[0-9]{1,2}:[0-9]{2})")

_SHORT = re.compile(r"([0-9]{4})-([0-9]{2}-[0-9]{2})\s*[—–―]\s*([0-9]{2}-[0-9]{2})")


class SlotRefused(BangdanError):
    """Hours of a day can't be read. Remedy: write them as the reason says."""


def read_slots(text: str, *, zone: tzinfo) -> tuple[Slot, ...]:
    """The same hours on one day or on each day of a range. Raises `SlotRefused` (CFG-74), `InstantRefused`."""
    found = _HOURS.fullmatch(plain(text))
    if found is None:
        raise _refused()
    return tuple(_slot(day, found["opens"], found["closes"], zone) for day in _days(found["days"], zone))


def hours(slots: Sequence[Slot], zone: tzinfo, *, zh: bool) -> str:
    """For people: the same hours of several days stand once, “2020年4月20日—24日、26日—28日每日08:30—16:30”."""
    days: dict[str, list[date]] = {}
    for opens, closes in slots:
        first, last = opens.astimezone(zone), closes.astimezone(zone)
        end = f"{last:%H:%M}" if last.date() == first.date() else "24:00"
        days.setdefault(f"{first:%H:%M}—{end}", []).append(first.date())
    said = [
        f"{_said_zh(found)}{'每日' if len(found) > 1 else ''}{clock}" if zh else f"{_said_en(found)} {clock}"
        for clock, found in days.items()
    ]
    return ("；" if zh else "; ").join(said)


def _said_zh(days: Sequence[date]) -> str:
    """Runs of days, each date without what the one before it says already."""
    said, before = [], None
    for run in _runs(days):
        part = []
        for day in dict.fromkeys((run[0], run[-1])):
            part.append(_day_zh(day, before))
            before = day
        said.append("—".join(part))
    return "、".join(said)


def _day_zh(day: date, before: date | None) -> str:
    if before is None or day.year != before.year:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day}日" if day.month == before.month else f"{day.month}月{day.day}日"


def _said_en(days: Sequence[date]) -> str:
    return ", ".join("—".join(f"{day}" for day in dict.fromkeys((run[0], run[-1]))) for run in _runs(days))


def _runs(days: Sequence[date]) -> list[list[date]]:
    """Days that follow each other, together."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == ONE_DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _days(text: str, zone: tzinfo) -> list[date]:
    window = read_window(_SHORT.sub(r"\1-\2—\1-\3", text), zone=zone)  # the second day is of the same year
    first = window.opens.astimezone(zone).date()
    last = (window.closes - timedelta.resolution).astimezone(zone).date()
    whole = start_of_day(first, zone) == window.opens and end_of_day(last, zone) == window.closes
    if not whole or (last - first).days >= MOST_DAYS:
        raise _refused()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _slot(day: date, opens: str, closes: str, zone: tzinfo) -> Slot:
    first = read_instant(f"{day} {opens}", zone=zone, edge="start").instant
    last = read_instant(f"{day} {closes}", zone=zone, edge="end").instant
    if last <= first:
        raise _refused()
    return first, last


def _refused() -> SlotRefused:
    examples = '"2020-04-20 08:30/16:30"、"2020-04-20—04-24 08:30/16:30"'
    return SlotRefused(
        Reason(
            code="CFG-74", zh=f"看不懂这个受理时段，须写明日期和起止钟点（最多{MOST_DAYS}天），例如 {examples}",
            en=f"no valid hours; write days (at most {MOST_DAYS}) and from when to when, e.g."
            f" {examples.replace('、', ', ')}",
        )
    )  # fmt: skip

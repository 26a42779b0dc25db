"""Instants as people and machines read them, in Chinese and in English.

The end of a day is shown as 24:00 of that day. The zone is named unless it is Beijing's, which a Chinese reader takes
for granted; where a clock change makes a time happen twice, the offset is added. Seconds show only if there are any.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from workflows.phrases import WEEKDAYS, WEEKDAYS_EN
from workflows.zones import ONE_DAY, TICK, Edge, clock_name, end_of_day, offset_name, readings, zone_name

_UNITS = ((ONE_DAY, "天", "day"), (timedelta(hours=1), "小时", "hour"), (timedelta(minutes=1), "分钟", "minute"))


def show(instant: datetime, *, zone: tzinfo, edge: Edge, weekday: bool = False, name_zone: bool | None = None) -> str:
    """Chinese: “2023年11月30日24:00”, with `weekday` “2023年11月30日（周四）24:00”, elsewhere “…24:00（AoE）”.

    `name_zone` overrides whether the zone is named.
    """
    day, clock = _day_and_clock(instant, zone, edge)
    week = f"（周{WEEKDAYS[day.weekday()]}）" if weekday else ""
    name = zone_name(zone)
    named = name != "Asia/Shanghai" if name_zone is None else name_zone
    return f"{day.year:04}年{day.month}月{day.day}日{week}{clock}" + (f"（{name}）" if named else "")


def show_en(instant: datetime, *, zone: tzinfo, edge: Edge, weekday: bool = False, name_zone: bool = True) -> str:
    """English: “2023-11-30 24:00 (Asia/Shanghai)”, with `weekday` “2023-11-30 Thu 24:00 (Asia/Shanghai)”."""
    day, clock = _day_and_clock(instant, zone, edge)
    week = f" {WEEKDAYS_EN[day.weekday()]}" if weekday else ""
    return f"{day}{week} {clock}" + (f" ({zone_name(zone)})" if name_zone else "")


@lru_cache(maxsize=1024)  # in two languages, and a deadline in thousands of letters
def _day_and_clock(instant: datetime, zone: tzinfo, edge: Edge) -> tuple[date, str]:
    local = instant.astimezone(zone)
    day_before = (instant - TICK).astimezone(zone).date()
    if edge == "end" and day_before != local.date() and end_of_day(day_before, zone) == instant.astimezone(UTC):
        return day_before, "24:00"
    first, second = readings(local)
    return local.date(), clock_name(local.time()) + (f" {offset_name(local)}" if first != second else "")


def iso(instant: datetime) -> str:
    """For machines: UTC, “2023-11-30T16:00:00Z”. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no zone, so it is no instant")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def remaining(now: datetime, until: datetime) -> str:
    """Chinese: “还有2天23小时”, “还有3小时”, “已过2天”. Rounded down, so that it never promises more than there is."""
    if now == until:
        return "时间已到"
    spans = "".join(f"{count}{zh}" for count, zh, _ in _spans(abs(until - now))) or "不到1分钟"
    return ("还有" if now < until else "已过") + spans


def remaining_en(now: datetime, until: datetime) -> str:
    """English: “2 days 23 hours left”, “3 hours left”, “2 days past”. Rounded down like the Chinese."""
    if now == until:
        return "the time has come"
    spans = " ".join(f"{count} {en}{'' if count == 1 else 's'}" for count, _, en in _spans(abs(until - now)))
    return (spans or "less than a minute") + (" left" if now < until else " past")


def _spans(span: timedelta) -> list[tuple[int, str, str]]:
    """The largest unit that fits and the next smaller one, without zeros."""
    first = next((place for place, (unit, _, _) in enumerate(_UNITS) if span >= unit), len(_UNITS))
    found = []
    for unit, zh, en in _UNITS[first : first + 2]:
        count, span = divmod(span, unit)
        if count:
            found.append((count, zh, en))
    return found

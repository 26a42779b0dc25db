"""The text of one instant → the instant.

“11月30日24时” is the instant 2023-11-30T16:00Z. A date alone is inclusive: as a start its first instant, as an end its
24:00; a month likewise. What `workflows.showing` writes is read back to the same instant, in every zone.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from workflows.phrases import WEEKDAYS, WEEKDAYS_EN, Phrase, phrase_of, text_of
from workflows.reasons import Reason
from workflows.showing import show, show_en
from workflows.zones import (
    ONE_DAY,
    Edge,
    InstantRefused,
    end_of_day,
    instant_of,
    offset_name,
    quoted,
    refused,
    start_of_day,
    zone_name,
)

Precision = Literal["month", "day", "clock"]

# People write these for the end of the day, and lose what comes after them.
_ALMOST = {
    timedelta(hours=23, minutes=59): "23:59:00",
    timedelta(hours=23, minutes=59, seconds=59): "23:59:59",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One instant as read: aware UTC, the text it came from, and how exactly it was said.

    `warnings` (CFG-31) and `remarks` (CFG-32) ask whether an end was meant as it is written.
    """

    instant: datetime
    wording: str
    precision: Precision
    warnings: tuple[Reason, ...] = ()
    remarks: tuple[Reason, ...] = ()


def read_instant(text: object, *, zone: tzinfo, edge: Edge, year: int | None = None) -> Reading:
    """The instant that a text means as the start or the end of something.

    `zone` holds unless the text names an offset or a zone; `year` completes a text without one (“11月30日”). A date
    that a TOML file gives without quotes is taken too. Raises `InstantRefused` with CFG-03 … CFG-19.
    """
    return read_phrase(phrase_of(text_of(text)), zone=zone, edge=edge, year=year)


def read_phrase(phrase: Phrase, *, zone: tzinfo, edge: Edge, year: int | None = None) -> Reading:
    """The instant of a text already taken apart."""
    _check_bound(phrase, edge)
    phrase = replace(phrase, year=year if phrase.year is None else phrase.year)
    here = phrase.offset or phrase.zone or zone
    try:
        instant = _instant(phrase, here, edge)
        _check_offset(phrase, instant)
    except OverflowError:
        raise _unreadable(phrase, "超出可用的年份", "is outside the years that can be used") from None
    return Reading(
        instant=instant,
        wording=phrase.wording,
        precision="clock" if phrase.clock is not None else "day" if phrase.day is not None else "month",
        warnings=_warnings(phrase) if edge == "end" else (),
        remarks=_remarks(phrase, instant, here) if edge == "end" else (),
    )


def _instant(phrase: Phrase, zone: tzinfo, edge: Edge) -> datetime:
    first, last = _days(phrase)
    if phrase.clock is not None:
        return _at_clock(phrase, first, phrase.clock, zone, edge)
    return start_of_day(first, zone) if edge == "start" else end_of_day(last, zone)


def _unreadable(phrase: Phrase, zh: str, en: str) -> InstantRefused:
    shown = quoted(phrase.wording)
    return refused("CFG-05", f"时间“{shown}”{zh}", f'time "{shown}" {en}', read=shown)


def _days(phrase: Phrase) -> tuple[date, date]:
    """The first and the last day that the text names."""
    if phrase.month is None:
        raise _unreadable(phrase, "没有写明月和日，例如 2023-11-30", "names no month and day; write e.g. 2023-11-30")
    if phrase.year is None:
        raise _unreadable(phrase, "没有写明年份，例如 2023-11-30", "names no year; write e.g. 2023-11-30")
    try:
        if phrase.day is None:
            return _month(phrase, phrase.year, phrase.month)
        day = date(phrase.year, phrase.month, phrase.day)
    except ValueError:
        raise _unreadable(phrase, "里的日期不存在", "names a date that does not exist") from None
    _check_weekday(phrase, day)
    return day, day


def _month(phrase: Phrase, year: int, month: int) -> tuple[date, date]:
    if phrase.clock is not None or phrase.weekday is not None:
        raise _unreadable(phrase, "没有写明是哪一日", "does not say which day")
    if phrase.bound == "until":
        raise _unreadable(
            phrase,
            "说不清包不包括这个月，请写明日期，例如 2023-11-30",
            "may or may not include that month; write the day, e.g. 2023-11-30",
        )
    first = date(year, month, 1)
    return first, first.replace(day=monthrange(year, month)[1])


def _check_weekday(phrase: Phrase, day: date) -> None:
    right, shown = day.weekday(), quoted(phrase.wording)
    if phrase.weekday in {None, right}:
        return
    raise refused(
        "CFG-18",
        f"“{shown}”里的星期与日期不符：{day} 是周{WEEKDAYS[right]}",
        f'"{shown}": the weekday does not fit; {day} is a {WEEKDAYS_EN[right]}',
        read=shown,
    )


def _check_bound(phrase: Phrase, edge: Edge) -> None:
    if phrase.bound != {"start": "until", "end": "from"}[edge]:
        return
    shown = quoted(phrase.wording)
    raise refused(
        "CFG-19",
        f"“{shown}”的写法与用处相反：这里要的是{'开始' if edge == 'start' else '截止'}时间",
        f'"{shown}" says the opposite of what it is used for: the {edge} is asked for here',
        read=shown,
    )


def _check_offset(phrase: Phrase, instant: datetime) -> None:
    """A text that names both an offset and a zone must mean one instant."""
    if phrase.offset is None or phrase.zone is None:
        return
    there = instant.astimezone(phrase.zone)
    if there.utcoffset() != phrase.offset.utcoffset(None):
        name, offset = zone_name(phrase.zone), offset_name(there)
        raise _unreadable(phrase, f"自相矛盾：{name} 当时是 {offset}", f"contradicts itself: {name} is {offset} then")


def _at_clock(phrase: Phrase, day: date, clock: timedelta, zone: tzinfo, edge: Edge) -> datetime:
    if clock < ONE_DAY:
        return instant_of(datetime.combine(day, (datetime.combine(day, time.min) + clock).time(), zone))
    if edge == "end":
        return end_of_day(day, zone)
    better = f"{day + ONE_DAY} 00:00"
    raise refused(
        "CFG-06",
        f"开始时间不写 24:00，请写成次日零点：{better}",
        f"write a start as 00:00 of the next day: {better}",
        read=quoted(phrase.wording),
    )


def _warnings(phrase: Phrase) -> tuple[Reason, ...]:
    """An end that loses the last minute of its day."""
    almost = _ALMOST.get(phrase.clock or timedelta())
    if almost is None:
        return ()
    zh = f"在 {almost} 截止，其后到 24:00 之间不算在内；是要写 24:00 吗？"
    return (_asked(phrase, "CFG-31", zh, f"ends at {almost}; did you mean 24:00?"),)


def _remarks(phrase: Phrase, instant: datetime, zone: tzinfo) -> tuple[Reason, ...]:
    """An end that leaves out the day it names."""
    if phrase.clock != timedelta():
        return ()
    end, end_en = show(instant, zone=zone, edge="end"), show_en(instant, zone=zone, edge="end")
    zh = f"在零点截止，即{end}，其后的一天不算在内；是要写 24:00 吗？"
    return (_asked(phrase, "CFG-32", zh, f"ends as that day begins, at {end_en}; did you mean 24:00?"),)


def _asked(phrase: Phrase, code: str, zh: str, en: str) -> Reason:
    return Reason(code=code, zh=zh, en=en, facts={"read": quoted(phrase.wording)})

"""The words of a notice about time, taken apart: which year, month, day, clock time and zone a text names.

Grammar only; which instants are meant is decided in `workflows.instants`. Every text is first normalised by NFKC, so
that full-width digits, colons and spaces are the plain ones; digits of other scripts stay foreign and are refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Literal

from workflows.zones import InstantRefused, quoted, refused, zone_of

LONGEST = 120  # characters; a wording of one window stays far below
WEEKDAYS = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_PHRASE = re.compile(
    r"""
    [自从]?\s* (?P<beijing>北京时间)?\s*
    (?: (?P<iso_year>\d{4})-(?P<iso_month>\d{2})(?:-(?P<iso_day>\d{2}))?
      | (?:(?P<year>\d{4})\s*年\s*)? (?:(?P<month>\d{1,2})\s*月(?:份)?\s*)? (?:(?P<day>\d{1,2})\s*[日号])? )
    \s* (?P<weekday>\((?:周|星期)[一二三四五六日天]\)|(?:周|星期)[一二三四五六日天]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b)?
    (?: (?:T|\s*) (?P<part>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|晚)?\s*
        (?<!\d)(?P<hour>\d{1,2})
        (?: :(?P<minute>\d{2})(?: :(?P<second>\d{2})(?: \.(?P<fraction>\d{1,6}))? )?
          | \s*[时点](?: 整 | \s*(?P<zh_minute>\d{1,2})\s*分(?: \s*(?P<zh_second>\d{1,2})\s*秒)? )? ) )?
    \s* (?P<offset>Z\b|[+-]\d{2}:?\d{2}(?::\d{2})?)?
    \s* (?P<zone>\([^()]+\)|北京时间|[A-Za-z][A-Za-z0-9_+/-]*)?
    \s* (?P<bound>之前|以前|前|为止|止|截止|起|开始)?
    """,
    re.VERBOSE | re.ASCII,
)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[./](\d{1,2})[./](\d{1,2})|-(\d{1,2})-(\d{1,2})|(\d{2})(\d{2}))(?!\d)", re.ASCII)
_OTHER_ORDER = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}(?!\d)|\d{1,2}[./]\d{1,2}(?!\d)", re.ASCII)

_MORNING = {hour: hour for hour in range(12)}
_AFTERNOON = {hour: hour + 12 for hour in range(1, 12)} | {hour: hour for hour in range(12, 24)}
_EVENING = {hour: hour + 12 for hour in range(5, 12)} | {hour: hour for hour in range(17, 25)}
# Which hour a part of the day makes of a number; what is not here (晚上12点, 上午12点) can be read in two ways.
_HOURS = {
    **dict.fromkeys(("凌晨", "清晨", "早上", "上午"), _MORNING),
    "中午": {11: 11, 12: 12, 13: 13, 1: 13},
    **dict.fromkeys(("下午", "傍晚"), _AFTERNOON),
    **dict.fromkeys(("晚上", "晚"), _EVENING),
}

Bound = Literal["", "until", "from"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """What one text names; None where it says nothing. `clock` is the distance from midnight, 24:00 being one day."""

    wording: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    clock: timedelta | None = None
    offset: timezone | None = None
    zone: tzinfo | None = None
    bound: Bound = ""


def plain(text: str) -> str:
    """The text as everything here reads it: NFKC, no space around."""
    return unicodedata.normalize("NFKC", text).strip()


def text_of(value: object) -> str:
    """The text of a value from a file. Raises CFG-04 for what lost its quotes, except a date, which is exact."""
    if isinstance(value, str):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    shown = quoted(value)
    raise refused(
        "CFG-04",
        f'时间“{shown}”要加引号，例如 "2023-11-30 24:00"',
        f'put the time in quotes, e.g. "2023-11-30 24:00"; read {shown}',
        read=shown,
    )


def phrase_of(text: str) -> Phrase:
    """The text of one day, month or instant, taken apart.

    Raises `InstantRefused`: CFG-03 and CFG-15 for a time of day that does not exist, CFG-05 for words not understood,
    CFG-11 for an unknown zone, CFG-17 for another style of date.
    """
    found = _PHRASE.fullmatch(plain(text)) if len(text) <= LONGEST else None
    said = {name: part for name, part in found.groupdict().items() if part} if found else {}
    if not said.keys() & {"iso_year", "year", "month", "day", "hour"}:
        raise _not_understood(text)
    zone = said.get("zone", "").strip("() ") or said.get("beijing")
    return Phrase(
        wording=text,
        year=_number(said, "iso_year", "year"),
        month=_number(said, "iso_month", "month"),
        day=_number(said, "iso_day", "day"),
        weekday=_weekday(said.get("weekday", "").strip("()")),
        clock=_clock(said, text),
        offset=_offset(said.get("offset", ""), text),
        zone=zone_of("Asia/Shanghai" if zone == "北京时间" else zone) if zone else None,
        bound=_bound(said.get("bound", "")),
    )


def _number(said: dict[str, str], *names: str) -> int | None:
    return next((int(said[name]) for name in names if name in said), None)


def _weekday(word: str) -> int | None:
    if not word:
        return None
    return WEEKDAYS_EN.index(word) if word in WEEKDAYS_EN else WEEKDAYS.index(word[-1].replace("天", "日"))


def _bound(word: str) -> Bound:
    if not word:
        return ""
    return "from" if word in {"起", "开始"} else "until"


def _clock(said: dict[str, str], text: str) -> timedelta | None:
    hour = _number(said, "hour")
    if hour is None:
        return None
    minute, second = _number(said, "minute", "zh_minute") or 0, _number(said, "second", "zh_second") or 0
    fraction = int(said.get("fraction", "").ljust(6, "0"))
    shown = f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "") + (f".{fraction:06}" if fraction else "")
    if second == 60:
        raise refused(
            "CFG-15",
            f"不使用闰秒，没有 {shown}；要写到这一天结束，请写 24:00",
            f"leap seconds are not used: {shown} does not exist; write 24:00 for the end of the day",
            read=quoted(text),
        )
    if minute > 59 or second > 59:
        raise _no_such_time(shown, text)
    hour = _hour(said.get("part", ""), hour, text)
    clock = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)
    if clock > timedelta(days=1):
        raise _no_such_time(shown, text)
    return clock


def _hour(part: str, hour: int, text: str) -> int:
    if not part or hour > 24:
        return hour
    if hour in _HOURS[part]:
        return _HOURS[part][hour]
    raise refused(
        "CFG-05",
        f"“{quoted(text)}”里的“{part}{hour}时”说不清是几点，请按 24 小时制写，例如 17:00、24:00",
        f'"{quoted(text)}": the hour can be read in two ways; write it on the 24-hour clock, e.g. 17:00, 24:00',
        read=quoted(text),
    )


def _no_such_time(shown: str, text: str) -> InstantRefused:
    return refused(
        "CFG-03",
        f"没有 {shown} 这个时刻；一天最晚到 24:00",
        f"24:00 is the last time of a day; {shown} does not exist",
        read=quoted(text),
    )


def _offset(word: str, text: str) -> timezone | None:
    if not word:
        return None
    digits = word[1:].replace(":", "").ljust(6, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:]))
    if away >= timedelta(days=1) or int(digits[2:4]) > 59 or int(digits[4:]) > 59:
        raise _not_understood(text)
    return timezone(-away if word[0] == "-" else away)


def _not_understood(text: str) -> InstantRefused:
    shown = quoted(text)
    if styled := _YEAR_FIRST.match(plain(text)):
        year, month, day = (part for part in styled.groups() if part)
        better = f"{year}-{month:0>2}-{day:0>2}"
        if better != styled.group():
            return _other_style(shown, better)
    elif _OTHER_ORDER.match(plain(text)):
        return _other_style(shown, "YYYY-MM-DD")
    ways = '"2023-11-30 24:00"、"2023年11月30日24时"、"2023-11-30"、"2024年1月"'
    return refused(
        "CFG-05",
        f"看不懂时间“{shown}”；可以写 {ways}",
        f'time "{shown}" is not understood; write it like {ways.replace("、", ", ")}',
        read=shown,
    )


def _other_style(shown: str, better: str) -> InstantRefused:
    return refused(
        "CFG-17",
        f"日期“{shown}”有歧义，请写成 {better}" + ("（年-月-日）" if better == "YYYY-MM-DD" else ""),
        f'date "{shown}" can be read in several ways; write {better}',
        read=shown,
    )

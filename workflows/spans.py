"""Lengths of time as a file says them: “3天”, “5个工作日”, “3 hours before”, “当天”, “08:30”."""

from __future__ import annotations

import re
import unicodedata
from datetime import time, timedelta

from workflows.definition import Length, Offset
from workflows.reasons import BangdanError, Reason

LONGEST_DAYS = 3660  # ten years; anything longer is a slip of the pen

_UNITS = {
    **dict.fromkeys(("天", "日", "自然日", "day", "days"), "天"),
    **dict.fromkeys(("小时", "hour", "hours"), "小时"),
    **dict.fromkeys(("分钟", "minute", "minutes"), "分钟"),
    **dict.fromkeys(("秒", "second", "seconds"), "秒"),
}
_LENGTH = {
    "天": timedelta(days=1),
    "小时": timedelta(hours=1),
    "分钟": timedelta(minutes=1),
    "秒": timedelta(seconds=1),
}
_SIDES = {"前": -1, "before": -1, "后": 1, "after": 1}
_AMOUNT = re.compile(
    r"(?P<number>[0-9]{1,6})\s*"
    r"(?:(?P<working>个?工作日|working\s+days?)|个?(?P<unit>天|日|自然日|小时|分钟|秒|(?:day|hour|minute|second)s?))"
)
_OFFSET = re.compile(_AMOUNT.pattern + r"\s*(?P<side>前|后|before|after)")
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})")


class SpanRefused(BangdanError):
    """A length, an offset or a time of day can't be read. Remedy: write it as the reason says."""


def read_length(text: str) -> timedelta:
    """“3天”, “2 minutes”. Raises `SpanRefused` (CFG-54)."""
    found = _AMOUNT.fullmatch(_plain(text))
    length = found and _length(found)
    if not length:
        raise _refused("时长", "length", '"3天"、"2小时"、"90 seconds"')
    return length


def read_duration(text: str) -> Length:
    """“5个工作日”, “30天”, “2 hours”: as it was said, for days are no spans. Raises `SpanRefused` (CFG-54).

    The text is the one spelling of its value.
    """
    found = _AMOUNT.fullmatch(_plain(text))
    working, length = found and _working(found), found and _length(found)
    if working:
        return Length(text=f"{working}个工作日", working=working)
    if not found or not length:
        raise _refused("时长", "length", '"5个工作日"、"30天"、"2 hours"')
    if _UNITS[found["unit"]] == "天":
        return Length(text=f"{length.days}天", days=length.days)
    return Length(text=_spelt(length), span=length)


def read_offset(text: str) -> Offset:
    """“30天前”, “3 working days before”, “1天后”, “当天” (that day), “当时” (that instant).

    The offset's own text is the one spelling of its value, so that respelling a file never repeats a letter. Raises
    `SpanRefused` (CFG-54).
    """
    plain = _plain(text)
    if plain in {"当天", "当日", "on the day"}:
        return Offset(text="当天", days=0)
    if plain in {"当时", "at once"}:
        return Offset(text="当时", span=timedelta())
    found = _OFFSET.fullmatch(plain)
    working, length = found and _working(found), found and _length(found)
    if not found or not (working or length):
        raise _refused("提前量", "offset", '"30天前"、"3个工作日前"、"3 hours before"、"1天后"、"当天"、"当时"')
    sign = _SIDES[found["side"]]
    side = "前" if sign < 0 else "后"
    if working or not length:
        return Offset(text=f"{working}个工作日{side}", working=sign * (working or 0))
    if _UNITS[found["unit"]] == "天":
        return Offset(text=f"{length.days}天{side}", days=sign * length.days)
    return Offset(text=f"{_spelt(length)}{side}", span=sign * length)


def read_clock(text: str) -> time:
    """“08:30”: a time of day, 00:00 to 23:59. Raises `SpanRefused` (CFG-54)."""
    found = _CLOCK.fullmatch(_plain(text))
    if not found or int(found["hour"]) > 23 or int(found["minute"]) > 59:
        raise _refused("钟点", "time of day", '"08:30"（00:00 – 23:59）')
    return time(int(found["hour"]), int(found["minute"]))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _working(found: re.Match[str]) -> int | None:
    """The number of working days that was found, by the same bounds as below; None for another unit."""
    number = int(found["number"])
    return number if found["working"] and 0 < number <= LONGEST_DAYS else None


def _length(found: re.Match[str]) -> timedelta | None:
    """The positive length that was found; None for nothing at all, for more than ten years and for working days."""
    if not found["unit"]:
        return None
    length = int(found["number"]) * _LENGTH[_UNITS[found["unit"]]]
    return length if timedelta() < length <= timedelta(days=LONGEST_DAYS) else None


def _spelt(length: timedelta) -> str:
    """In the largest unit below a day that divides it: 90 minutes stay minutes, 60 are an hour."""
    unit = next(unit for unit in ("小时", "分钟", "秒") if not length % _LENGTH[unit])
    return f"{length // _LENGTH[unit]}{unit}"


def _refused(zh: str, en: str, examples: str) -> SpanRefused:
    english = examples.replace("、", ", ").replace("（", " (").replace("）", ")")
    return SpanRefused(
        Reason(code="CFG-54", zh=f"看不懂这个{zh}，可写 {examples}", en=f"no valid {en}; write {english}")
    )

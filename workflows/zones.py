"""Time zones by name, and which instant a day or a wall time is in them.

A zone is a `tzinfo`: an IANA `Area/Place`, `UTC`, or `AoE` (anywhere on Earth, UTC-12: a day ends when it has ended
everywhere). Abbreviations are refused, because CST is Beijing and Chicago; so are Etc/GMT+8 and its like, because the
sign is the other way round. The zone data come with the interpreter or with `tzdata`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from workflows.reasons import BangdanError, Fact, Reason

# Which end of a window an instant is: midnight reads 00:00 as a start and 24:00 as an end.
Edge = Literal["start", "end"]

AOE = timezone(timedelta(hours=-12), "AoE")
TICK = timedelta.resolution  # one microsecond, the smallest step of an instant
ONE_DAY = timedelta(days=1)

_MEANT = {
    **dict.fromkeys(
        (
            "asia/beijing", "beijing", "china", "prc", "cst", "shanghai", "etc/gmt-8", "+8", "+08:00", "gmt+8", "utc+8",
            "gmt+08:00", "utc+08:00", "china standard time", "北京", "上海", "中国", "东八区", "北京时间",
        ),
        "Asia/Shanghai",
    ),
    **dict.fromkeys(("est", "edt", "est5edt"), "America/New_York"),
    **dict.fromkeys(("pst", "pdt", "pst8pdt"), "America/Los_Angeles"),
    **dict.fromkeys(("gmt", "z", "zulu", "utc+0", "gmt+0", "utc+00:00"), "UTC"),
    **dict.fromkeys(("utc-12", "gmt-12", "etc/gmt+12"), "AoE"),
}  # fmt: skip


class InstantRefused(BangdanError):
    """A zone name or the text of an instant or window can't be taken.

    Remedy: write it as the reasons say; nothing is guessed.
    """


def refused(code: str, zh: str, en: str, **facts: Fact) -> InstantRefused:
    """The refusal of one text for one reason."""
    return InstantRefused(Reason(code=code, zh=zh, en=en, facts=facts))


def quoted(text: object, longest: int = 40) -> str:
    """What was read, safe to print on one line: shortened to `longest` characters, the unprintable ones escaped."""
    short = str(text)
    short = short if len(short) <= longest else short[: longest - 1] + "…"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in short)


def zone_of(name: object) -> tzinfo:
    """The zone of that name. Raises `InstantRefused`: CFG-10 when there is none, CFG-11 for an unknown one."""
    if name is None or name == "":
        raise refused(
            "CFG-10",
            "缺少时区，例如 Asia/Shanghai（北京时间）",
            'timezone is missing; e.g. "Asia/Shanghai"',
        )
    if not isinstance(name, str):
        raise _unknown(name)
    return _named(name)


@lru_cache(maxsize=64)  # every instant that is told asks
def _named(name: str) -> tzinfo:
    plain = unicodedata.normalize("NFKC", name).strip()
    if plain.casefold() == "aoe":
        return AOE
    if not _may_name_a_zone(plain):
        raise _unknown(name)
    try:
        return ZoneInfo(plain)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _unknown(name) from None


def _may_name_a_zone(name: str) -> bool:
    # posix/ and right/ are other editions of the same data; right/ counts leap seconds.
    area = name.partition("/")[0]
    return name == "UTC" or ("/" in name and area not in {"posix", "right"} and not name.startswith("Etc/GMT"))


def _unknown(name: object) -> InstantRefused:
    shown, meant = quoted(name), _suggestion(str(name))
    zh = f"你要的是“{meant}”吗？" if meant else "请写“洲/城市”，例如 Asia/Shanghai，或 UTC、AoE"
    en = f'did you mean "{meant}"?' if meant else 'write Area/Place, e.g. "Asia/Shanghai", or UTC, AoE'
    return refused("CFG-11", f"没有时区“{shown}”；{zh}", f'unknown zone "{shown}"; {en}', read=shown, meant=meant)


def _suggestion(name: str) -> str:
    key = unicodedata.normalize("NFKC", name).strip().casefold()
    if meant := _MEANT.get(key):
        return meant
    if re.match(r"(etc/)?(utc|gmt)", key):
        return ""  # an offset has many places; the nearest spelling would be a guess
    names = sorted(filter(_may_name_a_zone, available_timezones()))
    known = {each.rpartition("/")[2].casefold(): each for each in names} | {each.casefold(): each for each in names}
    near = get_close_matches(key[:60], known, n=1, cutoff=0.75)
    return known[near[0]] if near else ""


def iana_name(zone: str) -> str:
    """The name that others know the zone of that name by."""
    return "Etc/GMT+12" if zone_of(zone) is AOE else zone


def zone_name(zone: tzinfo) -> str:
    """The name by which `zone_of` finds it again."""
    return zone.key or "" if isinstance(zone, ZoneInfo) else str(zone.tzname(None))


def offset_name(local: datetime) -> str:
    """The offset of a local time from UTC, as it is written: `+08:00`."""
    return timezone(local.utcoffset() or timedelta()).tzname(None).removeprefix("UTC") or "+00:00"


def clock_name(clock: time) -> str:
    """A time of day as it is written: seconds and microseconds only where there are any."""
    return clock.isoformat("auto" if clock.second or clock.microsecond else "minutes")


def readings(local: datetime) -> tuple[datetime, datetime]:
    """The two UTC readings of a wall time: equal for a plain one, rising if it happens twice, falling if never."""
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def instant_of(local: datetime) -> datetime:
    """The UTC instant of a wall time. Raises `InstantRefused`: CFG-12 if it was skipped, CFG-13 if it happens twice."""
    first, second = readings(local)
    if first == second:
        return first
    zone = local.tzinfo or UTC
    wall, name = f"{local.date()} {clock_name(local.time())}", zone_name(zone)
    if first > second:
        raise refused(
            "CFG-12",
            f"{wall} 在 {name} 不存在（时钟拨快时被跳过）",
            f"{wall} does not exist in {name}: the clock skips it",
            read=wall,
            zone=name,
        )
    one, other = (offset_name(each.astimezone(zone)) for each in (first, second))
    raise refused(
        "CFG-13",
        f"{wall} 在 {name} 出现两次；请加上 {one} 或 {other}",
        f"{wall} happens twice in {name}; add the offset {one} or {other}",
        read=wall,
        zone=name,
    )


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day, where midnight may be skipped too. Raises CFG-12 if the zone skipped the day."""
    first, second = readings(datetime.combine(day, time.min, zone))
    start = first if first <= second else _crossing(second, first, day, zone)
    if start.astimezone(zone).date() == day:
        return start
    name = zone_name(zone)
    raise refused(
        "CFG-12",
        f"{day} 这一天在 {name} 不存在（换日期线时被跳过）",
        f"{day} does not exist in {name}: the zone skipped that day",
        read=day.isoformat(),
        zone=name,
    )


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """The instant at which a day is over: its 24:00. Raises CFG-12 if the zone skipped the day."""
    start_of_day(day, zone)
    first, second = readings(datetime.combine(day + ONE_DAY, time.min, zone))
    if first > second:
        return _crossing(second, first, day + ONE_DAY, zone)
    # Where the clock goes back over midnight, the day comes back for a while: it is over the second time.
    comes_back = (second - TICK).astimezone(zone).date() == day
    return second if comes_back else first


def _crossing(before: datetime, after: datetime, day: date, zone: tzinfo) -> datetime:
    """The first instant in (before, after] that belongs to `day` or later."""
    while after - before > TICK:
        middle = before + (after - before) // 2
        before, after = (middle, after) if middle.astimezone(zone).date() < day else (before, middle)
    return after

"""Windows of a notice, and the door to everything about instants: read a text, show an instant, find a zone.

A window is half-open: `opens <= t < closes`. A zone named at either of its ends speaks for both; what the second end
leaves out (the year, the month, the day) is taken from the first, as in “2022年9月—10月31日”.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from workflows.moments import Precision, Reading, read_instant, read_phrase
from workflows.phrases import Phrase, phrase_of, plain, text_of
from workflows.reasons import Reason
from workflows.showing import iso, remaining, remaining_en, show, show_en
from workflows.zones import Edge, InstantRefused, end_of_day, quoted, refused, start_of_day, zone_name, zone_of

__all__ = [
    "Edge",
    "InstantRefused",
    "Precision",
    "Reading",
    "Window",
    "check_order",
    "end_of_day",
    "iso",
    "read_instant",
    "read_window",
    "remaining",
    "remaining_en",
    "show",
    "show_en",
    "show_window",
    "show_window_en",
    "start_of_day",
    "zone_name",
    "zone_of",
]

# A hyphen separates only between spaces or Chinese units, for it also begins an offset; a slash only between ISO dates.
_BETWEEN = re.compile(r"\s*(?:[—–―~〜]+|至|到)\s*|(?<=[日号月时点分起])\s*-\s*(?=\d{1,4}\s*[年月日号时点])|\s+-\s+")
_ISO_PAIR = re.compile(r"(\d{4}-\d{2}[^/]*(?:\([^)]*\))?)/(\d{4}-\d{2}.*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A half-open span of time as read: `opens <= t < closes`, both aware UTC, with its text and what to ask of it."""

    opens: datetime
    closes: datetime
    wording: str
    warnings: tuple[Reason, ...] = ()
    remarks: tuple[Reason, ...] = ()

    def __contains__(self, at: datetime) -> bool:
        return self.opens <= at < self.closes


def read_window(text: object, *, zone: tzinfo, year: int | None = None) -> Window:
    """The window that a text means: two ends, or one month, or one day.

    Raises `InstantRefused` with the reasons of both ends, or CFG-01 when it ends before it starts, CFG-02 when it is
    empty.
    """
    wording = text_of(text)
    first, last = _ends(wording)
    opens, closes = _read_both(first, last, zone, year)
    if reason := check_order(opens.instant, closes.instant, zone=zone):
        raise InstantRefused(reason)
    return Window(
        opens=opens.instant, closes=closes.instant, wording=wording,
        warnings=opens.warnings + closes.warnings, remarks=opens.remarks + closes.remarks,
    )  # fmt: skip


def check_order(opens: datetime, closes: datetime, *, zone: tzinfo) -> Reason | None:
    """Why these two are no window: CFG-01 for an end before the start, CFG-02 for an empty one; else None."""
    if opens < closes:
        return None
    start, end = show(opens, zone=zone, edge="start"), show(closes, zone=zone, edge="end")
    start_en, end_en = show_en(opens, zone=zone, edge="start"), show_en(closes, zone=zone, edge="end")
    if opens == closes:
        code, zh = "CFG-02", f"开始与截止是同一时刻（{start}），其间没有时间"
        en = f"window is empty: it starts and ends at {start_en}"
    else:
        code, zh, en = "CFG-01", f"截止时间{end}早于开始时间{start}", f"end {end_en} is before start {start_en}"
    return Reason(code=code, zh=zh, en=en, facts={"opens": iso(opens), "closes": iso(closes)})


def _ends(wording: str) -> tuple[Phrase, Phrase]:
    text = plain(wording)
    pair = _ISO_PAIR.fullmatch(text)
    parts = list(pair.groups()) if pair else _BETWEEN.split(text)
    if len(parts) == 1:
        whole = _whole(phrase_of(wording))
        return whole, whole
    if len(parts) > 2:
        raise _no_window(wording)
    first, last = (phrase_of(part) for part in parts)
    return _with_zone_of(last, first), _with_zone_of(first, _carried(first, last))


def _whole(phrase: Phrase) -> Phrase:
    """A month or a day that is a window by itself."""
    if phrase.clock is not None or phrase.bound:
        raise _no_window(phrase.wording)
    return phrase


def _no_window(wording: str) -> InstantRefused:
    shown = quoted(wording)
    return refused(
        "CFG-05",
        f"“{shown}”不是一段时间；请写明起止，例如 2023年10月7日—2023年11月30日24:00",
        f'"{shown}" is not a window; write both ends, e.g. 2023-10-07/2023-11-30 24:00',
        read=shown,
    )


def _carried(first: Phrase, last: Phrase) -> Phrase:
    """The second end, with the larger units that it leaves out taken from the first."""
    if last.year is not None:
        return last
    if last.month is not None:
        return replace(last, year=first.year)
    day = first.day if last.day is None else last.day
    return replace(last, year=first.year, month=first.month, day=day)


def _with_zone_of(other: Phrase, phrase: Phrase) -> Phrase:
    return phrase if phrase.zone or phrase.offset else replace(phrase, zone=other.zone)


def _read_both(first: Phrase, last: Phrase, zone: tzinfo, year: int | None) -> tuple[Reading, Reading]:
    reasons: list[Reason] = []
    readings: list[Reading] = []
    ends: tuple[tuple[Phrase, Edge], ...] = ((first, "start"), (last, "end"))
    for phrase, edge in ends:
        try:
            readings.append(read_phrase(phrase, zone=zone, edge=edge, year=year))
        except InstantRefused as refusal:
            reasons += [reason for reason in refusal.reasons if reason not in reasons]
    if reasons:
        raise InstantRefused(reasons)
    return readings[0], readings[1]


def show_window(window: Window, *, zone: tzinfo, weekday: bool = False) -> str:
    """Chinese: “2023年10月7日00:00—2023年11月30日24:00”; a zone other than Beijing's is named once, at the end."""
    opens = show(window.opens, zone=zone, edge="start", weekday=weekday, name_zone=False)
    return f"{opens}—{show(window.closes, zone=zone, edge='end', weekday=weekday)}"


def show_window_en(window: Window, *, zone: tzinfo, weekday: bool = False) -> str:
    """English: “2023-10-07 00:00 – 2023-11-30 24:00 (Asia/Shanghai)”."""
    opens = show_en(window.opens, zone=zone, edge="start", weekday=weekday, name_zone=False)
    return f"{opens} – {show_en(window.closes, zone=zone, edge='end', weekday=weekday)}"

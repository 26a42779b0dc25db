"""Moving a text from one year to another: a date in each notation a file may use, and years that a sentence names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC

from workflows.instants import read_instant, read_window
from workflows.reasons import BangdanError

_DATE_YEAR = re.compile(r"(?<![0-9０-９])([0-9０-９]{4})(?=\s*年|[-－])")
_WEEKDAY = re.compile(r"\s*[（(](?:周|星期)[一二三四五六日天][)）]|\s*(?:周|星期)[一二三四五六日天]"
                      r"|\s+\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b")  # fmt: skip
_LEAP_DAY = re.compile(r"(?<=-02-)29(?![0-9])|(?<![0-9])29(?=\s*[日号])")
# A year in a sentence: not within a longer number, a word, a key (kczg-2023) or a document's number (〔2023〕15号).
_ANY_YEAR = re.compile(r"(?<![0-9A-Za-z.〔\[])(?<![A-Za-z]-)([0-9]{4})(?![0-9A-Za-z〕\]]|\.[0-9])")


def is_date(text: str) -> bool:
    """Whether the whole text is an instant or a window with its year."""
    return bool(_DATE_YEAR.search(text)) and _is_read(text)


def _is_read(text: str) -> bool:
    readers: tuple[Callable[[], object], ...] = (
        lambda: read_window(text, zone=UTC),
        lambda: read_instant(text, zone=UTC, edge="end"),
        lambda: read_instant(text, zone=UTC, edge="start"),
    )
    return any(_succeeds(each) for each in readers)


def _succeeds(read: Callable[[], object]) -> bool:
    try:
        read()
    except BangdanError:
        return False
    return True


def moved_date(text: str, by: int) -> str:
    """The date `by` years on, in the same notation and quotes: without its weekday, 29 February becoming the 28th."""
    moved = _DATE_YEAR.sub(lambda found: str(int(found[1]) + by), _WEEKDAY.sub("", text))
    return moved if _is_read(moved.strip("\"'")) else _LEAP_DAY.sub("28", moved)


def year_of(text: str) -> list[int]:
    """The years that a date names."""
    return [int(year) for year in _DATE_YEAR.findall(text)]


def moved_years(text: str, by: int, years: Collection[int]) -> str:
    """A sentence in which those `years` are moved and all others stay (“十四五（2021—2025年）”)."""
    return _ANY_YEAR.sub(lambda found: str(int(found[1]) + by) if int(found[1]) in years else found[1], text)

"""Next year's file made from last year's text: years moved, comments and order kept, and a list of what to check.

Only values change, in place, whatever their keys are called. Nothing is guessed: each date and number that came from
last year is told, and the notice's old words are marked.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflows.definition import Definition
from workflows.lines import Lines, Path, dotted, index, place_at
from workflows.schema import EDITORS
from workflows.yearly import is_date, moved_date, moved_years, year_of

MARK = "# 待核对："
FIRST_LINE = f"{EDITORS} ./campaign.schema.json\n"
_UNMOVED = re.compile(r"[a-z][a-z0-9-]*|[+0-9() -]+|\S*(?:@|://|www\.)\S*")  # keys, telephones, addresses
_ORDINAL = re.compile("第[一二三四五六七八九十百0-9]+[届次]")  # not every year has one, so it stays and is told


class Sort(StrEnum):
    """What came from last year."""

    DATE = "date"
    NUMBER = "number"
    WORDS = "words"
    COMMENT = "comment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """Something of last year's file that should be looked at; `now` is what stands on `line` of the new one."""

    sort: Sort
    path: str
    line: int
    was: str
    now: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewed:
    """The new file's text, and what in it came from last year."""

    text: str
    carried: tuple[Carried, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edit:
    """A part of the old text and what stands there now; without a `sort` there is nothing to tell of it."""

    start: int
    end: int
    now: str
    path: Path = ()
    sort: Sort | None = None


def renew(text: str, old: Definition, *, edition: int) -> Renewed:
    """The file of a later `edition`. `text` is the sound file that `old` was read from."""
    text = text.replace("\r\n", "\n")
    lines = index(text)
    by = edition - old.edition
    values = [*_quoted(text, lines, old, by), *_bare(text, lines, by)]
    edits = [*_first_line(text), *_marks(text, lines, old.edition), *values]
    dated = {place_at(text, edit.start).line for edit in values if edit.sort is Sort.DATE}
    edits += _comments(text, lines, _years(text, lines, old), dated)
    edits.sort(key=lambda edit: (edit.start, edit.end))
    return Renewed(text=_edited(text, edits), carried=tuple(_told(text, edits)))


def key_of(key: str, old: int, new: int) -> str:
    """The key of the new edition: kczg-2023 → kczg-2024."""
    moved = re.sub(rf"(?<![0-9]){old}(?![0-9])", str(new), key)
    return moved if moved != key else f"{key}-{new}"


def _quoted(text: str, lines: Lines, old: Definition, by: int) -> Iterator[_Edit]:
    years = _years(text, lines, old)
    for path, start, end in lines.quoted:
        raw = text[start:end]
        value = _value(raw)
        if path == ("campaign", "key"):
            now, sort = json.dumps(key_of(value, old.edition, old.edition + by)), Sort.WORDS
        elif is_date(value):
            now, sort = moved_date(raw, by), Sort.DATE
        elif _UNMOVED.fullmatch(value):
            continue
        else:
            now, sort = moved_years(raw, by, years), Sort.WORDS
        if now != raw or _ORDINAL.search(raw):
            yield _Edit(start=start, end=end, now=now, path=path, sort=sort)


def _bare(text: str, lines: Lines, by: int) -> Iterator[_Edit]:
    for path, start, end in lines.bare:
        raw, value = text[start:end], _value(text[start:end])
        if is_date(raw):
            yield _Edit(start=start, end=end, now=moved_date(raw, by), path=path, sort=Sort.DATE)
        elif _is_number(value):
            now = str(int(value) + by) if path[-1] == "edition" else raw
            yield _Edit(start=start, end=end, now=now, path=path, sort=Sort.NUMBER)


def _value(raw: str) -> str:
    value = tomllib.loads(f"value = {raw}")["value"]
    return value if isinstance(value, str) else str(value)


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?[0-9.]+", value) is not None


def _years(text: str, lines: Lines, old: Definition) -> frozenset[int]:
    """The years that belong to the edition: its own, those of its dates and of the earlier editions it names."""
    dated = [text[start:end] for _, start, end in (*lines.quoted, *lines.bare) if is_date(_value(text[start:end]))]
    of_dates = {year for each in dated for year in year_of(each)}
    near = {year for year in of_dates if abs(year - old.edition) <= 1}
    named = {each.laureates_edition for each in old.channels if each.laureates_edition}
    return frozenset({old.edition, *near, *named})


def _first_line(text: str) -> Iterator[_Edit]:
    if not text.startswith(EDITORS):
        yield _Edit(start=0, end=0, now=FIRST_LINE)


def _marks(text: str, lines: Lines, edition: int) -> Iterator[_Edit]:
    """A comment above each `wording`, in the place of the one of an earlier year."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    for number in sorted({place.line for path, place in lines.place_of.items() if path and path[-1] == "wording"}):
        start, above = starts[number - 1], starts[max(number - 2, 0)]
        indent = re.match(r"[ \t]*", text[start:])
        mark = (
            f"{indent[0] if indent else ''}{MARK}{edition}年通知的原文 / to check: the words of the {edition} notice\n"
        )
        replaced = text[above:start].lstrip().startswith(MARK)
        yield _Edit(start=above if replaced else start, end=start, now=mark)


def _comments(text: str, lines: Lines, years: Iterable[int], dated: Collection[int]) -> Iterator[_Edit]:
    """Comments that name a year, or stand beside a date: they stay as they are, for a person to reword."""
    within = [(start, end) for _, start, end in lines.quoted]
    named = re.compile("|".join(rf"(?<![0-9]){year}(?![0-9])" for year in sorted(years)))
    for found in re.finditer(r"#[^\n]*", text):
        start, comment = found.start(), found[0]
        if any(begin <= start < end for begin, end in within) or MARK in comment:
            continue
        if named.search(comment) or place_at(text, start).line in dated:
            yield _Edit(start=start, end=found.end(), now=comment, sort=Sort.COMMENT)


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        text = text[: edit.start] + edit.now + text[edit.end :]
    return text


def _told(text: str, edits: Iterable[_Edit]) -> Iterator[Carried]:
    moved = 0
    for edit in edits:
        was = text[edit.start : edit.end]
        if edit.sort:
            line = place_at(text, edit.start).line + moved
            yield Carried(sort=edit.sort, path=dotted(edit.path), line=line, was=was, now=edit.now)
        moved += edit.now.count("\n") - was.count("\n")

"""What an export is, whatever it is written as: titles, columns, rows, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.office import Work
from workflows.calling import ROLES
from workflows.instants import show, show_en, zone_of

Say = Callable[[str, str], str]
"""Chooses the reader's language: `say("单位", "Unit")`."""


def in_language(lang: str) -> Say:
    """Says things in that language, en or zh."""
    return (lambda _, en: en) if lang == "en" else (lambda zh, _: zh)


Cell = str | int | float | datetime | None
Row = Sequence[Cell]
Kind = Literal["text", "number", "instant", "end"]
"""What a column holds. An `end` is the instant at which something is over, which is shown as 24:00 of the day it ends:
a spreadsheet has no such time, so it is written as text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its heading, what it holds, and how many half-width characters are seen of it."""

    heading: str
    kind: Kind = "text"
    width: int = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A table to take away.

    `lines` stand above the table, `tail` below it: a form has room for a seal there. `notes` say where it comes from.
    `rows` can be read once. A `draft` is marked as one on each page. `zone` is the one in which instants are shown.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    notes: tuple[str, ...]
    zone: str
    lines: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    landscape: bool = True
    draft: bool = False


def notes(work: Work, say: Say, *filters: str) -> tuple[str, ...]:
    """Who took it, when, of what: the words at the edge of every export."""
    zone, it = zone_of(work.definition.zone), work.definition
    at = work.at.replace(microsecond=0)
    chosen = say("、", ", ").join(each for each in filters if each)
    role = say(ROLES[work.actor.role].zh, ROLES[work.actor.role].en)
    return (
        say(f"活动：{it.name}", f"Campaign: {it.english}"),
        say(f"范围：{chosen or '全部'}", f"Chosen: {chosen or 'all'}"),
        say(f"导出：{role} {work.actor.name}，{show(at, zone=zone, edge='start')}",
            f"Exported by {work.actor.name} ({role}), {show_en(at, zone=zone, edge='start')}"),
    )  # fmt: skip


def written(column: Column, cell: Cell, zone: str) -> str:
    """A cell as a person reads it, for whatever has no instants of its own."""
    if isinstance(cell, datetime):
        edge: Literal["start", "end"] = "end" if column.kind == "end" else "start"
        return show_en(cell.replace(microsecond=0), zone=zone_of(zone), edge=edge, name_zone=False)
    return "" if cell is None else str(cell)


def all_written(sheet: Sheet) -> Iterator[list[str]]:
    """Every row as people read it."""
    for row in sheet.rows:
        yield [written(column, cell, sheet.zone) for column, cell in zip(sheet.columns, row, strict=True)]

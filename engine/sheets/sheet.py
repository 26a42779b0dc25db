"""One table as the file holds it: lines of untyped cells, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.sheets.cleaning import one_line
from workflows.reasons import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class OddDate:
    """A cell formatted as a date whose number is no whole day of our times (serial 60, 0, -1, 45260.999999999)."""

    serial: str


Cell = str | Decimal | date | OddDate


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line that holds something. `number` counts from 1 as the user's program does."""

    number: int
    cells: tuple[Cell, ...]


def title_at(header: Line, column: int) -> str:
    """The text of a header's cell, columns from 1; empty beyond its end."""
    return one_line(str(header.cells[column - 1])) if 0 < column <= len(header.cells) else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Area:
    """A rectangle of cells, from 1, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first = f"{letters(self.left)}{self.top}"
        last = f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Blemish:
    """Cells that can't be read for what they are (a formula, an error, a merge), and the answer to that."""

    area: Area
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """Lines of one table in order. `cell_place` names a cell by line number, column (from 1) and title."""

    title: str | None  # the sheet's name; None for a text file
    lines: tuple[Line, ...]
    line_place: Callable[[int], str]
    cell_place: Callable[[int, int, str], str]
    remarks: tuple[Reason, ...] = ()
    blemishes: tuple[Blemish, ...] = ()
    day_zero: date | None = None  # what a serial number counts from; None where there are none


def letters(column: int) -> str:
    """The column's letters: 1 is A, 27 is AA."""
    return "".join(reversed(list(_letters(column))))


def _letters(column: int) -> Iterator[str]:
    while column:
        column, digit = divmod(column - 1, 26)
        yield chr(ord("A") + digit)

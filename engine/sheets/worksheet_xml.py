"""A look through a worksheet's XML before it is read: what the reader would not tell, and what would be too much.

The reader (calamine) answers a formula with its last value or an empty text, an error with an empty text, and lays out
a full rectangle up to the farthest cell. Dates it rounds to the next day, and panics at a telephone number formatted as
one. So this pass finds formulas, errors, merges and dates, and stops a sheet that is too long, too far spread, or says
one huge text a million times.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from engine.sheets import answers
from engine.sheets.safe_xml import UnsafeXmlError, walk
from engine.sheets.sheet import Area, letters
from workflows.reasons import FileRefused

CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
MOST_CELLS = 550_000  # of the rectangle; the reader needs some 30 bytes for each, empty or not
MOST_COLUMNS = 100
LONGEST_CELL = 32_767  # characters; the spreadsheet programs' own limit
MOST_TEXT = 16 << 20  # characters of all cells together


@dataclass(kw_only=True, slots=True)
class Findings:
    """What a worksheet holds beside values. Places count from 1."""

    formulas: list[Area] = field(default_factory=list)
    errors: list[tuple[Area, str]] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    dates: dict[tuple[int, int], str] = field(default_factory=dict)  # (row, column) → the serial number as written
    filled: int = 0  # rows that hold something


def shared_lengths(content: bytes) -> list[int]:
    """How long each shared string is, in the order in which cells refer to them. Raises UnsafeXmlError."""
    lengths: list[int] = []

    def start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            lengths.append(0)

    def text(run: str) -> None:
        if lengths:
            lengths[-1] += len(run)

    walk(content, start=start, end=lambda _: None, text=text)
    return lengths


def scan(content: bytes, *, lengths: list[int], date_styles: Collection[str], most: int, limit: int) -> Findings:
    """What the worksheet holds. More than `most` rows are answered as more than `limit`, without reading on.

    `lengths` are those of the shared strings, `date_styles` the styles that make a number a date.

    Raises FileRefused IMP-13, UnsafeXmlError.
    """
    look = _Look(lengths=lengths, date_styles=date_styles, most=most, limit=limit)
    walk(content, start=look.start, end=look.end, text=look.text)
    return look.findings


class _Look:
    """The state of one pass: where we are, and what was found."""

    def __init__(self, *, lengths: list[int], date_styles: Collection[str], most: int, limit: int) -> None:
        self.findings = Findings()
        self._lengths, self._date_styles, self._most, self._limit = lengths, date_styles, most, limit
        self._row = self._column = self._bottom = self._right = self._said = self._last_filled = 0
        self._kind = self._style = self._value = ""
        self._in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "row":
                self._row = _row_number(attributes.get("r"), self._row + 1)
                self._column = 0
            case "c":
                self._open_cell(attributes)
            case "v" | "t":
                self._reach()
                self._in_value = True
            case "f":
                self._reach()
                self.findings.formulas.append(self._area(attributes.get("ref")))
            case "mergeCell":
                self.findings.merges.append(self._area(attributes.get("ref")))
            case _:
                pass

    def text(self, run: str) -> None:
        if self._in_value:
            self._value += run
            if len(self._value) > LONGEST_CELL:
                raise UnsafeXmlError("a cell longer than a spreadsheet can hold")

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._in_value = False
        elif name == "c" and self._value:
            self._close_cell()

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._row = self._row or 1
        self._column += 1
        if reference := attributes.get("r"):
            self._row, self._column = _position(reference)
        self._kind, self._style, self._value = attributes.get("t", "n"), attributes.get("s", ""), ""

    def _close_cell(self) -> None:
        self._fill()
        place = (self._row, self._column)
        match self._kind:
            case "s":
                self._say(self._length_of(self._value))
            case "e":
                self.findings.errors.append((self._here(), self._value))
            case "n":
                _check_number(self._value)
                if self._style in self._date_styles:
                    self.findings.dates[place] = self._value
            case "d":
                self.findings.dates[place] = self._value
            case _:
                self._say(len(self._value))

    def _reach(self) -> None:
        """Stops where the rectangle up to this cell is too much."""
        self._bottom, self._right = max(self._bottom, self._row), max(self._right, self._column)
        if self._right > MOST_COLUMNS or self._bottom * self._right > MOST_CELLS:
            raise FileRefused(answers.too_wide(f"{letters(self._column)}{self._row}"))

    def _fill(self) -> None:
        """Counts this row as holding something, and stops where that is one too many."""
        if self._row != self._last_filled:
            self._last_filled = self._row
            self.findings.filled += 1
            if self.findings.filled > self._most:
                raise FileRefused(answers.too_many_rows(self._limit))

    def _say(self, length: int) -> None:
        self._said += length
        if self._said > MOST_TEXT:
            raise FileRefused(answers.too_large(self._said >> 20, MOST_TEXT >> 20))

    def _length_of(self, index: str) -> int:
        if not index.isdigit() or not index.isascii() or int(index) >= len(self._lengths):
            raise UnsafeXmlError("a shared string that does not exist")
        return self._lengths[int(index)]

    def _here(self) -> Area:
        return Area(top=self._row, left=self._column, bottom=self._row, right=self._column)

    def _area(self, reference: str | None) -> Area:
        """A reference such as "A9:B10"; without one, this cell."""
        if reference is None:
            return self._here()
        first, _, last = reference.partition(":")
        top, left = _position(first)
        bottom, right = _position(last or first)
        return Area(top=top, left=left, bottom=bottom, right=right)


def _check_number(text: str) -> None:
    try:
        finite = math.isfinite(float(text))
    except ValueError:
        finite = False
    if not finite:
        raise UnsafeXmlError("a number that is none")


def _row_number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if re.fullmatch("[1-9][0-9]{0,6}", text) is None:
        raise UnsafeXmlError("a row without a proper number")
    return int(text)


def _position(reference: str) -> tuple[int, int]:
    match = CELL.fullmatch(reference)
    if match is None:
        raise UnsafeXmlError("a cell without a proper place")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column

"""What `reading.read_table` hands back: typed rows, each able to say where it stands in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.sheets.columns import Value
from workflows.reasons import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row. `place` names it ("花名册!第5行", "roster.csv:5"); `where` names one of its cells."""

    place: str
    number: int
    values: Mapping[str, Value]
    cells: Mapping[str, str]

    def where(self, key: str) -> str:
        """The cell of a column ("花名册!C5"); the row where the file has no such column."""
        return self.cells.get(key, self.place)

    def text(self, key: str) -> str:
        """The value of a text, id, email or single choice column; empty where the cell is."""
        value = self.values[key]
        if not isinstance(value, str):
            raise TypeError(f"column {key} is not text")
        return value

    def items(self, key: str) -> tuple[str, ...]:
        """The values of a column that may hold several."""
        value = self.values[key]
        if not isinstance(value, tuple):
            raise TypeError(f"column {key} does not hold several values")
        return value

    def number_in(self, key: str) -> Decimal | None:
        """The value of a number column; None where the cell is empty."""
        value = self.values[key]
        if value is not None and not isinstance(value, Decimal):
            raise TypeError(f"column {key} is no number")
        return value

    def day_in(self, key: str) -> date | None:
        """The value of a date column; None where the cell is empty."""
        value = self.values[key]
        if value is not None and not isinstance(value, date):
            raise TypeError(f"column {key} is no date")
        return value


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """What a file holds. `headings`: column key → header as the file has it. `digest`: SHA-256 of the bytes, hex."""

    rows: tuple[Row, ...]
    remarks: tuple[Reason, ...]
    header_row: int
    headings: Mapping[str, str]
    sheet: str | None
    digest: str

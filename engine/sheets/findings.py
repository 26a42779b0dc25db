"""Errors and remarks of one file, each with its place, told in the order of the file."""

from __future__ import annotations

from engine.sheets import answers
from engine.sheets.cleaning import shown
from engine.sheets.sheet import Line, Sheet, title_at
from workflows.reasons import FileRefused, Reason

MOST_LISTED = 200  # errors, and remarks; further errors are counted


class Findings:
    """What turned up while a table was read."""

    def __init__(self, source: Sheet, header: Line) -> None:
        self._source, self._header = source, header
        self._remarks: list[Reason] = []
        self._errors: list[tuple[int, int, Reason]] = []

    @property
    def listable(self) -> bool:
        """Whether one more error would still be listed."""
        return len(self._errors) < MOST_LISTED

    def place(self, row: int, column: int) -> str:
        """A cell's place; column 0 is the whole line."""
        if column == 0:
            return self._source.line_place(row)
        return self._source.cell_place(row, column, shown(title_at(self._header, column)))

    def refuse(self, row: int, column: int, reason: Reason) -> None:
        self._errors.append((row, column, reason.at(self.place(row, column))))

    def remark(self, row: int, column: int, reason: Reason) -> None:
        self._remarks.append(reason.at(self.place(row, column)))

    def settle(self) -> tuple[Reason, ...]:
        """The remarks, the first 200. Raises FileRefused where there are errors."""
        if not self._errors:
            return (*self._source.remarks, *self._remarks)[:MOST_LISTED]
        every = [reason for _, _, reason in sorted(self._errors, key=lambda error: error[:2])]
        rest = len(every) - MOST_LISTED
        raise FileRefused([*every[:MOST_LISTED], *([answers.more_errors(rest)] if rest > 0 else [])])

"""The same tables as workbooks: cells that keep what is typed, and a list to choose from where there is one.

A spreadsheet makes 1.38E+10 of a telephone number and a date of the code 3-1, unless the cell says that it holds text.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from typing import Any

from engine.office import Work
from engine.rosters.columns import columns
from engine.rosters.templates import FILLED, rows_to_fill_in
from engine.sheets.columns import Column, choice_names

ROWS = 1000  # rows that are made ready to be typed into
WIDEST, NARROWEST = 36, 12  # characters
LONGEST_LIST = 255  # characters of all choices together: what a spreadsheet takes in a cell's own list
TEXT = "@"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(work: Work, kind: str, *, tracks: Collection[str] | None = None) -> bytes:
    """The table of that kind as .xlsx, with what is to be judged filled in where it is one for that."""
    import xlsxwriter  # noqa: PLC0415 - 60 ms, and few requests write a workbook

    out = io.BytesIO()
    wanted = columns(kind, work.definition)
    filled = rows_to_fill_in(work, kind, tracks=tracks) if kind in FILLED else []
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        _write(book, wanted, filled)
    return out.getvalue()


def _write(book: Any, wanted: Sequence[Column], filled: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet("填写")
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EFEDE7"})
    text, plain = book.add_format({"num_format": TEXT}), book.add_format()
    for place, column in enumerate(wanted):
        names = choice_names(column)
        width = min(WIDEST, max(NARROWEST, 2 * len(column.title) + 4))
        sheet.set_column(place, place, width, plain if column.kind in ("number", "date") else text)
        sheet.write_string(0, place, column.title, head)
        if (
            names
            and not column.many
            and len(",".join(names)) <= LONGEST_LIST
            and not any("," in each for each in names)
        ):
            sheet.data_validation(1, place, ROWS, place, {"validate": "list", "source": list(names)})
    for number, row in enumerate(filled, start=1):
        for place, cell in enumerate(row):
            sheet.write_string(number, place, cell, text)
    sheet.freeze_panes(1, 0)

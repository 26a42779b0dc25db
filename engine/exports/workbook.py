"""A sheet as a workbook made for printing on A4.

Every text is written as a text, whatever it begins with; instants are real dates of the campaign's zone. Rows go to the
disk as they come, so a cell can't be merged and the memory does not grow with the rows.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import Any, BinaryIO

from engine.exports.sheet import Column, Row, Sheet, written
from workflows.instants import zone_of
from workflows.reasons import Reason, Refused

A4 = 9
MOST_ROWS = 1_048_576 - 20  # a worksheet's, less what stands above and below the table
LONGEST_CELL = 32_767  # characters
LONGEST_FOOTER = 200  # characters; a spreadsheet takes 255 in all
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WRAPPED = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#8A8A8A", "font_size": 10}


def write_workbook(sheet: Sheet, out: BinaryIO) -> None:
    """Write the workbook into `out`, which must be able to seek.

    Raises Refused (EXP-02: more rows than fit), and OSError where there is no room for its parts, which then are gone.
    """
    import xlsxwriter  # noqa: PLC0415 - 60 ms, and few requests write a workbook
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - the same

    with tempfile.TemporaryDirectory(prefix="bangdan-export-") as folder:
        try:
            with xlsxwriter.Workbook(out, {**OPTIONS, "tmpdir": folder}) as book:
                book.set_properties({"title": sheet.title, "comments": "；".join(sheet.notes)})
                _Page(book, sheet).fill()
        except FileCreateError as error:
            raise OSError(str(error)) from error


class _Page:
    """The one worksheet of a workbook, filled from the top."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self.sheet = sheet
        self.zone = zone_of(sheet.zone)
        self.page = book.add_worksheet(_tab(sheet.name))
        self.title = book.add_format({"bold": True, "font_size": 16, "valign": "vcenter"})
        self.line = book.add_format({"font_size": 11, "valign": "vcenter"})
        self.note = book.add_format({"font_size": 9, "font_color": "#5A5A5A"})
        self.header = book.add_format({**_WRAPPED, "bold": True, "bg_color": "#E7EEF3", "valign": "vcenter"})
        self.cell = book.add_format({**_WRAPPED, "num_format": "@"})
        self.number = book.add_format({**_WRAPPED, "align": "right"})
        self.instant = book.add_format({**_WRAPPED, "num_format": "yyyy-mm-dd hh:mm"})
        self.row = 0

    def fill(self) -> None:
        self._set_up()
        self._text(self.sheet.title, self.title, height=30)
        for line in self.sheet.lines:
            self._text(line, self.line, height=22)
        self._text("　".join(self.sheet.notes), self.note)
        self._head()
        for row in self.sheet.rows:
            if self.row > MOST_ROWS:
                raise Refused(too_long())
            self._cells(row)
        for line in ("", *self.sheet.tail):
            self._text(line, self.line, height=26)

    def _set_up(self) -> None:
        """What a constant-memory worksheet wants to know before its first row, and how it goes on paper."""
        page, sheet = self.page, self.sheet
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
        page.set_paper(A4)
        (page.set_landscape if sheet.landscape else page.set_portrait)()
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        page.fit_to_pages(1, 0)
        page.center_horizontally()
        page.set_footer(f"&L&8{_footer(sheet)}&R&8第 &P 页，共 &N 页")
        if sheet.draft:
            page.set_header("&C&14&K9A3B3B草稿，未全部提交，不作为正式材料")

    def _head(self) -> None:
        for place, column in enumerate(self.sheet.columns):
            self.page.write_string(self.row, place, column.heading, self.header)
        self.page.set_row(self.row, 30)
        self.row += 1
        self.page.repeat_rows(self.row - 1)
        self.page.freeze_panes(self.row, 0)

    def _cells(self, row: Row) -> None:
        for place, (column, cell) in enumerate(zip(self.sheet.columns, row, strict=True)):
            if isinstance(cell, datetime) and column.kind == "instant":
                local = cell.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
                self.page.write_datetime(self.row, place, local, self.instant)
            elif isinstance(cell, int | float):
                self.page.write_number(self.row, place, cell, self.number)
            else:
                self._string(place, column, written(column, cell, self.sheet.zone))
        self.row += 1

    def _string(self, place: int, column: Column, text: str) -> None:
        if text:
            self.page.write_string(self.row, place, text[:LONGEST_CELL], self.cell)
        else:
            self.page.write_blank(self.row, place, None, self.number if column.kind == "number" else self.cell)

    def _text(self, text: str, style: Any, *, height: int | None = None) -> None:
        if height:
            self.page.set_row(self.row, height)
        if text:
            self.page.write_string(self.row, 0, text, style)
        self.row += 1


def too_long() -> Reason:
    return Reason(
        code="EXP-02",
        zh=f"工作表最多{MOST_ROWS}行，放不下；请缩小范围，或改为导出 CSV",
        en=f"a worksheet holds {MOST_ROWS} rows, and there are more; narrow it down, or take CSV",
        facts={"most": MOST_ROWS},
    )


def _tab(name: str) -> str:
    """A name that a worksheet may have."""
    return "".join("-" if char in "[]:*?/\\'" else char for char in name)[:31]


def _footer(sheet: Sheet) -> str:
    return "　".join(sheet.notes).replace("&", "&&")[:LONGEST_FOOTER]

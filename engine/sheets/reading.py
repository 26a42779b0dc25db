"""A table that somebody gives us: bytes → typed rows with places, or every error of the file at once.

The kind of file is told by its bytes first, then its name. The header is looked for in the first 10 rows. What was
changed or left out on the way is a remark, shown for confirmation beside `header_row` and `headings`; whoever confirms
later hands in the same bytes, which `digest` proves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import PureWindowsPath

from engine.sheets import answers
from engine.sheets.cleaning import shown
from engine.sheets.columns import Column, title_key
from engine.sheets.csv_text import read_text
from engine.sheets.findings import Findings
from engine.sheets.rows import Body, placed, read_rows
from engine.sheets.sheet import Cell, Line, Sheet, title_at
from engine.sheets.table import Table
from engine.sheets.workbook import read_workbook
from engine.sheets.writing import write_csv
from workflows.reasons import FileRefused, Reason

MOST_ROWS = 5_000
HEADER_ROWS = 10  # rows in which the header may stand
LARGEST_FILE = 20 << 20  # bytes
ZIPS, OLD_OFFICE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
TEXT_NAMES = ("", ".csv", ".tsv", ".txt")


def read_table(
    content: bytes,
    *,
    name: str,
    columns: Sequence[Column],
    sheet: str | None = None,
    strict: bool = False,
    limit: int = MOST_ROWS,
) -> Table:
    """Every row of the file, typed as the columns say. `name` is the file's, for places and for telling its kind.

    `strict` refuses columns that nobody asked for. Raises FileRefused with all errors of the file (the first 200).
    """
    try:
        source = _opened(content, name=name, columns=columns, sheet=sheet, limit=limit)
        header, lines = _parted(source, columns, limit)
    except FileRefused as refused:
        raise FileRefused(reason.at(reason.where or _shown_name(name)) for reason in refused.reasons) from None
    findings = Findings(source, header)
    body = Body(header=header, lines=lines, columns=columns, places=placed(header, columns, findings))
    rows = read_rows(source, body, findings, strict=strict)
    remarks = findings.settle()
    return Table(
        rows=rows,
        remarks=remarks,
        header_row=header.number,
        headings={key: title_at(header, at) for key, at in body.places.items()},
        sheet=source.title,
        digest=hashlib.sha256(content).hexdigest(),
    )


def template_csv(columns: Sequence[Column]) -> bytes:
    """An empty table with the right header. No example row: it would come back filled in among the others."""
    return write_csv([], [column.title for column in columns])


def _opened(content: bytes, *, name: str, columns: Sequence[Column], sheet: str | None, limit: int) -> Sheet:
    """The file as a sheet of whatever kind, long enough to tell whether it is too long."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(answers.too_large(len(content) >> 20, LARGEST_FILE >> 20))
    suffix = PureWindowsPath(name).suffix.lower()
    if reason := _other_kind(content, suffix):
        raise FileRefused(reason)
    most = limit + HEADER_ROWS
    if content.startswith(ZIPS):
        return read_workbook(content, sheet=sheet, most=most, limit=limit)
    if sheet is not None:
        raise FileRefused(answers.no_sheets_in_text(sheet))
    titles = _titles(columns)
    return read_text(content, name=_shown_name(name), score=lambda cells: _score(cells, titles), most=most)


def _other_kind(content: bytes, suffix: str) -> Reason | None:
    if content.startswith(OLD_OFFICE):
        return answers.kind_refused("旧式（.xls）或有密码的工作簿", "an old (.xls) or password-protected workbook")
    if suffix == ".xlsx":
        return None if content.startswith(ZIPS) else answers.damaged("不是工作簿", "this is no workbook")
    if suffix == ".xlsm":
        return answers.kind_refused("带宏的工作簿（.xlsm）", "a workbook with macros (.xlsm)")
    if suffix not in TEXT_NAMES and not content.startswith(ZIPS):
        return answers.kind_refused(f" {shown(suffix)} 文件", f"a {shown(suffix)} file")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return answers.kind_refused("网页或 XML 文件", "a web page or XML file")
    return None


def _shown_name(name: str) -> str:
    """The file's own name: whatever folders a sender puts before it are not repeated."""
    return shown(PureWindowsPath(name).name)


def _titles(columns: Sequence[Column]) -> dict[str, str]:
    """Title, in the form for comparing → column key."""
    return {title_key(title): column.key for column in columns for title in column.titles}


def _score(cells: Sequence[Cell], titles: Mapping[str, str]) -> int:
    """How many columns a line names."""
    return len({titles[key] for cell in cells if (key := title_key(str(cell))) in titles})


def _parted(source: Sheet, columns: Sequence[Column], limit: int) -> tuple[Line, tuple[Line, ...]]:
    """The header and the lines below it. Raises FileRefused: IMP-01 (no header), IMP-13 (too many lines)."""
    titles = _titles(columns)
    candidates = [line for line in source.lines if line.number <= HEADER_ROWS]
    header = max(candidates, key=lambda line: _score(line.cells, titles), default=None)
    if header is None or not _score(header.cells, titles):
        raise FileRefused(answers.header_missing([column.title for column in columns if column.required], HEADER_ROWS))
    below = tuple(line for line in source.lines if line.number > header.number)
    if len(below) > limit:
        raise FileRefused(answers.too_many_rows(limit))
    return header, below

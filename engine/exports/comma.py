"""A sheet as CSV: only the table, so that a program finds its header in the first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from engine.exports.sheet import Sheet, written
from engine.sheets.writing import guarded

CHUNK = 500  # rows


def csv_chunks(sheet: Sheet) -> Iterator[bytes]:
    """The file in pieces: UTF-8 with a mark, CRLF, and no cell that a spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow([guarded(column.heading) for column in sheet.columns])
    for number, row in enumerate(sheet.rows, start=1):
        cells = zip(sheet.columns, row, strict=True)
        writer.writerow([cell if isinstance(cell, int | float) else guarded(written(column, cell, sheet.zone))
                         for column, cell in cells])  # fmt: skip
        if number % CHUNK == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    """What was written since, out of the way."""
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()

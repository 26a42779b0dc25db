"""An export as a file: which kinds there are, and writing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from engine.exports.catalogue import Form
from engine.exports.comma import csv_chunks
from engine.exports.sheet import Sheet
from engine.exports.workbook import write_workbook

MEDIA: Mapping[Form, str] = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}


def write(sheet: Sheet, form: Form, out: BinaryIO) -> None:
    """Write it into `out`, as its rows are read. Raises what `write_workbook` does."""
    if form is Form.XLSX:
        write_workbook(sheet, out)
    else:
        for chunk in csv_chunks(sheet):  # noqa: FURB122 - by `writelines` a spooled file takes it into memory whole
            out.write(chunk)

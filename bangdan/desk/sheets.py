"""An export as the desk makes it, for pages and API alike: in the reader's words, as a file of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from starlette.responses import StreamingResponse

from bangdan.desk.downloads import download
from bangdan.happened import outcome
from engine.exports.catalogue import Form, What, export, file_name
from engine.exports.comma import csv_chunks
from engine.exports.nominations import Wanted
from engine.exports.sheet import Say, Sheet
from engine.exports.workbook import write_workbook
from engine.office import Work
from engine.queries.story import Happened

MEDIA: Mapping[Form, str] = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}


def sheet_of(work: Work, say: Say, what: What, wanted: Wanted, *, settled: bool = False) -> Sheet:
    """The export. Raises what `export` does."""

    def told(of: Work, line: Happened) -> str:
        words = outcome(of, line)
        return say(words.zh, words.en)

    return export(work, say, what, told, wanted, settled=settled)


def file_of(work: Work, sheet: Sheet, form: Form) -> StreamingResponse:
    """The export as a workbook or as CSV; it is read while the work is open. Raises Refused (EXP-02)."""

    def write(out: BinaryIO) -> None:
        if form is Form.XLSX:
            write_workbook(sheet, out)
        else:
            out.writelines(csv_chunks(sheet))

    return download(file_name(work, sheet, form), MEDIA[form], write)

"""Tables that people take away as CSV: readable by Excel and WPS, and harmless there.

A spreadsheet takes a cell that begins with = + - @ (also full-width), a tab or a line break for a formula. Such a text
gets an apostrophe in front; `unguarded` takes it off when the file comes back, so that both ways nothing is lost.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


def guarded(text: str) -> str:
    """The text as it may stand in a cell. A text that is guarded already gets a second apostrophe."""
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text, 1) else text


def write_csv(rows: Iterable[Sequence[str | int | float | None]], header: Sequence[str]) -> bytes:
    """The table as UTF-8 with a mark, every text quoted, CRLF; None is an empty cell, numbers stay bare."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow(["" if cell is None else guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")

"""Text with separators (CSV, TSV, Excel's "Unicode text") → `Sheet`.

The encoding is UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030, which Chinese programs still write. The
separator is the one under which the header is found. Whatever was not plain UTF-8 with commas is said in a remark.
A quote must close: read leniently, one open quote swallows the rest of the file without a word.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import islice

from engine.sheets import answers
from engine.sheets.sheet import Line, Sheet
from engine.sheets.writing import unguarded
from workflows.reasons import FileRefused, Reason

SEPARATORS = {
    ",": ("逗号", "commas"),
    "\t": ("制表符", "tabs"),
    ";": ("分号", "semicolons"),
    "，": ("全角逗号", "full-width commas"),
    "|": ("竖线", "bars"),
}
DIRECTIVE = re.compile(r"sep=([,\t;|])\r?\n")  # Excel's own first line, which names the separator
HEAD = 10  # lines in which a header may stand
QUOTED = re.compile(r'"(?:[^"]++|"")*+"')

# How much of a header a line is: the number of columns it names.
Score = Callable[[list[str]], int]


def read_text(content: bytes, *, name: str, score: Score, most: int) -> Sheet:
    """The text as a sheet, at most `most` lines of it.

    Raises FileRefused: not a text (IMP-07), a quote that is wrong (IMP-06), an endless field (IMP-22).
    """
    text, remarks = _decoded(content)
    separator, skipped = _separator(text, score)
    if separator != ",":
        remarks.append(answers.separated_by(*SEPARATORS[separator]))
    return Sheet(
        title=None,
        lines=tuple(islice(_lines(text, separator, skipped), most)),
        line_place=lambda number: f"{name}:{number}",
        cell_place=lambda number, _, title: f"{name}:{number} “{title}”",
        remarks=tuple(remarks),
    )


def _decoded(content: bytes) -> tuple[str, list[Reason]]:
    for encoding, remark in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, [answers.read_as(remark)] if remark else []
    raise FileRefused(answers.not_text())


def _encodings(content: bytes) -> tuple[tuple[str, str], ...]:
    """Codecs to try, each with the name under which it is remarked upon."""
    if content.startswith(codecs.BOM_UTF8):
        return (("utf-8-sig", ""),)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return (("utf-16", "UTF-16"),)
    return ("utf-8", ""), ("gb18030", "GB18030")


def _separator(text: str, score: Score) -> tuple[str, int]:
    """The separator, and how many lines to skip before the table."""
    if directive := DIRECTIVE.match(text):
        return directive[1], 1
    head = list(islice(io.StringIO(text, newline=""), HEAD))
    return max(SEPARATORS, key=lambda separator: _best(head, separator, score)), 0


def _best(head: list[str], separator: str, score: Score) -> int:
    try:
        return max((score(row) for row in csv.reader(head, delimiter=separator)), default=0)
    except csv.Error:  # a field without end: the strict reading says where
        return 0


def _lines(text: str, separator: str, skipped: int) -> Iterator[Line]:
    """Lines that hold something, numbered by where they begin: a quoted cell may run over several."""
    source = io.StringIO(text, newline="")
    for _ in range(skipped):
        source.readline()
    reader = csv.reader(source, delimiter=separator, strict=True)
    while True:
        first = skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise FileRefused(_wrong_quote(text, separator, first)) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Line(number=first, cells=tuple(unguarded(cell) for cell in cells))


def _wrong_quote(text: str, separator: str, first: int) -> Reason:
    """What is wrong with the record that begins in line `first`."""
    record = "".join(islice(io.StringIO(text, newline=None), first - 1, None))  # line breaks as \n
    plain = re.compile(rf"[^{re.escape(separator)}\n]*+")
    position, line, longest = 0, first, csv.field_size_limit()
    while position < len(record):
        quoted = record.startswith('"', position)
        field = (QUOTED if quoted else plain).match(record, position)
        if field is None or (quoted and len(field[0]) > longest):
            return answers.quote_open(line)
        if len(field[0]) > longest:
            return answers.too_long(len(field[0]), longest)
        after = record[field.end() : field.end() + 1]
        if after not in ("", separator, "\n"):
            return answers.quote_open(line) if "\n" in field[0] else answers.quote_inside(line)
        line += field[0].count("\n") + (after == "\n")
        position = field.end() + 1
    return answers.quote_open(first)

"""From a sheet's lines to typed rows: where each column stands, what stands elsewhere, what every cell holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.sheets import answers
from engine.sheets.columns import Column, Value, is_empty, read_cell, title_key
from engine.sheets.findings import Findings
from engine.sheets.sheet import Line, Sheet, letters, title_at
from engine.sheets.table import Row
from workflows.reasons import FileRefused

Spoilt = set[tuple[int, int]]  # (row, column) that can't be read for what they are


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """A table inside a sheet. `places`: column key → where it stands, from 1; not there when the file lacks it."""

    header: Line
    lines: Sequence[Line]
    columns: Sequence[Column]
    places: Mapping[str, int]


def placed(header: Line, columns: Sequence[Column], findings: Findings) -> dict[str, int]:
    """Where each column stands; a required one that is missing, or one given twice, is an error."""
    keys = [title_key(str(cell)) for cell in header.cells]
    places: dict[str, int] = {}
    for column in columns:
        accepted = {title_key(title) for title in column.titles}
        found = [at for at, key in enumerate(keys, start=1) if key in accepted]
        if found:
            places[column.key] = found[0]
        elif column.required:
            names = [title_at(header, at) for at, key in enumerate(keys, start=1) if key]
            findings.refuse(header.number, 0, answers.column_missing(column.title, header.number, names))
        if len(found) > 1:
            twice = answers.column_twice(column.title, [letters(at) for at in found])
            findings.refuse(header.number, found[1], twice)
    return places


def read_rows(source: Sheet, body: Body, findings: Findings, *, strict: bool) -> tuple[Row, ...]:
    """Every line as a row. Whatever is wrong is in the findings; the cell then has its column's empty value."""
    if body.header.number != source.lines[0].number:
        findings.remark(body.header.number, 0, answers.header_found(body.header.number))
    _look_outside(body, findings, strict=strict)
    if not body.lines:
        findings.refuse(body.header.number, 0, answers.no_rows())
    spoilt = _misplaced(body, findings) if source.title is None else _blemished(source, body, findings)
    return tuple(_row(source, body, line, spoilt, findings) for line in body.lines)


def _look_outside(body: Body, findings: Findings, *, strict: bool) -> None:
    """What stands in no column that was asked for."""
    tell = findings.refuse if strict else findings.remark
    known = {title_key(title) for column in body.columns for title in column.titles}
    filled = {at for line in body.lines for at, cell in enumerate(line.cells, start=1) if not is_empty(cell)}
    for at in range(1, len(body.header.cells) + 1):
        title = title_at(body.header, at)
        key = title_key(title)
        if key and key not in known:
            tell(body.header.number, at, answers.column_unknown(title, refused=strict))
        elif not key and at in filled:
            tell(body.header.number, at, answers.column_untitled(letters(at), refused=strict))


def _misplaced(body: Body, findings: Findings) -> Spoilt:
    """Cells of a text that can't be where they seem to be: in their line a separator or a quote lacks its partner."""
    width = len(body.header.cells)
    spoilt: Spoilt = set()
    for line in body.lines:
        if not all(is_empty(cell) for cell in line.cells[width:]):
            reason = answers.row_too_wide(len(line.cells), width)
        elif len(line.cells) < width and any("\n" in str(cell) for cell in line.cells):
            reason = answers.quote_open(line.number)
        else:
            continue
        findings.refuse(line.number, 0, reason)
        spoilt.update((line.number, at) for at in body.places.values())
    return spoilt


def _blemished(source: Sheet, body: Body, findings: Findings) -> Spoilt:
    """Cells of the table under a formula, an error or a merge; each such blemish is one error."""
    last = body.lines[-1].number if body.lines else body.header.number
    spoilt: Spoilt = set()
    for blemish in source.blemishes:
        area = blemish.area
        rows = range(max(area.top, body.header.number), min(area.bottom, last) + 1)
        within = [at for at in sorted(body.places.values()) if area.left <= at <= area.right]
        if not rows or not within:
            continue
        if findings.listable:  # beyond, no cell's error is listed, so none needs to be kept quiet
            spoilt.update((row, at) for row in rows for at in within)
        findings.refuse(rows[0], within[0], blemish.reason)
    return spoilt


def _row(source: Sheet, body: Body, line: Line, spoilt: Spoilt, findings: Findings) -> Row:
    values = {
        column.key: _value(source, line, column, at, findings)
        if (at := body.places.get(column.key)) is not None and (line.number, at) not in spoilt
        else column.empty
        for column in body.columns
    }
    places = {key: findings.place(line.number, at) for key, at in body.places.items()}
    return Row(place=source.line_place(line.number), number=line.number, values=values, cells=places)


def _value(source: Sheet, line: Line, column: Column, at: int, findings: Findings) -> Value:
    cell = line.cells[at - 1] if at <= len(line.cells) else ""
    if is_empty(cell):
        if column.required:
            findings.refuse(line.number, at, answers.cell_empty(column.title))
        return column.empty
    try:
        return read_cell(
            column, cell, day_zero=source.day_zero, remark=lambda reason: findings.remark(line.number, at, reason)
        )
    except FileRefused as refused:
        for reason in refused.reasons:
            findings.refuse(line.number, at, reason)
        return column.empty

"""Files that people might give us: made with openpyxl, then bent where openpyxl is too polite."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine.sheets.columns import Column
from engine.sheets.reading import read_table
from engine.sheets.table import Table
from workflows.reasons import FileRefused, Reason

SHEET_PART = "xl/worksheets/sheet1.xml"

PEOPLE = (
    Column(key="id", titles=("工号", "id"), kind="id", required=True),
    Column(key="name", titles=("姓名", "name"), required=True),
    Column(key="phones", titles=("手机",), kind="phones"),
    Column(key="born", titles=("生日",), kind="date"),
    Column(key="score", titles=("得分",), kind="number"),
)
HEADER = ["工号", "姓名", "手机", "生日", "得分"]


def workbook(
    rows: Sequence[Sequence[object]], *, shape: Callable[[Worksheet], object] | None = None, title: str = "花名册"
) -> bytes:
    """A workbook with one sheet; `shape` may do more to it."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if shape is not None:
        shape(sheet)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    """What is in the zip, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return out.getvalue()


def bent(content: bytes, old: str, new: str, *, part: str = SHEET_PART) -> bytes:
    """The workbook with one piece of one part's XML put differently."""
    members = parts(content)
    assert old.encode() in members[part]
    return packed(members | {part: members[part].replace(old.encode(), new.encode())})


def people(content: bytes | str, *, name: str = "", sheet: str | None = None, strict: bool = False) -> Table:
    """The table of people in a workbook, or in CSV text."""
    raw = content.encode() if isinstance(content, str) else content
    named = name or ("people.xlsx" if raw.startswith(b"PK") else "people.csv")
    return read_table(raw, name=named, columns=PEOPLE, sheet=sheet, strict=strict)


def refusal(content: bytes | str, *, name: str = "", sheet: str | None = None, strict: bool = False) -> list[Reason]:
    """Why the table of people is not taken."""
    with pytest.raises(FileRefused) as caught:
        people(content, name=name, sheet=sheet, strict=strict)
    return list(caught.value.reasons)


def said(reasons: Sequence[Reason]) -> list[tuple[str, str]]:
    """Code and place of each."""
    return [(reason.code, reason.where) for reason in reasons]

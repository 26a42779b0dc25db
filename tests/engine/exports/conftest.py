"""What the tests of exports share: a workbook as openpyxl reads it, and the two ways to write a sheet."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from engine.access import ENGINE, Actor
from engine.exports.comma import csv_chunks
from engine.exports.sheet import Sheet
from engine.exports.workbook import write_workbook
from engine.office import Work
from tests.builders import House
from tests.small import DURING

Make = Callable[[Work], Sheet]


def in_chinese(zh: str, _en: str) -> str:
    """What a Chinese reader gets, where a `Say` is asked for."""
    return zh


def in_english(_zh: str, en: str) -> str:
    """The same for an English reader."""
    return en


def as_workbook(house: House, make: Make, actor: Actor = ENGINE) -> bytes:
    """The bytes of a workbook of what `make` makes for `actor`."""
    out = io.BytesIO()
    with house.office.read(house.campaign, actor, at=DURING) as work:
        write_workbook(make(work), out)
    return out.getvalue()


def as_page(house: House, make: Make, actor: Actor = ENGINE) -> Worksheet:
    """The same as openpyxl reads it."""
    page = openpyxl.load_workbook(io.BytesIO(as_workbook(house, make, actor))).active
    assert isinstance(page, Worksheet)
    return page


def as_csv(house: House, make: Make, actor: Actor = ENGINE) -> bytes:
    """The bytes of a CSV file of it."""
    with house.office.read(house.campaign, actor, at=DURING) as work:
        return b"".join(csv_chunks(make(work)))


def texts(page: Worksheet) -> list[list[str]]:
    """Every row as text, without what is empty."""
    return [[str(cell) for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]


def on_each_page(page: Worksheet) -> tuple[str, str]:
    """What is printed above and, on the right, below each page."""
    above, below = page.oddHeader, page.oddFooter
    assert above is not None
    assert below is not None
    return str(above.center.text or ""), str(below.right.text or "")

"""How a sheet is written, whatever it holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pytest

from engine.exports import workbook
from engine.exports.comma import csv_chunks
from engine.exports.sheet import Column, Row, Sheet
from engine.exports.workbook import write_workbook
from tests.engine.exports.conftest import on_each_page
from workflows.reasons import Refused

MIDNIGHT = datetime(2025, 3, 14, 16, 0, tzinfo=UTC)


def sheet(*rows: Row, kinds: tuple[Column, ...] = (Column(heading="甲"),), draft: bool = False) -> Sheet:
    return Sheet(name="表/一[2]", title="标题", columns=kinds, rows=iter(rows), notes=("注",), zone="Asia/Shanghai",
                 draft=draft)  # fmt: skip


def opened(made: Sheet) -> openpyxl.Workbook:
    out = io.BytesIO()
    write_workbook(made, out)
    return openpyxl.load_workbook(out)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "http://a.example", "0012"]
)
def test_a_text_stays_a_text(text: str) -> None:
    (page,) = opened(sheet([text]))
    (line,) = list(csv.reader(io.StringIO(b"".join(csv_chunks(sheet([text]))).decode("utf-8-sig"), newline="")))[1:]

    cell = page["A4"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert line[0] in (text, f"'{text}")
    assert line[0][0] not in "=+-@\t\r\n＝"


def test_the_end_of_a_day_is_24_00_and_its_beginning_a_date() -> None:
    kinds = (Column(heading="起", kind="instant"), Column(heading="止", kind="end"))

    (page,) = opened(sheet([MIDNIGHT, MIDNIGHT], kinds=kinds))
    text = b"".join(csv_chunks(sheet([MIDNIGHT, MIDNIGHT], kinds=kinds))).decode("utf-8-sig").splitlines()

    assert [cell.value for cell in page[4]] == [datetime(2025, 3, 15), "2025-03-14 24:00"]  # noqa: DTZ001
    assert text[1] == '"2025-03-15 00:00","2025-03-14 24:00"'


def test_a_tab_gets_a_name_that_it_may_have() -> None:
    assert opened(sheet()).sheetnames == ["表-一-2-"]


@pytest.mark.parametrize(("draft", "header"), [(True, "草稿"), (False, "")])
def test_a_draft_says_so_on_each_page(draft: bool, header: str) -> None:
    (page,) = opened(sheet(draft=draft))

    assert on_each_page(page)[0][:2] == header


def test_more_rows_than_a_worksheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)

    with pytest.raises(Refused) as refused:
        write_workbook(sheet(*[["一"]] * 9), io.BytesIO())

    assert [reason.code for reason in refused.value.reasons] == ["EXP-02"]


def test_rows_are_read_as_they_are_written() -> None:
    read: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(1_200):
            read.append(number)
            yield [str(number)]

    chunks = csv_chunks(
        Sheet(name="表", title="表", columns=(Column(heading="甲"),), rows=rows(), notes=(), zone="UTC")
    )
    next(chunks)

    assert len(read) == 500

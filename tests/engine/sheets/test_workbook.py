"""Workbooks as people make them, and as they should not be."""

from __future__ import annotations

import io
import re
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet

from engine.sheets.cleaning import one_line, without_invisible
from engine.sheets.workbook import sheet_names
from tests.engine.sheets.making import HEADER, SHEET_PART, bent, packed, parts, people, refusal, said, saved, workbook


def test_values_come_as_the_columns_say_with_the_place_of_each_cell() -> None:
    table = people(workbook([HEADER, ["A1", "丁　波", 13800138000, date(1980, 2, 29), 92.5]]))
    [row] = table.rows
    assert dict(row.values) == {
        "id": "A1",
        "name": "丁 波",
        "phones": ("13800138000",),
        "born": date(1980, 2, 29),
        "score": row.number_in("score"),
    }
    assert (str(row.number_in("score")), row.place, row.where("phones"), table.sheet) == (
        "92.5",
        "花名册!第2行",
        "花名册!C2",
        "花名册",
    )


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), min_size=1, max_size=5))
def test_every_text_is_read_back_but_for_what_nobody_sees(texts: list[str]) -> None:
    # openpyxl takes no control characters, makes formulas of "=", and writes "_x000D_" without its escape.
    given_texts = [re.sub("^=|_x", "", ILLEGAL_CHARACTERS_RE.sub("", text)) + "名" for text in texts]
    table = people(workbook([HEADER, *(["A1", text] for text in given_texts)]))
    assert [row.text("name") for row in table.rows] == [one_line(without_invisible(text)) for text in given_texts]


def test_shared_texts_rich_texts_and_chinese_date_formats_of_another_writer_are_read() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("花名册")
    sheet.write_row(0, 0, HEADER)
    sheet.write_string(1, 0, "A1")
    sheet.write_rich_string(1, 1, "丁", book.add_format({"bold": True}), "波")
    sheet.write_string(1, 2, "13800138000")
    sheet.write_number(1, 3, 45260, book.add_format({"num_format": 31}))
    book.close()
    [row] = people(out.getvalue()).rows
    assert (row.text("name"), row.items("phones"), row.day_in("born")) == (
        "丁波",
        ("13800138000",),
        date(2023, 11, 30),
    )


def test_merged_cells_are_refused_once_and_not_also_as_empty() -> None:
    content = workbook([HEADER, ["A1", "丁波"], [None, "李娜"]], shape=lambda sheet: sheet.merge_cells("A2:A3"))
    [reason] = refusal(content)
    assert (reason.code, reason.where, reason.en) == (
        "IMP-03",
        "花名册!A2",
        "merged cells A2:A3; please unmerge and fill each cell",
    )


def test_a_merged_title_above_the_header_is_no_matter() -> None:
    content = workbook([["2023年花名册"], HEADER, ["A1", "丁波"]], shape=lambda sheet: sheet.merge_cells("A1:E1"))
    table = people(content)
    assert (table.header_row, said(table.remarks)) == (2, [("IMP-04", "花名册!第2行")])


def test_formulas_and_errors_are_refused_with_their_cells() -> None:
    def shape(sheet: Worksheet) -> None:
        sheet["B3"] = "#REF!"
        sheet["B3"].data_type = "e"

    content = workbook([HEADER, ["A1", "=1+1"], ["A2", None], ["A3", "章普", None, None, "=SUM(E1:E2)"]], shape=shape)
    assert said(refusal(content)) == [("IMP-12", "花名册!B2"), ("IMP-12", "花名册!B3"), ("IMP-12", "花名册!E4")]


def test_a_formula_with_a_remembered_value_is_refused_too() -> None:
    content = bent(workbook([HEADER, ["A1", "丁波", None, None, 7]]), "<v>7</v>", "<f>3+4</f><v>7</v>")
    assert said(refusal(content)) == [("IMP-12", "花名册!E2")]


def test_an_array_formula_spoils_every_cell_it_fills() -> None:
    content = bent(
        workbook([HEADER, ["A1", "丁波", None, None, 7], ["A2", "李娜", None, None, 8]]),
        "<v>7</v>",
        '<f t="array" ref="E2:E3">x</f><v>7</v>',
    )
    assert said(refusal(content)) == [("IMP-12", "花名册!E2")]


def test_a_formula_in_a_column_nobody_asked_for_is_no_matter() -> None:
    table = people(workbook([[*HEADER, "合计"], ["A1", "丁波", None, None, None, "=1+1"]]))
    assert said(table.remarks) == [("IMP-02", "花名册!F1")]


@pytest.mark.parametrize(
    ("serial", "answer"),
    [
        (45260, "the cell holds 45260; format the column as date (would be 2023-11-30)"),
        (60, "the cell holds 60; format the column as date"),
        (45260.5, "the cell holds 45260.5; format the column as date"),
    ],
)
def test_a_number_in_a_date_column_is_refused_with_the_day_it_would_be(serial: float, answer: str) -> None:
    [reason] = refusal(workbook([HEADER, ["A1", "丁波", None, serial]]))
    assert (reason.code, reason.where, reason.en) == ("IMP-09", "花名册!D2", answer)


@pytest.mark.parametrize("serial", [60, 0, -1, 1_000_000_000, 13800138000, 1e300, 45260.999999999, 45260.5])
def test_a_date_cell_that_is_no_whole_day_of_our_times_is_refused(serial: float) -> None:
    def shape(sheet: Worksheet) -> None:
        sheet["D2"] = serial
        sheet["D2"].number_format = "yyyy-mm-dd"

    assert said(refusal(workbook([HEADER, ["A1", "丁波"]], shape=shape))) == [("IMP-09", "花名册!D2")]


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    content = workbook([HEADER, ["A1", "丁波", None, date(2023, 11, 30)]])
    book = parts(content)["xl/workbook.xml"]
    with_1904 = packed(
        parts(content) | {"xl/workbook.xml": book.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')}
    )
    assert people(with_1904).rows[0].day_in("born") == date(2027, 12, 1)


def test_dates_as_text_of_the_strict_format_are_read() -> None:
    content = workbook([HEADER, ["A1", "丁波", None, 7]])
    for written, expected in (("2023-11-30", date(2023, 11, 30)), ("2023-11-30T00:00:00", date(2023, 11, 30))):
        dated = bent(content, 't="n"><v>7<', f't="d"><v>{written}<')
        assert people(dated).rows[0].day_in("born") == expected


def test_an_id_that_the_program_made_a_date_is_refused() -> None:
    assert said(refusal(workbook([HEADER, [datetime(2023, 10, 1), "丁波"]]))) == [("IMP-26", "花名册!A2")]  # noqa: DTZ001 - as in a cell


def test_a_number_that_has_lost_digits_is_refused_and_leading_zeros_of_a_text_stay() -> None:
    assert said(refusal(workbook([HEADER, [110101199003071234, "丁波"]]))) == [("IMP-19", "花名册!A2")]
    assert people(workbook([HEADER, ["007", "丁波"], [7, "李娜"]])).rows[0].text("id") == "007"


def test_truth_is_a_word_and_no_number() -> None:
    assert said(refusal(workbook([HEADER, ["A1", True, None, None, True]]))) == [("IMP-19", "花名册!E2")]


def test_of_several_filled_sheets_one_must_be_named() -> None:
    book = Workbook()
    for title, name in (("学会", "丁波"), ("企业", "李娜")):
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append(["A1", name])
    content = saved(book)
    [reason] = refusal(content)
    assert (reason.code, reason.facts) == ("IMP-11", {"sheets": "学会、企业"})
    assert people(content, sheet="企业").rows[0].text("name") == "李娜"
    assert said(refusal(content, sheet="院校")) == [("IMP-11", "people.xlsx")]


def test_a_hidden_sheet_is_not_asked_about_but_mentioned() -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(HEADER)
    sheet.append(["A1", "丁波"])
    hidden = book.create_sheet("选项")
    hidden["A1"] = "是"
    hidden.sheet_state = "hidden"
    [remark] = people(saved(book)).remarks
    assert (remark.code, remark.en) == ("IMP-11", "sheets not read: 选项")


def test_an_empty_workbook_is_refused() -> None:
    assert said(refusal(workbook([]))) == [("IMP-28", "people.xlsx")]


@pytest.mark.parametrize("cell", ["XFD2", "A1048576", "SS4000"])
def test_a_value_far_outside_the_table_is_refused_before_a_rectangle_is_laid_out(cell: str) -> None:
    def shape(sheet: Worksheet) -> None:
        sheet[cell] = "x"

    [reason] = refusal(workbook([HEADER, ["A1", "丁波"]], shape=shape))
    assert (reason.code, reason.en.split()[0]) == ("IMP-13", cell)


def test_one_long_text_said_a_thousand_times_is_too_much() -> None:
    content = workbook([HEADER, *(["A1", "y"] for _ in range(600))])
    strings = f"<sst><si><t>{'长' * 32_000}</t></si></sst>".encode()
    sheet = parts(content)[SHEET_PART]
    repeated = sheet.replace(b't="inlineStr"><is><t>y</t></is>', b't="s"><v>0</v>')
    assert repeated != sheet
    bomb = packed(parts(content) | {"xl/sharedStrings.xml": strings, SHEET_PART: repeated})
    assert said(refusal(bomb)) == [("IMP-13", "people.xlsx")]


def test_a_text_longer_than_a_spreadsheet_can_hold_is_refused() -> None:
    assert said(refusal(bent(workbook([HEADER, ["A1", "y"]]), ">y<", f">{'长' * 40_000}<"))) == [
        ("IMP-14", "people.xlsx")
    ]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", SHEET_PART])
def test_a_document_type_is_refused_in_every_part(part: str) -> None:
    content = parts(workbook([HEADER, ["A1", "丁波"]]))
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    assert said(
        refusal(packed(content | {part: laughs + content[part].partition(b"?>")[2] or laughs + content[part]}))
    ) == [("IMP-14", "people.xlsx")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('r="A2"', 'r="a2"'),
        ('r="A2"', 'r="A0"'),
        ('<row r="2"', '<row r="99999999"'),
        ("</sheetData>", ""),
        ("<v>7</v>", "<v>1e400</v>"),
        ("<v>7</v>", "<v>NaN</v>"),
        ('t="n"><v>7</v>', 't="s"><v>5</v>'),
        ('t="n"><v>7</v>', 't="s"><v>-1</v>'),
    ],
)
def test_a_sheet_against_the_rules_is_refused(old: str, new: str) -> None:
    assert said(refusal(bent(workbook([HEADER, ["A1", "丁波", None, None, 7]]), old, new))) == [
        ("IMP-14", "people.xlsx")
    ]


def test_a_missing_part_is_refused() -> None:
    members = parts(workbook([HEADER, ["A1", "丁波"]]))
    del members[SHEET_PART]
    assert said(refusal(packed(members))) == [("IMP-14", "people.xlsx")]


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("xl/vbaProject.bin", "a workbook with macros (.xlsm)"),
        ("xl/workbook.bin", "a binary workbook (.xlsb)"),
        ("content.xml", "an OpenDocument table (.ods)"),
    ],
)
def test_other_kinds_of_workbook_are_refused_by_what_they_hold(part: str, kind: str) -> None:
    [reason] = refusal(packed(parts(workbook([HEADER, ["A1", "丁波"]])) | {part: b"x"}))
    assert (reason.code, reason.en.partition(" is not")[0]) == ("IMP-15", kind)


def test_a_zip_without_a_workbook_is_refused() -> None:
    assert said(refusal(packed({"word/document.xml": b"<x/>"}))) == [("IMP-15", "people.xlsx")]


def test_pictures_and_links_are_not_read_and_that_is_said() -> None:
    members = parts(workbook([HEADER, ["A1", "丁波"]]))
    [remark] = people(
        packed(members | {"xl/media/image1.png": b"x", "xl/externalLinks/externalLink1.xml": b"<x/>"})
    ).remarks
    assert (remark.code, remark.en) == ("IMP-24", "not read: pictures, external links")


def test_the_sheets_of_a_workbook_that_hold_something_are_named_in_order() -> None:
    book = Workbook()
    for title in ("甲", "空", "乙"):
        sheet = book.create_sheet(title)
        if title != "空":
            sheet.append(["工号"])

    assert sheet_names(saved(book)) == ("甲", "乙")


@pytest.mark.parametrize("content", [b"", b"a,b", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_has_no_sheets(content: bytes) -> None:
    assert sheet_names(content) == ()

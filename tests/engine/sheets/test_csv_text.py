"""Text files as Excel, WPS and old programs write them."""

from __future__ import annotations

import pytest

from tests.engine.sheets.making import people, refusal, said

PLAIN = "工号,姓名,手机\nA1,丁波,010-68767227\n"


@pytest.mark.parametrize(
    ("encoding", "remarks"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", [("IMP-08", "按 UTF-16 编码读取，请核对文字是否正确")]),
        ("gb18030", [("IMP-08", "按 GB18030 编码读取，请核对文字是否正确")]),
    ],
)
def test_every_usual_encoding_is_read_and_an_unusual_one_said(encoding: str, remarks: list[tuple[str, str]]) -> None:
    table = people(PLAIN.encode(encoding))
    assert [row.text("name") for row in table.rows] == ["丁波"]
    assert [(reason.code, reason.zh) for reason in table.remarks] == remarks


def test_big_endian_utf16_is_read() -> None:
    assert people(b"\xfe\xff" + PLAIN.encode("utf-16-be")).rows[0].text("name") == "丁波"


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"\x00\x01\x02", b"\xef\xbb\xbf\xff", b"\x80\x81\xff\xff", PLAIN.encode("utf-16-le")]
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    assert said(refusal(content)) == [("IMP-07", "people.csv")]


@pytest.mark.parametrize(
    ("separator", "remarks"),
    [
        (",", []),
        (";", [("IMP-08", "columns are separated by semicolons")]),
        ("\t", [("IMP-08", "columns are separated by tabs")]),
        ("，", [("IMP-08", "columns are separated by full-width commas")]),
        ("|", [("IMP-08", "columns are separated by bars")]),
    ],
)
def test_the_separator_is_found_and_said(separator: str, remarks: list[tuple[str, str]]) -> None:
    table = people(PLAIN.replace(",", separator))
    assert table.rows[0].values["phones"] == ("010-68767227",)
    assert [(reason.code, reason.en) for reason in table.remarks] == remarks


def test_commas_inside_semicolon_cells_do_not_mislead() -> None:
    assert people("工号;姓名\nA1;丁,波,等,人\n").rows[0].text("name") == "丁,波,等,人"


def test_excels_own_separator_line_is_obeyed_and_counted() -> None:
    table = people("sep=;\r\n工号;姓名\r\nA1;丁波\r\n")
    assert (table.header_row, table.rows[0].place) == (2, "people.csv:3")


def test_rows_are_numbered_as_the_lines_of_the_file() -> None:
    table = people('工号,姓名\r\n\r\nA1,"丁\r\n波"\r\nA2,李娜\r\n')
    assert [(row.place, row.text("name")) for row in table.rows] == [
        ("people.csv:3", "丁 波"),
        ("people.csv:5", "李娜"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('工号,姓名\nA1,丁波\nA2,"李娜\nA3,章普\n', 3),
        ('工号,姓名\nA1,"丁\n波"\nA2,"李娜\nA3,章普\n', 4),
        ('工号,姓名\nA1,"丁波\nA2,"李娜",x\n', 2),
        ('工号,姓名\n"A1","丁\n波","x\n', 3),
        ('工号,姓名\r\nA1,"丁波\r\nA2,李娜\r\n', 2),
        ('工号,姓名\rA1,"丁波\rA2,李娜\r', 2),
    ],
)
def test_an_open_quote_is_refused_with_the_line_it_was_opened_in(text: str, line: int) -> None:
    [reason] = refusal(text)
    assert (reason.code, reason.en) == ("IMP-06", f"quote opened in line {line} never closed")


def test_two_open_quotes_that_seem_to_close_each_other_are_refused_too() -> None:
    assert said(refusal('工号,姓名\nA1,丁波\n"A2,李娜\nA3,章普"\n')) == [("IMP-06", "people.csv:3")]


def test_text_after_a_closing_quote_is_refused() -> None:
    [reason] = refusal('工号,姓名\nA1,"丁"波\n')
    assert (reason.code, reason.facts) == ("IMP-06", {"line": 2})


def test_a_field_without_end_is_refused() -> None:
    assert [reason.code for reason in refusal("工号,姓名\nA1," + "长" * 140_000)] == ["IMP-22"]
    assert [reason.code for reason in refusal('工号,姓名\nA1,"' + "长" * 140_000 + '"')] == ["IMP-06"]


def test_a_row_with_more_cells_than_the_header_is_refused_unless_they_are_empty() -> None:
    assert said(refusal("工号,姓名\nA1,丁,波\nA2,李娜,,\n")) == [("IMP-25", "people.csv:2")]


def test_a_shorter_row_lacks_its_last_cells() -> None:
    assert people("工号,姓名,手机\nA1,丁波\n").rows[0].values["phones"] == ()


def test_an_apostrophe_that_we_put_before_a_formula_comes_off() -> None:
    assert people("工号,姓名\nA1,'=1+1\n").rows[0].text("name") == "=1+1"


def test_the_first_200_errors_are_told_and_the_others_counted() -> None:
    found = refusal("工号,姓名,手机\n" + "".join(f"A{number},丁波,12\n" for number in range(203)))
    assert said(found[:200]) == [("IMP-21", f"people.csv:{line} “手机”") for line in range(2, 202)]
    assert [(reason.code, reason.where, reason.zh, reason.en, reason.facts) for reason in found[200:]] == [
        (
            "IMP-27",
            "",
            "另有 3 处错误未列出，请先改正以上各处",
            "3 more errors are not listed; correct these first",
            {"count": 3},
        )
    ]


def test_a_text_file_has_no_sheet_to_ask_for() -> None:
    assert said(refusal(PLAIN, sheet="Sheet1")) == [("IMP-11", "people.csv")]

"""Whole files: header, columns, limits, and every error at once."""

from __future__ import annotations

import hashlib

import pytest

from engine.sheets.reading import read_table
from tests.engine.sheets.making import HEADER, PEOPLE, people, refusal, said, workbook
from workflows.reasons import FileRefused


def test_a_missing_column_is_refused_and_what_is_there_is_named() -> None:
    [reason] = refusal("工好,姓名\nA1,丁波\n")
    assert (reason.code, reason.where, reason.en) == (
        "IMP-01",
        "people.csv:1",
        "column “工号” not found in row 1; found: 工好、姓名",
    )


def test_a_file_without_a_header_is_refused() -> None:
    assert said(refusal("A1,丁波\n")) == [("IMP-01", "people.csv")]
    assert said(refusal("")) == [("IMP-01", "people.csv")]


def test_a_column_that_is_not_required_may_be_missing() -> None:
    [row] = people("姓名,工号\n丁波,A1\n").rows
    assert (row.text("id"), row.values["phones"], row.values["score"], row.where("score")) == (
        "A1",
        (),
        None,
        "people.csv:2",
    )


def test_an_extra_column_is_a_remark_and_in_strict_mode_a_refusal() -> None:
    text = "工号,姓名,备忘\nA1,丁波,x\n"
    assert said(people(text).remarks) == [("IMP-02", "people.csv:1 “备忘”")]
    assert said(refusal(text, strict=True)) == [("IMP-02", "people.csv:1 “备忘”")]


def test_a_column_with_content_and_no_title_is_said_too() -> None:
    assert said(people(workbook([["工号", "姓名", None, "手机"], ["A1", "丁波", "x"]])).remarks) == [
        ("IMP-02", "花名册!C1")
    ]


def test_one_column_twice_is_refused() -> None:
    [reason] = refusal("工号,姓名,ID\nA1,丁波,A2\n")
    assert (reason.code, reason.en) == ("IMP-05", "column “工号” is given twice (A, C); keep one")


@pytest.mark.parametrize(("above", "taken"), [(0, True), (1, True), (9, True), (10, False)])
def test_the_header_is_looked_for_in_the_first_ten_rows(above: int, taken: bool) -> None:
    content = "标题\n" * above + "工号,姓名\nA1,丁波\n"
    if not taken:
        assert said(refusal(content)) == [("IMP-01", "people.csv")]
        return
    table = people(content)
    assert (table.header_row, [reason.code for reason in table.remarks]) == (above + 1, ["IMP-04"] if above else [])


def test_the_headings_of_the_file_are_handed_back_for_confirmation() -> None:
    assert people("ID*,姓 名（必填）\nA1,丁波\n").headings == {"id": "ID*", "name": "姓 名（必填）"}


def test_the_digest_is_that_of_the_bytes() -> None:
    content = "工号,姓名\nA1,丁波\n".encode()
    assert people(content).digest == hashlib.sha256(content).hexdigest()


def test_all_errors_of_a_file_are_told_at_once_in_its_order() -> None:
    content = workbook([HEADER, ["A 1", "", "12"], [None, "李\u200b娜", None, "30/11/2023", "x"]])
    assert said(refusal(content)) == [
        ("IMP-23", "花名册!A2"),
        ("IMP-16", "花名册!B2"),
        ("IMP-21", "花名册!C2"),
        ("IMP-16", "花名册!A3"),
        ("IMP-10", "花名册!D3"),
        ("IMP-19", "花名册!E3"),
    ]


def test_only_the_first_200_errors_are_listed_and_the_rest_counted() -> None:
    reasons = refusal("工号,姓名\n" + "A1,\n" * 250)
    assert (len(reasons), reasons[199].where, reasons[200].facts) == (201, "people.csv:201 “姓名”", {"count": 50})


def test_a_table_without_rows_is_refused() -> None:
    assert said(refusal("工号,姓名\n,\n\n")) == [("IMP-28", "people.csv:1")]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_limit_is_5000_rows_and_not_one_more(form: str) -> None:
    rows = [["A1", "丁波"]] * 5_000

    def made(body: list[list[str]]) -> bytes:
        if form == "xlsx":
            return workbook([HEADER, *body])
        return "\n".join(["工号,姓名", *(",".join(row) for row in body)]).encode()

    assert len(people(made(rows)).rows) == 5_000
    [reason] = refusal(made([*rows, ["A2", "李娜"]]))
    assert (reason.code, reason.en) == ("IMP-13", "file has more than 5,000 rows; split it")


def test_a_million_rows_are_refused_without_reading_them() -> None:
    assert [reason.code for reason in refusal("工号,姓名\n" + "A1,丁波\n" * 1_000_000)] == ["IMP-13"]
    assert [reason.code for reason in refusal("工号,姓名\n" + "A1,丁波丁波\n" * 1_100_000)] == ["IMP-13"]


def test_blank_rows_do_not_count() -> None:
    content = ("工号,姓名\n" + ",\n" * 100 + "A1,丁波\n").encode()
    table = read_table(content, name="people.csv", columns=PEOPLE, limit=1)
    assert [row.place for row in table.rows] == ["people.csv:102"]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "people.xls", "IMP-15"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "people.xlsx", "IMP-15"),
        (b"a,b", "people.xlsx", "IMP-14"),
        (b"a,b", "people.xls", "IMP-15"),
        (b"%PDF-1.7", "people.pdf", "IMP-15"),
        (b"<html><table>", "people.csv", "IMP-15"),
        (workbook([HEADER, ["A1", "x"]]), "people.xlsm", "IMP-15"),
    ],
)
def test_other_kinds_of_file_are_refused_with_advice(content: bytes, name: str, code: str) -> None:
    assert said(refusal(content, name=name)) == [(code, name)]


def test_a_workbook_is_known_by_its_bytes_whatever_its_name() -> None:
    assert people(workbook([HEADER, ["A1", "丁波"]]), name="people.csv").sheet == "花名册"


def test_places_repeat_neither_folders_nor_control_characters_of_a_name() -> None:
    assert said(refusal("x", name="../../a\r\nb.csv")) == [("IMP-01", "a\\u000d\\u000ab.csv")]


def test_asking_a_row_for_the_wrong_kind_of_value_is_a_mistake_of_ours() -> None:
    [row] = people("工号,姓名\nA1,丁波\n").rows
    for ask in (
        lambda: row.text("score"),
        lambda: row.items("id"),
        lambda: row.number_in("id"),
        lambda: row.day_in("id"),
    ):
        with pytest.raises(TypeError):
            ask()


def test_every_reason_speaks_chinese_and_english() -> None:
    with pytest.raises(FileRefused) as caught:
        people(workbook([HEADER, ["A 1", "", "12", 45260, "x"]]))
    assert all(any("一" <= char <= "鿿" for char in reason.zh) for reason in caught.value.reasons)
    assert all(reason.en for reason in caught.value.reasons)

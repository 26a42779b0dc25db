"""Cells typed as their columns say, each kind with what it takes and what it refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sheets.columns import Column, Kind, Value, read_cell, title_key
from engine.sheets.sheet import Cell
from workflows.reasons import FileRefused, Reason

CHANNELS = {
    "society": "society",
    "全国学会、协会、研究会": "society",
    "city": "city",
    "创新驱动示范市、“科创中国”试点城市（园区）": "city",
    "其他各有关单位": "other",
}


def read(kind: Kind, cell: Cell, *, many: bool = False, whole: bool = False, least: int | None = None) -> Value:
    column = Column(key="x", titles=("某",), kind=kind, choices=CHANNELS, many=many, whole=whole, least=least)
    remarks: list[Reason] = []
    value = read_cell(column, cell, day_zero=date(1899, 12, 30), remark=remarks.append)
    assert remarks == []
    return value


def refused(kind: Kind, cell: Cell, *, many: bool = False, whole: bool = False, least: int | None = None) -> list[str]:
    with pytest.raises(FileRefused) as caught:
        read(kind, cell, many=many, whole=whole, least=least)
    return [reason.code for reason in caught.value.reasons]


@pytest.mark.parametrize("title", ["姓名", " 姓 名 ", "姓名*", "姓名（必填）", "姓名：", "姓\u200b名", "姓名(必填)*"])
def test_a_title_is_known_with_the_marks_people_put_on_it(title: str) -> None:
    assert title_key(title) == title_key("姓名")


def test_a_name_keeps_its_characters_and_loses_what_is_invisible_with_a_remark() -> None:
    column = Column(key="x", titles=("某",))
    remarks: list[Reason] = []
    value = read_cell(column, " ＡＢＣ\u200b ² 学会\n分会\u202e", day_zero=None, remark=remarks.append)
    assert (value, [remark.en for remark in remarks]) == (
        "ＡＢＣ ² 学会 分会",
        ["invisible characters removed: U+200B, U+202E"],
    )


def test_a_text_has_a_longest_length() -> None:
    assert read("text", "长" * 200) == "长" * 200
    assert refused("text", "长" * 201) == ["IMP-22"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("U-1", "U-1"), (" Ｕ１２ ", "U12"), (Decimal(12), "12"), (Decimal("1.38E+10"), "13800000000"), ("007", "007")],
)
def test_ids_are_half_width_ascii(cell: Cell, expected: str) -> None:
    assert read("id", cell) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("U 1", "IMP-23"),
        ("U²", "IMP-23"),
        ("学会1", "IMP-23"),
        ("a" * 65, "IMP-23"),
        ("../x", "IMP-23"),
        ("U\u200b1", "IMP-17"),
        ("U\u202e1", "IMP-17"),
        ("1.38E+10", "IMP-19"),
        (Decimal("1e15"), "IMP-19"),
    ],
)
def test_any_other_id_is_refused(cell: Cell, code: str) -> None:
    assert refused("id", cell) == [code]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Decimal(13800138000), ("13800138000",)),
        ("13800138000.0", ("13800138000",)),
        ("010-68767227/13801237788", ("010-68767227", "13801237788")),
        ("15810910998、18600593479", ("15810910998", "18600593479")),
        ("010-82000975-932，15600777267", ("010-82000975-932", "15600777267")),
        ("０１０－６８７６７２２７", ("010-68767227",)),
        ("010–68767227\n010—68767227", ("010-68767227",)),
        ("(010) 6876 7227 转 3", ("(010) 6876 7227 转 3",)),
        ("+86 138 0013 8000", ("+86 138 0013 8000",)),
        ("04001234567", ("04001234567",)),
        ("、；", ()),
    ],
)
def test_telephone_numbers_stay_text_as_people_write_them(cell: Cell, expected: tuple[str, ...]) -> None:
    assert read("phones", cell) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.38E+10", "IMP-19"),
        ("12", "IMP-21"),
        (Decimal("1.5"), "IMP-21"),
        ("13800138000（张三）", "IMP-21"),
        ("13800138000 13900139000", "IMP-21"),
        ("1380013800²", "IMP-21"),
        ("١٣٨٠٠١٣٨", "IMP-21"),
        ("138\u200b00138000", "IMP-17"),
    ],
)
def test_what_is_no_telephone_number_is_refused(cell: Cell, code: str) -> None:
    assert refused("phones", cell) == [code]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("zhang@example.cn", "zhang@example.cn"),
        (" ｚ＠Example.CN ", "z@example.cn"),
        ("a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_addresses_are_those_the_mail_room_takes(cell: Cell, expected: str) -> None:
    assert read("email", cell) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("zhang", "ADR-01"),
        ("a..b@example.cn", "ADR-01"),
        ("a@example.cn\n", "ADR-01"),
        ("a@ok.example)b@evil.example", "ADR-01"),
        ("a@example.cn; b@example.cn", "ADR-02"),
        ("a@exam\u200bple.cn", "IMP-17"),
        (Decimal(5), "ADR-01"),
    ],
)
def test_any_other_address_is_refused(cell: Cell, code: str) -> None:
    assert refused("email", cell) == [code]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("92.5", "92.5"), ("９２", "92"), ("-3", "-3"), ("+4", "4"), (Decimal("0.1"), "0.1"), ("007", "7")],
)
def test_numbers_are_ascii_digits_after_full_width_is_folded(cell: Cell, expected: str) -> None:
    assert read("number", cell) == Decimal(expected)


@pytest.mark.parametrize(
    "cell",
    ["²", "10²", "Ⅷ", "٣", "①", "1e400", "1e3", "inf", "NaN", "1,000", "0x10", "1_0", "五", "TRUE", "1" * 16, "- 1"],
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    assert refused("number", cell) == ["IMP-19"]


def test_a_number_may_have_to_be_whole_and_not_too_small() -> None:
    assert read("number", "3.0", whole=True, least=3) == Decimal(3)
    assert refused("number", "3.5", whole=True) == ["IMP-19"]
    assert refused("number", "0", least=1) == ["IMP-19"]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_every_plain_number_is_read_exactly(number: Decimal) -> None:
    value = read("number", f"{number:f}")
    assert isinstance(value, Decimal)
    assert Fraction(value) == Fraction(number)


@pytest.mark.parametrize(
    "cell", ["2023-11-30", "２０２３－11－30", "2023年11月30日", " 2023 年 11 月 30 日", date(2023, 11, 30)]
)
def test_a_date_is_a_date_cell_or_written_so_that_nobody_can_misread_it(cell: Cell) -> None:
    assert read("date", cell) == date(2023, 11, 30)


@pytest.mark.parametrize(
    "cell", ["2023/11/30", "23-11-30", "11/12/2023", "2023-02-30", "20231130", "11月30日", "2023-11-30 24:00"]
)
def test_an_ambiguous_date_is_refused(cell: str) -> None:
    assert refused("date", cell) == ["IMP-10"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("society", "society"),
        ("全国学会、协会、研究会", "society"),
        ("全国学会,协会,研究会", "society"),
        ('创新驱动示范市、"科创中国"试点城市(园区)', "city"),
        (" 其他 各有关单位 ", "other"),
    ],
)
def test_a_choice_is_a_key_or_a_name_whatever_its_punctuation(cell: str, expected: str) -> None:
    assert read("choice", cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("全国学会、协会、研究会", ("society",)),
        ("全国学会、协会、研究会、其他各有关单位", ("society", "other")),
        ("city；society,city", ("city", "society")),
        ("其他各有关单位\n创新驱动示范市、“科创中国”试点城市（园区）", ("other", "city")),
    ],
)
def test_several_choices_in_a_cell_are_told_apart_though_names_hold_the_separator(
    cell: str, expected: tuple[str, ...]
) -> None:
    assert read("choice", cell, many=True) == expected


def test_an_unknown_choice_is_refused_with_one_name_for_each_value() -> None:
    with pytest.raises(FileRefused) as caught:
        read("choice", "society、企业", many=True)
    [reason] = caught.value.reasons
    assert reason.zh == (
        "“企业”不在可选范围：“全国学会、协会、研究会”、“创新驱动示范市、“科创中国”试点城市（园区）”、“其他各有关单位”"
    )


def test_two_choices_that_differ_in_punctuation_only_are_told_apart() -> None:
    column = Column(key="x", titles=("某",), kind="choice", choices={"a-1": "one", "a1": "two"})
    assert [read_cell(column, text, day_zero=None, remark=list[Reason]().append) for text in ("a-1", "A1")] == [
        "one",
        "two",
    ]
    with pytest.raises(FileRefused):
        read_cell(column, "a_1", day_zero=None, remark=list[Reason]().append)


@pytest.mark.parametrize("kind", ["text", "id", "email", "phones", "number", "choice"])
def test_a_date_where_none_belongs_is_refused(kind: Kind) -> None:
    assert refused(kind, date(2023, 10, 1)) == ["IMP-26"]

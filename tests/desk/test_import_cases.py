"""What people really send, through the page of imports: each file is answered as it should be, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.builders import letters
from tests.desk.people import AtTheDesk
from tests.desk.test_imports import GOOD, HEADER, NOMINATIONS, _codes, _confirm, _csv, _entered, _send
from tests.desk.test_mine import words
from tests.engine.sheets.making import SHEET_PART, packed, parts, workbook
from tests.small import states

Content = Callable[[], bytes]
LAUREATES = "年度,榜单,名称\n"


def _doctype() -> bytes:
    made = parts(workbook(GOOD))
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    return packed(made | {SHEET_PART: laughs + made[SHEET_PART]})


def _forged() -> bytes:
    """A zip whose directory says that a part is much smaller than it is."""
    content = bytearray(workbook(GOOD))
    central = content.rindex(SHEET_PART.encode()) - 46
    content[central + 24 : central + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def _error_cell(sheet: Worksheet) -> None:
    sheet["B2"].value, sheet["B2"].data_type = "#REF!", "e"


REFUSED: dict[str, tuple[str, Content, tuple[str, ...]]] = {
    "I13 an invisible character in a code": (
        "a.csv", lambda: _csv(HEADER, ["U\u202e1", "丙学会", "学会"]), ("IMP-17", "a.csv:2 “单位编号”")),
    "I16 digits of other scripts in a code": (
        "a.csv", lambda: _csv(HEADER, ["U١٢", "丙学会", "学会"]), ("IMP-23", "a.csv:2")),
    "I23 an error cell": ("a.xlsx", lambda: workbook(GOOD, shape=_error_cell), ("IMP-12", "花名册!B2")),
    "I26 a million rows": (
        "a.csv", lambda: _csv(HEADER) + b"\n" + b"U,a,b\n" * 1_000_000, ("IMP-13", "5,000")),
    "I28 a forged size": ("a.xlsx", _forged, ("IMP-14",)),
    "I28 too many parts": (
        "a.xlsx", lambda: packed(parts(workbook(GOOD)) | {f"x{n}": b"" for n in range(201)}), ("IMP-14",)),
    "I29 entities": ("a.xlsx", _doctype, ("IMP-14",)),
    "I31 a macro in a file named xlsx": (
        "a.xlsx", lambda: packed(parts(workbook(GOOD)) | {"xl/vbaProject.bin": b"x"}), ("IMP-15", "带宏的工作簿")),
    "a torn file": ("a.xlsx", lambda: workbook(GOOD)[:-200], ("IMP-14",)),
    "a picture called a table": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), ("IMP-",)),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_can_not_be_taken_is_refused_at_its_place(desk: AtTheDesk, what: str) -> None:
    name, content, expected = REFUSED[what]
    browser = desk.as_("office")
    page = browser.get(_send(browser, content(), name=name))
    said = words(page)

    assert [part for part in expected if part not in said] == []
    assert ('name="digest"' in page.text, page.status_code, _codes(desk)) == (False, 200, set())


TAKEN: dict[str, tuple[str, Content, str]] = {
    "I13 an invisible character in a name": (
        "a.csv", lambda: _csv(HEADER, ["U1", "丙\u200b学会", "学会"], ["U2", "丁市", "城市"]), "字符 U+200B"),
    "I14 full-width letters and digits": (
        "a.csv", lambda: _csv(HEADER, ["Ｕ１", "丙学会", "学会"], ["U２", "丁市", "城市"]), "U1"),
    "I31 external links": (
        "a.xlsx", lambda: packed(parts(workbook(GOOD)) | {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "外部链接"),
    "I32 names that climb out of the zip": (
        "a.xlsx", lambda: packed(parts(workbook(GOOD)) | {"../../../etc/x": b"x"}), "丙学会"),
    "I10 tabs": ("a.txt", lambda: _csv(*GOOD).replace(b",", b"\t"), "制表符"),
    "I08 what Excel calls Unicode text": (
        "a.txt", lambda: b"\xff\xfe" + _csv(*GOOD).replace(b",", b"\t").decode().encode("utf-16-le"), "UTF-16"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAKEN)
def test_a_file_that_is_meant_well_is_taken_and_says_how_it_was_read(desk: AtTheDesk, what: str) -> None:
    name, content, said = TAKEN[what]
    browser = desk.as_("office")
    at = _send(browser, content(), name=name)

    assert said in words(browser.get(at))
    assert _confirm(browser, at).status_code == 303
    assert _codes(desk) == {"U1", "U2"}


def _nominate(desk: AtTheDesk, *titles: str) -> str:
    rows = "".join(f"U9,发明榜,水,{title},某公司,是\n" for title in titles)
    browser = desk.as_("office")
    return _send(browser, (NOMINATIONS + rows).encode(), kind="nominations", name="n.csv", submit="true")


def test_rows_that_are_there_already_in_whatever_spelling_are_said_and_bring_no_second_letter(desk: AtTheDesk) -> None:
    """I34, I35."""
    _entered(desk.house, "U9")
    browser = desk.as_("office")
    _confirm(browser, _nominate(desk, "Café 净水"))
    with desk.house.read() as work:
        before = len(letters(work))
    at = _nominate(desk, "Cafe\u0301净水")
    shown = words(browser.get(at))
    _confirm(browser, at)
    with desk.house.read() as work:
        after = len(letters(work))

    assert ("IMP-35" in shown, "1 已有，不变" in shown) == (True, True)
    assert (states(desk.house), after) == ({"Café 净水": "submitted"}, before)


def test_a_number_in_digits_that_are_none_is_refused_at_its_cell(desk: AtTheDesk) -> None:
    """I16."""
    browser = desk.as_("office")
    text = f"{LAUREATES}²⁰²²,发明榜,净水\n２０２２,发明榜,净水\n"
    page = words(browser.get(_send(browser, text.encode(), kind="laureates", name="l.csv")))

    assert ("l.csv:2" in page, "l.csv:3" in page) == (True, False)


def test_what_looks_like_a_formula_leaves_as_text(desk: AtTheDesk) -> None:
    """I41."""
    _entered(desk.house, "U9")
    browser = desk.as_("office")
    _confirm(browser, _nominate(desk, "=HYPERLINK(1)"))
    table = browser.get("exports/nominations.csv").content.decode("utf-8-sig")

    assert "'=HYPERLINK(1)" in table

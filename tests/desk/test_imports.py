"""Tables through the browser: held, previewed with every cell, confirmed by digest at the instant of confirming."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from httpx2 import Response
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import func, select
from sqlmodel import col

from engine import nominations, turn
from engine.tables import Event, Unit
from engine.uploads.tables import HeldUpload
from tests.builders import House, add_unit
from tests.desk.people import OTHER_UNIT, UNIT, AtTheDesk, Browser
from tests.desk.test_mine import unit_id, words
from tests.engine.sheets.making import packed, parts, saved, workbook
from tests.small import CLOSES, DURING, REVIEW, SWEPT, TICK, draft, states

HEADER = ["单位编号", "推荐单位", "推荐渠道"]
GOOD = [HEADER, ["U1", "丙学会", "学会"], ["U2", "丁市", "城市"]]
NOMINATIONS = "单位编号,榜单,领域,项目名称,申报单位,材料齐全\n"


def _csv(*rows: list[str]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def _send(
    browser: Browser, content: bytes, *, kind: str = "units", name: str = "名录.xlsx", prefix: str = "", **fields: str
) -> str:
    """Where the preview of the file is."""
    answer = browser.post(f"{prefix}imports/{kind}", fields, files={"file": (name, content)})
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"]


def _confirm(browser: Browser, at: str, **fields: str) -> Response:
    """Press the button that the preview shows."""
    page = browser.get(at).text
    form = re.search(r"<form[^>]*action=\"([^\"]+)\">(?:(?!</form>).)*name=\"digest\".*?</form>", page, re.DOTALL)
    assert form, words(browser.get(at))
    hidden = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form[0]))
    return browser.client.post(form[1], data={**hidden, **fields})


def _digest(page: str) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    return found[1]


def _codes(desk: AtTheDesk) -> set[str]:
    with desk.house.read() as work:
        return set(work.connection.execute(select(col(Unit.code))).scalars()) - {UNIT, OTHER_UNIT}


def _held(desk: AtTheDesk) -> int:
    with desk.house.read() as work:
        return int(work.connection.execute(select(func.count()).select_from(HeldUpload)).scalar_one())


def test_what_the_preview_showed_is_stored_when_confirmed_and_not_before(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    at = _send(browser, workbook(GOOD))
    shown, before = words(browser.get(at)), (_codes(desk), _held(desk))
    answer = _confirm(browser, at)
    said = words(browser.get(answer.headers["location"]))

    for part in ("2 新增", "第1行：单位编号、推荐单位、推荐渠道", "花名册!第2行 U1 丙学会"):
        assert part in shown
    assert before == (set(), 1)
    assert (_codes(desk), _held(desk)) == ({"U1", "U2"}, 0)
    assert "已导入“名录.xlsx”：新增2行，更改0行，已有0行" in said


def test_pressing_twice_stores_once(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    at = _send(browser, workbook(GOOD))
    fields = {"digest": _digest(browser.get(at).text)}
    answers = [browser.post(at, fields, key="one") for _ in range(2)]
    with desk.house.read() as work:
        stored = work.connection.execute(select(func.count()).where(col(Event.verb) == "import")).scalar_one()

    assert [answer.status_code for answer in answers] == [303, 303]
    assert stored == 1


def _merged(sheet: Worksheet) -> None:
    sheet.merge_cells("B2:B3")


def _second_sheet() -> bytes:
    book = Workbook()
    first, second = book.active, book.create_sheet("城市")
    assert isinstance(first, Worksheet)
    first.title = "学会"
    for row in (HEADER, ["U1", "丙学会", "学会"]):
        first.append(row)
    for row in (HEADER, ["U2", "丁市", "城市"]):
        second.append(row)
    return saved(book)


WRONG: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "a misspelt column": ("a.csv", lambda: _csv(["单位编号", "名", "推荐渠道"], ["U1", "丙", "学会"]), ("IMP-01",)),
    "merged cells": ("a.xlsx", lambda: workbook(GOOD, shape=_merged), ("IMP-03", "花名册!B2 B2:B3 是合并单元格")),
    "a formula": ("a.xlsx", lambda: workbook([HEADER, ["U1", '="丙"&"学会"', "学会"]]), ("IMP-12", "花名册!B2")),
    "macros": ("a.xlsm", lambda: workbook(GOOD), ("IMP-15", "带宏的工作簿")),
    "an old workbook": ("a.xls", lambda: b"\xd0\xcf\x11\xe0" + bytes(600), ("IMP-15", "旧式")),
    "a bomb": ("a.xlsx", lambda: packed(parts(workbook(GOOD)) | {"xl/media/x": bytes(60 << 20)}), ("IMP-14", "压缩比")),
    "an open quote": ("a.csv", lambda: _csv(HEADER, ["U1", '"丙学会', "学会"], ["U2", "丁", "城市"]), ("IMP-06",)),
    "too many rows": ("a.csv", lambda: _csv(HEADER, *[["U", "学会", "学会"]] * 5001), ("IMP-13", "5,000 行")),
    "two sheets": ("a.xlsx", _second_sheet, ("IMP-11", "学会、城市", "读取哪一张工作表")),
    "wrong cells": (
        "a.csv",
        lambda: _csv(HEADER, ["U 1", "丙", "学会"], ["U2", "", "没有"]),
        ("IMP-23", "IMP-16", "IMP-20", "a.csv:2 “单位编号”", "a.csv:3 “推荐单位”", "a.csv:3 “推荐渠道”"),
    ),
    "no table at all": ("a.csv", lambda: b"\x00\x01\x02\xff", ("IMP-07",)),
    "an empty file": ("a.csv", lambda: b"", ("IMP-",)),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_everything_that_is_wrong_is_told_with_its_place_and_nothing_can_be_confirmed(
    desk: AtTheDesk, what: str
) -> None:
    name, content, expected = WRONG[what]
    browser = desk.as_("office")
    page = browser.get(_send(browser, content(), name=name))

    assert page.status_code == 200
    for part in expected:
        assert part in words(page)
    assert 'name="digest"' not in page.text
    assert _codes(desk) == set()


def test_of_several_sheets_the_one_that_is_chosen_is_read(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    at = _send(browser, _second_sheet())
    answer = _confirm(browser, f"{at}?sheet=城市")

    assert answer.status_code == 303
    assert _codes(desk) == {"U2"}


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (_csv(*GOOD).decode().encode("gb18030"), "按 GB18030 编码读取"),
        (b"\xef\xbb\xbf" + _csv(*GOOD), "没有特别之处"),
        (_csv(*GOOD).decode().encode("utf-16"), "UTF-16"),
        (_csv(*GOOD).replace(b",", b";"), "以分号分列"),
        (_csv(["2025年推荐单位名录", "", ""], *GOOD), "表头在第 2 行"),
        (_csv([*HEADER, "备注"], ["U1", "丙学会", "学会", "x"], ["U2", "丁市", "城市", ""]), "多出“备注”列，未读取"),
    ],
)
def test_how_a_file_was_read_is_shown_before_it_is_confirmed(desk: AtTheDesk, content: bytes, remark: str) -> None:
    browser = desk.as_("office")
    at = _send(browser, content, name="名录.csv")

    assert remark in words(browser.get(at))
    assert _confirm(browser, at).status_code == 303
    assert _codes(desk) == {"U1", "U2"}


def test_another_file_than_the_one_that_was_shown_is_refused(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    at = _send(browser, workbook(GOOD))
    answer = browser.post(at, {"digest": "0" * 64})

    assert (answer.status_code, "IMP-29" in answer.text) == (422, True)
    assert _codes(desk) == set()


def test_the_file_of_another_person_and_an_old_one_are_not_there(desk: AtTheDesk) -> None:
    mine = _send(desk.as_("office"), workbook(GOOD))
    others = desk.as_("second").get(mine)
    desk.clock.now += timedelta(hours=2)
    old = desk.as_("office").get(mine)

    assert [(each.status_code, "UPL-01" in each.text) for each in (others, old)] == [(409, True)] * 2
    assert "丙学会" not in others.text


@pytest.mark.parametrize("name", ["../../x.csv", "a\r\nb.csv", "长" * 300 + ".csv", "CON.csv", '"><script>.csv'])
def test_an_odd_file_name_is_only_shown(desk: AtTheDesk, name: str) -> None:
    browser = desk.as_("office")
    page = browser.get(_send(browser, _csv(*GOOD), name=name)).text

    assert "<script>.csv" not in page
    assert "../" not in page.replace('href="/', "")
    assert "长" * 101 not in page


def _entered(house: House, code: str) -> int:
    with house.write(DURING) as work:
        return add_unit(work, code)


def test_more_rows_than_places_are_refused_together(desk: AtTheDesk) -> None:
    _entered(desk.house, "U9")
    rows = "".join(f"U9,发明榜,水,项目{n},某公司,是\n" for n in range(3))
    browser = desk.as_("office")
    page = words(
        browser.get(_send(browser, (NOMINATIONS + rows).encode(), kind="nominations", name="n.csv", submit="true"))
    )

    assert "IMP-18" in page
    assert "3行，名额2个" in page
    assert states(desk.house) == {}


def test_what_was_sent_in_time_and_confirmed_too_late_is_late(desk: AtTheDesk) -> None:
    _entered(desk.house, "U9")
    desk.clock.now = CLOSES - TICK
    browser = desk.as_("office")
    content = (NOMINATIONS + "U9,发明榜,水,净水,某公司,是\n").encode()
    at = _send(browser, content, kind="nominations", name="n.csv", submit="true")
    shown = browser.get(at)
    desk.clock.now = CLOSES
    browser = desk.as_("office")
    answer = browser.post(at.partition("?")[0], {"digest": _digest(shown.text), "submit": "true"})

    assert "提交以您按下确认、服务器收到的时刻为准" in words(shown)
    assert answer.status_code == 422
    for part in ("DLN-01", "截止时间为2025年3月14日24:00，收到时间2025年3月15日00:00", "上传不是提交"):
        assert part in words(answer)
    assert states(desk.house) == {}


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("office", {"units", "contacts", "laureates", "nominations", "results", "decisions"}),
        ("unit", {"nominations"}), ("academy", {"results"}),
    ],
)  # fmt: skip
def test_each_role_brings_its_own_tables(desk: AtTheDesk, who: str, kinds: set[str]) -> None:
    browser = desk.as_(who)
    every = ("units", "contacts", "laureates", "nominations", "results", "decisions", "others")
    found = {kind for kind in every if browser.get(f"imports/{kind}").status_code == 200}
    sent = {
        kind for kind in every
        if browser.post(f"imports/{kind}", files={"file": ("a.csv", b"x")}).status_code == 303
    }  # fmt: skip

    assert (found, sent) == (kinds, kinds)
    assert desk.as_("auditor").get("imports/units").status_code == 403


def test_an_institution_reports_by_the_table_it_downloaded(desk: AtTheDesk) -> None:
    with desk.house.write(DURING) as work:
        nominations.submit(work, draft(work, unit_id(desk), "净水"))
        nominations.submit(work, draft(work, unit_id(desk), "王五", track="people"))
    turn.turn(desk.house.office, desk.house.campaign, at=SWEPT)
    desk.clock.now = REVIEW
    browser = desk.as_("academy")
    table = browser.get("imports/results/template")
    book = load_workbook(io.BytesIO(table.content))
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    titles = [row[1].value for row in sheet.iter_rows(min_row=2)]
    sheet["C2"] = "通过"
    answer = _confirm(browser, _send(browser, saved(book), kind="results", name="结果.xlsx"))

    assert "filename*=UTF-8''%E8%AF%84%E5%AE%A1%E7%BB%93%E6%9E%9C.xlsx" in table.headers["content-disposition"]
    assert titles == ["净水"]
    assert answer.headers["location"].endswith("/review")
    assert states(desk.house) == {"净水": "final", "王五": "review"}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", ["units", "contacts", "laureates", "nominations", "results", "decisions"])
def test_a_template_is_read_as_a_table_without_rows(desk: AtTheDesk, kind: str, form: str) -> None:
    browser = desk.as_("office")
    table = browser.get(f"imports/{kind}/template", params={"form": form})
    page = words(browser.get(_send(browser, table.content, kind=kind, name=f"t.{form}")))

    assert "表头下面没有内容" in page
    assert "IMP-01" not in page


def test_without_a_file_the_page_says_so(desk: AtTheDesk) -> None:
    answer = desk.as_("office").post("imports/units")

    assert (answer.status_code, "UPL-02" in answer.text) == (422, True)


def test_what_is_dropped_is_gone(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    at = _send(browser, workbook(GOOD))
    browser.post(f"{at}/drop")

    assert (_held(desk), _codes(desk)) == (0, set())

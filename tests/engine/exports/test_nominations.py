"""The export of nominations: only what one may see, nothing that a spreadsheet computes, and the import reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from engine import units
from engine.access import Actor
from engine.exports.nominations import EVERYTHING, Wanted, nominations
from engine.exports.sheet import Sheet
from engine.office import Work
from engine.rosters import Outcome, Upload, import_nominations
from engine.sweep import close
from tests.builders import House, add_draft, add_submitted
from tests.engine.exports.conftest import Make, as_csv, as_page, as_workbook, in_chinese, on_each_page, texts
from tests.small import ACADEMY, CLOSES, DURING, OFFICE, SETTLE, new_unit, unit_actor

HOSTILE = ("=1+1", "+86", "-1", "@sum")


def every(work: Work) -> Sheet:
    return nominations(work, in_chinese)


@pytest.fixture
def filled(quick: House) -> House:
    """Two units, each with a submitted nomination and a draft."""
    for code, name in (("A1", "甲学会"), ("B1", "乙学会")):
        with quick.write(DURING, OFFICE) as work:
            unit_id = units.add(work, code=code, name=name, channels=["societies"])
            values: dict[str, Any] = {
                "track": "inventions/water", "applicant": f"{name}的公司", "applicant_contact": f"{name}的王工",
                "applicant_phones": "010-1、13800138000", "materials": ["application"],
            }  # fmt: skip
            add_submitted(work, unit_id, f"{name}净水", **values)
            add_draft(work, unit_id, f"{name}草稿", **values)
    return quick


def test_a_unit_finds_its_own_and_nothing_of_others(filled: House) -> None:
    with filled.read() as work:
        (mine, *_) = work.connection.exec_driver_sql("SELECT id FROM unit WHERE code = 'A1'").one()

    page = as_page(filled, every, unit_actor(mine))

    told = "".join(text for row in texts(page) for text in row)
    assert ("甲学会净水" in told, "甲学会草稿" in told, "乙学会" in told) == (True, True, False)


def test_who_reviews_finds_what_is_in_review_and_no_telephone_numbers(filled: House) -> None:
    close(filled.office, filled.campaign, at=CLOSES + SETTLE)

    told = as_csv(filled, every, ACADEMY).decode()

    assert ("甲学会净水" in told, "甲学会草稿" in told, "13800138000" in told, "王工" in told) == (
        True, False, False, False,
    )  # fmt: skip


@pytest.mark.parametrize("write", [as_workbook, as_csv])
def test_what_was_exported_is_read_again_and_changes_nothing(
    filled: House, write: Callable[[House, Make, Actor], bytes]
) -> None:
    name = "export.xlsx" if write is as_workbook else "export.csv"
    content = write(filled, every, OFFICE)

    with filled.write(DURING, OFFICE) as work:
        imported = import_nominations(work, Upload(content=content, name=name))

    assert [line.outcome for line in imported.lines] == [Outcome.SAME] * 4


def test_an_edited_export_edits(filled: House) -> None:
    content = as_csv(filled, lambda work: nominations(work, in_chinese, Wanted(states=("drafted",))), OFFICE)
    content = content.replace("甲学会的公司".encode(), "另一公司".encode())

    with filled.write(DURING, OFFICE) as work:
        imported = import_nominations(work, Upload(content=content, name="edited.csv"))

    assert [line.outcome for line in imported.lines] == [Outcome.CHANGED, Outcome.SAME]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_text_is_computed_whatever_it_begins_with(quick: House, title: str) -> None:
    unit_id = new_unit(quick)
    with quick.write(DURING, OFFICE) as work:
        add_draft(work, unit_id, "名称", track="inventions/water", applicant=title)

    cells = [cell for row in as_page(quick, every).iter_rows() for cell in row if cell.value == title]
    line = as_csv(quick, every).decode("utf-8-sig").splitlines()[1]

    assert [cell.data_type for cell in cells] == ["s"]
    assert f'"\'{title}"' in line


def test_a_workbook_is_made_for_paper(filled: House) -> None:
    page = as_page(filled, every)
    header = next(number for number, row in enumerate(texts(page), start=1) if row[:2] == ["单位编号", "榜单"])

    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    fitting = page.sheet_properties.pageSetUpPr
    assert fitting is not None
    assert (fitting.fitToPage, page.page_setup.fitToHeight) == (True, 0)  # the width to one page
    assert page.print_title_rows == f"${header}:${header}"
    assert page.freeze_panes == f"A{header + 1}"
    assert on_each_page(page)[1] == "第 &P 页，共 &N 页"


def test_instants_are_dates_by_the_campaigns_clock(filled: House) -> None:
    page = as_page(filled, lambda work: nominations(work, in_chinese, Wanted(states=("submitted",))))

    dates = [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, datetime)]

    assert dates == [datetime(2025, 3, 10, 10, 0)] * 2  # noqa: DTZ001 - a spreadsheet knows no zones


def test_a_filter_is_told_and_holds(filled: House) -> None:
    wanted = Wanted(tracks=("inventions/water",), states=("drafted",), unit="A1", text="草稿")

    rows = texts(as_page(filled, lambda work: nominations(work, in_chinese, wanted), OFFICE))

    assert "范围：发明榜·水、草稿、单位 A1、含“草稿”" in rows[1][0]
    assert "导出：秘书处 赵书，2025年3月10日10:00" in rows[1][0]
    assert [row[3] for row in rows if row and row[0] == "A1"] == ["甲学会草稿"]


def test_an_empty_export_is_a_table_without_rows(quick: House) -> None:
    assert len(as_csv(quick, lambda work: nominations(work, in_chinese, EVERYTHING)).splitlines()) == 1


def test_nobody_of_nothing_sees_nothing(filled: House) -> None:
    nobody = Actor(role=unit_actor(None).role, name="无名", unit_id=None)

    assert len(as_csv(filled, every, nobody).splitlines()) == 1

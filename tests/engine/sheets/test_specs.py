"""The rosters a campaign takes in, read from files as their owners would write them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from engine.sheets import specs
from engine.sheets.columns import Column
from engine.sheets.reading import read_table, template_csv
from engine.sheets.table import Row

CHANNELS = {"society": "全国学会、协会、研究会", "other": "其他各有关单位"}
LISTS = {"tech": "先导技术榜", "firm": "新锐企业榜"}
FIELDS = {"ei": "电子信息", "bio": "生物医药"}

EVERY: dict[str, Sequence[Column]] = {
    "units": specs.units(CHANNELS),
    "nominations": specs.nominations(LISTS, FIELDS),
    "results": specs.RESULTS,
    "decisions": specs.DECISIONS,
    "laureates": specs.laureates(LISTS, {}),
    "contacts": specs.CONTACTS,
}


def rows(columns: Sequence[Column], *lines: str) -> tuple[Row, ...]:
    text = template_csv(columns) + "\r\n".join(lines).encode()
    return read_table(text, name="r.csv", columns=columns).rows


@pytest.mark.parametrize("name", EVERY)
def test_no_roster_has_one_title_for_two_columns(name: str) -> None:
    titles = [title.casefold() for column in EVERY[name] for title in column.titles]
    assert sorted(titles) == sorted(set(titles))


def test_a_unit_may_stand_in_several_rows_with_several_contacts() -> None:
    first, second = rows(
        specs.units(CHANNELS),
        "U1,某学会,全国学会、协会、研究会、其他各有关单位,否,丁波,010-65133925/13911128844,ding@example.cn",
        "U1,某学会,society,,李娜,,",
    )
    assert dict(first.values) == {
        "unit": "U1",
        "name": "某学会",
        "channels": ("society", "other"),
        "person": specs.NO,
        "contact": "丁波",
        "phones": ("010-65133925", "13911128844"),
        "email": "ding@example.cn",
    }
    assert (second.text("person"), second.items("phones"), second.text("email")) == ("", (), "")


def test_a_nomination_names_its_list_and_perhaps_a_field() -> None:
    tech, firm = rows(
        specs.nominations(LISTS, FIELDS),
        "U1,先导技术榜,电子信息,某技术,某公司,郑伯龙,13801237788,zheng@example.cn,√",
        "U1,firm,,某企业,,,,,不齐全",
    )
    assert [tech.text(key) for key in ("unit", "list", "field", "title", "applicant", "contact", "complete")] == [
        "U1",
        "tech",
        "ei",
        "某技术",
        "某公司",
        "郑伯龙",
        specs.YES,
    ]
    assert [firm.text(key) for key in ("list", "field", "complete")] == ["firm", "", specs.NO]


def test_results_pass_or_fail_with_a_score_and_a_comment() -> None:
    first, second = rows(specs.RESULTS, "'-abc_1,某技术,通过,92.5,很好", "n2,某企业,不通过,,")
    assert (first.text("nomination"), first.text("verdict"), first.number_in("score"), first.text("comment")) == (
        "-abc_1",
        specs.PASS,
        Decimal("92.5"),
        "很好",
    )
    assert (second.text("verdict"), second.number_in("score")) == (specs.FAIL, None)


def test_decisions_list_or_not_with_a_rank() -> None:
    first, second = rows(specs.DECISIONS, "n1,某技术,入榜,1", "n2,某企业,不入榜,")
    assert [(row.text("verdict"), row.number_in("rank")) for row in (first, second)] == [
        (specs.PASS, Decimal(1)),
        (specs.FAIL, None),
    ]


def test_laureates_have_a_year_a_list_and_a_name() -> None:
    [row] = rows(specs.laureates(LISTS, {}), "2022,先导技术榜,某技术,某公司,是")
    assert (row.number_in("year"), row.text("list"), row.text("name"), row.text("applicant"), row.text("person")) == (
        Decimal(2022),
        "tech",
        "某技术",
        "某公司",
        specs.YES,
    )


def test_contacts_belong_to_an_institution() -> None:
    [row] = rows(specs.CONTACTS, "ei,郑伯龙,010-68767227/13801237788,")
    assert (row.text("institution"), row.text("contact"), row.items("phones")) == (
        "ei",
        "郑伯龙",
        ("010-68767227", "13801237788"),
    )

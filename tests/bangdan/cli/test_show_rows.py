"""Lists and single things of units, nominations, duties and contacts on the terminal."""

from __future__ import annotations

import pytest

from tests.bangdan.cli.conftest import CLOSES, Terminal


def _cells(line: str) -> list[str]:
    return line.split()


def test_nominations_are_listed_whole_in_a_pipe(opened: Terminal) -> None:
    title = "面向极端服役环境的高性能稀土永磁材料与超高强度轻质合金一体化设计、制备及规模化应用" * 2
    draft = opened.draft(title)

    [_, _, line] = opened("nomination", "list").out.splitlines()

    assert _cells(line) == [draft, title, "新锐企业榜", "中国电子学会", "草稿"]


def test_a_page_says_how_to_go_on(opened: Terminal) -> None:
    first, second = opened.draft("甲"), opened.draft("乙")

    page = opened("nomination", "list", "--limit", "1")
    said, cursor = page.out.splitlines()[-1].split("：")
    rest = opened("nomination", "list", *cursor.split(), "--json")

    assert (said, first in page.out, second in page.out) == ("后面还有", True, False)
    assert ([row["id"] for row in rest.json["rows"]], rest.json["after"]) == ([second], None)


@pytest.mark.parametrize(
    "words", [("nomination",), ("unit", "--text", "无"), ("contact", "--unit", "无"), ("duty", "--overdue")]
)
def test_an_empty_list_says_so(opened: Terminal, words: tuple[str, ...]) -> None:
    said = opened(words[0], "list", *words[1:])

    assert said.code == 0
    assert said.out.startswith("没有符合条件的")


def test_a_state_may_be_named_in_chinese_and_several_times(opened: Terminal) -> None:
    opened("nomination", "submit", opened.draft("甲"))
    opened.draft("乙")

    said = opened("nomination", "list", "-s", "草稿", "-s", "submitted", "--json")

    assert [row["title"] for row in said.json["rows"]] == ["甲", "乙"]


def test_a_nomination_is_shown_in_full(opened: Terminal) -> None:
    draft = opened.draft("甲")

    pairs = dict(line.split(maxsplit=1) for line in opened("nomination", "show", draft).out.splitlines())

    assert {key: pairs[key].strip() for key in ("编号", "项目", "状态", "推荐单位", "材料")} == {
        "编号": draft, "项目": "甲", "状态": "草稿", "推荐单位": "中国电子学会（EE）", "材料": "申报材料",
    }  # fmt: skip


def test_a_unit_is_shown_with_its_places_and_people(opened: Terminal) -> None:
    opened("nomination", "submit", opened.draft("甲"))

    lines = [_cells(line) for line in opened("unit", "show", "EE").out.splitlines()]

    assert ["新锐企业榜", "5", "1", "4"] in lines
    assert ["张三", "中国电子学会", "13800138000", "zhang@example.cn"] in [cells[-4:] for cells in lines]


def test_an_unknown_unit_is_not_found(opened: Terminal) -> None:
    assert opened("unit", "show", "XX", "--json").codes == ["NFD-01"]


def test_whoever_has_no_address_is_to_be_called(opened: Terminal) -> None:
    [_, _, line] = opened("contact", "list", "--no-email", "--unit", "CAST").out.splitlines()

    assert _cells(line)[1:] == ["李四", "某某省科协", "13900139000", "（无，电话通知）"]


def test_overdue_duties_say_so(opened: Terminal) -> None:
    said = opened("duty", "list", "--overdue", at=CLOSES)

    assert {_cells(line)[-2] for line in said.out.splitlines()[2:]} == {"待报送，逾期"}

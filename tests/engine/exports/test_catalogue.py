"""Who may take which export, and what the others say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import nominations, units
from engine.access import Actor
from engine.exports.catalogue import Form, What, export, file_name, offered
from engine.exports.nominations import EVERYTHING, Wanted
from engine.exports.sheet import Sheet
from engine.office import Work
from engine.queries.story import Happened
from engine.turn import turn
from tests.builders import House, add_draft, add_submitted
from tests.engine.exports.conftest import as_csv, as_page, in_chinese, in_english, on_each_page, texts
from tests.small import ACADEMY, AUDITOR, DURING, OFFICE, OPENS, unit_actor
from workflows.reasons import NotFound, Refused


def verb_of(_work: Work, line: Happened) -> str:
    return f"({line.verb})"


def making(what: What, wanted: Wanted = EVERYTHING) -> Callable[[Work], Sheet]:
    return lambda work: export(work, in_chinese, what, verb_of, wanted)


@pytest.fixture
def society(quick: House) -> tuple[House, int]:
    """A unit with a nomination on either list, both submitted."""
    with quick.write(DURING, OFFICE) as work:
        unit_id = units.add(work, code="A1", name="甲学会", channels=["societies"])
        units.add(work, code="B1", name="乙学会", channels=["societies"])
        units.add_contact(work, name="王秘书", phones=["010-5"], unit_id=unit_id)
        add_submitted(work, unit_id, "李工", track="people", materials=["application", "letter"], applicant="某所")
        add_submitted(work, unit_id, "净水", track="inventions/water")
    return quick, unit_id


@pytest.mark.parametrize(
    ("actor", "names"),
    [
        (OFFICE, ["recommended", "nominations", "funnel", "calls", "history"]),
        (AUDITOR, ["recommended", "nominations", "funnel", "calls", "history"]),
        (unit_actor(1), ["recommended", "nominations", "funnel"]),
        (ACADEMY, ["nominations", "funnel"]),
    ],
)
def test_each_is_offered_what_is_theirs(actor: Actor, names: list[str]) -> None:
    assert [str(each.what) for each in offered(actor)] == names


@pytest.mark.parametrize("what", [What.CALLS, What.HISTORY])
def test_what_is_not_offered_is_not_there(society: tuple[House, int], what: What) -> None:
    house, unit_id = society

    with pytest.raises(NotFound):
        as_csv(house, making(what), unit_actor(unit_id))


def test_another_units_summary_is_not_there(society: tuple[House, int]) -> None:
    house, unit_id = society
    answers = []
    for code in ("B1", "nowhere"):
        with pytest.raises(NotFound) as answer:
            as_csv(house, making(What.RECOMMENDED, Wanted(unit=code)), unit_actor(unit_id))
        answers.append(str(answer.value).replace(code, "…"))

    assert answers[0] == answers[1]


def test_the_office_says_of_which_unit(society: tuple[House, int]) -> None:
    with pytest.raises(Refused) as refused:
        as_csv(society[0], making(What.RECOMMENDED), OFFICE)

    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [("EXP-01", "unit")]


def test_a_summary_is_by_list_with_room_for_a_seal(society: tuple[House, int]) -> None:
    house, unit_id = society

    page = as_page(house, making(What.RECOMMENDED), unit_actor(unit_id))

    rows = texts(page)
    assert rows[0] == ["2025年小奖推荐汇总表"]
    assert rows[1:4] == [["推荐单位（盖章）：甲学会（A1）"], ["推荐渠道：学会"], ["合计：2项（发明榜1个，人物榜1人）"]]
    assert [row[:4] for row in rows if row and row[0] in ("1", "2")] == [
        ["1", "发明榜", "水", "净水"],
        ["2", "人物榜", "李工", "某所"],
    ]
    assert any("单位公章" in text for row in rows for text in row)
    assert on_each_page(page)[0] == ""


def test_it_is_a_draft_while_something_is_not_submitted(society: tuple[House, int]) -> None:
    house, unit_id = society
    with house.write(DURING, OFFICE) as work:
        add_draft(work, unit_id, "未交的", track="inventions/light")
        gone = add_submitted(work, unit_id, "退出的", track="inventions/light")
        nominations.withdraw(work, gone, reason="放弃")

    page = as_page(house, making(What.RECOMMENDED), unit_actor(unit_id))

    told = [row for row in texts(page) if row and row[0] in "123"]
    assert [(row[3], row[-1]) for row in told if row[1] == "发明榜"][1] == ("未交的", "未提交")
    assert not any("退出的" in row for row in told)
    assert on_each_page(page)[0].startswith("草稿")


def test_without_anything_recommended_it_is_a_draft_and_says_so(society: tuple[House, int]) -> None:
    page = as_page(society[0], making(What.RECOMMENDED, Wanted(unit="B1")), OFFICE)

    assert ["合计：尚无推荐项目"] in texts(page)
    assert on_each_page(page)[0].startswith("草稿")


def test_the_numbers_add_up(society: tuple[House, int]) -> None:
    rows = as_csv(society[0], making(What.FUNNEL), OFFICE).decode("utf-8-sig").splitlines()

    assert rows == [
        '"榜单","领域","已提交","合计"', '"发明榜","水",1,1', '"发明榜","光",0,0', '"发明榜","小计",1,1',
        '"人物榜","",1,1', '"合计","",2,2',
    ]  # fmt: skip


def test_calls_have_a_box_a_reason_and_their_last_instant(society: tuple[House, int]) -> None:
    house, _ = society
    turn(house.office, house.campaign, at=OPENS.replace(hour=23))

    told = as_csv(house, making(What.CALLS), OFFICE).decode("utf-8-sig")

    assert '"□","王秘书","甲学会","010-5"' in told


def test_the_history_is_whole_and_in_order(society: tuple[House, int]) -> None:
    rows = as_csv(society[0], making(What.HISTORY), AUDITOR).decode("utf-8-sig").splitlines()[1:]

    numbers = [int(row.split(",")[0]) for row in rows]
    assert numbers == sorted(numbers)
    assert '"秘书处","赵书","","提交","项目","净水"' in rows[-1]


def test_a_file_is_named_for_the_campaign_the_subject_and_the_day(society: tuple[House, int]) -> None:
    with society[0].office.read("small-2025", OFFICE, at=DURING) as work:
        names = [
            file_name(work, export(work, say, What.FUNNEL, verb_of), Form.XLSX) for say in (in_chinese, in_english)
        ]

    assert names == ["small-2025-进展统计-2025-03-10.xlsx", "small-2025-progress-2025-03-10.xlsx"]

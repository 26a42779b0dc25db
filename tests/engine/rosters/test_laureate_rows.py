"""Entries of earlier editions come in from a file, and the drafts that bear their names are marked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine.rosters import Imported, Outcome, import_laureates
from engine.tables import Laureate, Nomination
from tests.engine.rosters.conftest import House, table
from workflows.reasons import FileRefused

HEADER = ("年度", "榜单", "名称", "申报单位")


def brought(house: House, *rows: tuple[str, ...], **options: Any) -> Imported:
    with house.write() as work:
        return import_laureates(work, table(HEADER, *rows, **options))


def test_entries_are_added_once_however_they_are_spelt(house: House) -> None:
    first = brought(house, ("2021", "先导技术榜", "量子 芯片", "甲所"), ("2022", "创业就业先锋榜", "某团队", ""))

    again = brought(house, ("2021", "technologies", "量子芯片", "甲所"), ("2022", "创业就业先锋榜", "某团队", ""))

    assert [line.outcome for line in first.lines] == [Outcome.NEW, Outcome.NEW]
    assert [line.outcome for line in again.lines] == [Outcome.SAME, Outcome.SAME]
    assert house.count(Laureate) == 2
    assert house.count(Laureate, list_name="先导技术榜", organisation="甲所", person=False) == 1


def test_a_preview_adds_none_and_the_history_witnesses_none(house: House) -> None:
    shown = brought(house, ("2021", "先导技术榜", "量子芯片", "甲所"), preview=True)

    assert [line.outcome for line in shown.lines] == [Outcome.NEW]
    assert house.count(Laureate) == 0


def test_who_is_on_a_list_of_persons_is_a_person(house: House) -> None:
    brought(house, ("2022", "技术经理人先锋榜", "赵六", "某中心"))

    assert house.count(Laureate, name="赵六", person=True) == 1


def test_a_draft_that_bears_an_earlier_name_is_marked_when_the_entry_arrives(house: House) -> None:
    house.units(("EE", "中国电子学会", "societies", "", "", ""))
    house.nominations(("EE", "先导技术榜", "电子信息", "量子芯片", "甲所", "是"))

    answer = brought(house, ("2021", "先导技术榜", "量子 芯片", ""), ("2020", "先导技术榜", "量子芯片", ""))

    assert answer.matched == 1
    with house.office.database.read() as connection:
        earlier = connection.execute(select(col(Nomination.earlier))).scalar_one()
    assert earlier == {
        "edition": 2021,
        "list": "先导技术榜",
        "name": "量子 芯片",
        "award": "",
        "rule": "earlier-laureates",
    }


def test_this_edition_is_no_earlier_one(house: House) -> None:
    with pytest.raises(FileRefused) as refused:
        brought(house, ("2023", "先导技术榜", "甲", ""), ("2022", "先导技术榜", "乙", ""), name="历年.csv")

    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [("IMP-38", "历年.csv:2 “年度”")]
    assert house.count(Laureate) == 0


def test_a_name_that_stands_twice_in_the_file_is_counted_once(house: House) -> None:
    answer = brought(house, ("2022", "先导技术榜", "甲", ""), ("2022", "先导技术榜", " 甲 ", ""))

    assert ([line.outcome for line in answer.lines], house.count(Laureate)) == ([Outcome.NEW, Outcome.SAME], 1)
    assert [reason.code for reason in answer.remarks] == ["IMP-32"]

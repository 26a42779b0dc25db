"""What is declared of units: checked against the campaign file, kept, recorded, asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from sqlmodel import col

from engine import units
from engine.office import Work
from engine.rosters import Upload, empty, import_units
from engine.sheets.writing import write_csv
from engine.subjects import subject_of
from engine.tables import Event
from tests.builders import House, add_unit
from tests.declaring import ATTRIBUTES, small_with
from tests.events import told
from tests.small import DURING, small_house
from workflows.matching import Subject
from workflows.reasons import FileRefused, Refused

NEEDED = """
[attributes.members]
name = "会员数"
of = "unit"
kind = "number"
needed = true
[attributes.academy]
name = "个人"
of = "unit"
kind = "flag"
"""
HEADER = ("单位编号", "推荐单位", "推荐渠道", "地区", "会员数", "个人（属性）")


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = small_house(database_url, small_with(ATTRIBUTES, NEEDED))
    yield opened
    opened.office.database.dispose()


def declare(work: Work, attributes: Mapping[str, str]) -> int:
    return units.add(work, code="A", name="甲学会", channels=["societies"], attributes=attributes)


def declarations(work: Work) -> list[tuple[str, str]]:
    rows = told(work.connection, col(Event.verb) == "declare")
    return [(row.details["was"], row.details["now"]) for row in rows]


def test_what_is_declared_of_a_unit_is_kept_and_recorded_once(house: House) -> None:
    with house.write(DURING) as work:
        row = declare(work, {"region": "west", "members": "3.0", "个人": "是"})
        declare(work, {"region": "west", "members": "3"})
        declare(work, {"region": ""})

        kept, told = units.attributes_of(work, row), declarations(work)

    assert kept == {"members": "3", "academy": "true"}
    assert told == [("", "地区：west、会员数：3、个人：true"), ("地区：west", "")]


def test_every_attribute_that_is_unknown_or_wrong_is_named_with_what_is_allowed(house: House) -> None:
    with house.write(DURING) as work, pytest.raises(Refused) as refused:
        declare(work, {"regio": "west", "born": "1985-03-01", "region": "north", "members": "many"})

    assert [(reason.code, reason.en) for reason in refused.value.reasons] == [
        ("ATT-01", 'a unit has no attribute "regio"; declared: region, members, academy; did you mean "region"?'),
        ("ATT-01", 'a unit has no attribute "born"; declared: region, members, academy'),
        ("ATT-02", 'attribute "region" must be one of east, west; read "north"'),
        ("ATT-02", 'attribute "members" must be a number; read "many"'),
    ]


def test_a_subject_is_the_unit_with_its_channels_and_what_is_declared_of_it_and_its_nominee(house: House) -> None:
    with house.write(DURING) as work:
        row = declare(work, {"region": "east"})
        bare = add_unit(work, "乙学会", channels=("cities", "societies"))

        found = subject_of(work, row, track="people", attributes={"born": "1985-03-01"}), subject_of(work, bare)

    assert found == (
        Subject(unit="A", channels=("societies",), track="people", attributes={"region": "east", "born": "1985-03-01"}),
        Subject(unit="乙学会", channels=("societies", "cities")),
    )


def take(work: Work, *rows: tuple[str, ...]) -> list[str]:
    upload = Upload(content=write_csv(rows, HEADER), name="units.csv")
    return [line.outcome.value for line in import_units(work, upload).lines]


def test_a_roster_has_a_column_for_each_attribute_and_its_empty_cells_change_nothing(house: House) -> None:
    with house.write(DURING) as work:
        header = empty("units", work.definition).decode("utf-8-sig").strip()
        outcomes = take(work, ("A", "甲学会", "学会", "west", "12", "是"))
        outcomes += take(work, ("A", "甲学会", "学会", "", "12.0", ""))
        outcomes += take(work, ("A", "甲学会", "学会", "east", "12", ""))
        kept = units.attributes_of(work, units.find(work, "A").id)

    assert header.replace('"', "").split(",")[-3:] == ["地区", "会员数", "个人（属性）"]
    assert (outcomes, kept) == (
        ["new", "same", "changed"],
        {"region": "east", "members": "12", "academy": "true"},
    )


def test_a_roster_names_every_wrong_cell_and_a_needed_one_that_is_empty(house: House) -> None:
    with house.write(DURING) as work, pytest.raises(FileRefused) as refused:
        take(
            work,
            ("A", "甲学会", "学会", "north", "12", ""),
            ("B", "乙学会", "学会", "west", "", ""),
        )

    assert [(reason.where, reason.code) for reason in refused.value.reasons] == [
        ("units.csv:2 “地区”", "IMP-20"),
        ("units.csv:3 “会员数”", "IMP-16"),
    ]


def test_two_rows_of_a_unit_must_declare_the_same_of_it(house: House) -> None:
    with house.write(DURING) as work, pytest.raises(FileRefused) as refused:
        take(
            work,
            ("C", "丙学会", "学会", "west", "0.1234567", ""),
            ("D", "丁学会", "学会", "west", "1", "是"),
            ("D", "丁学会", "学会", "east", "1", "是"),
        )

    assert [(reason.where, reason.code) for reason in refused.value.reasons] == [
        ("units.csv:2 “会员数”", "ATT-02"),
        ("units.csv:4 “地区”", "IMP-30"),
    ]

"""Pages hold every row once, whatever the filter, and know nothing of rows that are somebody else's."""

from __future__ import annotations

import pytest

from engine.access import Actor
from engine.queries import contacts as people
from engine.queries.listing import DRAFTED, nominations, units
from engine.queries.paging import cursor
from tests.builders import COLLECTING, House, add_draft, add_submitted, add_unit
from workflows.nomination import Role
from workflows.reasons import Refused


def _titles(house: House, **filters: object) -> list[list[str]]:
    """The titles page by page."""
    pages: list[list[str]] = []
    after: str | None = None
    while True:
        with house.read() as work:
            page = nominations(work, after=after, limit=2, **filters)  # type: ignore[arg-type]
        pages.append([row.title for row in page.rows])
        after = page.after
        if after is None:
            return pages


def _fill(house: House) -> None:
    with house.write() as work:
        one, two = add_unit(work, "甲学会"), add_unit(work, "乙学会")
        add_draft(work, one, "一号", track="enterprises")
        add_submitted(work, one, "二号", track="organisations")
        add_draft(work, two, "三号", track="organisations", applicant="三号公司")
        add_submitted(work, two, "四号", track="enterprises")
        add_draft(work, one, "五号", track="managers")


def test_pages_hold_every_row_once_and_in_order(house: House) -> None:
    _fill(house)

    assert _titles(house) == [["一号", "二号"], ["三号", "四号"], ["五号"]]


def test_states_of_all_lists_are_merged_in_order(house: House) -> None:
    _fill(house)

    assert _titles(house, states=("drafted",)) == [["一号", "三号"], ["五号"]]
    assert _titles(house, states=("submitted", "drafted"), tracks=("organisations",)) == [["二号", "三号"]]


def test_text_is_looked_for_in_title_applicant_and_unit(house: House) -> None:
    _fill(house)

    assert _titles(house, text="三号公司") == [["三号"]]
    assert _titles(house, text="乙学会") == [["三号", "四号"]]
    assert _titles(house, text="100%") == [[]]


def test_a_unit_is_told_the_same_of_others_rows_as_of_none(house: House) -> None:
    _fill(house)
    with house.write() as work:
        stranger = add_unit(work, "丙学会")
        other = nominations(work, limit=1).after or ""
    member = Actor(role=Role.UNIT, name="某", unit_id=stranger)
    told = []
    for after in (other, cursor(DRAFTED, "", "x" * 22)):
        with house.office.read(house.campaign, member, at=COLLECTING) as work:
            with pytest.raises(Refused) as refusal:
                nominations(work, after=after)
            told.append(str(refusal.value))
            assert nominations(work).rows == ()

    assert told[0] == told[1]


def test_units_are_listed_with_what_they_use(house: House) -> None:
    _fill(house)
    with house.read() as work:
        page = units(work, limit=1)
        rest = units(work, after=page.after)

    first = page.rows[0]
    assert (first.code, first.channels, first.placed, first.drafts) == ("甲学会", ("societies",), 1, 2)
    assert [row.code for row in rest.rows] == ["乙学会"]


def test_units_without_anybody_to_reach_are_found(house: House) -> None:
    with house.write() as work:
        add_unit(work, "甲学会", people=[("张三", None)])
        add_unit(work, "乙学会")
    with house.read() as work:
        found = units(work, unreachable=True)

    assert [row.code for row in found.rows] == ["乙学会"]


def test_contacts_say_whose_they_are(house: House) -> None:
    with house.write() as work:
        add_unit(work, "甲学会", people=[("张三", None), ("李四", "li@example.org")])
    with house.read() as work:
        of_unit = people.contacts(work, unit="甲学会").rows
        missing = people.contacts(work, unit="甲学会", without_email=True).rows
        of_office = people.contacts(work, office=True).rows

    assert [(row.name, row.of, row.email) for row in of_unit] == [
        ("张三", "甲学会", None),
        ("李四", "甲学会", "li@example.org"),
    ]
    assert [row.name for row in missing] == ["张三"]
    assert {row.of for row in of_office} == {"“科创中国”联合体秘书处"}

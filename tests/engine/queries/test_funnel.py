"""The funnel counts what the rows say, narrowed and seen as it should be."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from engine.access import Actor
from engine.office import Work
from engine.queries.funnel import funnel
from engine.queries.naming import tracks_named
from engine.tables import Unit
from tests.builders import COLLECTING, House, add_draft, add_submitted, add_unit
from workflows.nomination import Role

FIELD = "technologies/electronics"


def _fill(work: Work) -> None:
    society = add_unit(work, "甲学会")
    both = add_unit(work, "乙市科协", channels=("provinces", "cities"))
    add_submitted(work, society, "芯片", track=FIELD)
    add_draft(work, society, "企业")
    add_submitted(work, both, "光刻", track=FIELD)


def test_numbers_stand_by_list_by_field_and_by_channel(house: House) -> None:
    with house.write() as work:
        _fill(work)
    with house.read() as work:
        found = funnel(work)

    assert found.total.counts == {"drafted": 1, "submitted": 2}
    assert {line.key: line.counts for line in found.lists if line.total} == {
        "technologies": {"submitted": 2},
        "enterprises": {"drafted": 1},
    }
    assert {line.key: line.counts for line in found.tracks if line.total} == {
        FIELD: {"submitted": 2},
        "enterprises": {"drafted": 1},
    }
    assert {line.key: line.counts for line in found.channels if line.total} == {
        "societies": {"drafted": 1, "submitted": 1},
        "provinces": {"submitted": 1},
        "cities": {"submitted": 1},
    }


def test_filters_narrow_all_of_it(house: House) -> None:
    with house.write() as work:
        _fill(work)
    with house.read() as work:
        by_field = funnel(work, tracks=tracks_named(work.definition, "电子信息"))
        by_channel = funnel(work, channel="societies")

    assert by_field.total.counts == {"submitted": 2}
    assert by_channel.total.counts == {"drafted": 1, "submitted": 1}


def test_a_unit_sees_its_own_numbers(house: House) -> None:
    with house.write() as work:
        _fill(work)
        unit_id = work.connection.execute(select(col(Unit.id)).where(col(Unit.code) == "甲学会")).scalar_one()
    member = Actor(role=Role.UNIT, name="某", unit_id=unit_id)
    with house.office.read(house.campaign, member, at=COLLECTING) as work:
        found = funnel(work)

    assert found.total.counts == {"drafted": 1, "submitted": 1}


def test_an_institution_sees_nothing_before_review(house: House) -> None:
    with house.write() as work:
        _fill(work)
    reviewer = Actor(role=Role.INSTITUTION, name="某", institution="electronics")
    with house.office.read(house.campaign, reviewer, at=COLLECTING) as work:
        found = funnel(work)

    assert (found.total.total, found.channels) == (0, ())

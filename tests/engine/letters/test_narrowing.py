"""Nobody is told a date that holds for others: classes by units and by tracks, in the letters of real rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert

from engine.letters import audiences
from engine.office import Work
from engine.queries.calendar_view import calendar_view
from engine.queries.occasions import occasion_words
from engine.tables import UnitAttribute
from engine.turn import turn
from tests.builders import House, add_unit, letters
from tests.small import FILE, beijing, draft, small_house

CLASSES = """
[attributes.region]
name = "地区"
of = "unit"
kind = "word"
values = ["east", "west"]

[milestones.collection.classes.west]
name = "征集（西部）"
where = { region = "west" }
closes = "2025-03-12 24:00"
[milestones.collection.classes.people]
tracks = ["people"]
closes = "2025-03-13 24:00"
[milestones.collection.classes.filling]
role = "applicant"
closes = "2025-03-11 24:00"

[milestones.cities-own]
name = "城市内部截止"
closes = "2025-03-07"
for = { channels = ["cities"] }

[reminders.cities-own]
milestone = "cities-own"
edge = "closes"
offsets = ["1天前"]
audience = "units"
letter = "collection-opens"
useful = "1天"
[reminders.plan]
milestone = "plan"
edge = "closes"
offsets = ["10天前"]
audience = "units"
letter = "collection-opens"
useful = "1天"
[reminders.review-of-people]
milestone = "review"
edge = "opens"
offsets = ["当天"]
audience = "institutions"
for = { tracks = ["people"] }
letter = "review-ready"
useful = "1天"
"""
DAY_BEFORE = beijing("2025-03-11 09:00")


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = small_house(database_url, FILE.read_text(encoding="utf-8") + CLASSES)
    with opened.write(beijing("2025-03-03 09:00")) as work:
        for name, region, channel in (
            ("甲", "east", "societies"),
            ("乙", "west", "societies"),
            ("丙", "east", "cities"),
        ):
            unit_id = add_unit(
                work, name, channels=[channel], people=[(f"{name}联系人", f"{channel}@{region}.example")]
            )
            values = {"unit_id": unit_id, "attribute": "region", "value": region}
            work.connection.execute(insert(UnitAttribute), values)
            draft(work, unit_id, f"{name}的发明")
            if channel == "societies":
                draft(work, unit_id, f"{name}的人物", track="people")
    yield opened
    opened.office.database.dispose()


def _told(work: Work, key: str) -> dict[str, Any]:
    """Deadline, places and drafts that a letter tells, by reader."""
    occasion = next(one for one in work.occasions if one.key == key)
    return {
        one.to.name.removesuffix("联系人"): (
            one.context["deadline"]["iso"][:13], [place["name"] for place in one.context["places"]],
            [line["title"] for line in one.context["drafts"]],
        )
        for one in audiences.messages(work, occasion)
    }  # fmt: skip


def test_each_unit_is_told_the_dates_that_hold_for_it_and_what_they_are_about(house: House) -> None:
    with house.read(DAY_BEFORE) as work:
        west, people, others = (_told(work, f"collection-closes:{own}1天前") for own in ("west:", "people:", ""))
        inventions = next(iter(others.values()))[1]
    assert west == {"乙": ("2025-03-12T16", [*inventions, "人物榜"], ["乙的发明", "乙的人物"])}
    assert people == {"甲": ("2025-03-13T16", ["人物榜"], ["甲的人物"])}
    assert others == {
        "甲": ("2025-03-14T16", inventions, ["甲的发明"]),
        "丙": ("2025-03-14T16", inventions, ["丙的发明"]),
    }


def test_a_letter_about_something_else_names_the_deadline_of_its_reader_the_first_of_several(house: House) -> None:
    with house.read(DAY_BEFORE) as work:
        told = {name: facts[0] for name, facts in _told(work, "plan:10天前").items()}
    assert told == {"甲": "2025-03-13T16", "乙": "2025-03-12T16", "丙": "2025-03-14T16"}


def test_a_milestone_that_concerns_some_is_told_to_them_alone(house: House) -> None:
    with house.read(DAY_BEFORE) as work:
        assert list(_told(work, "cities-own:1天前")) == ["丙"]


def test_an_institution_hears_of_its_own_tracks(house: House) -> None:
    with house.read(DAY_BEFORE) as work:
        occasion = next(one for one in work.occasions if one.key == "review-of-people:当天")
        assert [one.to.name for one in audiences.messages(work, occasion)] == ["孙工"]


def test_a_turn_writes_each_letter_once_under_the_name_of_its_class(house: House) -> None:
    for at in ("2025-03-11 09:00", "2025-03-12 09:00", "2025-03-13 09:00", "2025-03-13 09:01"):
        turn(house.office, house.campaign, at=beijing(at))
    with house.read(beijing("2025-03-13 09:01")) as work:
        rows = [row for row in letters(work, "collection-closes") if row.occasion.endswith(":1天前")]
        words = [occasion_words(work.definition, work.shape, row.occasion)[0] for row in rows]
    assert [(row.to_name, row.milestone, row.occasion) for row in rows] == [
        ("乙联系人", "collection/west", "collection-closes:west:1天前"),
        ("甲联系人", "collection/people", "collection-closes:people:1天前"),
        ("甲联系人", "collection", "collection-closes:1天前"),
        ("丙联系人", "collection", "collection-closes:1天前"),
    ]
    assert words == [
        "征集（西部）截止1天前（推荐单位）",
        "征集（人物榜）截止1天前（推荐单位）",
        *["征集截止1天前（推荐单位）"] * 2,
    ]


def test_the_timeline_counts_the_readers_of_each_class(house: House) -> None:
    with house.read(beijing("2025-03-10 09:00")) as work:
        view = calendar_view(work)
    lines = {one.key: one.reach.letters if one.reach else None for one in view.reminders}
    assert {key: lines[f"collection-closes:{key}1天前"] for key in ("west:", "people:", "")} == {
        "west:": 1, "people:": 1, "": 2,
    }  # fmt: skip

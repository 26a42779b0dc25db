"""Which class holds, what it takes from its parent, and what a date's scope is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.small import CLOSES, FILE, OPENS
from workflows.classes import closings, closings_of_track, dated_classes, window_for
from workflows.definition import Attribute, Definition, Milestone, Who
from workflows.derivation import as_announced, with_followers
from workflows.loading import load
from workflows.matching import Subject
from workflows.scopes import scope_words
from workflows.targets import classes_of
from workflows.timeline import Calendar, announced, marks
from workflows.vocabulary import Bearer, Edge, Kind, Party
from workflows.workdays import Workdays

A_DAY = timedelta(days=1)
WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"


def _class(name: str, closes: datetime | None = None, *, opens: datetime | None = None, **who: object) -> Milestone:
    return Milestone(key=f"collection/{name}", name=name, english=name, of="collection", opens=opens, closes=closes,
                     who=Who(**who))  # type: ignore[arg-type]  # fmt: skip


EARLY = _class("early", CLOSES - A_DAY, tracks=(WATER,))
LATE_START = _class("late-start", opens=OPENS + A_DAY, channels=("cities",))
SAYS_NOTHING = _class("nothing")
WRITING = _class("writing", CLOSES - 2 * A_DAY, role=Party.APPLICANT)


def _with(*made: Milestone) -> tuple[Definition, Calendar]:
    definition = load(FILE.read_text(encoding="utf-8"), name="small.toml").definition
    definition = replace(definition, milestones=(*definition.milestones, *made))
    return definition, as_announced(definition, Workdays())


def test_a_class_has_its_parents_edges_where_it_has_none_of_its_own() -> None:
    _, calendar = _with(EARLY, LATE_START)
    found = [(one.opens, one.opens_of, one.closes, one.closes_of)
             for one in (calendar["collection/early"], calendar["collection/late-start"])]  # fmt: skip
    assert found == [(OPENS, "collection", CLOSES - A_DAY, None), (OPENS + A_DAY, None, CLOSES, "collection")]


def test_a_shared_edge_stands_once_in_the_list_of_the_calendar() -> None:
    _, calendar = _with(EARLY, LATE_START)
    found = [(mark.milestone, mark.edge) for mark in marks(calendar) if mark.milestone.startswith("collection/")]
    assert found == [("collection/late-start", Edge.OPENS), ("collection/early", Edge.CLOSES)]


def test_a_class_follows_a_suspension_of_its_parent_unless_it_has_an_end() -> None:
    definition, calendar = _with(EARLY, LATE_START)
    parent = replace(calendar["collection"], closes=None, suspended=True)
    found = with_followers(definition, {**announced(definition.milestones), "collection": parent}, Workdays())
    early, late_start = found["collection/early"], found["collection/late-start"]
    assert [(each.suspended, each.closes) for each in (early, late_start)] == [(False, CLOSES - A_DAY), (True, None)]


def test_a_class_that_says_nothing_stands_aside() -> None:
    definition, calendar = _with(SAYS_NOTHING, EARLY)
    window = window_for(definition, calendar, Subject(track=WATER, role=Party.UNIT))
    assert (len(classes_of(definition, "collection")), len(dated_classes(definition, calendar))) == (2, 1)
    assert window.closes_of == "collection/early"


@pytest.mark.parametrize(
    ("track", "role", "closes", "closes_of", "closing"),
    [
        (WATER, Party.UNIT, CLOSES - A_DAY, "collection/early", "collection/early"),
        (WATER, Party.APPLICANT, CLOSES - 2 * A_DAY, "collection/writing", "collection/early"),
        (LIGHT, Party.APPLICANT, CLOSES - 2 * A_DAY, "collection/writing", "collection"),
        (LIGHT, Party.UNIT, CLOSES, "collection", "collection"),
    ],
)
def test_the_applicant_and_the_unit_have_each_their_end_under_one_closing(
    track: str, role: Party, closes: datetime, closes_of: str, closing: str
) -> None:
    definition, calendar = _with(WRITING, EARLY)
    window = window_for(definition, calendar, Subject(track=track, role=role))
    assert (window.closes, window.closes_of, window.closing) == (closes, closes_of, closing)


def test_only_classes_with_an_end_for_units_are_closings() -> None:
    definition, calendar = _with(WRITING, LATE_START, EARLY)
    assert [each.milestone for each in closings(definition, calendar)] == ["collection", "collection/early"]


@pytest.mark.parametrize(
    ("track", "touching"),
    [
        (WATER, ["collection/early"]),
        (LIGHT, ["collection/cities", "collection"]),
        (PEOPLE, ["collection"]),
    ],
)
def test_a_track_is_touched_by_the_ends_that_can_reach_it(track: str, touching: list[str]) -> None:
    definition, calendar = _with(EARLY, _class("cities", CLOSES + A_DAY, channels=("cities",)))
    assert [each.milestone for each in closings_of_track(definition, calendar, track)] == touching


@pytest.mark.parametrize(
    ("who", "zh", "en"),
    [
        (Who(), "全部", "everybody"),
        (Who(tracks=(WATER, LIGHT)), "发明榜", "Inventions"),
        (Who(tracks=(LIGHT, PEOPLE)), "发明榜·光、人物榜", "inventions/light, People"),
        (Who(channels=("cities",), units=("EE",), role=Party.UNIT), "城市，EE，推荐单位提交", "城市, EE, units"),
        (
            Who(attributes=(("region", ("west",)),), role=Party.APPLICANT),
            "地区：west，申报人填报",
            "Region: west, applicants",
        ),
        (Who(attributes=(("direct", ("true", "false")),)), "直接推荐：是、否", "Direct: yes, no"),
    ],
)
def test_a_scope_is_named_in_the_campaigns_words(who: Who, zh: str, en: str) -> None:
    definition, _ = _with()
    region = Attribute(key="region", name="地区", english="Region", of=Bearer.UNIT, kind=Kind.WORD, values=("west",))
    direct = Attribute(key="direct", name="直接推荐", english="Direct", of=Bearer.UNIT, kind=Kind.FLAG)
    assert scope_words(replace(definition, attributes=(region, direct)), who) == (zh, en)

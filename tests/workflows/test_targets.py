"""Reminders by working days, off days of rest, and for classes: when each goes out and whom it leaves to others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small import beijing, said
from workflows.definition import EVERYBODY, Definition, Milestone, Reminder, Who
from workflows.derivation import as_announced
from workflows.loading import load
from workflows.spans import read_offset
from workflows.targets import parts_of
from workflows.timeline import InForce, Occasion, due, occasions
from workflows.vocabulary import Audience, Edge, Party, Shift
from workflows.workdays import Workdays

BEIJING = ZoneInfo("Asia/Shanghai")
FILE = Path(__file__).parents[2] / "config" / "campaigns" / "kczg-2023.toml"
KNOWN = Workdays()
OFFSETS = ["10天前", "3天前", "1天前", "当天", "1天后", "2天后", "1个工作日前", "3个工作日后", "5小时前"]


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load(FILE.read_bytes(), name=FILE.name).definition


def chain(*offsets: str, shift: Shift = Shift.NONE, at: time | None = None, audience: Audience = Audience.UNITS,
          edge: Edge = Edge.CLOSES, milestone: str = "collection", who: Who = EVERYBODY) -> Reminder:  # fmt: skip
    return Reminder(
        key="r", milestone=milestone, edge=edge, offsets=tuple(map(read_offset, offsets)), audience=audience,
        letter="x", useful=timedelta(days=3), shift=shift, at=at, who=who,
    )  # fmt: skip


def found(definition: Definition, reminder: Reminder, closes: str | None = None) -> tuple[Occasion, ...]:
    only = replace(definition, reminders=(reminder,), dailies=())
    calendar = as_announced(only, KNOWN)
    if closes:
        calendar["collection"] = InForce(
            milestone="collection", opens=calendar["collection"].opens, closes=beijing(closes)
        )
    return occasions(only, calendar, KNOWN)


def test_working_days_are_counted_back_from_the_day_of_the_edge_at_the_reminders_own_hour(
    definition: Definition,
) -> None:
    reminder = chain("1个工作日前", "3个工作日前", "5个工作日前", "10个工作日前", at=time(10, 30))
    assert [said(one.at) for one in found(definition, reminder)] == [
        "11-16 10:30", "11-23 10:30", "11-27 10:30", "11-29 10:30",
    ]  # fmt: skip


def test_back_from_a_holiday_and_over_make_up_days(definition: Definition) -> None:
    reminder = chain("1个工作日前", "3个工作日前", "5个工作日前", "10个工作日前")
    assert [said(one.at) for one in found(definition, reminder, "2023-12-30 12:00")] == [
        "12-18 09:00", "12-25 09:00", "12-27 09:00", "12-29 09:00",
    ]  # fmt: skip
    assert [said(one.at) for one in found(definition, chain("3个工作日前"), "2023-10-11 00:00")] == ["10-07 09:00"]


@pytest.mark.parametrize(
    ("shift", "offset", "at"),
    [
        (Shift.NONE, "3天前", "10-01 09:00"),
        (Shift.BEFORE, "3天前", "09-28 09:00"),
        (Shift.AFTER, "3天前", "10-01 09:00"),  # the 7th is behind the end
        (Shift.BEFORE, "1天后", "10-05 09:00"),  # the 28th is before the end
        (Shift.AFTER, "1天后", "10-07 09:00"),
        (Shift.BEFORE, "3小时前", "10-04 21:00"),
    ],
)
def test_a_letter_leaves_a_day_of_rest_but_never_crosses_the_edge(
    shift: Shift, offset: str, at: str, definition: Definition
) -> None:
    (one,) = found(definition, chain(offset, shift=shift), "2023-10-05 00:00")  # in the midst of an eight-day holiday
    assert (said(one.at), one.guessed) == (at, False)


def test_in_an_unpublished_year_nothing_is_shifted_and_nothing_counted(definition: Definition) -> None:
    reminder = chain("3天前", "3个工作日前", "当天", shift=Shift.BEFORE)
    assert [(one.offset, one.guessed) for one in found(definition, reminder, "2098-10-05 00:00")] == [
        ("3天前", True), ("当天", True),
    ]  # fmt: skip


closings = st.datetimes(datetime(2023, 10, 10), datetime(2024, 12, 20), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


@given(closes=closings, shift=st.sampled_from(Shift), offsets=st.lists(st.sampled_from(OFFSETS), unique=True),
       hour=st.times())  # fmt: skip
def test_wherever_the_end_falls_a_letter_stays_on_its_side_of_it(
    closes: datetime, shift: Shift, offsets: list[str], hour: time, definition: Definition
) -> None:
    only = replace(definition, dailies=(), reminders=(chain(*offsets, shift=shift, at=hour),))
    plain = replace(only, reminders=(chain(*offsets, at=hour),))
    calendar = as_announced(only, KNOWN)
    calendar["collection"] = InForce(milestone="collection", closes=closes)
    moved, unmoved = ({one.key: one for one in occasions(each, calendar, KNOWN)} for each in (only, plain))
    assert moved.keys() == unmoved.keys()
    for key, one in moved.items():
        assert (one.at < closes) == (unmoved[key].at < closes)
        assert one.until <= closes or one.at >= closes
        step = one.at - unmoved[key].at
        assert {Shift.NONE: step == timedelta(), Shift.BEFORE: step <= timedelta(), Shift.AFTER: step >= timedelta()}[
            shift
        ]


SOCIETIES, CITIES = Who(channels=("societies",)), Who(channels=("cities",))
FILLING = Who(role=Party.APPLICANT)


def with_classes(definition: Definition, *classes: tuple[str, Who, str | None]) -> Definition:
    made = tuple(
        Milestone(key=f"collection/{key}", name=key, english=key, of="collection", who=who,
                  opens=None if closes else beijing("2023-10-08"), closes=beijing(closes) if closes else None)
        for key, who, closes in classes
    )  # fmt: skip
    return replace(definition, milestones=(*definition.milestones, *made))


def test_a_reminder_speaks_for_each_class_with_its_date_and_to_the_others_for_the_parent(
    definition: Definition,
) -> None:
    classed = with_classes(definition, ("early", SOCIETIES, "2023-11-20"), ("late", CITIES, "2023-11-25"))
    assert [
        (one.key, one.chain, one.milestone, said(one.at), one.within, one.without)
        for one in found(classed, chain("1天前"))
    ] == [
        ("r:early:1天前", "r:early", "collection/early", "11-18 09:00", (SOCIETIES,), ()),
        ("r:late:1天前", "r:late", "collection/late", "11-23 09:00", (CITIES,), (SOCIETIES,)),
        ("r:1天前", "r", "collection", "11-29 09:00", (), (SOCIETIES, CITIES)),
    ]  # fmt: skip


def test_chains_of_classes_do_not_hold_each_other_up(definition: Definition) -> None:
    classed = with_classes(definition, ("early", SOCIETIES, None), ("late", CITIES, None))
    now = due(found(classed, chain("7天前", "3天前")), at=beijing("2023-11-27 09:00"), done=()).now
    assert [one.key for one in now] == ["r:3天前", "r:early:3天前", "r:late:3天前"]


def test_a_date_for_filling_in_is_told_to_applicants_and_one_that_is_shared_once_to_the_office(
    definition: Definition,
) -> None:
    classed = with_classes(definition, ("filling", FILLING, "2023-11-29"), ("cities", CITIES, None))
    told = {
        audience: [one.milestone for one in found(classed, chain("1天前", audience=audience))]
        for audience in (Audience.UNITS, Audience.APPLICANTS, Audience.SECRETARIAT)
    }
    assert told == {
        Audience.UNITS: ["collection", "collection/cities"],
        Audience.APPLICANTS: ["collection/filling", "collection", "collection/cities"],
        Audience.SECRETARIAT: ["collection"],
    }


def test_a_class_without_any_date_of_its_own_stands_aside(definition: Definition) -> None:
    dropped = Milestone(key="collection/dropped", name="x", english="x", of="collection", who=SOCIETIES)
    classed = replace(definition, milestones=(*definition.milestones, dropped))
    assert found(classed, chain("1天前")) == found(definition, chain("1天前"))


def test_a_reminder_of_a_class_speaks_for_that_one_alone_and_is_narrowed_by_its_own_for(
    definition: Definition,
) -> None:
    classed = with_classes(definition, ("early", SOCIETIES, "2023-11-20"), ("late", CITIES, "2023-11-25"))
    own = Who(tracks=("enterprises",))
    (one,) = found(classed, chain("1天前", milestone="collection/late", who=own))
    assert (one.key, one.within, one.without) == ("r:1天前", (own, CITIES), (SOCIETIES,))


def test_a_milestone_that_concerns_some_is_told_to_them_only(definition: Definition) -> None:
    own = Milestone(key="own", name="内部", english="own", closes=beijing("2023-11-10"), who=CITIES)
    (one,) = found(replace(definition, milestones=(*definition.milestones, own)), chain("1天前", milestone="own"))
    assert one.within == (CITIES,)


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("r:1天前", ("r", "", "1天前")),
        ("r:early:1天前", ("r", "early", "1天前")),
        ("d:2023-10-07", ("d", "", "2023-10-07")),
    ],
)
def test_the_key_of_a_letter_can_be_taken_apart(key: str, parts: tuple[str, str, str]) -> None:
    assert parts_of(key) == parts

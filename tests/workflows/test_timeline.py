"""What the calendar asks for: when each letter is due, which of several goes out, and what a moved date changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small import beijing, said
from workflows.definition import Daily, Definition, Offset, Reminder
from workflows.derivation import with_followers
from workflows.loading import load
from workflows.spans import read_offset
from workflows.timeline import (
    Due,
    InForce,
    Mark,
    Occasion,
    announced,
    day_of,
    due,
    marks,
    next_after,
    occasions,
    offset_from,
)
from workflows.vocabulary import Audience, Days, Edge
from workflows.workdays import HolidayYear, Workdays

BEIJING = ZoneInfo("Asia/Shanghai")
FILE = Path(__file__).parents[2] / "config" / "campaigns" / "kczg-2023.toml"
NINE = time(9)
TICK = timedelta(microseconds=1)
KNOWN = Workdays()


CLOSES = beijing("2023-12-01 00:00")  # 2023-11-30 24:00


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load(FILE.read_bytes(), name=FILE.name).definition


def _chain_only(definition: Definition, *offsets: str, edge: Edge = Edge.CLOSES, milestone: str = "collection",
                useful: timedelta = timedelta(days=3)) -> Definition:  # fmt: skip
    """The campaign with a single chain of reminders, `r`."""
    chain = Reminder(
        key="r", milestone=milestone, edge=edge, offsets=tuple(map(read_offset, offsets)),
        audience=Audience.UNITS, letter="x", useful=useful,
    )  # fmt: skip
    return replace(definition, reminders=(chain,), dailies=())


def _daily_only(definition: Definition, days: Days = Days.WORKING, since: str = "collection",
                until: str = "collection") -> Definition:  # fmt: skip
    daily = Daily(key="d", since=since, until=until, days=days, at=time(8, 30), audience=Audience.SECRETARIAT,
                  letter="x")  # fmt: skip
    return replace(definition, reminders=(), dailies=(daily,))


def _found(definition: Definition, *moved: InForce, workdays: Workdays = KNOWN) -> tuple[Occasion, ...]:
    calendar = announced(definition.milestones) | {each.milestone: each for each in moved}
    return occasions(definition, calendar, workdays)


def _schedule(found: Collection[Occasion]) -> dict[str, str]:
    return {one.key.partition(":")[2]: said(one.at) for one in found}


@pytest.mark.parametrize(
    ("offset", "at"),
    [
        ("30天前", "10-31 09:00"), ("1天前", "11-29 09:00"), ("当天", "11-30 09:00"), ("1天后", "12-01 09:00"),
        ("24小时前", "11-30 00:00"), ("3小时前", "11-30 21:00"), ("90分钟前", "11-30 22:30"), ("当时", "12-01 00:00"),
        ("1小时后", "12-01 01:00"),
    ],
)  # fmt: skip
def test_whole_days_fall_on_the_hour_for_letters_and_spans_count_from_the_instant(offset: str, at: str) -> None:
    assert said(offset_from(CLOSES, read_offset(offset), Edge.CLOSES, BEIJING, NINE, workdays=KNOWN)) == at


@pytest.mark.parametrize(
    ("edge", "which", "day"),
    [
        ("2023-12-01 00:00", Edge.CLOSES, "2023-11-30"),
        ("2023-12-01 00:00", Edge.OPENS, "2023-12-01"),
        ("2023-11-30 23:59", Edge.CLOSES, "2023-11-30"),
        ("2023-11-30 12:00", Edge.CLOSES, "2023-11-30"),
        ("2023-12-01 00:00:00.000001", Edge.CLOSES, "2023-12-01"),
    ],
)
def test_an_end_at_24_00_belongs_to_the_day_it_ends(edge: str, which: Edge, day: str) -> None:
    assert day_of(beijing(edge), which, BEIJING) == date.fromisoformat(day)


def test_days_are_counted_by_the_campaigns_own_clocks_through_a_change_of_them() -> None:
    paris = ZoneInfo("Europe/Paris")
    edge = datetime(2024, 4, 1, 12, tzinfo=paris)  # clocks went forward on 31 March
    found = [
        offset_from(edge, Offset(text="x", days=-days), Edge.OPENS, paris, NINE, workdays=KNOWN) for days in (0, 1, 2)
    ]
    assert [each.astimezone(UTC).isoformat() for each in found] == [
        "2024-04-01T07:00:00+00:00", "2024-03-31T07:00:00+00:00", "2024-03-30T08:00:00+00:00",
    ]  # fmt: skip


def test_the_reminders_of_the_2023_collection(definition: Definition) -> None:
    found = [one for one in _found(definition) if one.chain in ("collection-opens", "collection-closes")]
    assert [(one.key, said(one.at), said(one.until)) for one in found] == [
        ("collection-opens:当天", "10-07 09:00", "10-14 09:00"),
        ("collection-closes:30天前", "10-31 09:00", "11-03 09:00"),
        ("collection-closes:14天前", "11-16 09:00", "11-19 09:00"),
        ("collection-closes:7天前", "11-23 09:00", "11-26 09:00"),
        ("collection-closes:3天前", "11-27 09:00", "11-30 09:00"),
        ("collection-closes:1天前", "11-29 09:00", "12-01 00:00"),  # never past the edge
        ("collection-closes:3小时前", "11-30 21:00", "12-01 00:00"),
    ]


def test_what_follows_the_edge_is_of_use_after_it(definition: Definition) -> None:
    found = _found(_chain_only(definition, "当时", "1天后"))
    assert [(said(one.at), said(one.until)) for one in found] == [
        ("12-01 00:00", "12-04 00:00"), ("12-01 09:00", "12-04 09:00"),
    ]  # fmt: skip


def test_an_edge_without_an_instant_asks_for_nothing(definition: Definition) -> None:
    only = _chain_only(definition, "当天", milestone="promotion", edge=Edge.OPENS)
    assert _found(only) == ()


def test_a_milestone_after_another_opens_when_that_one_happened(definition: Definition) -> None:
    only = _chain_only(definition, "当天", milestone="promotion", edge=Edge.OPENS)
    happened = beijing("2024-02-20 10:00")
    calendar = announced(definition.milestones)
    calendar["publication"] = replace(calendar["publication"], actual=happened)
    followed = with_followers(only, calendar, KNOWN)
    assert followed["promotion"].opens == happened
    assert [said(one.at) for one in occasions(only, followed, KNOWN)] == ["02-20 09:00"]


def test_a_milestone_that_follows_keeps_the_revisions_of_its_own_edges(definition: Definition) -> None:
    calendar = announced(definition.milestones)
    moved = InForce(milestone="promotion", revision=2, closes=CLOSES, closes_revision=2, closes_moved_at=CLOSES)
    calendar |= {"promotion": moved, "publication": replace(calendar["publication"], actual=CLOSES)}
    assert with_followers(definition, calendar, KNOWN)["promotion"] == replace(moved, opens=CLOSES)


def test_a_chosen_date_stands_for_both_edges_and_is_a_beginning(definition: Definition) -> None:
    date_chosen = beijing("2024-02-20 00:00")
    chosen = InForce(
        milestone="publication", revision=2, chosen=date_chosen, opens_revision=2, closes_revision=2,
        opens_moved_at=CLOSES, closes_moved_at=CLOSES,
    )  # fmt: skip
    for edge in Edge:
        only = _chain_only(definition, "1天前", "当天", milestone="publication", edge=edge)
        assert _schedule(_found(only, chosen)) == {"1天前": "02-19 09:00", "当天": "02-20 09:00"}


def _closing(closes: datetime, *, moved_at: datetime, revision: int = 2) -> InForce:
    return InForce(
        milestone="collection", revision=revision, opens=beijing("2023-10-07 00:00"), closes=closes,
        closes_revision=revision, closes_moved_at=moved_at,
    )  # fmt: skip


def test_after_a_move_only_what_lies_ahead_is_asked_for(definition: Definition) -> None:
    only = _chain_only(definition, "14天前", "7天前", "1天前")
    later = _closing(CLOSES + timedelta(days=10), moved_at=beijing("2023-11-26 09:00"))
    found = _found(only, later)
    assert _schedule(found) == {"14天前": "11-26 09:00", "7天前": "12-03 09:00", "1天前": "12-09 09:00"}
    assert {one.revision for one in found} == {2}
    just_after = _found(only, replace(later, closes_moved_at=beijing("2023-11-26 09:00") + TICK))
    assert list(_schedule(just_after)) == ["7天前", "1天前"]


def test_moving_the_end_leaves_the_letters_of_the_beginning_alone(definition: Definition) -> None:
    only = _chain_only(definition, "当天", edge=Edge.OPENS)
    assert _found(only, _closing(CLOSES + timedelta(days=10), moved_at=CLOSES)) == _found(only)


def _due(found: Collection[Occasion], at: str, done: Collection[tuple[str, int]] = ()) -> tuple[list[str], list[str]]:
    answer = due(found, at=beijing(at), done=done)
    return [one.offset for one in answer.now], [one.offset for one in answer.passed]


@pytest.mark.parametrize(
    ("at", "now", "passed"),
    [
        ("2023-10-31 08:59:59.999999", [], []),
        ("2023-10-31 09:00", ["30天前"], []),
        ("2023-11-03 09:00", [], ["30天前"]),
        ("2023-11-16 09:00", ["14天前"], ["30天前"]),
        ("2023-11-28 00:00", ["3天前"], ["30天前", "14天前", "7天前"]),
        ("2023-11-30 23:59:59.999999", ["3小时前"], ["30天前", "14天前", "7天前", "3天前", "1天前"]),
        ("2023-12-01 00:00", [], ["30天前", "14天前", "7天前", "3天前", "1天前", "3小时前"]),
    ],
)
def test_of_several_overdue_only_the_last_goes_out_and_none_past_its_use(
    at: str, now: list[str], passed: list[str], definition: Definition
) -> None:
    found = [one for one in _found(definition) if one.chain == "collection-closes"]
    assert _due(found, at) == (now, passed)


def test_what_was_done_is_not_due_again_but_its_new_revision_is(definition: Definition) -> None:
    only = _chain_only(definition, "7天前")
    done = [("r:7天前", 1)]
    assert _due(_found(only), "2023-11-23 09:00", done) == ([], [])
    moved = _found(only, _closing(CLOSES + timedelta(days=7), moved_at=beijing("2023-11-24 09:00")))
    assert _due(moved, "2023-11-30 09:00", done) == (["7天前"], [])


def test_a_chain_does_not_hold_up_another(definition: Definition) -> None:
    at = beijing("2024-01-02 09:00")
    now = due(_found(replace(definition, dailies=())), at=at, done=()).now
    assert sorted(one.key for one in now) == ["final-opens:当天", "results-escalation:3天后", "results-overdue:3天后"]


def test_a_letter_of_working_days_counts_make_up_days_and_leaves_out_holidays(definition: Definition) -> None:
    found = _found(_daily_only(definition))
    days = [one.key.partition(":")[2] for one in found]
    assert days[:8] == [
        "2023-10-07", "2023-10-08", "2023-10-09", "2023-10-10", "2023-10-11", "2023-10-12", "2023-10-13", "2023-10-16",
    ]  # fmt: skip
    assert days[-1] == "2023-11-30"
    assert {(said(one.at)[-5:], one.until - one.at, one.by_phone, one.guessed) for one in found} == {
        ("08:30", timedelta(days=1), False, False)
    }


def test_a_letter_of_every_day_goes_out_on_every_day(definition: Definition) -> None:
    found = _found(_daily_only(definition, Days.EVERY))
    assert len(found) == (date(2023, 11, 30) - date(2023, 10, 7)).days + 1


def test_a_day_begins_and_ends_with_its_window_to_the_instant(definition: Definition) -> None:
    day = beijing("2023-10-09 08:30")
    window = InForce(milestone="collection", opens=day, closes=beijing("2023-10-10 08:30"))
    only = _daily_only(definition)
    assert list(_schedule(_found(only, window))) == ["2023-10-09"]
    assert _found(only, replace(window, opens=day + TICK)) == ()


def test_in_a_year_whose_holidays_are_unknown_the_letter_goes_out_all_the_same_and_says_so(
    definition: Definition,
) -> None:
    window = InForce(milestone="collection", opens=beijing("2098-12-31 00:00"), closes=beijing("2099-01-03 00:00"))
    last_known = HolidayYear(year=2098, holidays=frozenset(), makeups=frozenset(), source="a test")
    found = _found(_daily_only(definition), window, workdays=Workdays(overrides=(last_known,)))
    assert [(one.key, one.guessed) for one in found] == [
        ("d:2098-12-31", False), ("d:2099-01-01", True), ("d:2099-01-02", True),
    ]  # fmt: skip


def test_once_the_year_is_published_nothing_is_guessed_any_more(definition: Definition) -> None:
    window = InForce(milestone="collection", opens=beijing("2099-01-01 00:00"), closes=beijing("2099-01-06 00:00"))
    new_year = HolidayYear(year=2099, holidays=frozenset({date(2099, 1, 1)}), makeups=frozenset(), source="a test")
    found = _found(_daily_only(definition), window, workdays=Workdays(overrides=(new_year,)))
    assert [(one.key, one.guessed) for one in found] == [("d:2099-01-02", False), ("d:2099-01-05", False)]


def test_the_marks_of_the_2023_calendar_in_order(definition: Definition) -> None:
    calendar = announced(definition.milestones)
    calendar["publication"] = replace(calendar["publication"], chosen=beijing("2024-02-20 10:00"))
    assert [(mark.milestone, mark.edge.value, said(mark.at)) for mark in marks(calendar)] == [
        ("publicity", "opens", "10-01 00:00"),
        ("collection", "opens", "10-07 00:00"),
        ("collection", "closes", "12-01 00:00"),
        ("working-due", "closes", "12-01 00:00"),
        ("preliminary", "opens", "12-01 00:00"),
        ("preliminary-results", "closes", "12-31 00:00"),
        ("preliminary", "closes", "01-01 00:00"),
        ("final", "opens", "01-01 00:00"),
        ("final", "closes", "02-01 00:00"),
        ("publication", "opens", "02-20 10:00"),
        ("publicity", "closes", "05-01 00:00"),
    ]


def test_a_chosen_date_is_one_mark_and_an_open_window_two() -> None:
    window = InForce(milestone="m", opens=CLOSES, closes=CLOSES + TICK)
    assert [mark.edge for mark in marks({"m": window})] == [Edge.OPENS, Edge.CLOSES]
    assert marks({"m": replace(window, chosen=CLOSES)}) == (Mark(at=CLOSES, milestone="m", edge=Edge.OPENS),)


OFFSETS = ["30天前", "14天前", "7天前", "3天前", "1天前", "3小时前", "当时", "1天后"]
instants = st.datetimes(min_value=datetime(2023, 9, 1), max_value=datetime(2024, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


def _look(found: Collection[Occasion], at: datetime, done: set[tuple[str, int]]) -> Due:
    answer = due(found, at=at, done=done)
    done |= {(one.key, one.revision) for one in (*answer.now, *answer.passed)}
    return answer


@given(looks=st.lists(instants, max_size=12).map(sorted), offsets=st.lists(st.sampled_from(OFFSETS), unique=True))
def test_whenever_somebody_looks_each_is_settled_once_and_none_goes_out_outside_its_use(
    looks: list[datetime], offsets: list[str], definition: Definition
) -> None:
    found = _found(_chain_only(definition, *offsets))
    done: set[tuple[str, int]] = set()
    answers = [(at, _look(found, at, done)) for at in looks]
    settled = [one.key for _, answer in answers for one in (*answer.now, *answer.passed)]
    assert sorted(settled) == sorted(one.key for one in found if looks and one.at <= looks[-1])
    assert all(one.at <= at < one.until for at, answer in answers for one in answer.now)
    assert all(len(answer.now) <= 1 for _, answer in answers)


@given(start=instants)
def test_stepping_from_one_instant_to_the_next_misses_none(start: datetime, definition: Definition) -> None:
    found = _found(definition)
    seen, at = [], next_after(found, start)
    while at is not None:
        seen.append(at)
        at = next_after(found, at)
    assert seen == sorted({one.at for one in found if one.at > start})

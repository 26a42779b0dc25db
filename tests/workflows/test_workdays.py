"""Working days are the State Council's: make-up days count, and a year that is not published is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.workdays import HolidayYear, Workdays, YearUnknown

KNOWN = Workdays()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("anchor", "n", "excluded", "included"),
    [
        ("2023-09-27", 5, "2023-10-10", "2023-10-09"),
        ("2023-09-28", 3, "2023-10-09", "2023-10-08"),
        ("2023-04-21", 5, "2023-04-27", "2023-04-26"),
        ("2023-12-29", 5, "2024-01-08", "2024-01-05"),
        ("2024-02-08", 5, "2024-02-21", "2024-02-20"),
        ("2024-04-26", 5, "2024-05-07", "2024-05-06"),
        ("2024-09-27", 5, "2024-10-10", "2024-10-09"),
        ("2020-01-22", 5, "2020-02-06", "2020-02-05"),
    ],
)
def test_working_days_are_added_without_and_with_the_first_day(
    anchor: str, n: int, excluded: str, included: str
) -> None:
    found = KNOWN.add(day(anchor), n), KNOWN.add(day(anchor), n, count_anchor=True)
    assert found == (day(excluded), day(included))


@pytest.mark.parametrize(
    ("anchor", "steps", "expected"),
    [
        ("2023-11-30", (-1, -3, -5, -10), ("2023-11-29", "2023-11-27", "2023-11-23", "2023-11-16")),
        ("2023-12-30", (-1, -3, -5, -10), ("2023-12-29", "2023-12-27", "2023-12-25", "2023-12-18")),
        ("2023-10-10", (-3,), ("2023-10-07",)),
        ("2023-04-14", (5,), ("2023-04-21",)),
        ("2023-11-30", (0,), ("2023-11-30",)),
        ("2023-12-30", (0,), ("2023-12-30",)),
    ],
)
def test_working_days_are_counted_backwards_too(anchor: str, steps: tuple[int, ...], expected: tuple[str, ...]) -> None:
    assert tuple(KNOWN.add(day(anchor), n).isoformat() for n in steps) == expected


def test_a_public_notice_of_five_working_days_counts_its_first_day() -> None:
    first, last = day("2018-09-18"), day("2018-09-25")
    assert (KNOWN.between(first, last, count_anchor=True), KNOWN.add(first, 5, count_anchor=True)) == (5, last)
    assert KNOWN.between(day("2024-11-07"), day("2024-11-13"), count_anchor=True) == 5


def test_the_opening_day_of_2023_is_a_make_up_saturday() -> None:
    opening = day("2023-10-07")
    assert (opening.isoweekday(), KNOWN.is_workday(opening)) == (6, True)


def test_a_rest_day_moves_to_the_working_day_before_or_after() -> None:
    new_year = day("2023-12-30")
    assert [KNOWN.previous_or_same(new_year), KNOWN.next_or_same(new_year)] == [day("2023-12-29"), day("2024-01-02")]
    make_up = day("2023-10-08")
    assert [KNOWN.previous_or_same(make_up), KNOWN.next_or_same(make_up)] == [make_up, make_up]


def test_the_calendar_before_its_amendment_gives_another_day() -> None:
    published = KNOWN.year(2020)
    added_later = {day("2020-01-31"), day("2020-02-01"), day("2020-02-02")}
    before = HolidayYear(
        year=2020,
        holidays=published.holidays - added_later,
        makeups=published.makeups | {day("2020-02-01")},
        source="the notice of 2019, before 2020-01-26",
    )
    anchor = day("2020-01-22")
    found = [Workdays(overrides=each).add(anchor, 5) for each in ((before,), (before, published), ())]
    assert found == [day("2020-02-04"), day("2020-02-06"), day("2020-02-06")]


@pytest.mark.parametrize("year", [2003, 2027])
def test_a_year_that_is_not_on_file_is_refused(year: int) -> None:
    with pytest.raises(YearUnknown) as caught:
        KNOWN.is_workday(date(year, 3, 1))
    assert [(each.code, each.zh, each.facts) for each in caught.value.reasons] == [
        ("CAL-01", f"{year} 年放假安排尚未公布（收录）", {"year": year})
    ]


def test_nothing_is_counted_across_a_year_that_is_not_on_file() -> None:
    last = day("2026-12-31")
    attempts: list[Callable[[], object]] = [
        lambda: KNOWN.add(last, 1),
        lambda: KNOWN.between(last, day("2027-01-04")),
        lambda: KNOWN.next_or_same(day("2027-01-01")),
        lambda: KNOWN.previous_or_same(day("2027-01-01")),
    ]
    for attempt in attempts:
        with pytest.raises(YearUnknown):
            attempt()
    assert KNOWN.add(last, -1) == day("2026-12-30")


def test_a_year_that_was_entered_is_known() -> None:
    entered = HolidayYear(
        year=2027, holidays=frozenset({day("2027-01-01")}), makeups=frozenset({day("2027-01-03")}), source="made up"
    )
    assert Workdays(overrides=(entered,)).add(day("2026-12-31"), 2) == day("2027-01-04")


DAYS = st.dates(date(2005, 1, 1), date(2025, 12, 31))
STEPS = st.integers(0, 60)


@given(DAYS.map(KNOWN.next_or_same), STEPS)
def test_adding_is_undone_by_subtracting(anchor: date, n: int) -> None:
    assert KNOWN.add(KNOWN.add(anchor, n), -n) == anchor


@given(DAYS, st.integers(-60, 60))
def test_between_undoes_add(anchor: date, n: int) -> None:
    assert KNOWN.between(anchor, KNOWN.add(anchor, n)) == n


@given(DAYS, st.integers(2, 60))
def test_between_undoes_add_with_the_first_day_counted(anchor: date, n: int) -> None:
    ends = [KNOWN.add(anchor, each, count_anchor=True) for each in (n, -n)]
    assert [KNOWN.between(anchor, each, count_anchor=True) for each in ends] == [n, -n]


@given(DAYS)
def test_a_day_by_itself_counts_only_as_the_first_day(day: date) -> None:
    assert (KNOWN.between(day, day), KNOWN.between(day, day, count_anchor=True)) == (0, int(KNOWN.is_workday(day)))


@given(DAYS, st.integers(1, 60))
def test_what_is_reached_is_a_working_day(anchor: date, n: int) -> None:
    assert [KNOWN.is_workday(KNOWN.add(anchor, n)), KNOWN.is_workday(KNOWN.add(anchor, -n))] == [True, True]


@given(DAYS, STEPS, STEPS)
def test_steps_add_up(anchor: date, n: int, more: int) -> None:
    assert KNOWN.add(KNOWN.add(anchor, n), more) == KNOWN.add(anchor, n + more)


@given(DAYS)
def test_the_first_working_day_counts_as_day_one(anchor: date) -> None:
    counted = KNOWN.add(anchor, 1, count_anchor=True)
    assert counted == (KNOWN.next_or_same(anchor))
    assert KNOWN.add(anchor, -1, count_anchor=True) == KNOWN.previous_or_same(anchor)


def test_another_library_agrees_on_every_day_from_2007_to_2026() -> None:
    other = holidays.country_holidays("CN", years=range(2007, 2027))
    first, last = date(2007, 1, 1), date(2026, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert [each for each in days if KNOWN.is_workday(each) != other.is_working_day(each)] == []

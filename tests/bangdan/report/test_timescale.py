"""Instants to places, and the days off between them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bangdan.report.timescale import Scale, scale_over
from bangdan.report.words import Dial
from workflows.instants import zone_of
from workflows.workdays import Workdays

DIAL = Dial(zone=zone_of("Asia/Shanghai"))


def _scale(first: date, last: date) -> Scale:
    return scale_over([last, first], DIAL, left=100.0, right=500.0)


def test_the_axis_is_of_whole_months() -> None:
    scale = _scale(date(2023, 10, 7), date(2023, 11, 30))

    assert (scale.first, scale.last) == (date(2023, 10, 1), date(2023, 11, 30))
    assert [tick.label for tick in scale.months()] == ["2023年10月", "11月"]


def test_its_ends_are_the_first_and_the_last_instant() -> None:
    scale = _scale(date(2023, 10, 7), date(2023, 11, 30))

    assert scale.x(datetime(2023, 9, 30, 16, tzinfo=UTC)) == 100.0
    assert scale.x(datetime(2023, 11, 30, 16, tzinfo=UTC)) == 500.0
    assert scale.x(datetime(2024, 5, 1, tzinfo=UTC)) == 500.0


def test_days_off_are_the_state_council_s() -> None:
    scale = _scale(date(2023, 10, 1), date(2023, 10, 31))

    # The holiday until the 6th; Saturday 7 and Sunday 8 are worked; then weekends.
    assert [round((shade.x - 100) / scale.per_day) for shade in scale.days_off(Workdays())] == [0, 13, 20, 27]
    assert [round(shade.width / scale.per_day) for shade in scale.days_off(Workdays())] == [6, 2, 2, 2]


def test_a_year_that_is_not_published_is_not_guessed() -> None:
    assert _scale(date(2099, 1, 1), date(2099, 2, 1)).days_off(Workdays()) == ()

"""What the benchmark makes of its numbers."""

from __future__ import annotations

import pytest

from bench.figures import Spread, p99, ratio, spread
from bench.units import around, seconds, times


def test_a_spread_is_the_median_between_the_quartiles() -> None:
    assert spread([5.0, 1.0, 4.0, 2.0, 3.0]) == Spread(low=2.0, middle=3.0, high=4.0)


def test_one_number_has_no_spread() -> None:
    assert spread([2.5]) == Spread(low=2.5, middle=2.5, high=2.5)


def test_of_nothing_there_is_no_figure() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])


def test_a_ratio_compares_what_was_measured_in_the_same_round() -> None:
    floor, mine = [1.0, 10.0, 2.0], [2.0, 20.0, 4.0]  # a machine that was busy in the second round

    assert ratio(mine, floor) == Spread(low=2.0, middle=2.0, high=2.0)


def test_rounds_that_only_one_of_the_two_had_are_left_out_of_a_ratio() -> None:
    assert ratio([3.0], [1.0, 5.0, 7.0]) == Spread(low=3.0, middle=3.0, high=3.0)


def test_the_99th_percentile_is_a_number_that_was_measured() -> None:
    assert p99([float(number) for number in range(1, 201)]) == 198.0


@pytest.mark.parametrize(
    ("number", "told"), [(0.0000184, "18.4 µs"), (0.25, "250 ms"), (7.1, "7.10 s"), (1234.0, "1,234 s")]
)
def test_a_time_is_told_with_three_digits_and_the_unit_that_fits(number: float, told: str) -> None:
    assert seconds(number) == told


def test_quartiles_repeat_the_unit_only_where_it_is_another_one() -> None:
    assert around(Spread(low=0.0009, middle=0.0011, high=0.002), seconds) == "1.10 ms (900 µs–2.00 ms)"
    assert around(Spread(low=1.5, middle=2.0, high=2.5), times) == "2.00× (1.50–2.50)"

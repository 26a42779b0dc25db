"""Charts as numbers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangdan.report.charts import LEFT, RIGHT, WIDTH, Count, bar_chart, ticks


@given(st.integers(min_value=1, max_value=10**9))
def test_the_scale_reaches_over_the_largest_with_few_equal_steps(largest: int) -> None:
    levels = ticks(largest)

    assert levels[0] == 0
    assert levels[-1] >= largest
    assert len({after - before for before, after in pairwise(levels)}) == 1
    assert 2 <= len(levels) <= 6


@pytest.mark.parametrize(
    ("largest", "levels"), [(0, [0, 1]), (5, [0, 1, 2, 3, 4, 5]), (960, [0, 200, 400, 600, 800, 1000])]
)
def test_the_scale_is_of_round_numbers(largest: int, levels: list[int]) -> None:
    assert ticks(largest) == levels


def _counts(*numbers: int) -> list[Count]:
    return [Count(parts=(("in", n),), title=str(n)) for n in numbers]


def test_bars_stand_on_the_base_in_the_proportion_of_their_numbers() -> None:
    chart = bar_chart(_counts(1, 2, 4), labels=())

    heights = [bar.height for bar in chart.bars]
    assert [round(height / heights[0]) for height in heights] == [1, 2, 4]
    assert all(bar.y + bar.height == pytest.approx(chart.base, abs=0.11) for bar in chart.bars)


def test_nothing_counted_draws_no_bar() -> None:
    chart = bar_chart(_counts(0, 0), labels=())

    assert chart.bars == ()
    assert [tick.label for tick in chart.up] == ["0", "1"]


def test_a_rule_stands_at_its_slot() -> None:
    chart = bar_chart(
        _counts(1, 1, 1, 1), labels=(), rules=[(4, "end", "deadline", "end"), (0, "begin", "old", "start")]
    )

    assert [rule.x for rule in chart.rules] == [WIDTH - RIGHT, LEFT]


def test_refused_stand_on_top_of_accepted() -> None:
    chart = bar_chart([Count(parts=(("in", 3), ("refused", 2)), title="")], labels=())

    below, above = chart.bars
    assert (below.tone, above.tone) == ("in", "refused")
    assert above.y + above.height == pytest.approx(below.y, abs=0.11)


def test_labels_of_pins_that_would_touch_are_left_out() -> None:
    chart = bar_chart(_counts(*[1] * 100), labels=(), pins=[(0, "a"), (1, "b"), (50, "c")])

    assert [(pin.label, pin.crowded) for pin in chart.pins] == [("a", False), ("b", True), ("c", False)]

"""The watch: it follows a clock that is kept, notices one that is set, and carries on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, repeat

import pytest

from engine import clock
from engine.clock import Reading
from engine.timekeeping.watch import Doubt, Watch, distance
from tests.setting import Clocks
from tests.small import DURING

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def begun() -> tuple[Watch, Clocks]:
    clocks = Clocks(wall=DURING)
    return Watch(boot="", ahead=distance(clocks()), read=clocks), clocks


def test_it_says_what_the_wall_clock_says_as_long_as_nobody_sets_it() -> None:
    watch, clocks = begun()
    clocks.goes_on(HOUR)

    assert (watch(), watch.doubt()) == (DURING + HOUR, None)


@pytest.mark.parametrize("step", [2 * SECOND, -2 * SECOND, HOUR, -HOUR, timedelta(days=30)], ids=str)
def test_a_clock_that_was_set_is_in_doubt_and_the_house_carries_on_without_it(step: timedelta) -> None:
    watch, clocks = begun()
    clocks.is_set(step)
    clocks.goes_on(HOUR)

    assert (watch.doubt(), watch()) == (Doubt(step=step), DURING + HOUR)


def test_set_back_it_is_trusted_again() -> None:
    watch, clocks = begun()
    clocks.is_set(HOUR)
    watch()
    clocks.is_set(-HOUR)

    assert (watch.doubt(), watch()) == (None, DURING)


def test_small_corrections_are_followed_and_do_not_add_up_to_a_jump() -> None:
    watch, clocks = begun()
    seen = []
    for _ in range(10):
        clocks.is_set(SECOND)
        seen.append((watch(), watch.doubt()))

    assert seen == [(DURING + number * SECOND, None) for number in range(1, 11)]


def test_who_was_stopped_between_the_two_clocks_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: Iterator[float] = chain([10.0, 70.0], repeat(70.5))  # a minute passed between the first two looks
    monkeypatch.setattr(clock, "now", lambda: DURING)
    monkeypatch.setattr(clock, "_steady", lambda: next(ticks))

    assert clock.read() == Reading(wall=DURING, steady=70.5)


def test_the_machine_has_a_steady_clock_and_says_which_start_it_counts_from() -> None:
    first, second = clock.read(), clock.read()

    assert (second.steady >= first.steady, clock.boot()) == (True, clock.boot())

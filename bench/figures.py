"""Medians, spread and ratios. What was measured in the same round is compared with each other, and nothing else."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """The middle of some numbers, and the quartiles around it."""

    low: float
    middle: float
    high: float


def spread(numbers: Sequence[float]) -> Spread:
    """Median and quartiles; of one number all three are the same. Raises ValueError when there is none."""
    if not numbers:
        raise ValueError("nothing was measured")
    if len(numbers) == 1:
        return Spread(low=numbers[0], middle=numbers[0], high=numbers[0])
    low, middle, high = statistics.quantiles(numbers, n=4, method="inclusive")
    return Spread(low=low, middle=middle, high=high)


def ratio(mine: Sequence[float], floor: Sequence[float]) -> Spread:
    """How many times the floor: round by round, because a machine that is busy is busy for both."""
    return spread([one / other for one, other in zip(mine, floor, strict=False) if other])


def p99(numbers: Sequence[float]) -> float:
    """What ninety-nine of a hundred do not exceed: the nearest rank, no number that was not measured."""
    return sorted(numbers)[math.ceil(0.99 * len(numbers)) - 1]

"""Numbers as a reader wants them: three digits, and the unit that fits."""

from __future__ import annotations

from collections.abc import Callable

from bench.figures import Spread


def seconds(number: float) -> str:
    """A time."""
    for limit, factor, unit in ((1e-3, 1e6, "µs"), (1, 1e3, "ms")):
        if number < limit:
            return f"{digits(number * factor)} {unit}"
    return f"{digits(number)} s"


def rate(number: float) -> str:
    """How many a second."""
    return f"{digits(number)} /s"


def megabytes(number: float) -> str:
    """Memory."""
    return f"{digits(number)} MiB"


def times(number: float) -> str:
    """A ratio."""
    return f"{digits(number)}×"


def digits(number: float) -> str:
    """Three of them that count."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def around(found: Spread, show: Callable[[float], str]) -> str:
    """The middle and, in brackets, the quartiles; their unit only where it is another one."""
    middle, low, high = map(show, (found.middle, found.low, found.high))
    if low == high:
        return middle
    if len({_unit(text) for text in (middle, low, high)}) == 1:
        low, high = (text.removesuffix(_unit(text)) for text in (low, high))
    return f"{middle} ({low}–{high})"


def _unit(text: str) -> str:
    return text.lstrip("0123456789.,")

"""Charts as numbers: bars, ticks and lines in one coordinate system, for the page to draw. Nothing here knows SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1040.0, 220.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 52.0, 26.0  # margins for the labels
PIN_ROOM = 46.0  # what the label of a pin takes


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar; `tone` says what it means, `title` is shown when it is pointed at."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A label at a place of an axis; `strong` begins something new, `crowded` leaves no room to write it."""

    at: float
    label: str
    strong: bool = False
    crowded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """An upright line through the chart, with its label. `anchor` is the side on which the label stands."""

    x: float
    label: str
    tone: str
    anchor: str = "end"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A bar chart."""

    width: float
    height: float
    base: float
    left: float
    right: float
    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    rules: tuple[Rule, ...]
    pins: tuple[Tick, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """What one slot of a chart counts: several numbers on top of each other, each with its tone."""

    parts: tuple[tuple[str, int], ...]
    title: str

    @property
    def total(self) -> int:
        return sum(n for _, n in self.parts)


def bar_chart(
    counts: Sequence[Count], *, labels: Sequence[tuple[float, str, bool]],
    rules: Sequence[tuple[float, str, str, str]] = (), pins: Sequence[tuple[float, str]] = (), height: float = HEIGHT,
    width: float = WIDTH,
) -> Chart:  # fmt: skip
    """Slots of equal width. `labels`, `rules` and `pins` stand at positions counted in slots."""
    room, base = width - LEFT - RIGHT, height - BOTTOM
    slot = room / max(1, len(counts))
    levels = ticks(max((count.total for count in counts), default=0))
    scale = (base - TOP) / max(1, levels[-1])

    def x(place: float) -> float:
        return round(LEFT + place * slot, 1)

    return Chart(
        width=width, height=height, base=base, left=LEFT, right=width - RIGHT,
        bars=tuple(bar for place, count in enumerate(counts) for bar in _stack(count, x(place), slot, base, scale)),
        across=tuple(Tick(at=x(place), label=label, strong=strong) for place, label, strong in labels),
        up=tuple(Tick(at=round(base - level * scale, 1), label=str(level)) for level in levels),
        rules=tuple(Rule(x=x(place), label=label, tone=tone, anchor=side) for place, label, tone, side in rules),
        pins=_pins([(x(place), label) for place, label in pins]),
    )  # fmt: skip


def _stack(count: Count, x: float, slot: float, base: float, scale: float) -> list[Bar]:
    gap = min(2.0, slot * 0.16)
    bars, top = [], base
    for tone, n in count.parts:
        if n:
            tall = n * scale
            top -= tall
            bars.append(Bar(x=round(x + gap / 2, 1), y=round(top, 1), width=round(slot - gap, 1),
                            height=round(max(tall, 0.8), 1), tone=tone, title=count.title))  # fmt: skip
    return bars


def _pins(places: Sequence[tuple[float, str]]) -> tuple[Tick, ...]:
    """Labels that would touch the one before are left to be pointed at."""
    found, free = [], 0.0
    for at, label in sorted(places):
        crowded = at < free
        free = free if crowded else at + PIN_ROOM
        found.append(Tick(at=at, label=label, crowded=crowded))
    return tuple(found)


def ticks(largest: int) -> list[int]:
    """Round numbers from 0 to at least `largest`, three to six of them."""
    if largest <= 0:
        return [0, 1]
    step = next(
        size for power in range(12) for size in (10**power, 2 * 10**power, 5 * 10**power) if largest <= 5 * size
    )
    return list(range(0, largest + step, step))

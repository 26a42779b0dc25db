"""The plot: for each row how many times the floor everybody takes, on one scale; and how bangdan grows with N."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bench.record import FLOOR, Record, Sample
from bench.units import seconds, times

WIDTH, LEFT, RIGHT = 860, 330, 90  # pixels
LINE, HEAD = 20, 34
OURS, FLOORS, OTHERS = "#0b6e4f", "#8a8f98", "#c2703d"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One contender: how many times the floor, with the quartiles."""

    name: str
    low: float
    middle: float
    high: float
    note: str

    @property
    def colour(self) -> str:
        if self.name.startswith("bangdan"):
            return OURS
        return FLOORS if self.name == FLOOR else OTHERS


def bars_of(record: Record, samples: Sequence[Sample]) -> list[Bar]:
    """Those that have a floor beside them, the fastest first."""
    found = []
    for sample in samples:
        ratio, own = record.times_floor(sample), sample.of("seconds")
        if ratio is None or own is None:
            continue
        found.append(Bar(name=_named(sample), low=ratio.low, middle=ratio.middle, high=ratio.high,
                         note=times(ratio.middle)))  # fmt: skip
    return sorted(found, key=lambda bar: bar.middle)


def _named(sample: Sample) -> str:
    place = sample.place
    which = f", {place.variant}" if sample.contender == "bangdan" and place.row == "transition" else ""
    return f"{sample.contender}{which} (N={place.size:,})" if place.size else f"{sample.contender}{which}"


def ratios(panels: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """An SVG of bars on a logarithmic scale, one panel for each row and database."""
    shown = [(title, bars) for title, bars in panels if bars]
    widest = max((bar.high for _, bars in shown for bar in bars), default=10.0)
    narrowest = min((bar.low for _, bars in shown for bar in bars), default=1.0)
    low, high = math.floor(math.log10(min(narrowest, 1))), math.ceil(math.log10(max(widest, 10)))
    height = sum(HEAD + LINE * len(bars) for _, bars in shown) + 56
    drawn = [*_grid(low, high, height)]
    y = 28
    for title, bars in shown:
        drawn.append(_text(8, y + 20, title, bold=True))
        y += HEAD
        for bar in bars:
            drawn += _bar(bar, y, low, high)
            y += LINE
    return _svg(height, "How many times the floor", drawn)


def _x(number: float, low: int, high: int) -> float:
    return LEFT + (math.log10(max(number, 10.0**low)) - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def _grid(low: int, high: int, height: int) -> Iterator[str]:
    for power in range(low, high + 1):
        x = _x(10.0**power, low, high)
        stroke = "#444" if power == 0 else "#ccc"
        yield f'<line x1="{x:.1f}" y1="24" x2="{x:.1f}" y2="{height - 24}" stroke="{stroke}"/>'
        yield _text(x, 16, times(10.0**power) if power else "the floor", anchor="middle")


def _bar(bar: Bar, y: int, low: int, high: int) -> Iterator[str]:
    one, end = _x(1, low, high), _x(bar.middle, low, high)
    yield _text(LEFT - 8, y + 14, bar.name, anchor="end")
    yield (f'<rect x="{min(one, end):.1f}" y="{y + 3}" width="{max(abs(end - one), 1.5):.1f}" height="{LINE - 6}" '
           f'fill="{bar.colour}"/>')  # fmt: skip
    begin, stop = _x(bar.low, low, high), _x(bar.high, low, high)
    yield f'<line x1="{begin:.1f}" y1="{y + 10}" x2="{stop:.1f}" y2="{y + 10}" stroke="#111" stroke-width="2"/>'
    yield _text(max(end, stop, one) + 6, y + 14, bar.note)


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """How long something takes as N grows; N and seconds."""

    name: str
    ours: bool
    points: Sequence[tuple[int, float]]


PANEL, GAP = 250, 40  # pixels
LETTER = 6.5  # about the width of one


def growth(panels: Sequence[tuple[str, Sequence[Curve]]]) -> str:
    """An SVG of curves, both scales logarithmic; two panels beside each other."""
    shown = [(title, curves) for title, curves in panels if any(len(curve.points) > 1 for curve in curves)]
    rows = math.ceil(len(shown) / 2)
    drawn: list[str] = []
    for number, (title, curves) in enumerate(shown):
        left, top = 70 + number % 2 * (WIDTH // 2), 20 + number // 2 * (PANEL + GAP)
        drawn += _panel(title, curves, left, top)
    return _svg(rows * (PANEL + GAP) + 30, "How it grows with N", drawn)


def _panel(title: str, curves: Sequence[Curve], left: int, top: int) -> Iterator[str]:
    points = [point for curve in curves for point in curve.points]
    sizes, values = [size for size, _ in points], [value for _, value in points]
    across = math.log10(min(sizes)), max(math.log10(max(sizes)), math.log10(min(sizes)) + 1)
    down = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)
    width, height = WIDTH // 2 - 110, PANEL - 60

    def at(size: int, value: float) -> tuple[float, float]:
        x = left + (math.log10(size) - across[0]) / (across[1] - across[0]) * width
        return x, top + 24 + height - (math.log10(value) - down[0]) / max(down[1] - down[0], 1) * height

    yield _text(left, top + 8, title, bold=True)
    for power in range(down[0], down[1] + 1):
        y = at(min(sizes), 10.0**power)[1]
        yield f'<line x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}" stroke="#ddd"/>'
        yield _text(left - 6, y + 4, seconds(10.0**power), anchor="end")
    for size in sorted(set(sizes)):
        yield _text(at(size, min(values))[0], top + height + 42, f"{size:,}", anchor="middle")
    across_legend = float(left)
    for number, curve in enumerate(curves):
        yield from _curve(curve, [at(*point) for point in curve.points], number, across_legend, top + height + 58)
        across_legend += 32 + LETTER * len(curve.name)


def _curve(curve: Curve, places: Sequence[tuple[float, float]], number: int, x: float, y: int) -> Iterator[str]:
    colour, dash = (OURS, "") if curve.ours else (FLOORS, ' stroke-dasharray="5 3"')
    if number > 1:
        colour, dash = (OURS, ' stroke-dasharray="2 3"') if curve.ours else (OTHERS, ' stroke-dasharray="5 3"')
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
    yield f'<line x1="{x:.1f}" y1="{y - 4}" x2="{x + 18:.1f}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dash}/>'
    yield _text(x + 22, y, curve.name)


def _text(x: float, y: float, words: str, *, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'


def _svg(height: int, title: str, drawn: Sequence[str]) -> str:
    style = 'font-family="system-ui, sans-serif" font-size="12"'
    lines = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" {style}>\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n{lines}\n</svg>\n'
    )

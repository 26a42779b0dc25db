"""Letters by kind and day, in numbers: a row of dots for each kind, larger where more went out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt

from bangdan.language import Words
from bangdan.report.charts import Tick
from bangdan.report.gantt import LEFT, WIDTH, days
from bangdan.report.gathering import Findings
from bangdan.report.timescale import Scale, Shade, scale_over

RIGHT = 972.0  # room for the totals
HEAD, ROW, FOOT = 34.0, 28.0, 6.0
SMALLEST, LARGEST = 1.6, 13.0  # radius of a dot


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """The letters of one kind on one day."""

    x: float
    r: float
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One kind of letter."""

    y: float
    name: Words
    total: int
    dots: tuple[Dot, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """The picture."""

    width: float
    height: float
    left: float
    right: float
    head: float
    row: float
    months: tuple[Tick, ...]
    off: tuple[Shade, ...]
    lanes: tuple[Lane, ...]


def strip(found: Findings) -> Strip | None:
    """All kinds of which a letter went out; None if none did."""
    kinds = [kind for kind in found.post.kinds if kind.sent]
    if not kinds:
        return None
    wrote = [day for kind in kinds for day in kind.days]
    scale = scale_over([*wrote, *days(found)], found.dial, left=LEFT, right=RIGHT)
    most = max(n for kind in kinds for n in kind.days.values())
    lanes = tuple(
        Lane(y=HEAD + place * ROW, name=kind.name, total=kind.sent,
             dots=tuple(_dot(scale, day, n, most) for day, n in sorted(kind.days.items())))
        for place, kind in enumerate(kinds)
    )  # fmt: skip
    return Strip(width=WIDTH, height=HEAD + len(lanes) * ROW + FOOT, left=LEFT, right=RIGHT, head=HEAD, row=ROW,
                 months=scale.months(), off=scale.days_off(found.workdays), lanes=lanes)  # fmt: skip


def _dot(scale: Scale, day: date, n: int, most: int) -> Dot:
    radius = max(SMALLEST, LARGEST * sqrt(n / most))
    return Dot(x=round(scale.of_day(day) + scale.per_day / 2, 1), r=round(radius, 1), title=f"{day:%m-%d}  {n}")

"""How submissions come in, as two pictures in numbers: each day of the collection, and the last day hour by hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bangdan.language import Words
from bangdan.report.words import Dial
from engine.office import Work
from engine.rehearsal.stream import Stream
from workflows.instants import zone_of
from workflows.vocabulary import Edge

WIDTH, HEIGHT, BASE, TOP = 560.0, 156.0, 126.0, 26.0
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BEFORE, AFTER = 24, 2  # hours shown around the deadline
LEAST = 8  # submissions that would fill the height, however few there are


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One day or hour; `late` came after the deadline and were refused."""

    id: str
    x: float
    width: float
    y: float
    height: float
    late: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A label under the bars."""

    x: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bars:
    """One of the two pictures; `rule` is the place of the deadline, `most` what the tallest bar stands for."""

    width: float
    height: float
    base: float
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    rule: float
    most: int
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rush:
    """Both, and the instant they lead up to."""

    closes: datetime
    closing: Words
    days: Bars
    hours: Bars
    late: int


def rush(work: Work, stream: Stream) -> Rush | None:
    """As far as it has come; None where the collection has no dates."""
    window = work.calendar[work.definition.collection]
    opens, closes = window.edge(Edge.OPENS), window.edge(Edge.CLOSES)
    if opens is None or closes is None:
        return None
    dial = Dial(zone=zone_of(work.definition.zone))
    submitted, late = Counter(stream.submitted), Counter(stream.late)
    refused = sum(n for hour, n in late.items() if hour >= _floor(closes))
    return Rush(closes=closes, closing=dial.minute(closes, end=True), days=_days(submitted, opens, closes, dial),
                hours=_hours(submitted, late, closes, dial), late=refused)  # fmt: skip


def _floor(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _days(submitted: Mapping[datetime, int], opens: datetime, closes: datetime, dial: Dial) -> Bars:
    first, last = dial.day(opens), dial.day(closes, end=True)
    counts: Counter[int] = Counter()
    for hour, n in submitted.items():
        counts[(dial.day(hour) - first).days] += n
    slots = (last - first).days + 1
    days = [(place, first + place * DAY) for place in range(slots)]
    labels = [(place, f"{day.month}月{day.day}日" if day.day == 1 or not place else f"{day.day}") for place, day in days
              if not place or (place > 3 and day.day in (1, 10, 20))]  # fmt: skip
    return _bars("day", [counts[place] for place in range(slots)], labels, after=slots)


def _hours(submitted: Mapping[datetime, int], late: Mapping[datetime, int], closes: datetime, dial: Dial) -> Bars:
    since = _floor(closes) - BEFORE * HOUR
    hours = [since + place * HOUR for place in range(BEFORE + AFTER)]
    counts = [submitted.get(hour, 0) if hour < closes else late.get(hour, 0) for hour in hours]
    labels = [(place, dial.short(since + place * HOUR, end=place == BEFORE)[6:]) for place in range(0, BEFORE + 1, 6)]
    return _bars("hour", counts, labels, after=BEFORE)


def _bars(kind: str, counts: list[int], labels: list[tuple[int, str]], *, after: int) -> Bars:
    slot, most = WIDTH / len(counts), max(LEAST, *counts)
    gap = min(3.0, slot * 0.2)
    bars = tuple(
        Bar(id=f"{kind}-{place}", x=round(place * slot + gap / 2, 1), width=round(slot - gap, 1),
            y=round(BASE - n * (BASE - TOP) / most, 1), height=round(n * (BASE - TOP) / most, 1), late=place >= after)
        for place, n in enumerate(counts)
    )  # fmt: skip
    return Bars(width=WIDTH, height=HEIGHT, base=BASE, bars=bars, rule=round(after * slot, 1), most=max(counts),
                labels=tuple(Label(x=round(place * slot, 1), text=text) for place, text in labels),
                total=sum(counts[:after]))  # fmt: skip


def parts(it: Rush) -> Mapping[str, Mapping[str, Any]]:
    """What moves."""
    moving: dict[str, dict[str, Any]] = {
        bar.id: {"y": bar.y, "height": bar.height} for bar in (*it.days.bars, *it.hours.bars)
    }
    return moving | {
        "rush-total": {"text": f"{it.days.total:,}"}, "rush-last": {"text": f"{it.hours.total:,}"},
        "rush-late": {"text": f"{it.late:,}"},
    }  # fmt: skip

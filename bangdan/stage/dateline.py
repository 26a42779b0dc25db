"""The calendar with a present that moves, in numbers: a row for each milestone, filled as far as time has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bangdan.language import Words
from bangdan.report.timescale import DAY, Scale, scale_over
from bangdan.report.words import Dial
from engine.office import Work
from workflows.definition import Milestone
from workflows.instants import zone_of
from workflows.timeline import InForce

WIDTH, LEFT, RIGHT = 1180.0, 150.0, 1172.0
HEAD, ROW, FOOT = 24.0, 20.0, 6.0
SHORTEST = 4.0
MOST = 10  # rows; classes of a milestone are left to the calendar's own page


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One milestone. `filled` is the width of what has passed; without an end it is a point."""

    id: str
    y: float
    name: Words
    x: float
    width: float
    filled: float
    point: bool
    label: str
    label_x: float
    anchor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """A label of the axis."""

    x: float
    words: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Dateline:
    """The picture; `now` is the place of the present."""

    width: float
    height: float
    left: float
    right: float
    now: float
    months: tuple[Month, ...]
    rows: tuple[Row, ...]


def dateline(work: Work, *, began: datetime, ended: datetime) -> Dateline:
    """From the beginning of the rehearsal to its end."""
    dial = Dial(zone=zone_of(work.definition.zone))
    scale = scale_over([dial.day(began), dial.day(ended)], dial, left=LEFT, right=RIGHT)
    shown = [each for each in work.definition.milestones if "/" not in each.key and _known(work.calendar[each.key])]
    rows = tuple(_row(scale, dial, each, work, place) for place, each in enumerate(shown[:MOST]))
    return Dateline(width=WIDTH, height=HEAD + len(rows) * ROW + FOOT, left=LEFT, right=RIGHT, now=scale.x(work.at),
                    months=tuple(_months(scale)), rows=rows)  # fmt: skip


def _known(standing: InForce) -> bool:
    return any((standing.opens, standing.closes, standing.chosen))


def _months(scale: Scale) -> Iterator[Month]:
    day = scale.first
    for tick in scale.months():
        english = f"{day:%b %Y}" if tick.at == scale.left or day.month == 1 else f"{day:%b}"
        yield Month(x=tick.at, words=Words(tick.label, english))
        day = (day + 32 * DAY).replace(day=1)


def _row(scale: Scale, dial: Dial, milestone: Milestone, work: Work, place: int) -> Row:
    standing = work.calendar[milestone.key]
    ends = standing.chosen or standing.closes or standing.opens or work.at
    starts = standing.chosen or standing.opens or ends
    x, until, now = scale.x(starts), scale.x(ends), scale.x(work.at)
    point = until - x < SHORTEST
    after = until + 10 < scale.right - 92
    return Row(
        id=f"row-{place}", y=HEAD + place * ROW, name=Words(milestone.name, milestone.english or milestone.name), x=x,
        width=round(max(until - x, SHORTEST), 1), filled=round(min(max(now - x, 0.0), max(until - x, SHORTEST)), 1),
        point=point, label=dial.short(ends, end=standing.chosen is None and standing.closes is not None),
        label_x=until + 10 if after else x - 10, anchor="start" if after else "end",
    )  # fmt: skip


def parts(it: Dateline) -> Mapping[str, Mapping[str, Any]]:
    """What moves."""
    moving: dict[str, dict[str, Any]] = {row.id: {"x": row.x, "width": row.filled} for row in it.rows}
    moving["now"] = {"transform": f"translate({it.now} 0)"}
    return moving | {"past": {"width": round(it.now - it.left, 1)}}

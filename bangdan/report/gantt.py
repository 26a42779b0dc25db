"""The calendar as a picture, in numbers: one row for each milestone with what was planned above what was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bangdan.language import Words
from bangdan.report.charts import Tick
from bangdan.report.milestones import Course, Verdict
from bangdan.report.occasions import Reminded
from bangdan.report.timescale import Scale, Shade, scale_over
from bangdan.report.words import Dial
from workflows.workdays import Workdays

WIDTH, LEFT, RIGHT = 1040.0, 176.0, 1028.0
HEAD, ROW, FOOT = 34.0, 52.0, 6.0
SHORTEST = 3.0  # a span shorter than this would not be seen


class Drawn(Protocol):
    """What the picture is drawn from: a campaign that was played, or one that stands in the middle."""

    @property
    def courses(self) -> tuple[Course, ...]: ...
    @property
    def reminded(self) -> tuple[Reminded, ...]: ...
    @property
    def dial(self) -> Dial: ...
    @property
    def workdays(self) -> Workdays: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A bar in a row; `tone` says what it is."""

    x: float
    width: float
    tone: str
    title: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """An instant with its label: `deadline`, `old` (before it was moved), `chosen`, `actual`."""

    x: float
    label: Words
    tone: str
    title: Words
    anchor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One milestone. `points` is what was done at one instant, `ticks` are letters about it."""

    y: float
    name: Words
    verdict: Verdict
    spans: tuple[Span, ...]
    signs: tuple[Sign, ...]
    points: tuple[Span, ...]
    ticks: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gantt:
    """The picture."""

    width: float
    height: float
    left: float
    right: float
    head: float
    months: tuple[Tick, ...]
    off: tuple[Shade, ...]
    rows: tuple[Row, ...]
    now: float | None = None


def gantt(found: Drawn, now: datetime | None = None) -> Gantt:
    """Everything between the first and the last instant of the calendar; `now` is marked if it lies between them."""
    scale = scale_over(days(found), found.dial, left=LEFT, right=RIGHT)
    courses = [course for course in found.courses if _shown(course)]
    rows = tuple(_row(found, scale, course, HEAD + place * ROW) for place, course in enumerate(courses))
    return Gantt(width=WIDTH, height=HEAD + len(rows) * ROW + FOOT, left=LEFT, right=RIGHT, head=HEAD,
                 months=scale.months(), off=scale.days_off(found.workdays), rows=rows,
                 now=scale.inside(now) if now else None)  # fmt: skip


def _shown(course: Course) -> bool:
    standing = course.standing
    return any((standing.opens, standing.closes, standing.chosen, course.began))


def days(found: Drawn) -> Iterator[date]:
    """Every day that the picture has to hold."""
    for course in found.courses:
        standing = course.standing
        starts = standing.opens, standing.chosen, course.began, course.ended
        yield from (found.dial.day(at) for at in starts if at)
        yield from (found.dial.day(at, end=True) for at in (standing.closes, course.first_closes) if at)


def _row(found: Drawn, scale: Scale, course: Course, y: float) -> Row:
    return Row(
        y=y, name=course.name, verdict=course.verdict, spans=tuple(_spans(found, scale, course)),
        signs=tuple(_signs(found, scale, course)), points=tuple(_points(found, scale, course)),
        ticks=_ticks(scale, course, found.reminded, found),
    )  # fmt: skip


def _spans(found: Drawn, scale: Scale, course: Course) -> Iterator[Span]:
    standing, definition = course.standing, course.definition
    if standing.opens and (standing.closes or definition.after):
        tone = "open" if definition.after else "choose" if definition.to_choose else "plan"
        yield _span(scale, standing.opens, standing.closes, tone, _window(found, course))
    if course.began and course.ended and course.ended > course.began:
        due = standing.closes
        said = _actual(found, course.began, course.ended)
        if due and course.began < due:
            yield _span(scale, course.began, min(course.ended, due), "done", said)
        elif not due:
            yield _span(scale, course.began, course.ended, "done", said)
        if due and course.ended >= due:
            yield _span(scale, max(due, course.began), course.ended, "late", said)


def _points(found: Drawn, scale: Scale, course: Course) -> Iterator[Span]:
    if course.began and course.began == course.ended:
        tone = "late" if course.verdict.kind == "late" else "done"
        yield Span(x=scale.x(course.began), width=0, tone=tone, title=_actual(found, course.began))


def _actual(found: Drawn, *instants: datetime) -> Words:
    days = " – ".join(found.dial.short(at) for at in instants)
    return Words(f"实际 {days}", f"done {days}")


def _span(scale: Scale, start: datetime, end: datetime | None, tone: str, title: Words) -> Span:
    x = scale.x(start)
    until = scale.x(end) if end else scale.right
    return Span(x=x, width=round(max(until - x, SHORTEST), 1), tone=tone, title=title)


def _window(found: Drawn, course: Course) -> Words:
    standing, dial, nothing = course.standing, found.dial, Words("", "")
    start = dial.full(standing.opens) if standing.opens else nothing
    end = dial.full(standing.closes, end=True) if standing.closes else nothing
    return Words(f"{course.name.zh} {start.zh} – {end.zh}", f"{course.name.en} {start.en} – {end.en}")


def _signs(found: Drawn, scale: Scale, course: Course) -> Iterator[Sign]:
    standing, dial = course.standing, found.dial
    if course.first_closes and standing.closes and course.first_closes != standing.closes:
        at = course.first_closes
        yield _sign(scale, at, "old", Words("原定 ", "was "), (dial.short(at, end=True), dial.full(at, end=True)))
    if standing.chosen:
        at = standing.chosen
        yield _sign(scale, at, "chosen", Words("选定 ", "chosen "), (dial.short(at), dial.full(at, weekday=True)))
    elif standing.closes:
        at = standing.closes
        yield _sign(scale, at, "deadline", PLAIN, (dial.short(at, end=True), dial.full(at, end=True, weekday=True)))
    elif standing.opens and course.definition.after:
        at = standing.opens
        yield _sign(scale, at, "deadline", PLAIN, (dial.short(at), dial.full(at)))


PLAIN = Words("", "")


def _sign(scale: Scale, at: datetime, tone: str, before: Words, dates: tuple[str, Words]) -> Sign:
    """`dates` are the instant, short and in full."""
    x, (short, full) = scale.x(at), dates
    return Sign(x=x, label=Words(before.zh + short, before.en + short), tone=tone, title=full,
                anchor="end" if tone == "old" or x > scale.right - 110 else "start")  # fmt: skip


def _ticks(scale: Scale, course: Course, reminded: Sequence[Reminded], found: Drawn) -> tuple[Span, ...]:
    return tuple(
        Span(x=scale.x(one.at), width=0, tone="tick", title=_letters(found.dial, one))
        for one in reminded
        if one.milestone == course.definition.key and not one.daily and one.reached
    )


def _letters(dial: Dial, one: Reminded) -> Words:
    at = dial.short(one.at)
    return Words(f"{at} {one.name.zh}（{one.offset.zh}）邮件{one.letters} 电话{one.calls}",
                 f"{at} {one.name.en} ({one.offset.en}): {one.letters} letters, {one.calls} calls")  # fmt: skip

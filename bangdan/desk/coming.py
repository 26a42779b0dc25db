"""The calendar in words: how each milestone stands now, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bangdan.language import Words
from bangdan.report.milestones import Course
from engine.effects import acted_by
from engine.office import Work
from workflows.definition import Definition
from workflows.timeline import Mark, marks
from workflows.vocabulary import Edge

Tone = Literal["", "blue", "green", "red", "gold"]
COMING = 5  # instants that are shown of what comes


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """An instant to come; `act`: somebody has to have acted by it."""

    at: datetime
    name: Words
    edge: Edge
    act: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a milestone stands: a word, and the colour that it is shown in."""

    words: Words
    tone: Tone


OVER = Standing(words=Words("已结束", "over"), tone="")
RUNNING = Standing(words=Words("进行中", "under way"), tone="green")
AHEAD = Standing(words=Words("未开始", "to come"), tone="blue")
NOT_YET = Standing(words=Words("未到期", "not due yet"), tone="blue")
DONE = Standing(words=Words("已完成", "done"), tone="")
LATE = Standing(words=Words("已到期，未完成", "due, not done"), tone="red")
SUSPENDED = Standing(words=Words("暂停，另行通知", "suspended"), tone="red")
UNDATED = Standing(words=Words("时间未定", "no date yet"), tone="gold")


def coming(work: Work) -> tuple[Coming, ...]:
    """The instants to come, the next one first; a unit's own deadline is its own affair."""
    ours = acted_by(work.definition)
    return tuple(_coming(work.definition, mark, ours) for mark in marks(work.calendar) if _is_shown(work, mark))


def _is_shown(work: Work, mark: Mark) -> bool:
    own = work.definition.milestone_by_key[mark.milestone].of == work.definition.collection
    return mark.at > work.at and not (own and mark.edge is Edge.OPENS)


def _coming(it: Definition, mark: Mark, ours: frozenset[str]) -> Coming:
    named = it.milestone_by_key[mark.milestone]
    return Coming(at=mark.at, name=Words(named.name, named.english), edge=mark.edge,
                  act=mark.edge is Edge.CLOSES and mark.milestone in ours)  # fmt: skip


def next_to_act(found: tuple[Coming, ...]) -> Coming | None:
    """The next instant by which somebody has to act; where there is none, the next one at all."""
    return next((each for each in found if each.act), next(iter(found), None))


def how_it_stands(course: Course, at: datetime) -> Standing:
    """A milestone at an instant."""
    standing = course.standing
    if standing.suspended and standing.closes_of is None:
        return SUSPENDED
    if standing.actual:
        return DONE
    opens, closes = standing.edge(Edge.OPENS), standing.edge(Edge.CLOSES)
    if course.definition.to_choose and standing.chosen is None:
        return UNDATED
    if standing.chosen:
        return LATE if standing.chosen <= at else AHEAD
    return _in_window(opens, closes, at)


def _in_window(opens: datetime | None, closes: datetime | None, at: datetime) -> Standing:
    if opens is None and closes is None:
        return UNDATED
    if closes is not None and closes <= at:
        return OVER
    if opens is None:
        return NOT_YET
    return AHEAD if opens > at else RUNNING


def dates(course: Course) -> Iterator[tuple[Edge, datetime, Words]]:
    """The instants of a milestone as it is announced now, each with what it is."""
    standing = course.standing
    if standing.chosen:
        yield Edge.OPENS, standing.chosen, Words("选定", "chosen")
        return
    open_yet = course.definition.to_choose
    if standing.opens:
        yield Edge.OPENS, standing.opens, Words("最早", "earliest") if open_yet else Words("开始", "begins")
    if standing.closes:
        yield Edge.CLOSES, standing.closes, Words("最晚", "latest") if open_yet else Words("截止", "ends")

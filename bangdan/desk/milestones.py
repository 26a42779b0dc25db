"""The calendar's pages as plain values: each milestone with every announcement of it, and what is sent about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bangdan.desk.coming import Standing, dates, how_it_stands
from bangdan.language import Words
from bangdan.remarks import remarks
from bangdan.report.milestones import Course
from bangdan.report.occasions import Reminded, reminded
from bangdan.report.standing import underway
from bangdan.report.words import letter_name, offset_words
from engine import campaigns
from engine.access import not_found
from engine.classes import OWN
from engine.effects import acted_by
from engine.office import Work
from engine.queries.announcements import Announcement, Told, announcements, told
from workflows.definition import Milestone
from workflows.vocabulary import Edge


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One milestone in the list. `moved` is how often it was announced anew, `act` whether people act by its end."""

    course: Course
    dates: tuple[tuple[Edge, datetime, Words], ...]
    standing: Standing
    remarks: tuple[Words, ...]
    moved: int
    act: bool

    @property
    def key(self) -> str:
        return self.course.definition.key


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Every milestone of the campaign; `own` counts the deadlines that units set for their applicants."""

    lines: tuple[Line, ...]
    own: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """A letter to come about a milestone."""

    at: datetime
    name: Words
    offset: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Detail:
    """One milestone whole; `verbs` are the ways in which its date may be moved now."""

    line: Line
    announced: tuple[Announcement, ...]
    told: Mapping[int, Told]
    classes: tuple[Line, ...]
    parent: Milestone | None
    sent: tuple[Reminded, ...]
    ahead: tuple[Ahead, ...]
    verbs: tuple[str, ...]


def calendar(work: Work) -> Calendar:
    """The list, in the order of the file, classes behind their milestone."""
    every = _lines(work)
    own = [each for each in every if _is_own(each.course.definition)]
    return Calendar(lines=tuple(each for each in every if each not in own), own=len(own))


def detail(work: Work, key: str) -> Detail:
    """One milestone. Raises NotFound."""
    every = {each.key: each for each in _lines(work)}
    if key not in every:
        raise not_found(key)
    line = every[key]
    return Detail(
        line=line, announced=announcements(work).get(key, ())[::-1], told=told(work, key),
        classes=tuple(each for each in every.values()
                      if each.course.definition.of == key and not _is_own(each.course.definition)),
        parent=work.definition.milestone_by_key.get(line.course.definition.of or ""),
        sent=tuple(each for each in reminded(work) if each.milestone == key and not each.daily)[::-1],
        ahead=tuple(_ahead(work, key)), verbs=campaigns.movable(work, key),
    )  # fmt: skip


def _lines(work: Work) -> list[Line]:
    ours, known = acted_by(work.definition), announcements(work)
    return [
        Line(course=each, dates=tuple(dates(each)), standing=how_it_stands(each, work.at),
             remarks=tuple(remarks(work.definition, each.definition)),
             moved=max(len(known.get(each.definition.key, ())) - (each.definition.of is None), 0),
             act=each.definition.key in ours)
        for each in underway(work).courses
    ]  # fmt: skip


def _is_own(milestone: Milestone) -> bool:
    return milestone.key.startswith(f"{milestone.of}/{OWN}")


def _ahead(work: Work, key: str) -> Iterator[Ahead]:
    words = {each.text: offset_words(each) for one in work.definition.reminders for each in one.offsets}
    for one in work.occasions:
        if one.milestone == key and one.at > work.at and one.offset:
            yield Ahead(at=one.at, name=letter_name(one.letter), offset=words[one.offset])

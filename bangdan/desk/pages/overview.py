"""总览: where everything stands, at one glance; it keeps itself up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from bangdan.desk.coming import COMING, Coming, Standing, coming, dates, how_it_stands, next_to_act
from bangdan.desk.needs import Need, needs
from bangdan.desk.news import news
from bangdan.desk.policy import READERS
from bangdan.desk.routing import Pages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from bangdan.report.gantt import Gantt, gantt
from bangdan.report.milestones import Course
from bangdan.report.standing import underway
from engine.office import Work
from engine.queries.attention import UNSENT, Health, attention, health
from engine.queries.funnel import Funnel, Line, funnel
from engine.queries.outcomes import Outcome, outcomes
from workflows.nomination import BEFORE_REVIEW, State
from workflows.vocabulary import Edge

pages = Pages()


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldLine:
    """The numbers of one field of a list."""

    words: Words
    line: Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A piece of a bar of 100: where it begins, how long it is, and of which state."""

    x: float
    width: float
    tone: str
    state: State
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarLine:
    """A milestone in words: for whoever does not see the picture."""

    course: Course
    dates: tuple[tuple[Edge, datetime, Words], ...]
    standing: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Overview:
    """Everything that the page shows. `fields` are the numbers of each list's fields, by the list's key."""

    picture: Gantt
    lines: tuple[CalendarLine, ...]
    next: Coming | None
    coming: tuple[Coming, ...]
    funnel: Funnel
    fields: Mapping[str, tuple[FieldLine, ...]]
    states: tuple[State, ...]
    outcomes: tuple[Outcome, ...]
    needs: tuple[Need, ...]
    health: Health

    @property
    def sent(self) -> int:
        return self.health.letters.get("sent", 0)

    @property
    def unsent(self) -> int:
        return sum(n for state, n in self.health.letters.items() if state in UNSENT)


def look(work: Work) -> Overview:
    """The campaign at this moment."""
    standing, ahead, numbers = underway(work), coming(work), funnel(work, channels=False)
    return Overview(
        picture=gantt(standing, work.at), lines=tuple(_line(each, work.at) for each in standing.courses),
        next=next_to_act(ahead), coming=ahead[:COMING], funnel=numbers,
        fields={each.key: tuple(_fields(work, numbers, each.key)) for each in numbers.lists},
        states=tuple(each for each in work.shape.states if numbers.total.counts.get(each.key)),
        outcomes=outcomes(work), needs=needs(attention(work)), health=health(work),
    )  # fmt: skip


def parts(line: Line, states: Sequence[State]) -> Iterator[Part]:
    """What is in which state, as the pieces of a bar."""
    x = 0.0
    for state in states:
        if n := line.counts.get(state.key, 0):
            width = 100 * n / line.total
            yield Part(x=round(x, 2), width=round(width, 2), tone=_tone(state), state=state, n=n)
            x += width


def _tone(state: State) -> str:
    """Whose turn it is: the unit's, the review's, nobody's any more; or the aim is reached."""
    if state.key in BEFORE_REVIEW:
        return f"is-{state.key}"
    return "is-out" if state.final else "is-listed" if state.key in ("published", "promoted") else "is-review"


def _line(course: Course, at: datetime) -> CalendarLine:
    return CalendarLine(course=course, dates=tuple(dates(course)), standing=how_it_stands(course, at))


def _fields(work: Work, numbers: Funnel, ranking: str) -> Iterator[FieldLine]:
    for line in numbers.tracks:
        track = work.definition.tracks[line.key]
        if track.list.key == ranking and track.field is not None:
            yield FieldLine(words=Words(track.field.name, track.field.english or track.field.name), line=line)


@pages.get("/c/{campaign}", name="overview", allow=READERS)
def overview(visit: Visiting) -> Response:
    """The whole page, or (asked by the page itself) what of it changes."""
    with visit.read() as work:
        template = "overview/_live.html.j2" if visit.partial else "overview/page.html.j2"
        return visit.page(
            template, it=work.definition, seen=look(work), parts=parts, news=news(visit, work, letters=True)
        )

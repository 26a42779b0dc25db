"""The calendar as a list: its instants, and the letters to come with how many each would reach at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from engine.letters import audiences
from engine.letters.correspondence import recipient_of
from engine.office import Work
from engine.tables import Done
from workflows.definition import Definition
from workflows.timeline import Calendar, InForce, Occasion, marks, occasions
from workflows.vocabulary import Audience, Edge
from workflows.workdays import Workdays


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """How many people something reaches: by letter, and by phone for want of an address."""

    letters: int
    calls: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Instant:
    """An edge of the calendar. `actual` says when it really happened, `moved` how often it was moved."""

    at: datetime
    milestone: str
    name: str
    english: str
    edge: Edge
    passed: bool
    moved: int
    chosen: bool
    ours: bool
    wording: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ToChoose:
    """A milestone whose date people still have to choose or announce, or that waits for another to happen.

    `suspended`: it had an end, and the new one is not known. `unknown_year`: it waits for the holidays of that year.
    """

    milestone: str
    name: str
    english: str
    opens: datetime | None
    closes: datetime | None
    after: str
    to_announce: bool = False
    suspended: bool = False
    unknown_year: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminding:
    """A letter to come; of a daily letter the next one stands for all, `times` of them until `last`.

    `reach` is None where no campaign is open, so that nobody is known. `outcome` is what became of a past one.
    """

    at: datetime
    key: str
    letter: str
    audience: Audience
    milestone: str
    name: str
    english: str
    offset: str
    times: int
    last: datetime
    reach: Reach | None
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarView:
    """Everything that the calendar holds, in order of time."""

    instants: tuple[Instant, ...]
    to_choose: tuple[ToChoose, ...]
    reminders: tuple[Reminding, ...]


def calendar_view(work: Work, *, past: bool = False) -> CalendarView:
    """The calendar of an open campaign; with `past`, letters that were due before now too, with what they reached."""
    done = _done(work)
    known: dict[object, Reach] = {}

    def reached(occasion: Occasion) -> tuple[Reach | None, str]:
        if (occasion.key, occasion.revision) in done:
            return done[occasion.key, occasion.revision]
        of = occasion.audience, occasion.milestone, occasion.within, occasion.without
        known[of] = known.get(of) or _reach(work, occasion)
        return known[of], ""

    found = occasions(work.definition, work.calendar, work.workdays)
    lines = [
        replace(line, reach=reach, outcome=outcome)
        for line, occasion in _lines(work.definition, found, work.at, past)
        for reach, outcome in [reached(occasion)]
    ]
    return _view(work.definition, work.calendar, work.at, lines)


def announced_view(definition: Definition, calendar: Calendar, workdays: Workdays, *, at: datetime) -> CalendarView:
    """The calendar as a file announces it; nobody is known yet, so nothing is reached."""
    found = occasions(definition, calendar, workdays)
    return _view(definition, calendar, at, [line for line, _ in _lines(definition, found, at, True)])


def _done(work: Work) -> dict[tuple[str, int], tuple[Reach | None, str]]:
    rows = work.connection.execute(select(Done).where(col(Done.campaign_id) == work.campaign_id))
    return {(row.occasion, row.revision): (Reach(letters=row.letters, calls=row.calls), row.outcome) for row in rows}


def _reach(work: Work, occasion: Occasion) -> Reach:
    people = [message.to for message in audiences.messages(work, occasion)]
    letters = sum(recipient_of(to) is not None for to in people)
    return Reach(letters=letters, calls=len(people) - letters)


def _view(definition: Definition, calendar: Calendar, at: datetime, lines: list[Reminding]) -> CalendarView:
    named = definition.milestone_by_key
    instants = tuple(
        Instant(at=mark.at, milestone=mark.milestone, name=named[mark.milestone].name,
                english=named[mark.milestone].english, edge=mark.edge, passed=mark.at <= at,
                moved=calendar[mark.milestone].edge_revision(mark.edge) - 1,
                chosen=calendar[mark.milestone].chosen is not None, ours=named[mark.milestone].ours,
                wording=named[mark.milestone].wording)
        for mark in marks(calendar)
    )  # fmt: skip
    return CalendarView(instants=instants, to_choose=tuple(_open_dates(definition, calendar)), reminders=tuple(lines))


def _open_dates(definition: Definition, calendar: Calendar) -> Iterator[ToChoose]:
    for milestone in definition.milestones:
        standing: InForce = calendar[milestone.key]
        suspended = standing.suspended and standing.closes_of is None
        awaited = milestone.to_announce and standing.opens is None and standing.closes is None and not suspended
        to_choose = milestone.to_choose and standing.chosen is None
        waits = (milestone.after and standing.opens is None) or standing.unknown_year
        if to_choose or awaited or suspended or waits:
            yield ToChoose(milestone=milestone.key, name=milestone.name, english=milestone.english,
                           opens=standing.opens, closes=standing.closes, after=milestone.after or "",
                           to_announce=awaited, suspended=suspended, unknown_year=standing.unknown_year)  # fmt: skip


def _lines(
    definition: Definition, found: Iterable[Occasion], at: datetime, past: bool
) -> Iterator[tuple[Reminding, Occasion]]:
    """Each reminder by itself, each daily letter once with how often it comes."""
    dailies = {daily.key for daily in definition.dailies}
    chosen = [one for one in found if past or one.at > at]
    for one in chosen:
        chain = [each for each in chosen if each.chain == one.chain] if one.chain in dailies else [one]
        if one is chain[0]:
            milestone = definition.milestone_by_key[one.milestone]
            yield Reminding(
                at=one.at, key=one.key, letter=one.letter, audience=one.audience, milestone=one.milestone,
                name=milestone.name, english=milestone.english, offset=one.offset, times=len(chain),
                last=chain[-1].at, reach=None, outcome="",
            ), one  # fmt: skip

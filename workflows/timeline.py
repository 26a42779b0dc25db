"""What is due at an instant, and what comes next, derived from the calendar in force. Nothing is scheduled.

An `Occasion` is one thing that the calendar asks for once: a letter of a reminder chain, or a daily letter. Which of
them were done is known to the engine, by `Occasion.key` and `revision`; `due` decides from that what to do now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from workflows.definition import Daily, Definition, Milestone, Offset, Reminder, Who
from workflows.instants import zone_of
from workflows.targets import NARROWED, Target, targets
from workflows.vocabulary import Audience, Days, Edge, Shift
from workflows.workdays import Workdays, YearUnknown

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class InForce:
    """A milestone as it stands now.

    `revision` counts its announcements; `opens_revision`/`closes_revision` say which of them last set that edge, and
    `moved_at` when (None for the first). `chosen` is the date picked for a milestone that was to be chosen; `actual`
    is when it really happened. While it is `suspended` no end is known. `opens_of`/`closes_of` name the milestone whose
    edge a class has for want of its own. An edge that waits for the holidays of `unknown_year` is not known yet.
    """

    milestone: str
    revision: int = 1
    opens: datetime | None = None
    closes: datetime | None = None
    chosen: datetime | None = None
    opens_revision: int = 1
    closes_revision: int = 1
    opens_moved_at: datetime | None = None
    closes_moved_at: datetime | None = None
    actual: datetime | None = None
    suspended: bool = False
    opens_of: str | None = None
    closes_of: str | None = None
    unknown_year: int | None = None

    def edge(self, edge: Edge) -> datetime | None:
        """The instant of an edge; a chosen date stands for both."""
        return self.chosen or (self.opens if edge is Edge.OPENS else self.closes)

    def edge_revision(self, edge: Edge) -> int:
        return self.opens_revision if edge is Edge.OPENS else self.closes_revision

    def moved_at(self, edge: Edge) -> datetime | None:
        return self.opens_moved_at if edge is Edge.OPENS else self.closes_moved_at

    @property
    def aside(self) -> bool:
        """Whether it is a class without any date of its own, which holds for nobody."""
        return self.opens_of is not None and self.closes_of is not None

    def edge_of(self, edge: Edge) -> str | None:
        return self.opens_of if edge is Edge.OPENS else self.closes_of


Calendar = Mapping[str, InForce]


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """One letter to one audience at one instant, of use in `at <= t < until`.

    `by_phone`: who has no address is called instead; a daily letter is not worth a call. `guessed`: whether people work
    on that day is not known, because the year's holidays are not published yet. It is for whom every `within` names and
    no `without` does.
    """

    key: str
    chain: str
    milestone: str
    edge: Edge
    revision: int
    at: datetime
    until: datetime
    audience: Audience
    letter: str
    offset: str = ""
    deadline: datetime | None = None
    by_phone: bool = True
    guessed: bool = False
    within: tuple[Who, ...] = ()
    without: tuple[Who, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What to do now: `now` is to be sent; `passed` were due too, but their use or their turn is over."""

    now: tuple[Occasion, ...]
    passed: tuple[Occasion, ...]


def announced(milestones: Iterable[Milestone]) -> dict[str, InForce]:
    """The calendar as the notice announces it, before anything is derived from it (`workflows.derivation`)."""
    return {each.key: InForce(milestone=each.key, opens=each.opens, closes=each.closes) for each in milestones}


def occasions(definition: Definition, calendar: Calendar, workdays: Workdays) -> tuple[Occasion, ...]:
    """Every letter that the calendar in force asks for, in order of time."""
    zone = zone_of(definition.zone)
    found = [one for reminder in definition.reminders for one in _chains(definition, reminder, calendar, workdays)]
    for daily in definition.dailies:
        found += _days(daily, calendar, zone, workdays)
    return tuple(sorted(found, key=lambda one: (one.at, one.key)))


def _chains(
    definition: Definition, reminder: Reminder, calendar: Calendar, workdays: Workdays
) -> Iterator[Occasion]:  # fmt: skip
    """The letters of a reminder: a chain of their own for each class of its milestone that has a date of its own."""
    aside = [key for key, standing in calendar.items() if standing.aside]
    for target in targets(definition, reminder, aside=aside):
        shared = calendar[target.milestone].edge_of(reminder.edge) is not None
        if target.milestone == reminder.milestone or reminder.audience in NARROWED or not shared:
            yield from _chain(definition, reminder, target, calendar[target.milestone], workdays)


def _chain(
    definition: Definition, reminder: Reminder, target: Target, standing: InForce, workdays: Workdays
) -> Iterator[Occasion]:  # fmt: skip
    edge, moved = standing.edge(reminder.edge), standing.moved_at(reminder.edge)
    if edge is None:
        return
    which = Edge.OPENS if standing.chosen else reminder.edge  # a chosen date is a beginning, for both edges
    for offset in reminder.offsets:
        at, guessed = _letter_at(definition, reminder, offset, (edge, which), workdays)
        # Who was told the old date gets the correction; reminders that the new date puts in the past say nothing new.
        if at is None or (moved is not None and at < moved):
            continue
        until = at + reminder.useful
        yield Occasion(
            key=f"{target.chain}:{offset.text}", chain=target.chain, milestone=target.milestone, edge=reminder.edge,
            revision=standing.edge_revision(reminder.edge), at=at, until=min(until, edge) if at < edge else until,
            audience=reminder.audience, letter=reminder.letter, offset=offset.text, deadline=edge, guessed=guessed,
            within=target.within, without=target.without,
        )  # fmt: skip


def _letter_at(
    definition: Definition, reminder: Reminder, offset: Offset, of: tuple[datetime, Edge], workdays: Workdays
) -> tuple[datetime | None, bool]:
    """When a letter goes out, and whether that is guessed; None where working days can't be counted yet."""
    zone, hour, (edge, which) = zone_of(definition.zone), reminder.at or definition.letters_at, of
    try:
        at = offset_from(edge, offset, which, zone, hour, workdays=workdays)
    except YearUnknown:
        return None, False
    if reminder.shift is Shift.NONE or offset.span is not None:
        return at, False
    try:
        day = _SHIFTS[reminder.shift](workdays, at.astimezone(zone).date())
    except YearUnknown:
        return at, True
    shifted = _at(day, hour, zone)
    return (shifted if (shifted < edge) == (at < edge) else at), False  # what is said of the edge stays true


_SHIFTS = {Shift.BEFORE: Workdays.previous_or_same, Shift.AFTER: Workdays.next_or_same}


def offset_from(
    edge: datetime, offset: Offset, which: Edge, zone: tzinfo, at_time: time, *, workdays: Workdays
) -> datetime:  # fmt: skip
    """The instant at `offset` from `edge`.

    Whole days count from the day that the edge belongs to (24:00 belongs to the day it ends) and fall on `at_time`; a
    span counts from the instant itself. Raises `YearUnknown` where working days can't be counted yet.
    """
    if offset.span is not None:
        return edge + offset.span
    day = day_of(edge, which, zone)
    if offset.working is not None:
        return _at(workdays.add(day, offset.working), at_time, zone)
    return _at(day + timedelta(days=offset.days or 0), at_time, zone)


def day_of(edge: datetime, which: Edge, zone: tzinfo) -> date:
    """The calendar day that an edge belongs to: an end belongs to the day of the last instant before it."""
    last = edge - timedelta.resolution if which is Edge.CLOSES else edge
    return last.astimezone(zone).date()


def _days(daily: Daily, calendar: Calendar, zone: tzinfo, workdays: Workdays) -> Iterator[Occasion]:
    since, until = calendar[daily.since].edge(Edge.OPENS), calendar[daily.until].edge(Edge.CLOSES)
    if since is None or until is None:
        return
    day = since.astimezone(zone).date()
    while (at := _at(day, daily.at, zone)) < until:
        works = True if daily.days is Days.EVERY else _works(day, workdays)
        if at >= since and works is not False:
            yield Occasion(
                key=f"{daily.key}:{day.isoformat()}", chain=daily.key, milestone=daily.until, edge=Edge.CLOSES,
                revision=1, at=at, until=at + ONE_DAY, audience=daily.audience, letter=daily.letter, by_phone=False,
                guessed=works is None,
            )  # fmt: skip
        day += ONE_DAY


def _works(day: date, workdays: Workdays) -> bool | None:
    """Whether people work on that day; None in a year whose holidays are not published.

    Then the letter goes out all the same: one too many on a holiday harms nobody, and a weekday too few might.
    """
    try:
        return workdays.is_workday(day)
    except YearUnknown:
        return None


def _at(day: date, at_time: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at_time, zone)


def due(found: Iterable[Occasion], *, at: datetime, done: Collection[tuple[str, int]]) -> Due:
    """Which occasions to act on at `at`; of one chain only the last is for now, and none past its use."""
    waiting = [one for one in found if one.at <= at and (one.key, one.revision) not in done]
    last = {one.chain: one for one in waiting}
    now = tuple(one for one in last.values() if at < one.until)
    chosen = {(one.key, one.revision) for one in now}
    return Due(now=now, passed=tuple(one for one in waiting if (one.key, one.revision) not in chosen))


def next_after(found: Iterable[Occasion], at: datetime) -> datetime | None:
    """The instant of the first occasion after `at`."""
    return min((one.at for one in found if one.at > at), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One edge of the calendar, for showing it as a list."""

    at: datetime
    milestone: str
    edge: Edge


def marks(calendar: Calendar) -> tuple[Mark, ...]:
    """Every instant of the calendar in force, in order; a chosen date, and one that a class shares, stands once.

    At one instant what ends comes before what begins: 24:00 before the next day's 00:00.
    """
    found = []
    for standing in calendar.values():
        for edge in (Edge.OPENS, Edge.CLOSES):
            at = standing.opens if edge is Edge.OPENS else standing.closes
            of = standing.opens_of if edge is Edge.OPENS else standing.closes_of
            if at is not None and of is None and standing.chosen is None:
                found.append(Mark(at=at, milestone=standing.milestone, edge=edge))
        if standing.chosen is not None:
            found.append(Mark(at=standing.chosen, milestone=standing.milestone, edge=Edge.OPENS))
    return tuple(sorted(found, key=lambda mark: (mark.at, mark.edge is Edge.OPENS, mark.milestone)))

"""Which date holds for whom: the classes of a milestone, the first that fits, and what they take from their parent.

A class is a milestone `of` another. Where it says nothing of an edge its parent's holds, which `InForce.opens_of` and
`closes_of` tell. The applicant's act is bounded by the applicant's class and by the unit's deadline, whichever is
earlier: what the unit can't submit any more nobody needs to write.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from workflows.definition import Definition, Milestone, Who
from workflows.matching import Subject, matches
from workflows.targets import classes_of
from workflows.timeline import Calendar, InForce
from workflows.vocabulary import Party


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """When one act on one nomination may be done.

    `closes_of` is the calendar's key whose end that is, `closing` the one whose end closes the nomination itself.
    """

    opens: datetime | None
    closes: datetime | None
    closes_of: str
    closing: str


def dated_classes(definition: Definition, calendar: Calendar) -> tuple[Milestone, ...]:
    """The collection's classes that have an edge of their own; the others stand aside, as a dropped deadline does."""
    return tuple(each for each in classes_of(definition, definition.collection) if not calendar[each.key].aside)


def closing_classes(definition: Definition, calendar: Calendar) -> tuple[Milestone, ...]:
    """Those of the collection that close nominations: an applicant's deadline only ends the writing."""
    classes = dated_classes(definition, calendar)
    return tuple(each for each in classes if each.who.role is not Party.APPLICANT)


def ending(standing: InForce, *, opens: bool = False) -> str:
    """The calendar's key whose end (or beginning) this milestone has: its own, or its parent's."""
    return (standing.opens_of if opens else standing.closes_of) or standing.milestone


def class_for(definition: Definition, calendar: Calendar, subject: Subject) -> InForce:
    """The class of the collection that holds for `subject`, the first that fits, or the collection itself."""
    fitting = (each.key for each in dated_classes(definition, calendar) if matches(each.who, subject))
    return calendar[next(fitting, definition.collection)]


def window_for(definition: Definition, calendar: Calendar, subject: Subject) -> Window:
    """When `subject` may act on a nomination within the collection."""
    mine = class_for(definition, calendar, subject)
    if subject.role is not Party.APPLICANT:
        return _window(mine, mine, mine)
    outer = class_for(definition, calendar, replace(subject, role=Party.UNIT))
    return _window(mine, _first_end(mine, outer), outer)


def _first_end(mine: InForce, outer: InForce) -> InForce:
    if mine.closes is None or (outer.closes is not None and outer.closes <= mine.closes):
        return outer
    return mine


def _window(begins: InForce, ends: InForce, closes: InForce) -> Window:
    return Window(opens=begins.opens, closes=ends.closes, closes_of=ending(ends), closing=ending(closes))


def closings(definition: Definition, calendar: Calendar) -> tuple[InForce, ...]:
    """Every end of the collection that closes nominations: its own, and those of classes with one of their own."""
    classes = [calendar[each.key] for each in closing_classes(definition, calendar)]
    return (calendar[definition.collection], *(each for each in classes if ending(each) == each.milestone))


def _touches(definition: Definition, who: Who, track: str) -> bool:
    """Whether `who` may name a nomination of the track: a channel reaches the lists that it may recommend for."""
    reached = {key for channel in who.channels for key in definition.channel_by_key[channel].lists}
    here = definition.tracks[track].list.key in reached if who.channels else True
    return here and (not who.tracks or track in who.tracks)


def closings_of_track(definition: Definition, calendar: Calendar, track: str) -> Iterator[InForce]:
    """The ends that close nominations of a track, as far as units and channels do not tell them apart."""
    for each in closing_classes(definition, calendar):
        if not _touches(definition, each.who, track):
            continue
        yield calendar[ending(calendar[each.key])]
        if not (each.who.units or each.who.channels or each.who.attributes):
            return  # it holds for the whole track, so that nothing is left for what comes behind it
    yield calendar[definition.collection]

"""The interesting pace: days pass, empty weeks fly, and the last hours before a deadline are stretched.

Before an instant worth watching the pace follows the distance to it, so that each second brings it nearer by the same
share; behind it the pace grows again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.definition import Definition
from workflows.timeline import Calendar, marks
from workflows.vocabulary import Edge

DAY, WEEK, HOUR = timedelta(days=1), timedelta(weeks=1), timedelta(hours=1)
TO_NEXT = 0.5  # the share of the way to the next act that a second covers, where nobody does anything


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """An instant worth watching. `before` and `after` are the shares of its distance that pass in a second.

    `slowest` is how much virtual time passes in a second when it is there.
    """

    at: datetime
    slowest: timedelta
    before: float
    after: float

    def limit(self, now: datetime) -> timedelta:
        """The most that may pass in a second at `now`."""
        ahead = self.at - now
        return max(self.slowest, ahead * self.before if ahead > timedelta() else -ahead * self.after)


def moments(definition: Definition, calendar: Calendar) -> tuple[Moment, ...]:
    """Every edge of the calendar, and most of all the end of the collection."""
    return tuple(
        Moment(at=mark.at, slowest=timedelta(seconds=20), before=0.3, after=0.6)
        if mark.milestone == definition.collection and mark.edge is Edge.CLOSES
        else Moment(at=mark.at, slowest=3 * HOUR, before=0.6, after=1.2)
        for mark in marks(calendar)
    )


def pace(now: datetime, *, next_act: datetime | None, watched: Iterable[Moment]) -> timedelta:
    """How much virtual time passes in a second at `now`; `next_act` is when a person does something again."""
    cruising = min(max(DAY, (next_act - now) * TO_NEXT), WEEK) if next_act else WEEK
    return min([cruising, *(moment.limit(now) for moment in watched)])

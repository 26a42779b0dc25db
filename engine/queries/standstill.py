"""Why letters that are due do not leave, and when they will have left if it is only the pace, of all or of a domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.access import sees_all
from engine.office import Work
from engine.organisers import keeping as organisers
from notifications import pacing, stops
from notifications.mailbook import waiting_for
from notifications.stops import Stopped


@dataclass(frozen=True, kw_only=True, slots=True)
class Standstill:
    """What keeps the post. `due` letters of the organiser might leave now; `out_by` when the last will have left, if
    no other's come between.
    """

    stopped: Stopped
    due: int

    @property
    def out_by(self) -> datetime | None:
        return self.stopped.out_by(self.due)


@dataclass(frozen=True, kw_only=True, slots=True)
class Slowed:
    """Letters to one domain that wait, because it takes only so many a minute; the next leaves at `again_at`."""

    domain: str
    per_minute: int
    due: int
    again_at: datetime

    @property
    def out_by(self) -> datetime:
        """When the last of them will have left."""
        return self.again_at + timedelta(minutes=-(-self.due // self.per_minute) - 1)


def slowed(work: Work) -> tuple[Slowed, ...]:
    """The domains for which letters of the organiser wait, as far as the asker is to see it."""
    if not sees_all(work.actor.role):
        return ()
    full = pacing.full(work.connection, at=work.at)
    due = waiting_for(work.connection, [each.domain for each in full], at=work.at, of=organisers.campaigns(work))
    return tuple(
        Slowed(domain=each.domain, per_minute=each.per_minute, due=due[each.domain], again_at=each.again_at)
        for each in full
        if each.domain in due
    )


def standstill(work: Work) -> Standstill | None:
    """What keeps the post now, None if nothing does as far as is known or the asker is not to see it."""
    stopped = stops.in_force(work.connection) if sees_all(work.actor.role) else None
    if stopped is None:
        return None
    found = Standstill(stopped=stopped, due=stops.due(work.connection, at=work.at, of=organisers.campaigns(work)))
    return found if found.due or stopped.per_minute is None else None

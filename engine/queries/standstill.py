"""Why letters that are due do not leave, and when they will have left if it is only the pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.access import sees_all
from engine.office import Work
from notifications import stops
from notifications.stops import Stopped


@dataclass(frozen=True, kw_only=True, slots=True)
class Standstill:
    """What keeps the post. `due` letters of the house might leave now; `out_by` when the last will have left."""

    stopped: Stopped
    due: int

    @property
    def out_by(self) -> datetime | None:
        return self.stopped.out_by(self.due)


def standstill(work: Work) -> Standstill | None:
    """What keeps the post now, None if nothing does as far as is known or the asker is not to see it."""
    stopped = stops.in_force(work.connection) if sees_all(work.actor.role) else None
    if stopped is None:
        return None
    found = Standstill(stopped=stopped, due=stops.due(work.connection, at=work.at))
    return found if found.due or stopped.per_minute is None else None

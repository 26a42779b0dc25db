"""When the post is taken out and when it pauses: after the door's stop it is left alone, longer each time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from engine.office import Office
from engine.this_process import process_name
from notifications import stops
from notifications.delivery import DeliveryReport
from notifications.doors import Stop
from notifications.patience import pause_after_stop

Post = Callable[[], list[DeliveryReport]]

logger = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Posting:
    """One sender's memory of its door's stops; `again` is when it tries next, None while the door is open.

    What other senders of the house wrote down since `since` counts as well: a door that turned one of them away is
    left alone by all. Not what was written before, so that whoever has mended something starts a sender to try. `by` is
    what this sender writes its own under: a process.
    """

    office: Office
    since: datetime | None = None
    by: str = field(default_factory=process_name)
    again: datetime | None = field(default=None, init=False)
    _stops: int = field(default=0, init=False)

    def deliver(self, post: Post, *, at: datetime) -> tuple[DeliveryReport, ...]:
        """Deliver what is due, unless the post pauses."""
        if self.waits(at):
            return ()
        rounds = tuple(post())
        stop = rounds[-1].stop if rounds else None
        self._stops = self._stops + 1 if stop else 0
        self.again = at + (stop.wait or pause_after_stop(self._stops)) if stop else None
        self._write_down(stop, rounds, at)
        return rounds

    def waits(self, at: datetime) -> bool:
        """Whether the door is to be left alone for now."""
        if self.again is not None and at < self.again:
            return True
        if self.since is None:
            return False
        with self.office.database.read() as connection:
            others = stops.in_force(connection)
        return others is not None and others.at >= self.since and at < others.again_at

    def due(self, rounds: tuple[DeliveryReport, ...]) -> datetime | None:
        """When to come back, after these rounds."""
        return self.again or (rounds[-1].next_due if rounds else None)

    def _write_down(self, stop: Stop | None, rounds: tuple[DeliveryReport, ...], at: datetime) -> None:
        """Why the post stands still, for whoever looks; or that it goes again. It is logged when the reason is new."""
        if stop is not None and stop.kind != "muted" and self.again is not None:
            with self.office.database.write() as connection:
                news = stops.note(connection, stop, at=at, again_at=self.again, by=self.by)
            if news and stop.kind != "pace":
                logger.log(logging.ERROR if stop.alarm else logging.WARNING, "post_stopped",
                           extra={"kind": stop.kind, "why": stop.en})  # fmt: skip
        elif stop is None and any(each.sent + each.back + each.refused + each.unknown for each in rounds):
            with self.office.database.write() as connection:
                stops.lift(connection, at=at, by=self.by)

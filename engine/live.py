"""One beat of the live engine: a turn of every campaign, then the post. It reads no clock and waits for nothing.

`engine.heartbeat` calls it at the instants it names itself. Two engines on one database do no harm: what a turn does is
claimed by a unique key, and a letter belongs to the worker that claimed it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from engine.office import Office
from engine.timekeeping import doubts
from engine.turn import TurnReport, campaigns, rest, turn
from notifications import stops
from notifications.delivery import DeliveryReport
from notifications.doors import Stop
from notifications.patience import pause_after_stop

Post = Callable[[], list[DeliveryReport]]
Turn = Callable[..., TurnReport]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Beaten:
    """What one beat did. `next` is when there is something to do again, as far as is known.

    `held`: the clock was in doubt.
    """

    at: datetime
    turns: tuple[tuple[str, TurnReport], ...]
    failed: tuple[str, ...]
    rounds: tuple[DeliveryReport, ...]
    next: datetime | None
    held: bool = False

    @property
    def stop(self) -> Stop | None:
        """Why the door took no more, if it did not."""
        return self.rounds[-1].stop if self.rounds else None

    def posted(self, what: str) -> int:
        """The letters that had that outcome: a counter of `DeliveryReport` by name."""
        return sum(int(getattr(each, what)) for each in self.rounds)


@dataclass(kw_only=True)
class Engine:
    """Beats: `engine(at)`. `tell` hears what each beat did. After the door's stop the post pauses, longer each time.

    `aside` is asked at the end of each beat for what must not hold it up: telling other systems what happened.
    """

    office: Office
    post: Post
    tell: Callable[[Beaten], None]
    pause: Callable[[], None] | None = None
    aside: Callable[[], object] | None = None
    _stops: int = field(default=0, init=False)
    _post_again: datetime | None = field(default=None, init=False)

    def __call__(self, at: datetime) -> datetime | None:
        """Do what is due at `at`; returns the next instant worth waking at.

        On a clock in doubt nothing is done that can't be taken back: the history is sealed, and that is all.
        """
        held = doubts.look(self.office) is not None
        at = self.office.no_later(at)
        turns, failed = self._turns(at, rest if held else partial(turn, pause=self.pause))
        rounds = self._deliver(at)
        following = [report.next for _, report in turns] + self._post_due(rounds)
        beaten = Beaten(
            at=at, turns=turns, failed=failed, rounds=rounds, held=held,
            next=min((instant for instant in following if instant is not None), default=None),
        )  # fmt: skip
        self.tell(beaten)
        if self.aside is not None:
            self.aside()
        return beaten.next

    def _turns(self, at: datetime, take: Turn) -> tuple[tuple[tuple[str, TurnReport], ...], tuple[str, ...]]:
        """A turn of each campaign. One that fails is told and tried again with the next beat; the others go on."""
        done, failed = [], []
        for key in campaigns(self.office):
            try:
                done.append((key, take(self.office, key, at=at)))
            except Exception:
                logger.exception("turn_failed", extra={"campaign": key})
                failed.append(key)
        return tuple(done), tuple(failed)

    def _deliver(self, at: datetime) -> tuple[DeliveryReport, ...]:
        if self._post_again is not None and at < self._post_again:
            return ()
        rounds = tuple(self.post())
        stop = rounds[-1].stop if rounds else None
        self._stops = self._stops + 1 if stop else 0
        self._post_again = at + (stop.wait or pause_after_stop(self._stops)) if stop else None
        self._write_down(stop, rounds, at)
        return rounds

    def _write_down(self, stop: Stop | None, rounds: tuple[DeliveryReport, ...], at: datetime) -> None:
        """Why the post stands still, for whoever looks; or that it goes again. It is logged when the reason is new."""
        if stop is not None and stop.kind != "muted" and self._post_again is not None:
            with self.office.database.write() as connection:
                news = stops.note(connection, stop, at=at, again_at=self._post_again)
            if news and stop.kind != "pace":
                logger.log(logging.ERROR if stop.alarm else logging.WARNING, "post_stopped",
                           extra={"kind": stop.kind, "why": stop.en})  # fmt: skip
        elif stop is None and any(each.sent + each.back + each.refused + each.unknown for each in rounds):
            with self.office.database.write() as connection:
                stops.lift(connection)

    def _post_due(self, rounds: tuple[DeliveryReport, ...]) -> list[datetime | None]:
        if self._post_again is not None:
            return [self._post_again]
        return [rounds[-1].next_due] if rounds else []

"""One beat of the live engine: a turn of every campaign, then the post. It reads no clock and waits for nothing.

`engine.heartbeat` calls it at the instants it names itself. Two engines on one database do no harm: what a turn does is
claimed by a unique key, and a letter belongs to the worker that claimed it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from engine import turns
from engine.letters.posting import Post, Posting
from engine.office import Office
from engine.turn import TurnReport, campaigns
from notifications.delivery import DeliveryReport
from notifications.doors import Stop


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
    """Beats: `engine(at)`. `tell` hears what each beat did.

    `aside` is asked at the end of each beat for what must not hold it up: telling other systems what happened.
    """

    office: Office
    post: Post
    tell: Callable[[Beaten], None]
    pause: Callable[[], None] | None = None
    aside: Callable[[], object] | None = None
    _posting: Posting = field(init=False)

    def __post_init__(self) -> None:
        self._posting = Posting(office=self.office)

    def __call__(self, at: datetime) -> datetime | None:
        """Do what is due at `at`; returns the next instant worth waking at."""
        taken = turns.take(self.office, campaigns(self.office), at=at, pause=self.pause)
        rounds = self._posting.deliver(self.post, at=taken.at)
        following = [*(report.again for _, report in taken.turns), self._posting.due(rounds)]
        beaten = Beaten(
            at=taken.at, turns=taken.turns, failed=taken.failed, rounds=rounds, held=taken.held,
            next=min((instant for instant in following if instant is not None), default=None),
        )  # fmt: skip
        self.tell(beaten)
        if self.aside is not None:
            self.aside()
        return beaten.next

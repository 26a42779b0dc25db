"""Who does the engine's part of a rehearsal: the turns, and taking letters to the door.

`Alone` does it in the theatre's own process, as `bangdan run` would. The theatre knows only what a `Crew` can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.clock import Clock
from engine.letters.post import Post
from engine.office import Office
from engine.turn import TurnReport, turn


class Crew(Protocol):
    """Does what is due at an instant of the theatre's clock, and is done with it when it returns."""

    def turn(self, at: datetime, told: Callable[[TurnReport], None]) -> datetime | None:
        """Everything that is due at `at`; the next instant at which something will be. `told` hears what was done."""

    def deliver(self, at: datetime) -> int:
        """Take what is due to the door; how many letters went out."""


Hire = Callable[[str], Crew]
"""Finds the crew for the campaign with that key, which was opened just now."""


@dataclass(frozen=True, kw_only=True)
class Alone:
    """The crew that is this process. `post` is what delivers, by a clock."""

    office: Office
    campaign: str
    post: Callable[[Clock], Post]

    def turn(self, at: datetime, told: Callable[[TurnReport], None]) -> datetime | None:
        """One turn."""
        report = turn(self.office, self.campaign, at=at)
        told(report)
        return report.next

    def deliver(self, at: datetime) -> int:
        """One call of the post."""
        return sum(report.sent for report in self.post(lambda: at).deliver())

"""The last things that happened in a rehearsal, numbered, for whoever watches from another thread."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime

from engine.rehearsal.theatre import Acted, Happening, Posted, Refusal

KEPT = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """One happening; the first of a rehearsal has number 1."""

    number: int
    what: Happening


@dataclass(kw_only=True)
class Stream:
    """Hears of everything and keeps the last of it; how many submissions came in each hour is kept for good."""

    submitted: Counter[datetime] = field(default_factory=Counter)
    late: Counter[datetime] = field(default_factory=Counter)
    posted: Counter[datetime] = field(default_factory=Counter)
    _kept: deque[Numbered] = field(default_factory=lambda: deque(maxlen=KEPT))
    _number: int = 0

    def __call__(self, happening: Happening) -> None:
        """Called by the theatre, from its one thread."""
        hour = happening.at.replace(minute=0, second=0, microsecond=0)
        if isinstance(happening, Acted) and happening.verb == "submit":
            self.submitted[hour] += 1
        elif isinstance(happening, Refusal) and happening.verb == "submit":
            self.late[hour] += 1
        elif isinstance(happening, Posted):
            self.posted[hour] += happening.sent
        self._number += 1
        self._kept.append(Numbered(number=self._number, what=happening))

    @property
    def newest(self) -> int:
        """The number of the last one; 0 while nothing has happened."""
        return self._number

    def since(self, number: int) -> list[Numbered]:
        """What came after that number and is still kept, in order."""
        return [each for each in self._kept.copy() if each.number > number]

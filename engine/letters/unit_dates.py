"""Which end of the collection holds for a unit, so that nobody is told a date that holds for others."""

from __future__ import annotations

from engine.letters.narrowing import Narrowed, narrowed
from engine.office import Work
from workflows.targets import dates_for
from workflows.vocabulary import Party


class Dates:
    """The milestone at whose end each unit's collection ends: `own` for all, if given, or that of the unit's class."""

    def __init__(self, work: Work, own: str | None = None) -> None:
        self.work, self.own = work, own
        aside = [key for key, standing in work.calendar.items() if standing.aside]
        found = () if own else dates_for(work.definition, work.definition.collection, Party.UNIT, aside=aside)
        self.classes: list[tuple[str, Narrowed]] = [(each.milestone, narrowed(work, each)) for each in found]

    def milestone(self, unit_id: int) -> str:
        """The first to end, where the unit's tracks have several."""
        return self.own or self._first([each for each, about in self.classes if about.tracks(unit_id)])

    def _first(self, keys: list[str]) -> str:
        ends = [(closes, key) for key in keys if (closes := self.work.calendar[key].closes)]
        return min(ends)[1] if ends else self.work.definition.collection

"""By when a duty is due for whom: the end of its milestone, or of the one that stands in for it for that unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from engine.office import Work
from engine.selecting import units_of
from engine.tables import Unit
from workflows.classes import ending
from workflows.definition import DutyKind, Milestone
from workflows.targets import classes_of
from workflows.vocabulary import Edge, Fulfilment, Owner, Party


def of_units(work: Work) -> tuple[DutyKind, ...]:
    """What units owe, in the order of the file."""
    return tuple(kind for kind in work.definition.duties if kind.owed_by is Owner.UNIT)


def kind_of(work: Work, key: str) -> DutyKind:
    """The duty of that key; one that the file has no more is called by its key."""
    dropped = DutyKind(key=key, name=key, english=key, fulfilment=Fulfilment.FILING)
    return work.definition.duty_by_key.get(key, dropped)


def due_of(work: Work, kind: DutyKind, unit_id: int | None) -> datetime | None:
    """The instant by which it is due for that unit (None: for an institution); None where no date is set or known."""
    return Dues(work=work).due(kind, unit_id)


@dataclass(kw_only=True)
class Dues:
    """Answers for many units at once: who belongs to a class of units is read once.

    `track` is that of the nomination for which a unit owes it, empty for what it owes for itself.
    """

    work: Work
    _members: dict[str, frozenset[int]] = field(default_factory=dict)

    def due(self, kind: DutyKind, unit_id: int | None, track: str = "") -> datetime | None:
        """The instant by which it is due."""
        key = self.milestone(kind, unit_id, track)
        return None if key is None else self.work.calendar[key].edge(Edge.CLOSES)

    def begins(self, kind: DutyKind, unit_id: int | None, track: str = "") -> datetime | None:
        """From when on it may be settled, where its date has a beginning."""
        key = self.milestone(kind, unit_id, track)
        return None if key is None else self.work.calendar[key].opens

    def ends_with(self, kind: DutyKind, unit_id: int | None, track: str = "") -> str | None:
        """The key of the milestone whose letters speak of that instant: a class may have its parent's end."""
        key = self.milestone(kind, unit_id, track)
        return None if key is None else ending(self.work.calendar[key])

    def milestone(self, kind: DutyKind, unit_id: int | None, track: str = "") -> str | None:
        """The key of the milestone that holds: the first class that fits, or the duty's own; None without a date."""
        mine = (each.key for each in self._classes(kind) if self._fits(each, unit_id, track))
        return next(mine, kind.due)

    def announced(self, kind: DutyKind, unit_id: int | None, track: str = "") -> Milestone | None:
        """That milestone as the notice has it, with its hours for handing in."""
        return self.work.definition.milestone_by_key.get(self.milestone(kind, unit_id, track) or "")

    def _classes(self, kind: DutyKind) -> list[Milestone]:
        """The milestones that stand in for the duty's own; one for applicants says nothing to units."""
        classes = classes_of(self.work.definition, kind.due) if kind.due else ()
        return [each for each in classes if each.who.role is not Party.APPLICANT]

    def _fits(self, milestone: Milestone, unit_id: int | None, track: str) -> bool:
        return unit_id in self._units(milestone) and (not milestone.who.tracks or track in milestone.who.tracks)

    def _units(self, milestone: Milestone) -> frozenset[int]:
        if milestone.key not in self._members:
            chosen = units_of(self.work.definition, milestone.who)
            query = select(col(Unit.id)).where(col(Unit.campaign_id) == self.work.campaign_id, *chosen)
            self._members[milestone.key] = frozenset(
                key for key in self.work.connection.execute(query).scalars() if key is not None
            )
        return self._members[milestone.key]

"""Which of a unit's affairs an occasion is about: nobody is told a date that holds for others.

An occasion names whom it is for (`within`) and whom it leaves to another one (`without`). Units are asked for once for
each of these, however many there are; tracks are compared here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import col

from engine.office import Work
from engine.selecting import units_of
from engine.tables import Unit
from engine.windows import subjects
from workflows.definition import Definition, Who
from workflows.reach import tracks_open_to
from workflows.targets import Target
from workflows.timeline import Occasion


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What an occasion is about, by unit; `units` holds the members of every line of `within` and `without`.

    Where a line names tracks, `rights` are those on which each unit may recommend at all.
    """

    definition: Definition
    within: tuple[Who, ...] = ()
    without: tuple[Who, ...] = ()
    units: Mapping[Who, frozenset[int]] = field(default_factory=dict)
    rights: Mapping[int, Collection[str]] | None = None

    def tracks(self, unit_id: int) -> Collection[str]:
        """The tracks of which it speaks to that unit; none if it does not speak to it at all."""
        if not self.units:
            return self.definition.tracks
        found = dict.fromkeys(self.definition.tracks if self.rights is None else self.rights.get(unit_id, ()))
        for who in self.within:
            mine = self._tracks(who) if unit_id in self.units[who] else ()
            found = {track: None for track in found if track in mine}
        for who in self.without:
            if unit_id in self.units[who]:
                found = {track: None for track in found if track not in self._tracks(who)}
        return found.keys()

    def _tracks(self, who: Who) -> Collection[str]:
        return who.tracks or self.definition.tracks

    def institution(self, tracks: Collection[str]) -> bool:
        """Whether it speaks to an institution that reviews these tracks."""
        return all(not who.tracks or not set(who.tracks).isdisjoint(tracks) for who in self.within)


def narrowed(work: Work, by: Occasion | Target) -> Narrowed:
    """Whom an occasion speaks to."""
    lines: Sequence[Who] = tuple(dict.fromkeys((*by.within, *by.without)))
    return Narrowed(
        definition=work.definition, within=by.within, without=by.without,
        units={who: _members(work, who) for who in lines},
        rights=_rights(work) if any(who.tracks for who in lines) else None,
    )  # fmt: skip


def _rights(work: Work) -> Mapping[int, Collection[str]]:
    query = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id)
    units = [key for key in work.connection.execute(query).scalars() if key]
    return {key: tracks_open_to(work.definition, subject) for key, subject in subjects(work, units).items()}


def _members(work: Work, who: Who) -> frozenset[int]:
    query = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id, *units_of(work.definition, who))
    return frozenset(key for key in work.connection.execute(query).scalars() if key)

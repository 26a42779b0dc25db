"""Who nominates jointly in a rehearsal: how many there are who may, whom a unit asks, what places that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.rehearsal.declared import Declarer
from workflows.definition import Channel, Definition
from workflows.matching import Subject
from workflows.places import binding

TOGETHER = 4  # so many groups of those who must nominate jointly, where there is room for them
ROOM = 20  # units for each such group


def persons(channel: Channel, units: int) -> int:
    """How many persons of a channel there are among so many units: a few, and enough to nominate together."""
    groups = min(TOGETHER, max(1, units // ROOM))
    return max(1, units // 25 - 1, groups * channel.jointly if channel.jointly > 1 else 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The places that are planned for, by unit and by what they are counted over."""

    definition: Definition
    places: Counter[tuple[str | None, tuple[str, ...]]] = field(default_factory=Counter)

    def free(self, unit: Subject, track: str) -> bool:
        """Whether the unit has a place left for one more on the track."""
        scopes = binding(self.definition, unit, track)
        return all(scope.limit is None or self.places[unit.unit, scope.tracks] < scope.limit for scope in scopes)

    def take(self, *units: Subject, track: str) -> None:
        """One more on the track, by all of them together."""
        for unit in units:
            self.places.update((unit.unit, scope.tracks) for scope in binding(self.definition, unit, track))


def asked(
    declarer: Declarer, units: Sequence[Subject], mine: Subject, track: str, taken: Taken
) -> list[Subject] | None:
    """Whom a unit asks to join, with a place left each: nobody where it needs nobody, None where there are too few."""
    channel = _easiest(declarer.definition, mine, track)
    if channel is None or channel.jointly == 1:
        return []
    others = [
        each for each in units
        if each.unit != mine.unit and channel.key in each.channels and taken.free(each, track)
        and declarer.dares(each.unit or "", each.channels, each.attributes, track)
    ]  # fmt: skip
    needed = channel.jointly - 1
    return None if len(others) < needed else declarer.random.sample(others, k=needed)


def _easiest(definition: Definition, unit: Subject, track: str) -> Channel | None:
    listed = definition.tracks[track].list.key
    held = [definition.channel_by_key[key] for key in unit.channels]
    return min((each for each in held if listed in each.lists), key=lambda each: each.jointly, default=None)

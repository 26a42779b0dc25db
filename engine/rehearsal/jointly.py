"""Who nominates jointly in a rehearsal: whom a unit asks to join a nomination, now and then one too few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from workflows.definition import Channel, Definition

ONE_TOO_FEW = 0.1
TOGETHER = 4  # so many groups of those who must nominate jointly, where there is room for them
ROOM = 20  # units for each such group


def persons(channel: Channel, units: int) -> int:
    """How many persons of a channel there are among so many units: a few, and enough to nominate together."""
    groups = min(TOGETHER, max(1, units // ROOM))
    return max(1, units // 25 - 1, groups * channel.jointly if channel.jointly > 1 else 0)


def easiest(definition: Definition, channels: Sequence[str], track: str) -> Channel | None:
    """The channel of a unit that asks for the fewest, if any may nominate on the track."""
    listed = definition.tracks[track].list.key
    held = [definition.channel_by_key[key] for key in channels]
    return min((each for each in held if listed in each.lists), key=lambda each: each.jointly, default=None)


def partners(channel: Channel, others: Mapping[str, Sequence[str]], random: Random) -> tuple[str, ...] | None:
    """Those whom a unit asks to join, of the `others` that have a place left, by code; None: there are too few.

    Now and then it asks one fewer than it needs, and learns that when it submits.
    """
    free = [code for code, channels in others.items() if channel.key in channels]
    needed = channel.jointly - 1
    if len(free) < needed:
        return None
    return tuple(random.sample(free, k=needed - (random.random() < ONE_TOO_FEW)))

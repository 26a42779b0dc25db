"""Who nominates jointly in a rehearsal: whom a unit asks to join a nomination, now and then one too few."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from engine.rehearsal.population import Plan, UnitPlan
from workflows.definition import Channel, Definition

ONE_TOO_FEW = 0.1


def partners(
    definition: Definition, units: Sequence[UnitPlan], unit: UnitPlan, plan: Plan, random: Random
) -> list[UnitPlan]:
    """Those whom the unit asks to join: as many as the easiest of its channels wants, if there are as many."""
    channel = _easiest(definition, unit, plan.track)
    if channel is None or channel.jointly == 1:
        return []
    others = [each for each in units if each.code != unit.code and channel.key in each.channels]
    wanted = channel.jointly - 1 - (random.random() < ONE_TOO_FEW)
    return random.sample(others, k=min(wanted, len(others)))


def _easiest(definition: Definition, unit: UnitPlan, track: str) -> Channel | None:
    listed = definition.tracks[track].list.key
    held = [definition.channel_by_key[key] for key in unit.channels]
    return min((each for each in held if listed in each.lists), key=lambda each: each.jointly, default=None)

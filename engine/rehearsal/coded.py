"""Units that a file names by their codes: some of a made-up roster are those, so that what is said of them happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workflows.definition import Definition

if TYPE_CHECKING:  # the roster is made there
    from engine.rehearsal.population import UnitPlan


def coded(definition: Definition, units: Sequence[UnitPlan]) -> list[UnitPlan]:
    """The units, with the file's codes for as many of them as there are; each holds a channel of its number."""
    codes: dict[int, str] = {}
    for code, channels in _named(definition).items():
        free = (place for place, unit in enumerate(units) if place not in codes and channels & {*unit.channels})
        place = next(free, None)
        if place is not None:
            codes[place] = code
    return [replace(unit, code=codes.get(place, unit.code)) for place, unit in enumerate(units)]


def _named(definition: Definition) -> dict[str, frozenset[str]]:
    """Every code that the file names, with the channels of which the unit holds one; what quotas say comes first."""
    found: dict[str, frozenset[str]] = {}
    for code, channels in (*_with_numbers(definition), *_otherwise(definition)):
        found.setdefault(code, channels)
    return found


def _with_numbers(definition: Definition) -> Iterator[tuple[str, frozenset[str]]]:
    for quota in definition.quotas:
        for place, (code, _) in enumerate(quota.units):
            yield code, frozenset({quota.channels[place % len(quota.channels)]})


def _otherwise(definition: Definition) -> Iterator[tuple[str, frozenset[str]]]:
    dated = [each.who for each in definition.milestones]
    for who in (*dated, *(each.who for each in definition.duties), *(each.who for each in definition.reminders)):
        held = frozenset(who.channels or (channel.key for channel in definition.channels))
        yield from ((code, held) for code in who.units)

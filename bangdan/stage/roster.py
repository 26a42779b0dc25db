"""The units of a live campaign for its rehearsal. Nobody's address goes with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from engine.office import Work
from engine.rehearsal.play import listed
from engine.rehearsal.population import Someone, UnitPlan


def roster_of(work: Work) -> list[UnitPlan]:
    """All units with their channels, attributes and contacts.

    Who has an address gets one that leads nowhere, so that the rehearsal writes and calls whom the campaign would.
    """
    numbers = count(1)
    return [
        replace(unit, contacts=tuple(_unreachable(someone, numbers) for someone in unit.contacts))
        for unit in listed(work)
    ]


def _unreachable(someone: Someone, numbers: Iterator[int]) -> Someone:
    number = next(numbers)
    return replace(someone, email=f"contact{number}@rehearsal.example.org" if someone.email else None)

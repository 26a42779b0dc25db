"""Acting for a unit: its rights and no others, with both names in the history."""

from __future__ import annotations

from dataclasses import replace

from engine import units
from engine.access import Actor, may_office
from engine.office import Work
from workflows.nomination import Role


def on_behalf(work: Work, code: str) -> Actor:
    """The secretariat's person as that unit: only what the unit may do, only to what is the unit's.

    Raises NotFound, Refused (ROL-02, ROL-03).
    """
    may_office(work.actor)
    unit = units.find(work, code)
    return replace(work.actor, role=Role.UNIT, unit_id=unit.id, behalf=f"{code} {unit.name}")

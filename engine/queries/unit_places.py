"""What the places of some units come to: how many they may recommend, how many of them are taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from engine.access import visible
from engine.letters.unit_facts import places_of_all, totals
from engine.office import Work
from engine.tables import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """All places of a unit; None is unlimited."""

    limit: int | None
    used: int
    left: int | None


def totals_of(work: Work, codes: Collection[str]) -> dict[str, Total]:
    """By the unit's code, of those that the actor may see."""
    query: Select[*tuple[Any, ...]] = select(col(Unit.id), col(Unit.code)).where(
        col(Unit.campaign_id) == work.campaign_id, col(Unit.code).in_(codes)
    )
    rows = work.connection.execute(visible(query, Unit, work.actor, work.definition)).all()
    found = places_of_all(work, [row.id for row in rows])
    return {row.code: _total(totals(found[row.id])) for row in rows}


def _total(found: dict[str, int | None]) -> Total:
    return Total(limit=found["limit"], used=found["used"] or 0, left=found["left"])

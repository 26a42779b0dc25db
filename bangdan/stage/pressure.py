"""How far the units have used their places: a cell for each unit, darker the fuller it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from engine.letters.unit_facts import places_of_all, totals
from engine.office import Work

CELLS = 400  # at most; where there are more units, a cell stands for several
ACROSS, CELL, STEP = 30, 15.0, 18.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One unit, or a few. `level`: 0 nothing used, 1 to 3 some, 4 all of it, 5 no places at all."""

    id: str
    x: float
    y: float
    level: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressure:
    """The picture, and the sums: places used of those there are (None: without limit), units that are full."""

    width: float
    height: float
    cell: float
    cells: tuple[Cell, ...]
    units: int
    used: int
    limit: int | None
    full: int
    silent: int


def pressure(work: Work) -> Pressure:
    """As it stands."""
    known = [totals([place for place in found if place.limit != 0]) for found in places_of_all(work).values()]
    each = max(1, ceil(len(known) / CELLS))
    cells = tuple(_cells([_share(total) for total in known], each))
    limits = [total["limit"] for total in known]
    return Pressure(
        width=ACROSS * STEP, height=max(1, ceil(len(cells) / ACROSS)) * STEP, cell=CELL, cells=cells, units=len(known),
        used=sum(total["used"] or 0 for total in known),
        limit=None if None in limits else sum(limit or 0 for limit in limits),
        full=sum(_share(total) == 1.0 for total in known), silent=sum(_share(total) == 0.0 for total in known),
    )  # fmt: skip


def _share(total: Mapping[str, int | None]) -> float | None:
    """Of its places; None for a unit that has none."""
    used, left = total["used"] or 0, total["left"]
    if total["limit"] == 0:
        return None
    if left is None:
        return min(used / 10, 0.9)  # without a limit nobody is ever full
    return used / (used + left) if used + left else 1.0


def _cells(shares: list[float | None], each: int) -> Iterator[Cell]:
    for place, start in enumerate(range(0, len(shares), each)):
        some = [share for share in shares[start : start + each] if share is not None]
        level = _level(sum(some) / len(some)) if some else 5
        yield Cell(id=f"unit-{place}", x=place % ACROSS * STEP, y=place // ACROSS * STEP, level=level)


def _level(share: float) -> int:
    if share in (0.0, 1.0):
        return 0 if share == 0.0 else 4
    return min(3, 1 + int(share * 3))

"""Who nominates jointly with whom: reading the units that joined a nomination."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlmodel import col

from engine.office import Work
from engine.subjects import subject_of
from engine.tables import Endorsement, Nomination, Unit
from workflows.eligibility import Joint

E, N = Endorsement, Nomination
_JOINED = (
    select(col(Unit.id), col(Unit.name))
    .join(E, col(E.unit_id) == col(Unit.id))
    .where(col(E.nomination_id) == bindparam("nomination"))
    .order_by(col(Unit.id))
)
_TAKEN: Select[*tuple[Any, ...]] = (
    select(col(E.unit_id), col(N.track), func.count())
    .join(N, col(N.id) == col(E.nomination_id))
    .where(col(N.state).in_(bindparam("states", expanding=True)))
    .group_by(col(E.unit_id), col(N.track))
)
_TAKEN_OF_ONE = _TAKEN.where(col(E.unit_id) == bindparam("unit"))
_TAKEN_OF_ALL = _TAKEN.where(col(N.campaign_id) == bindparam("campaign"))


def joined(work: Work, nomination_id: int) -> list[tuple[int, str]]:
    """The units that joined the nomination, by row id and name, in the order of their ids."""
    if not work.definition.jointly:
        return []
    rows = work.connection.execute(_JOINED, {"nomination": nomination_id})
    return [(int(row.id or 0), row.name) for row in rows]


def taken(work: Work, unit_id: int) -> list[tuple[int, str, int]]:
    """How many places others' nominations take of the unit that joined them: its id, the track, the number."""
    return _numbers(work, _TAKEN_OF_ONE, unit=unit_id)


def taken_of_all(work: Work) -> list[tuple[int, str, int]]:
    """The same of every unit of the campaign."""
    return _numbers(work, _TAKEN_OF_ALL, campaign=work.campaign_id)


def _numbers(work: Work, query: Select[*tuple[Any, ...]], **parameters: int) -> list[tuple[int, str, int]]:
    if not work.definition.jointly:
        return []
    rows = work.connection.execute(query, {"states": work.shape.counted, **parameters})
    return [(row[0], row[1], row[2]) for row in rows]


def of_units(work: Work, units: Collection[int]) -> set[int]:
    """Everybody who joined a nomination of these units."""
    if not work.definition.jointly or not units:
        return set()
    query = select(col(E.unit_id)).join(N, col(N.id) == col(E.nomination_id)).where(col(N.unit_id).in_(units))
    return set(work.connection.execute(query).scalars())


def joint(work: Work, row: Row[Any]) -> Joint | None:
    """How many must nominate `row` together and who does, by the easiest of its unit's channels."""
    if not work.definition.jointly:
        return None
    owner = (row.unit_id, work.connection.execute(_NAME, {"unit": row.unit_id}).scalar_one())
    everybody = [(name, subject_of(work, unit_id).channels) for unit_id, name in (owner, *joined(work, row.id))]
    mine, listed = everybody[0][1], work.definition.tracks[row.track].list.key
    ways = [
        Joint(channel=each.name, needed=each.jointly,
              there=tuple(name for name, channels in everybody if each.key in channels))
        for each in work.definition.channels if each.key in mine and listed in each.lists
    ]  # fmt: skip
    return min(ways, key=lambda way: way.needed - len(way.there), default=None)


_NAME = select(col(Unit.name)).where(col(Unit.id) == bindparam("unit"))

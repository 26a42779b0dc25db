"""A `Who` as conditions on rows: the same predicate that `workflows.matching` answers for one case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, ColumnExpressionArgument, select
from sqlmodel import col

from engine.tables import Nomination, Unit, UnitAttribute, UnitChannel
from workflows.definition import Definition, Who
from workflows.vocabulary import Bearer


def nominations_of(definition: Definition, who: Who) -> tuple[ColumnElement[bool], ...]:
    """The nominations that `who` names, by their track and their unit. It may not ask for nominees' attributes."""
    tracks = [col(Nomination.track).in_(who.tracks)] if who.tracks else []
    return (*tracks, *_units(definition, who, col(Nomination.unit_id)))


def units_of(definition: Definition, who: Who) -> tuple[ColumnElement[bool], ...]:
    """The units that `who` names; what it says of tracks is not asked of a unit."""
    return tuple(_units(definition, who, col(Unit.id)))


def _units(definition: Definition, who: Who, unit_id: ColumnExpressionArgument[Any]) -> Iterator[ColumnElement[bool]]:
    held, declared, column = UnitChannel, UnitAttribute, col(UnitChannel.unit_id)
    if who.channels:
        query = select(column).where(col(held.channel).in_(who.channels))
        yield _in(unit_id, query)
    if who.units:
        yield _in(unit_id, select(col(Unit.id)).where(col(Unit.code).in_(who.units)))
    for key, values in who.attributes:
        if definition.attribute_by_key[key].of is not Bearer.UNIT:
            raise ValueError(f"a nominee's attribute can't select rows: {key}")
        query = select(col(declared.unit_id)).where(col(declared.attribute) == key, col(declared.value).in_(values))
        yield _in(unit_id, query)


def _in(unit_id: Any, query: Any) -> ColumnElement[bool]:
    chosen: ColumnElement[bool] = unit_id.in_(query)
    return chosen

"""A `Who` as conditions on rows: the same predicate that `workflows.matching` answers for one case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, ColumnExpressionArgument, select
from sqlmodel import col

from engine.tables import Nomination, Unit, UnitAttribute, UnitChannel
from workflows.definition import Definition, Who
from workflows.vocabulary import Bearer


def nominations_of(definition: Definition, who: Who) -> tuple[ColumnElement[bool], ...]:
    """The nominations that `who` names, by their track, what is declared of them, and their unit."""
    tracks = [col(Nomination.track).in_(who.tracks)] if who.tracks else []
    of_unit, of_nominee = (_declared(definition, who, bearer) for bearer in (Bearer.UNIT, Bearer.NOMINEE))
    said = [col(Nomination.attributes)[key].as_string().in_(values) for key, values in of_nominee]
    return (*tracks, *said, *_units(replace(who, attributes=of_unit), col(Nomination.unit_id)))


def units_of(definition: Definition, who: Who) -> tuple[ColumnElement[bool], ...]:
    """The units that `who` names; what it says of tracks is not asked of a unit. Nor may it ask for nominees."""
    if asked := _declared(definition, who, Bearer.NOMINEE):
        raise ValueError(f"a nominee's attribute can't select units: {asked[0][0]}")
    return tuple(_units(who, col(Unit.id)))


def _declared(definition: Definition, who: Who, of: Bearer) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(each for each in who.attributes if definition.attribute_by_key[each[0]].of is of)


def _units(who: Who, unit_id: ColumnExpressionArgument[Any]) -> Iterator[ColumnElement[bool]]:
    held, declared, column = UnitChannel, UnitAttribute, col(UnitChannel.unit_id)
    if who.channels:
        query = select(column).where(col(held.channel).in_(who.channels))
        yield _in(unit_id, query)
    if who.units:
        yield _in(unit_id, select(col(Unit.id)).where(col(Unit.code).in_(who.units)))
    for key, values in who.attributes:
        query = select(col(declared.unit_id)).where(col(declared.attribute) == key, col(declared.value).in_(values))
        yield _in(unit_id, query)


def _in(unit_id: Any, query: Any) -> ColumnElement[bool]:
    chosen: ColumnElement[bool] = unit_id.in_(query)
    return chosen

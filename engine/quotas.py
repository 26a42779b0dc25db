"""The quotas in force: those of the campaign file, with what the secretariat changed during the campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from engine.tables import QuotaChange
from workflows.definition import Definition, Quota

C = QuotaChange
_CHANGES = (
    select(col(C.quota), col(C.unit), col(C.number), col(C.filed))
    .where(col(C.campaign_id) == bindparam("campaign"))
    .order_by(col(C.id))
)


def with_changes(connection: Connection, campaign_id: int, definition: Definition) -> Definition:
    """The definition with each quota's latest number, for all and for single units."""
    for (quota, unit), number in changes(connection, campaign_id).items():
        definition = changed(definition, quota, unit=unit, number=number)
    return definition


def changes(connection: Connection, campaign_id: int) -> dict[tuple[str, str | None], int | None]:
    """The numbers that are not the file's, by quota and unit (None: all others)."""
    latest = {(row.quota, row.unit): row for row in connection.execute(_CHANGES, {"campaign": campaign_id})}
    return {key: row.number for key, row in latest.items() if not row.filed}


def changed(definition: Definition, key: str, *, unit: str | None, number: int | None) -> Definition:
    """The definition with one quota's number changed: the unit's own, or (None) that of all others."""
    return replace(
        definition,
        quotas=tuple(
            each if each.key != key else _one_changed(each, unit=unit, number=number) for each in definition.quotas
        ),
    )


def _one_changed(quota: Quota, *, unit: str | None, number: int | None) -> Quota:
    if unit is None:
        return replace(quota, limit=number)
    own: Mapping[str, int | None] = {**dict(quota.units), unit: number}
    return replace(quota, units=tuple(own.items()))

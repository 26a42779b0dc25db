"""What a `Who` is asked about: one case of this campaign, read from the rows."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlmodel import col

from engine.office import Work
from engine.tables import Unit, UnitChannel
from engine.units import attributes_of
from notifications.prepared import Prepared
from workflows.matching import Subject
from workflows.vocabulary import Party

_UNIT = Prepared(
    select(col(Unit.code), col(UnitChannel.channel))
    .join(UnitChannel, col(UnitChannel.unit_id) == col(Unit.id), isouter=True)
    .where(col(Unit.id) == bindparam("unit"))
)


def subject_of(
    work: Work, unit_id: int, *, track: str | None = None, attributes: Mapping[str, str] | None = None,
    role: Party | None = None,
) -> Subject:  # fmt: skip
    """A unit's case: what it holds and what is declared of it, and of its nominee (`attributes`), if one is meant."""
    rows = _UNIT.rows(work.connection, {"unit": unit_id})
    held = {row.channel for row in rows}
    return Subject(
        unit=rows[0].code, channels=tuple(key for key in work.definition.channel_by_key if key in held), track=track,
        attributes={**attributes_of(work, unit_id), **(attributes or {})}, role=role,
    )  # fmt: skip

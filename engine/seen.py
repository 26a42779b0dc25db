"""One row by the id that people know, as far as whoever acts may see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from engine.access import not_found, visible
from engine.office import Work


def seen(work: Work, table: Any, public_id: str, *, held: bool = False) -> Row[Any]:
    """The row of `table` with that public id; `held` until the transaction ends, if so asked. Raises NotFound."""
    query = select(table).where(col(table.campaign_id) == work.campaign_id, col(table.public_id) == public_id)
    query = visible(query, table, work.actor, work.definition)
    row = work.connection.execute(query.with_for_update() if held else query).first()
    if row is None:
        raise not_found(public_id)
    return row

"""Which row people mean by an id: a nomination, a duty, a contact, or a unit by its code."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine.access import not_found, visible
from engine.circulars.tables import Circular
from engine.office import Work
from engine.tables import Contact, Duty, Nomination, Unit


def row_of(work: Work, public_id: str) -> tuple[str, int]:
    """What kind of thing it is, as the history calls it, and its row id. Raises NotFound."""
    for subject, table, column in _KINDS:
        query = select(col(table.id)).where(col(table.campaign_id) == work.campaign_id, column == public_id)
        found = work.connection.execute(visible(query, table, work.actor, work.definition)).scalar()
        if found is not None:
            return subject, int(found)
    raise not_found(public_id)


_KINDS: tuple[tuple[str, Any, Any], ...] = (
    ("nomination", Nomination, col(Nomination.public_id)),
    ("duty", Duty, col(Duty.public_id)),
    ("contact", Contact, col(Contact.public_id)),
    ("unit", Unit, col(Unit.code)),
    ("circular", Circular, col(Circular.public_id)),
)

"""Events as they were told: with the words that stand beside them.

assert told(connection, col(Event.verb) == "quota")[0].details == {"quota": "people", …}
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from engine.personal.words import Told
from engine.tables import Event


def told(connection: Connection, *where: Any) -> list[SimpleNamespace]:
    """The events that `where` selects, in their order: each column, with words in the place of their marks."""
    rows = connection.execute(select(Event).where(*where).order_by(col(Event.id))).all()
    words = Told(connection, rows)
    return [
        SimpleNamespace(
            **{**row._mapping, "actor": words.actor(row), "behalf": words.behalf(row), "details": words.details(row)}
        )
        for row in rows
    ]

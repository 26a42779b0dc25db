"""A crowd made by sets: units with a contact and drafts each, as the verbs leave them, a hundred thousand in seconds.

    crowd(work, units=20_000, each=10)         # on PostgreSQL, once in a database: 200,000 drafts

The rows, their events, words, witnesses, search keys and counters are what `units.add`, `units.add_contact` and
`nominations.draft` would have written; that `audit verify` finds nothing wrong with them is tested with the fleet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text

from engine.office import Work
from engine.personal.words import name_kept

STATEMENTS = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n\n")
TRACKS = ("inventions/water", "inventions/light", "people")  # of tests/scenario/small.toml


def crowd(work: Work, *, units: int, each: int) -> None:
    """So many units with so many drafts each, spread over the tracks, in this transaction."""
    given: dict[str, Any] = {
        "campaign": work.campaign_id, "at": work.at, "role": work.actor.role.value, "units": units, "each": each,
        "actor": name_kept(work, work.actor.name, work.actor.caller), "tracks": list(TRACKS),
    }  # fmt: skip
    for statement in STATEMENTS:
        bound = text(statement)
        work.connection.execute(bound, {name: given[name] for name in bound.compile().params})

"""Tables for people to fill in: empty ones, and review sheets that name what is to be judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlmodel import col

from engine import judged
from engine.access import visible
from engine.office import Work
from engine.sheets import specs
from engine.sheets.columns import Column
from engine.sheets.reading import template_csv
from engine.sheets.writing import write_csv
from engine.tables import Nomination

N = Nomination
HEADERS: Mapping[str, Sequence[Column]] = {
    "units": specs.units({}), "nominations": specs.nominations({}, {}), "laureates": specs.laureates({}),
    "contacts": specs.CONTACTS, "results": specs.RESULTS, "decisions": specs.DECISIONS,
}  # fmt: skip
FILLED = ("results", "decisions")
"""Kinds whose table comes with the ids and titles of what is to be judged: nobody can know the ids by heart."""


def empty(kind: str) -> bytes:
    """A table with the right header and no row. Raises KeyError."""
    return template_csv(HEADERS[kind])


def to_fill_in(work: Work, kind: str, *, tracks: Collection[str] | None = None) -> bytes:
    """A table with a row for each nomination that waits for its result, or for its decision; the verdict is empty."""
    stages = {"results": judged.reported, "decisions": judged.decided}[kind](work)
    wanted = tuple(tracks) if tracks is not None else tuple(work.definition.tracks)
    query = select(N).where(
        col(N.campaign_id) == work.campaign_id,
        judged.standing_in(stages, wanted),
        ~col(N.selected),
    )
    rows = work.connection.execute(visible(query, N, work.actor, work.definition).order_by(col(N.track), col(N.id)))
    header = [column.title for column in HEADERS[kind]]
    blanks = [""] * (len(header) - 2)
    return write_csv([[row.public_id, row.title, *blanks] for row in rows], header)

"""Tables for people to fill in: empty ones, and review sheets that name what is to be judged."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import col

from engine import judged
from engine.access import visible
from engine.office import Work
from engine.rosters.columns import columns
from engine.sheets.reading import template_csv
from engine.sheets.writing import write_csv
from engine.tables import Nomination
from workflows.definition import Definition

N = Nomination
FILLED = ("results", "decisions")
"""Kinds whose table comes with the ids and titles of what is to be judged: nobody can know the ids by heart."""


def empty(kind: str, definition: Definition) -> bytes:
    """A table with the header that the campaign's import reads, and no row. Raises KeyError."""
    return template_csv(columns(kind, definition))


def plain_table(work: Work, kind: str) -> bytes:
    """The table of that kind as CSV, with what is to be judged filled in where it is one for that."""
    return to_fill_in(work, kind) if kind in FILLED else empty(kind, work.definition)


def to_fill_in(work: Work, kind: str, *, tracks: Collection[str] | None = None) -> bytes:
    """A table with a row for each nomination that waits for its result, or for its decision; the verdict is empty."""
    header = [column.title for column in columns(kind, work.definition)]
    blanks = [""] * (len(header) - 2)
    return write_csv([[*row, *blanks] for row in rows_to_fill_in(work, kind, tracks=tracks)], header)


def rows_to_fill_in(work: Work, kind: str, *, tracks: Collection[str] | None = None) -> list[tuple[str, str]]:
    """Id and title of each nomination that waits for its result, or for its decision, by track."""
    stages = {"results": judged.reported, "decisions": judged.decided}[kind](work)
    wanted = tuple(tracks) if tracks is not None else tuple(work.definition.tracks)
    query = select(N).where(
        col(N.campaign_id) == work.campaign_id,
        judged.standing_in(stages, wanted),
        ~col(N.selected),
    )
    rows = work.connection.execute(visible(query, N, work.actor, work.definition).order_by(col(N.track), col(N.id)))
    return [(row.public_id, row.title) for row in rows]

"""Whether a house is being moved, and who may open it meanwhile."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, inspect, select
from sqlmodel import col

from engine.relocation.refusals import ARRIVING, lives_at, not_between_versions
from engine.relocation.tables import Relocation
from workflows.reasons import Refused

R = Relocation
Move = Row[Any]  # of a `Relocation`
ABANDONED, MOVED = "abandoned", "moved"
_IN_FORCE = select(R).where((col(R.outcome) == "") | ((col(R.outcome) == MOVED) & ~col(R.arriving)))


def in_force(connection: Connection) -> Move | None:
    """The move that this house is in the middle of, or that it was left by."""
    return connection.execute(_IN_FORCE).first()


def under_way(connection: Connection) -> Move | None:
    """The move that this house is left by and that has not ended."""
    row = in_force(connection)
    return row if row is not None and not row.arriving and not row.outcome else None


def may_open(connection: Connection) -> None:
    """Raises Refused: MOV-02 in a house that was left for good, MOV-03 in one that is not complete yet.

    A house that is being left may be opened: what stands in it can be read, and its own triggers refuse the rest.
    """
    row = in_force(connection)
    if row is not None and row.outcome:
        raise Refused(lives_at(row.place))
    if row is not None and row.arriving:
        raise Refused(ARRIVING)


def may_upgrade(connection: Connection) -> None:
    """Raises Refused (MOV-02, MOV-04): both ends of a move have the same tables until it has ended."""
    if not inspect(connection).has_table(str(R.__tablename__)):
        return
    row = in_force(connection)
    if row is not None:
        raise Refused(lives_at(row.place) if row.outcome else not_between_versions(row.token))

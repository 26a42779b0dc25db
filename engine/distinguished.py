"""Who is on the lists that are drawn from others' winners, and that nobody stays there who has gone out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, delete, select
from sqlmodel import col

from engine import witness
from engine.history import record
from engine.office import Work
from engine.tables import Distinction, Nomination
from notifications.clauses import Among
from workflows.definition import RankingList
from workflows.distinction import LOSE, drawn_lists

D = Distinction


def lose(work: Work, row: Row[Any]) -> None:
    """Whoever goes out loses what was drawn from the selection, and does not get it back by being reinstated."""
    for drawn in of_nominations(work, [row.id]).get(row.id, ()):
        losing = delete(D).where(col(D.nomination_id) == row.id, col(D.list) == drawn.key).returning(D)
        witness.note(work, D, work.connection.execute(losing).one(), None)
        record(work, "nomination", row.id, LOSE.verb, list=drawn.key)


def of_list(work: Work, key: str) -> list[int]:
    """Row ids of the nominations on a drawn list."""
    query = (
        select(col(D.nomination_id))
        .join(Nomination, col(Nomination.id) == col(D.nomination_id))
        .where(col(Nomination.campaign_id) == work.campaign_id, col(D.list) == key)
    )
    return list(work.connection.execute(query.order_by(col(D.nomination_id))).scalars())


def of_nominations(work: Work, ids: Collection[int]) -> Mapping[int, tuple[RankingList, ...]]:
    """The drawn lists that these nominations are on, by row id."""
    drawn = drawn_lists(work.definition)
    if not drawn or not ids:
        return {}
    rows = work.connection.execute(select(D).where(Among(col(D.nomination_id), ids))).all()
    given = {(row.nomination_id, row.list) for row in rows}
    return {row_id: tuple(each for each in drawn if (row_id, each.key) in given) for row_id, _ in given}

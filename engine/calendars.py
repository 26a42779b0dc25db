"""The calendar in force: the latest revision of each milestone, with what really happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select
from sqlmodel import col

from engine import witness
from engine.tables import MilestoneActual, MilestoneRevision
from workflows.definition import Definition
from workflows.derivation import with_followers
from workflows.instants import iso
from workflows.reasons import Reason
from workflows.timeline import InForce, announced
from workflows.workdays import Workdays

if TYPE_CHECKING:
    from engine.office import Work

R, A = MilestoneRevision, MilestoneActual
_ACTUALS = select(col(A.milestone), col(A.at)).where(col(A.campaign_id) == bindparam("campaign"))
_REVISIONS = select(R).where(col(R.campaign_id) == bindparam("campaign")).order_by(col(R.revision))


def in_force(
    connection: Connection, campaign_id: int, definition: Definition, workdays: Workdays
) -> Mapping[str, InForce]:  # fmt: skip
    """Every milestone as it stands now, by key."""
    return with_followers(definition, stored(connection, campaign_id, definition), workdays)


def stored(connection: Connection, campaign_id: int, definition: Definition) -> dict[str, InForce]:
    """The same before anything is derived from it; a milestone that the file has no more is not in force."""
    actuals = dict(connection.execute(_ACTUALS, {"campaign": campaign_id}).all())
    rows = connection.execute(_REVISIONS, {"campaign": campaign_id}).all()
    latest = {row.milestone: row for row in rows}
    opened = {row.milestone: row.made_at for row in rows if row.opens_revision == row.revision > 1}
    closed = {row.milestone: row.made_at for row in rows if row.closes_revision == row.revision > 1}
    return {
        key: _standing(row, opened.get(key), closed.get(key), actuals.get(key))
        for key, row in latest.items()
        if key in definition.milestone_by_key
    }


def _standing(
    row: Row[Any], opened: datetime | None, closed: datetime | None, actual: datetime | None
) -> InForce:  # fmt: skip
    """`opened` and `closed`: when that edge was last set anew; what never was may follow from another milestone."""
    return InForce(
        milestone=row.milestone, revision=row.revision, opens=row.opens, closes=row.closes, chosen=row.chosen,
        opens_revision=row.opens_revision, closes_revision=row.closes_revision,
        opens_moved_at=opened, closes_moved_at=closed, actual=actual,
        suspended=row.suspended,
    )  # fmt: skip


def announce(work: Work, definition: Definition) -> None:
    """Write the first revision of every milestone, as the notice announces them."""
    rows = [
        {"campaign_id": work.campaign_id, "milestone": each.milestone, "revision": 1, "opens": each.opens,
         "closes": each.closes, "chosen": None, "opens_revision": 1, "closes_revision": 1,
         "reason": definition.milestone_by_key[each.milestone].wording, "actor": work.actor.name, "made_at": work.at}
        for each in announced(definition.milestones).values()
    ]  # fmt: skip
    work.connection.execute(insert(R), rows)
    for values in rows:
        witness.note(work, R, None, values)


def revisions(connection: Connection, campaign_id: int, milestone: str) -> list[Row[Any]]:
    """All announcements of one milestone, oldest first."""
    query = select(R).where(col(R.campaign_id) == campaign_id, col(R.milestone) == milestone)
    return list(connection.execute(query.order_by(col(R.revision))).all())


def happened(work: Work, milestone: str) -> bool:
    """Note when a milestone really happened; only the first time counts. Says whether this was it."""
    where = (col(A.campaign_id) == work.campaign_id, col(A.milestone) == milestone)
    if work.connection.execute(select(func.count()).select_from(A).where(*where)).scalar_one():
        return False
    values = {"campaign_id": work.campaign_id, "milestone": milestone, "at": work.at, "actor": work.actor.name}
    work.connection.execute(insert(A), values)
    witness.note(work, A, None, values)
    return True


def drifted(connection: Connection, campaign_id: int, definition: Definition) -> list[Reason]:
    """TZ-01 where the zone data of today would read the file otherwise than when it was announced.

    What was published stays in force; this only says that somebody should look.
    """
    published: dict[str, list[tuple[datetime | None, ...]]] = {}
    for row in connection.execute(_REVISIONS, {"campaign": campaign_id}):
        published.setdefault(row.milestone, []).append((row.opens, row.closes))
    return [
        _drift(definition, each.milestone, was[0], now)
        for each in announced(definition.milestones).values()
        for *was, now in zip(*published.get(each.milestone, ()), (each.opens, each.closes), strict=True)
        if was and now not in was
    ]


def _drift(definition: Definition, milestone: str, was: datetime | None, now: datetime | None) -> Reason:
    name = definition.milestone_by_key[milestone]
    before, today = iso(was) if was else "—", iso(now) if now else "—"
    return Reason(
        code="TZ-01",
        zh=f"“{name.name}”公布为{before}，按现在的时区数据则为{today}；以公布的为准",
        en=f'"{name.english}" was published as {before}, zone data now say {today}; what was published stays in force',
        facts={"milestone": milestone, "published": before, "now": today},
    )

"""What a publication is of: the selected nominations of each list, against the number that it has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import col

from engine.access import visible
from engine.batches import NOTHING_SELECTED
from engine.distinguished import of_nominations
from engine.office import Work
from engine.tables import Nomination, TrackTally, Unit
from engine.taking import reasons_for
from workflows.definition import Level, RankingList
from workflows.reasons import Reason

N = Nomination


@dataclass(frozen=True, kw_only=True, slots=True)
class Selected:
    """One nomination that is to be published; `also` are the lists drawn from winners that it is on too."""

    id: str
    title: str
    track: str
    unit: str
    unit_name: str
    level: Level | None
    rank: int | None
    score: float | None
    also: tuple[RankingList, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ListToPublish:
    """One list with what would be published of it; `published` is on it already, `most` its number if it has one."""

    list: RankingList
    selected: tuple[Selected, ...]
    published: int
    most: int | None


def to_publish(work: Work, ids: Collection[str] | None = None) -> tuple[ListToPublish, ...]:
    """Every list that takes nominations, with its selected ones: all, or those with these ids."""
    chosen = [each for each in selected(work) if ids is None or each.id in ids]
    done = _published(work)
    return tuple(
        ListToPublish(list=each, published=done.get(each.key, 0), most=each.winners,
                      selected=tuple(one for one in chosen if work.definition.tracks[one.track].list == each))
        for each in work.definition.lists if each.takes_nominations
    )  # fmt: skip


def selected(work: Work) -> list[Selected]:
    """What is selected and not published, in the order of the lists, of rank and of title."""
    rows = _rows(work)
    drawn = of_nominations(work, [row.id for row in rows])
    return [_one(work, row, drawn.get(row.id, ())) for row in rows]


def _rows(work: Work) -> list[Row[Any]]:
    query: Select[*tuple[Any, ...]] = (
        select(N, col(Unit.code).label("unit"), col(Unit.name).label("unit_name"))
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(col(N.campaign_id) == work.campaign_id, col(N.state).in_(work.shape.sources("publish")),
               col(N.selected).is_(True))
    )  # fmt: skip
    rows = work.connection.execute(visible(query, N, work.actor, work.definition)).all()
    order = {key: place for place, key in enumerate(work.definition.tracks)}
    return sorted(rows, key=lambda row: (order[row.track], row.rank is None, row.rank or 0, row.title_key, row.id))


def against(work: Work) -> tuple[Reason, ...]:
    """Why nothing can be published now, as the first of each list tells; nothing selected is a reason too."""
    first = {work.definition.tracks[row.track].list.key: row for row in reversed(_rows(work))}
    if not first:
        return (NOTHING_SELECTED,)
    found = [reason for row in first.values() for reason in reasons_for(work, row, "publish")]
    return tuple({(each.code, each.zh): each for each in found}.values())


def _one(work: Work, row: Row[Any], also: tuple[RankingList, ...]) -> Selected:
    levels = {each.key: each for each in work.definition.tracks[row.track].list.levels}
    return Selected(id=row.public_id, title=row.title, track=row.track, unit=row.unit, unit_name=row.unit_name,
                    level=levels.get(row.level or ""), rank=row.rank, score=row.score, also=also)  # fmt: skip


def _published(work: Work) -> dict[str, int]:
    """How many of each list are published, or promoted since."""
    states = {work.shape.words(verb).target for verb in ("publish", "promote")}
    query = select(col(TrackTally.track), func.sum(col(TrackTally.n))).where(
        col(TrackTally.campaign_id) == work.campaign_id, col(TrackTally.state).in_(states)
    )
    found: dict[str, int] = {}
    for track, n in work.connection.execute(query.group_by(col(TrackTally.track))):
        key = work.definition.tracks[track].list.key
        found[key] = found.get(key, 0) + int(n)
    return found

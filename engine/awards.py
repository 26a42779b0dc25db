"""What a selected nomination gets: its level, and the lists that were drawn from its own, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from engine.distinguished import of_nominations
from engine.office import Work
from workflows.definition import Level, RankingList


@dataclass(frozen=True, kw_only=True, slots=True)
class Award:
    """Level and distinctions in both languages; empty where there is neither."""

    zh: str
    en: str


def awards(work: Work, rows: Iterable[Row[Any]]) -> Mapping[int, Award]:
    """Of each of these nominations, by row id; the rows carry `id`, `track` and `level`."""
    found = list(rows)
    drawn = of_nominations(work, [row.id for row in found])
    return {row.id: _award(work, row, drawn.get(row.id, ())) for row in found}


def _award(work: Work, row: Row[Any], drawn: tuple[RankingList, ...]) -> Award:
    levels = work.definition.tracks[row.track].list.levels
    told: list[Level | RankingList] = [*(level for level in levels if level.key == row.level), *drawn]
    return Award(zh="、".join(each.name for each in told), en=", ".join(each.english for each in told))

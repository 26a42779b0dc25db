"""What came out, of lists that say more than names: winners against their number, levels, what was drawn from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from engine.access import sees_all
from engine.distinguished import of_list
from engine.office import Work
from engine.queries.explanation import Words
from engine.winners import of_list as winners_of
from workflows.definition import RankingList


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One list: how many are on it, of how many (None: the jury decides), and how they are divided."""

    name: Words
    number: int | None
    limit: int | None
    note: Words


def outcomes(work: Work) -> tuple[Outcome, ...]:
    """Every list, if any of them says more than what it is called; else none. For those who see the whole campaign."""
    lists = work.definition.lists
    if not sees_all(work.actor.role) or not any(
        not each.takes_nominations or each.levels or each.winners for each in lists
    ):
        return ()
    return tuple(_outcome(work, each) for each in lists)


def _outcome(work: Work, ranking: RankingList) -> Outcome:
    name = Words(zh=ranking.name, en=ranking.english)
    if ranking.elsewhere:
        note = Words(zh=f"不在此接受推荐（{ranking.elsewhere}）", en=f"takes no nominations here ({ranking.elsewhere})")
        return Outcome(name=name, number=None, limit=None, note=note)
    if ranking.drawn_from:
        base = work.definition.list_by_key[ranking.drawn_from]
        note = Words(zh=f"从{base.name}中产生", en=f"drawn from {base.english}")
        return Outcome(name=name, number=len(of_list(work, ranking.key)), limit=ranking.winners, note=note)
    levels = Counter(row.level for row in winners_of(work, ranking))
    return Outcome(name=name, number=levels.total(), limit=ranking.winners, note=_levels(ranking, levels))


def _levels(ranking: RankingList, levels: Counter[str | None]) -> Words:
    def told(*, chinese: bool) -> Iterator[str]:
        for level in ranking.levels:
            most = "" if level.winners is None else f"/{level.winners}"
            yield f"{level.name if chinese else level.english} {levels[level.key]}{most}"

    return Words(zh="，".join(told(chinese=True)), en=", ".join(told(chinese=False)))

"""What came out, of lists that say more than names: winners against their number, levels, what was drawn from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.access import sees_all
from engine.distinguished import of_list
from engine.office import Work
from engine.queries.explanation import Words
from engine.winners import standing
from workflows.definition import RankingList
from workflows.winning import Winner, held_by


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
    mine = standing(work, ranking)
    return Outcome(name=name, number=len(mine), limit=ranking.winners, note=_divided(ranking, mine))


def _divided(ranking: RankingList, mine: Sequence[Winner]) -> Words:
    """How many there are on each level and in each share, against what it may or must have."""
    levels, held = Counter(winner.level for winner in mine), held_by(ranking, mine)
    parts = [
        (
            f"{each.name} {levels[each.key]}{_most(each.winners)}",
            f"{each.english} {levels[each.key]}{_most(each.winners)}",
        )
        for each in ranking.levels
    ]
    for share in ranking.shares:
        least, least_en = (f"至少{share.least}", f"at least {share.least}") if share.least else ("", "")
        most, most_en = ("", "") if share.most is None else (f"至多{share.most}", f"at most {share.most}")
        bounds, bounds_en = "、".join(filter(None, (least, most))), ", ".join(filter(None, (least_en, most_en)))
        parts.append((f"{share.name} {held[share.key]}（{bounds}）", f"{share.name} {held[share.key]} ({bounds_en})"))
    return Words(zh="，".join(zh for zh, _ in parts), en=", ".join(en for _, en in parts))


def _most(limit: int | None) -> str:
    return "" if limit is None else f"/{limit}"

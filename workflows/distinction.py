"""Drawing the winners of one list from those of another (特别奖): two verbs that keep a nomination where it is."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Definition, RankingList
from workflows.nomination import OFFICE, Arrow, Guard
from workflows.reasons import Reason

DISTINGUISH = Arrow(verb="distinguish", zh="评为", en="give the distinction", sources=(), target=None, roles=OFFICE,
                    guards=(Guard.SELECTED, Guard.REASON))  # fmt: skip
UNDISTINGUISH = Arrow(verb="undistinguish", zh="取消评为", en="take the distinction back", sources=(), target=None,
                      roles=OFFICE, guards=(Guard.REASON,))  # fmt: skip
LOSE = Arrow(verb="lose", zh="失去评为", en="lose the distinction", sources=(), target=None, roles=())  # fmt: skip

WORDS: Mapping[str, Arrow] = {each.verb: each for each in (DISTINGUISH, UNDISTINGUISH, LOSE)}
"""These verbs by name, for whoever tells the history."""


def drawn_lists(definition: Definition) -> tuple[RankingList, ...]:
    """The lists that are drawn from another's winners."""
    return tuple(each for each in definition.lists if each.drawn_from)


def drawn_list(definition: Definition, text: str) -> RankingList | Reason:
    """The drawn list with that key or name, or WIN-10: there is none."""
    drawn = drawn_lists(definition)
    found = next((each for each in drawn if text in (each.key, each.name, each.english)), None)
    if found:
        return found
    known, known_en = "、".join(each.name for each in drawn) or "无", ", ".join(each.key for each in drawn) or "none"
    return Reason(
        code="WIN-10", zh=f"没有从入选者中产生的榜单“{text[:60]}”；可写：{known}",
        en=f"no list {text[:60]!r} is drawn from another's winners; there are: {known_en}", facts={"list": text[:60]},
    )  # fmt: skip


def not_of_base(drawn: RankingList, base: RankingList, title: str) -> Reason:
    """WIN-11: the nomination is on another list."""
    return Reason(
        code="WIN-11", zh=f"{drawn.name}只从{base.name}的拟入榜者中产生，“{title}”不在其中",
        en=f'{drawn.english} is drawn from {base.english} only, and "{title}" is not on it', facts={"list": drawn.key},
    )  # fmt: skip


def already(drawn: RankingList, title: str) -> Reason:
    """WIN-12: it has that distinction."""
    return Reason(
        code="WIN-12", zh=f"“{title}”已评为{drawn.name}", en=f'"{title}" has {drawn.english} already',
        facts={"list": drawn.key},
    )  # fmt: skip


def not_yet(drawn: RankingList, title: str) -> Reason:
    """WIN-13: there is nothing to take back."""
    return Reason(
        code="WIN-13", zh=f"“{title}”未评为{drawn.name}", en=f'"{title}" does not have {drawn.english}',
        facts={"list": drawn.key},
    )  # fmt: skip

"""What an occasion is called: the keys of letters, calls and turns in the words of the campaign file."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Definition, Edge
from workflows.nomination import Shape

Words = tuple[str, str]  # Chinese, English

EDGES: Mapping[Edge, Words] = {Edge.OPENS: ("开始", "begins"), Edge.CLOSES: ("截止", "ends")}
OF_VERBS: Mapping[str, Words] = {
    "receipt": ("提交回执", "submission receipt"),
    "returned": ("退回修改", "returned for correction"),
    "lapsed": ("逾期失效", "lapsed at the deadline"),
    "decision": ("终评决定", "decisions"),
    "published": ("榜单发布", "publication"),
    "deadline-moved": ("时间调整", "date moved"),
    "duty-accepted": ("报送已备案", "filing accepted"),
    "duty-sent-back": ("报送被退回", "filing sent back"),
}
"""Occasions of `engine.occasional` by the first part of their key."""


def occasion_words(definition: Definition, shape: Shape, occasion: str) -> Words:
    """The words for an occasion's key; the key itself where the campaign has none for it."""
    chain, _, rest = occasion.partition(":")
    for reminder in definition.reminders:
        if reminder.key == chain:
            return _reminder(definition, reminder.milestone, reminder.edge, rest)
    if any(daily.key == chain for daily in definition.dailies):
        return f"每日汇总 {rest}", f"daily digest {rest}"
    first, _, about = occasion.partition("/")
    first = first.partition(":")[0]
    zh, en = OF_VERBS.get(first) or _verb(shape, first) or (occasion, occasion)
    named = definition.milestone_by_key.get(about)
    return (f"{zh}：{named.name}", f"{en}: {named.english}") if named else (zh, en)


def _reminder(definition: Definition, milestone: str, edge: Edge, offset: str) -> Words:
    named, (zh, en) = definition.milestone_by_key[milestone], EDGES[edge]
    return f"{named.name}{zh}{offset}", f"{named.english} {en}: {offset}"


def _verb(shape: Shape, verb: str) -> Words | None:
    return next(((arrow.zh, arrow.en) for arrow in shape.arrows if arrow.verb == verb), None)

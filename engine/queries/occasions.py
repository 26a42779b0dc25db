"""What an occasion is called: the keys of letters, calls and turns in the words of the campaign file."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Definition, Reminder
from workflows.nomination import Shape
from workflows.targets import parts_of
from workflows.vocabulary import Audience, Edge

Words = tuple[str, str]  # Chinese, English

EDGES: Mapping[Edge, Words] = {Edge.OPENS: ("开始", "begins"), Edge.CLOSES: ("截止", "ends")}
READERS: Mapping[Audience, Words] = {
    Audience.UNITS: ("推荐单位", "units"),
    Audience.UNITS_COLLECTING: ("推荐单位", "units"),
    Audience.UNITS_OWING: ("未交材料的单位", "units that owe"),
    Audience.APPLICANTS: ("申报单位（申报人）", "applicants"),
    Audience.INSTITUTIONS: ("初评机构", "institutions"),
    Audience.INSTITUTIONS_OWING: ("初评机构", "institutions"),
    Audience.SECRETARIAT: ("秘书处", "secretariat"),
    Audience.SECRETARIAT_IF_OWED: ("秘书处", "secretariat"),
}
OF_VERBS: Mapping[str, Words] = {
    "receipt": ("提交回执", "submission receipt"),
    "returned": ("退回修改", "returned for correction"),
    "lapsed": ("逾期失效", "lapsed at the deadline"),
    "objection": ("公示异议", "objection"),
    "objection-settled": ("异议处理结果", "objection settled"),
    "decision": ("终评决定", "decisions"),
    "published": ("榜单发布", "publication"),
    "circular": ("通知", "circular"),
    "done-for-unit": ("代为办理告知", "done for the unit"),
    "deadline-moved": ("时间调整", "date moved"),
    "proposal": ("待复核", "second person asked"),
    "duty-accepted": ("报送已备案", "filing accepted"),
    "duty-sent-back": ("报送被退回", "filing sent back"),
    "sign-in": ("登录链接", "sign-in link"),
}
"""Occasions of `engine.letters.occasional` by the first part of their key."""


def occasion_words(definition: Definition, shape: Shape, occasion: str) -> Words:
    """The words for an occasion's key; the key itself where the campaign has none for it."""
    chain, own, offset = parts_of(occasion)
    for reminder in definition.reminders:
        if reminder.key == chain:
            return _reminder(definition, reminder, own, offset)
    if any(daily.key == chain for daily in definition.dailies):
        return f"每日汇总 {offset}", f"daily digest {offset}"
    first, _, about = occasion.partition("/")
    first = first.partition(":")[0]
    zh, en = OF_VERBS.get(first) or _verb(shape, first) or (occasion, occasion)
    named = definition.milestone_by_key.get(about)
    return (f"{zh}：{named.name}", f"{en}: {named.english}") if named else (zh, en)


def _reminder(definition: Definition, reminder: Reminder, own: str, offset: str) -> Words:
    parent = definition.milestone_by_key[reminder.milestone]
    named = definition.milestone_by_key.get(f"{parent.key}/{own}", parent)
    (zh, en), (to_zh, to_en) = EDGES[reminder.edge], READERS[reminder.audience]
    return f"{named.name}{zh}{offset}（{to_zh}）", f"{named.english} {en}: {offset} ({to_en})"


def _verb(shape: Shape, verb: str) -> Words | None:
    return next(((arrow.zh, arrow.en) for arrow in shape.arrows if arrow.verb == verb), None)

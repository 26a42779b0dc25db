"""Values of a campaign file as people read them in a sentence on what has changed, and what their keys are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Literal

from workflows.definition import Definition, Who
from workflows.instants import show, show_en, zone_of
from workflows.slots import hours

LABELS: Mapping[str, tuple[str, str]] = {
    "name": ("名称", "name"),
    "edition": ("届次", "edition"),
    "zone": ("时区", "zone"),
    "notice": ("通知", "notice"),
    "organiser": ("主办单位", "organiser"),
    "platform": ("申报平台", "platform"),
    "settle": ("截止后等待", "settling time"),
    "letters_at": ("发信时间", "hour of letters"),
    "withdrawal": ("退出", "withdrawal"),
    "key": ("代号", "key"),
    "collection": ("征集节点", "collection milestone"),
    "publication": ("发布节点", "publication milestone"),
    "promotion": ("推介节点", "promotion milestone"),
    "states": ("状态名称", "names of states"),
    "roles": ("角色名称", "names of roles"),
    "nominee": ("评选对象", "nominee"),
    "fields": ("领域", "fields"),
    "materials": ("材料", "materials"),
    "elsewhere": ("另行组织", "organised elsewhere by"),
    "drawn_from": ("产生自", "drawn from"),
    "winners": ("入选名额", "winners"),
    "levels": ("等级", "levels"),
    "shares": ("保留名额", "shares"),
    "minimum": ("最少申报数", "minimum of entries"),
    "lists": ("适用榜单", "lists"),
    "open_ended": ("不限定名单", "open-ended"),
    "laureates_edition": ("往届届次", "laureates of"),
    "laureates_list": ("往届榜单", "laureates' list"),
    "persons": ("个人渠道", "of persons"),
    "who": ("适用范围", "for"),
    "excludes": ("不得兼有", "excludes"),
    "jointly": ("须联合推荐", "jointly"),
    "channels": ("渠道", "channels"),
    "per": ("计算方式", "counted per"),
    "limit": ("名额", "places"),
    "units": ("各单位名额", "units' own places"),
    "stacking": ("叠加", "stacking"),
    "waivable": ("可豁免", "waivable"),
    "award": ("奖项", "award"),
    "since": ("自", "since"),
    "until": ("至", "until"),
    "attribute": ("属性", "attribute"),
    "least": ("不少于", "at least"),
    "most": ("不超过", "at most"),
    "among": ("取值", "among"),
    "own_field": ("限本领域", "own field only"),
    "once": ("只能推荐一次", "only once in"),
    "of": ("属于", "of"),
    "kind": ("种类", "kind"),
    "values": ("取值", "values"),
    "needed": ("必填", "needed"),
    "opens": ("开始", "begins"),
    "closes": ("截止", "closes"),
    "to_choose": ("择机", "date to be chosen"),
    "to_announce": ("另行通知", "to be announced"),
    "after": ("在…之后", "after"),
    "edge": ("起算", "edge"),
    "wait": ("间隔", "wait"),
    "lasts": ("为期", "lasts"),
    "counted": ("首日计入", "first day counted"),
    "at_least": ("不少于此期", "at least so long"),
    "before": ("须早于", "before"),
    "slots": ("受理时段", "slots"),
    "judge": ("评审", "judged by"),
    "window": ("起止", "window"),
    "due": ("期限", "due"),
    "correction": ("补正期限", "time to correct"),
    "objections": ("接受异议", "objections"),
    "shortlist": ("通过比例", "shortlist"),
    "stage": ("阶段", "stage"),
    "fulfilment": ("完成方式", "fulfilment"),
    "owed_by": ("由谁报送", "owed by"),
    "each": ("每…一份", "for each"),
    "gate": ("未完成则不得", "holds up"),
    "decisive": ("以何日为准", "decisive day"),
    "tracks": ("负责", "reviews"),
    "contacts": ("联系人", "contacts"),
    "consultation": ("工作咨询", "consultation"),
    "technical": ("技术咨询", "technical help"),
    "milestone": ("节点", "milestone"),
    "offsets": ("提前量", "offsets"),
    "audience": ("收件人", "audience"),
    "letter": ("邮件", "letter"),
    "useful": ("有效期", "useful"),
    "at": ("时间", "at"),
    "shift": ("遇休息日", "on days of rest"),
    "days": ("日期", "days"),
    "subject": ("主题", "subject"),
    "title": ("标题", "title"),
    "text": ("正文", "text"),
    "english": ("英文", "English"),
    "organisation": ("单位", "organisation"),
    "attributes": ("属性", "where"),
}
NONE_ZH, NONE_EN = "无", "none"
ENDS = frozenset({"closes"})


def label(name: str) -> tuple[str, str]:
    """What a key is called, in both languages."""
    return LABELS[name]


def told_zh(name: str, value: Any, definition: Definition) -> str:
    """A value in Chinese: instants in the campaign's zone, entries by name, nothing as 无."""
    return _told(name, value, definition, zh=True)


def told_en(name: str, value: Any, definition: Definition) -> str:
    """The same in English."""
    return _told(name, value, definition, zh=False)


def _told(name: str, value: Any, definition: Definition, *, zh: bool) -> str:
    if value is None or value in ((), "", Who()):
        return NONE_ZH if zh else NONE_EN
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    if isinstance(value, datetime):
        edge: Literal["start", "end"] = "end" if name in ENDS else "start"
        return (show if zh else show_en)(value, zone=zone_of(definition.zone), edge=edge)
    if name == "slots":
        return hours(value, zone_of(definition.zone), zh=zh)
    if isinstance(value, tuple):
        joint = "、" if zh else ", "
        return joint.join(_told(name, each, definition, zh=zh) for each in value)
    return _one(value, definition, zh=zh)


def _one(value: Any, definition: Definition, *, zh: bool) -> str:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, timedelta):
        return _span(value, zh=zh)
    if is_dataclass(value):
        return _of_parts(value, definition, zh=zh)
    return f"“{value}”" if isinstance(value, str) and zh else str(value)


def _span(value: timedelta, *, zh: bool) -> str:
    for unit, word, english in ((86400, "天", "days"), (3600, "小时", "hours"), (60, "分钟", "minutes")):
        if value.total_seconds() % unit == 0:
            return f"{int(value.total_seconds() // unit)}{word if zh else f' {english}'}"
    return f"{value.total_seconds():g}{'秒' if zh else ' seconds'}"


def _of_parts(value: Any, definition: Definition, *, zh: bool) -> str:
    """A value made of others by its text or its name, else by the parts that are given."""
    for name in ("text", "name", "zh"):
        if short := getattr(value, name if zh or name != "zh" else "en", ""):
            extra = getattr(value, "winners", None)
            return f"{short}（{extra}）" if extra is not None and zh else str(short)
    given = [(each.name, part) for each in fields(value) if (part := getattr(value, each.name)) not in (None, (), "")]
    return " ".join(f"{label(name)[0 if zh else 1]} {_told(name, part, definition, zh=zh)}" for name, part in given)

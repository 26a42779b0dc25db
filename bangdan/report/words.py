"""What the report calls things, in both languages, and instants as it writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from bangdan.language import Words
from workflows.calling import ROLES
from workflows.definition import Definition, Offset
from workflows.instants import show, show_en
from workflows.nomination import Role
from workflows.vocabulary import Audience

HOUR = timedelta(hours=1)


LETTERS: Mapping[str, Words] = {
    "collection-opens": Words("征集开始", "collection opens"),
    "collection-closes": Words("截止提醒", "deadline reminder"),
    "applicant-drafts": Words("申报提交提醒", "drafts not submitted"),
    "submission-receipt": Words("提交回执", "submission receipt"),
    "submission-receipts": Words("提交回执（多项）", "receipt for several"),
    "returned": Words("退回修改", "returned for correction"),
    "changed": Words("状态变更", "change of state"),
    "deadline-moved": Words("时间调整", "deadline moved"),
    "objection": Words("异议受理", "objection received"),
    "objection-settled": Words("异议处理结果", "objection settled"),
    "lapsed": Words("逾期失效", "lapsed at the deadline"),
    "review-ready": Words("评审就绪", "ready for review"),
    "duties-due": Words("报送提醒", "duties due"),
    "duties-overdue": Words("逾期催报", "duties overdue"),
    "duties-escalation": Words("逾期上报", "escalation"),
    "duty-accepted": Words("备案通知", "duty accepted"),
    "duty-sent-back": Words("退回补正", "duty sent back"),
    "stage-opens": Words("评审开始", "stage opens"),
    "decision": Words("评审结果", "decision"),
    "publication-due": Words("发布提醒", "publication due"),
    "published": Words("入榜通知", "published"),
    "proposal-waiting": Words("待复核", "second person asked"),
    "circular": Words("通知", "circular"),
    "done-for-unit": Words("代为办理告知", "done for the unit"),
    "secretariat-digest": Words("秘书处日报", "daily digest"),
    "sign-in": Words("登录链接", "sign-in link"),
}


AUDIENCES: Mapping[Audience, Words] = {
    Audience.UNITS: Words("推荐单位", "units"),
    Audience.UNITS_COLLECTING: Words("推荐单位", "units"),
    Audience.UNITS_OWING: Words("未交材料的推荐单位", "units that owe"),
    Audience.APPLICANTS: Words("申报单位（申报人）", "applicants"),
    Audience.INSTITUTIONS: Words("初评机构", "institutions"),
    Audience.INSTITUTIONS_OWING: Words("未报的初评机构", "institutions that owe"),
    Audience.SECRETARIAT: Words("秘书处", "the secretariat"),
    Audience.SECRETARIAT_IF_OWED: Words("秘书处", "the secretariat"),
}


def own_words(definition: Definition, words: Words) -> Words:
    """The same words, with what the campaign calls its recommending units where it has a name of its own for them."""
    term = dict(definition.roles).get(Role.UNIT)
    if term is None:
        return words
    return Words(words.zh.replace(ROLES[Role.UNIT].zh, term.zh), re.sub(r"\bunit(?=s?\b)", term.en, words.en))


def letter_name(template: str) -> Words:
    """What a kind of letter is called; one of a campaign's own by the name of its template."""
    return LETTERS.get(template) or Words(template, template)


def offset_words(offset: Offset) -> Words:
    """When a reminder goes out, seen from its edge: “3天前”, “3 days before”."""
    if 0 in (offset.days, offset.working):
        return Words(offset.text, "on the day")
    if offset.working:
        count, side = abs(offset.working), "before" if offset.working < 0 else "after"
        return Words(offset.text, f"{count} working day{'' if count == 1 else 's'} {side}")
    span = timedelta(days=offset.days) if offset.days is not None else offset.span or timedelta()
    side = "before" if span < timedelta() else "after"
    count, unit = _largest(abs(span))
    return Words(offset.text, f"{count} {unit}{'' if count == 1 else 's'} {side}")


def _largest(span: timedelta) -> tuple[int, str]:
    for size, unit in ((timedelta(days=1), "day"), (HOUR, "hour")):
        if span >= size and not span % size:
            return span // size, unit
    return round(span / timedelta(minutes=1)), "minute"


@dataclass(frozen=True, kw_only=True, slots=True)
class Dial:
    """Writes instants in the campaign's zone."""

    zone: tzinfo

    def full(self, at: datetime, *, end: bool = False, weekday: bool = False) -> Words:
        """With the year; as the end of something it may be 24:00."""
        edge: Literal["start", "end"] = "end" if end else "start"
        return Words(
            show(at, zone=self.zone, edge=edge, weekday=weekday, name_zone=False),
            show_en(at, zone=self.zone, edge=edge, weekday=weekday, name_zone=False),
        )  # fmt: skip

    def minute(self, at: datetime, *, end: bool = False) -> Words:
        """Without the year, to the minute: `11月30日24:00`, `11-30 24:00`."""
        day, clock = self._parts(at, end=end)
        return Words(f"{day.month}月{day.day}日{clock[:5]}", f"{day:%m-%d} {clock[:5]}")

    def short(self, at: datetime, *, end: bool = False) -> str:
        """`11-30 24:00`, to the minute."""
        day, clock = self._parts(at, end=end)
        return f"{day:%m-%d} {clock[:5]}"

    def exact(self, at: datetime, *, end: bool = False) -> Words:
        """To the microsecond: `11月30日 23:59:59.999999`, `11-30 24:00:00.000000`."""
        day, clock = self._parts(at, end=end)
        return Words(f"{day.month}月{day.day}日 {clock}", f"{day:%m-%d} {clock}")

    def day(self, at: datetime, *, end: bool = False) -> date:
        """The calendar day an instant belongs to; the end of a day belongs to the day it ends."""
        return self._parts(at, end=end)[0]

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def _parts(self, at: datetime, *, end: bool) -> tuple[date, str]:
        local = self.local(at)
        if end and not any((local.hour, local.minute, local.second, local.microsecond)):
            return local.date() - timedelta(days=1), "24:00:00.000000"
        return local.date(), f"{local:%H:%M:%S.%f}"


def lateness(span: timedelta) -> Words:
    """How late, in the largest unit, rounded to what a person would say: “4天”, “3小时”."""
    for size, zh, en in (
        (timedelta(days=1), "天", "day"),
        (HOUR, "小时", "hour"),
        (timedelta(minutes=1), "分钟", "minute"),
    ):
        if span >= size:
            count = span // size
            return Words(f"{count}{zh}", f"{count} {en}{'' if count == 1 else 's'}")
    return Words("不到1分钟", "less than a minute")

"""What needs a person today, each with the page on which it is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bangdan.language import Words
from bangdan.post_words import trouble
from engine.queries.attention import Attention, Waiting


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One kind of thing that waits: how many, what it is, whose names come first, by when, and where it is settled.

    `grave`: something is late, or stands still until somebody acts.
    """

    count: int
    words: Words
    first: tuple[str, ...] = ()
    by: datetime | None = None
    grave: bool = False
    route: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def needs(waiting: Attention) -> tuple[Need, ...]:
    """Everything, what is grave first."""
    found = [*_standing_still(waiting), *_late(waiting), *_in_review(waiting), *_of_people(waiting)]
    return tuple(sorted(found, key=lambda each: not each.grave))


def _standing_still(waiting: Attention) -> Iterator[Need]:
    if waiting.post is not None:
        yield Need(
            count=1, words=_as_one(trouble(waiting.post)), grave=True, route="letters", params={"state": "ready"}
        )
    yield from _some(waiting.proposals, Words("项待另一人复核", "wait for a second person"), "proposals", grave=True)
    for one in waiting.suspended:
        yield Need(count=1, words=Words(f"“{one.name}”已暂停截止，待公布新的时间",
                                        f'"{one.english}" is suspended; its new date is awaited'),
                   grave=True, route="milestone", params={"key": one.milestone})  # fmt: skip
    for short in waiting.short:
        yield Need(
            count=short.missing, grave=True, route="nominations", params={"track": short.track},
            words=Words(f"项之差，“{short.name}”申报不足（{short.there}/{short.minimum}）：延期，或同意进入评审",
                        f"short of the minimum of {short.track} ({short.there}/{short.minimum}): extend, or proceed"),
        )  # fmt: skip
    for reason in waiting.drifted:
        yield Need(count=1, words=Words(reason.zh, reason.en), grave=True, route="calendar")


def _late(waiting: Attention) -> Iterator[Need]:
    late = [each for each in waiting.overdue if not each.unit]
    if late:
        names = tuple(dict.fromkeys(each.institution_name for each in late))
        yield Need(count=len(late), words=Words("份初评机构的报送逾期", "filings of institutions are overdue"),
                   first=names, grave=True, route="institutions")  # fmt: skip
    for each in waiting.units:
        if each.owing:
            yield Need(count=each.owing, by=each.due, grave=bool(each.overdue), route="units",
                       words=Words(f"份“{each.name}”推荐单位尚未交（共{each.total}份）",
                                   f"of {each.total} still owed by units: {each.english}"))  # fmt: skip
        if each.waiting:
            yield Need(count=each.waiting, words=Words(f"份“{each.name}”待备案", f"to be accepted: {each.english}"),
                       route="units")  # fmt: skip


def _in_review(waiting: Attention) -> Iterator[Need]:
    if waiting.objections:
        by = min((each.by for each in waiting.objections if each.by), default=None)
        yield Need(count=len(waiting.objections), words=Words("件异议待处理", "objections to settle"), by=by,
                   first=tuple(each.title for each in waiting.objections[:3]), grave=True, route="nominations",
                   params={"waiting": "objection"})  # fmt: skip
    if waiting.corrections:
        by = min((each.by for each in waiting.corrections if each.by), default=None)
        yield Need(count=len(waiting.corrections), words=Words("项待推荐单位补正", "to be corrected by their units"),
                   by=by, first=tuple(each.title for each in waiting.corrections[:3]), route="nominations",
                   params={"state": "returned"})  # fmt: skip


def _of_people(waiting: Attention) -> Iterator[Need]:
    yield from _some(
        waiting.guessed, Words("处多次登录失败，可能有人猜测密码", "places of many failed sign-ins"), "accounts",
        grave=True,
    )  # fmt: skip
    yield from _some(
        waiting.letters, Words("封邮件失败或结果未知", "letters failed, or unknown"), "letters", grave=True
    )
    yield from _some(waiting.doubted, Words("项在时钟存疑时提交，请核对时间", "submitted while the clock was in doubt"),
                     "clock", grave=True)  # fmt: skip
    yield from _some(waiting.webhooks, Words("个推送订阅已停止", "webhooks have stopped"), "webhooks", grave=True)
    yield from _some(waiting.calls, Words("人次待电话通知", "people to be called"), "calls")
    earlier = Words("项草稿曾入选往年榜单，待决定是否豁免", "drafts were on an earlier list: waive?")
    yield from _some(waiting.waivers, earlier, "nominations", {"waiting": "waiver"})
    without = Words("个单位没有可用的联系人", "units without any contact")
    yield from _some(waiting.unreachable, without, "units", {"unreachable": "true"})


def _as_one(words: Words) -> Words:
    return Words(f"处{words.zh}", words.en)


def _some(
    waiting: Waiting, words: Words, route: str, params: Mapping[str, Any] | None = None, *, grave: bool = False
) -> Iterator[Need]:  # fmt: skip
    if waiting.count:
        yield Need(count=waiting.count, words=words, first=waiting.first, grave=grave, route=route,
                   params=params or {})  # fmt: skip

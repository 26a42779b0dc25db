"""What happened, as dated lines in chapters: the same for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bangdan.language import Words
from bangdan.report.gathering import Findings
from bangdan.report.occasions import Reminded
from bangdan.report.words import AUDIENCES, own_words
from workflows.vocabulary import Edge, Judge

Tone = Literal["plain", "mark", "good", "bad"]
_LAST = timedelta(hours=3)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One line. `end` shows midnight as 24:00; `tone` `mark` is the calendar's, `bad` went otherwise than planned.

    `bars` are numbers that belong to the line, for a small picture of them.
    """

    at: datetime
    words: Words
    tone: Tone = "plain"
    end: bool = False
    bars: tuple[tuple[Words, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """A part of the campaign with its scenes in order of time."""

    title: Words
    scenes: tuple[Scene, ...]


def story(found: Findings) -> tuple[Chapter, ...]:
    """The chapters; one without scenes is left out."""
    flow, stages = found.flow, found.definition.stages
    told = (replace(each, words=own_words(found.definition, each.words)) for each in _scenes(found))
    scenes = sorted(told, key=lambda scene: (scene.at, not scene.end, scene.tone != "mark"))
    judged = [course.ended for course in found.courses for stage in stages if course.definition.key == stage.window]
    review_ends = max((at for at in judged if at), default=found.ended)
    parts = (
        (Words("征集", "Collection"), found.began, flow.closes),
        (Words("截止与评审", "Deadline and review"), flow.closes, review_ends),
        (Words("发布与推广", "Publication and promotion"), review_ends, None),
    )
    chapters = [
        Chapter(title=title, scenes=tuple(s for s in scenes if s.at >= since and (until is None or s.at < until)))
        for title, since, until in parts
    ]
    return tuple(chapter for chapter in chapters if chapter.scenes)


def _scenes(found: Findings) -> Iterator[Scene]:
    yield _opening(found)
    yield from _calendar(found)
    yield from _moved(found)
    yield from _reminders(found)
    yield from _collecting(found)
    yield from _finish(found)
    yield from _closing(found)
    yield from _late(found)
    yield from _judging(found)
    yield from _after(found)


def _opening(found: Findings) -> Scene:
    units, contacts = found.events.get("unit add", 0), found.reach.contacts
    return Scene(
        at=found.began,
        words=Words(
            f"秘书处启动活动，录入名册：推荐单位{units}个、联系人{contacts}人、历年入选{found.laureates}条",
            f"the secretariat opens it: {units} units, {contacts} contacts, {found.laureates} earlier laureates",
        ),
    )


def _calendar(found: Findings) -> Iterator[Scene]:
    for course in found.courses:
        name, standing = course.name, course.standing
        if standing.chosen or course.definition.after:
            continue
        if standing.opens and not standing.opens_of and standing.opens <= found.ended:
            yield Scene(at=standing.opens, tone="mark", words=Words(f"{name.zh}开始", f"{name.en} begins"))
        if standing.closes and not standing.closes_of and standing.closes <= found.ended:
            ended, due = Words(f"{name.zh}截止", f"{name.en} ends"), Words(f"{name.zh}到期", f"due: {name.en}")
            words = ended if standing.opens else due
            yield Scene(at=standing.closes, tone="mark", end=True, words=words)


def _moved(found: Findings) -> Iterator[Scene]:
    for course in found.courses:
        for each in course.moved:
            said = found.dial.full(each.instant, end=each.edge is Edge.CLOSES, weekday=True)
            if each.edge is Edge.CLOSES:
                words = Words(
                    f"“{course.name.zh}”延期至{said.zh}（{_zh(each.reason)}），向已获知旧时间的人更正{each.told}封",
                    f"{course.name.en} is extended to {said.en}; {each.told} corrections to those who were told",
                )
            else:
                words = Words(
                    f"选定“{course.name.zh}”日期：{said.zh}", f"a date is chosen for {course.name.en}: {said.en}"
                )
            yield Scene(at=each.at, words=words, tone="bad" if each.edge is Edge.CLOSES else "good")


def _zh(reason: str) -> str:
    return reason.partition(" / ")[0]


def _reminders(found: Findings) -> Iterator[Scene]:
    dailies = [one for one in found.reminded if one.daily and one.reached]
    for one in found.reminded:
        if not one.daily and one.reached:
            yield Scene(at=one.at, words=_reminder(found, one), tone="bad" if _escalates(one) else "plain")
    if dailies:
        letters, calls = sum(one.letters for one in dailies), sum(one.calls for one in dailies)
        name = dailies[0].name
        yield Scene(
            at=dailies[0].at,
            words=Words(
                f"自此每个工作日给秘书处一封{name.zh}（共{letters}封{_calls_zh(calls)}）",
                f"from now on a {name.en} to the secretariat every working day ({letters} letters{_calls_en(calls)})",
            ),
        )


def _escalates(one: Reminded) -> bool:
    return one.template in ("duties-overdue", "duties-escalation")


def _reminder(found: Findings, one: Reminded) -> Words:
    to, whose = AUDIENCES[one.audience], _whose(found, one)
    return Words(
        f"{whose.zh}{one.name.zh}（{one.offset.zh}）致{to.zh}：邮件{one.letters}封{_calls_zh(one.calls)}",
        f"{one.name.en} ({one.offset.en}){whose.en} to {to.en}: {one.letters} letters{_calls_en(one.calls)}",
    )


def _whose(found: Findings, one: Reminded) -> Words:
    """For which class a reminder speaks, where it does not speak for all."""
    milestone = found.definition.milestone_by_key[one.milestone]
    return Words(f"“{milestone.name}”", f" for {milestone.english}") if milestone.of else Words("", "")


def _calls_zh(calls: int) -> str:
    return f"，待电话通知{calls}人" if calls else ""


def _calls_en(calls: int) -> str:
    return f", {calls} to telephone" if calls else ""


def _collecting(found: Findings) -> Iterator[Scene]:
    """What went on during the collection, told when it is over."""
    flow = found.flow
    if flow.peak is None or flow.closes > found.ended:
        return
    returned, recalled, waived = (found.events.get(f"nomination {verb}", 0) for verb in ("return", "recall", "waive"))
    day, count = flow.peak
    yield Scene(
        at=flow.closes,
        end=True,
        words=Words(
            f"征集期间退回修改{returned}项次，单位撤回{recalled}项次，豁免{waived}项；"
            f"最忙的一天是{day.month}月{day.day}日，提交{count}项",
            f"meanwhile {returned} returned, {recalled} recalled by units, {waived} waived; "
            f"the busiest day was {day:%m-%d} with {count} submissions",
        ),
    )


def _finish(found: Findings) -> Iterator[Scene]:
    flow = found.flow
    if flow.last_hours:
        share = round(100 * flow.last_hours / max(1, flow.accepted))
        yield Scene(
            at=flow.closes - _LAST,
            bars=flow.hours,
            words=Words(
                f"最后3小时提交{flow.last_hours}项，占{share}%",
                f"{flow.last_hours} submissions in the last three hours, {share} %",
            ),
        )
    if flow.last:
        yield Scene(
            at=flow.last.at,
            tone="good",
            words=Words(
                f"最后一项：{flow.last.exact.zh} 受理（{flow.last.who}“{flow.last.what}”）",
                f"the last one: accepted at {flow.last.exact.en} ({flow.last.what})",
            ),
        )
    if flow.refused:
        yield Scene(
            at=flow.refused.at,
            tone="bad",
            words=Words(
                f"第一项被拒：{flow.refused.exact.zh} 收到（{flow.refused.who}“{flow.refused.what}”），共{flow.late}次",
                f"the first refused: received at {flow.refused.exact.en} ({flow.refused.what}), {flow.late} in all",
            ),
        )


def _closing(found: Findings) -> Iterator[Scene]:
    begun = found.events.get("nomination begin", 0)
    if not found.events.get("campaign close"):
        return
    definition = found.definition
    lists = [each for each in definition.lists if each.takes_nominations]
    first = list(dict.fromkeys(definition.stages_of(each.key)[0] for each in lists))
    names, english = "、".join(stage.name for stage in first), ", ".join(stage.english for stage in first)
    yield Scene(
        at=found.flow.closes + found.definition.settle,
        words=Words(
            f"截止处理：{begun}项进入{names}，{found.lapses.total}项逾期失效并通知各单位",
            f"the closing: {begun} enter {english}, {found.lapses.total} lapse and their units are told",
        ),
    )


def _late(found: Findings) -> Iterator[Scene]:
    for each in found.late:
        if each.done is None:
            continue
        course = next(c for c in found.courses if c.definition.key == each.milestone)
        yield Scene(
            at=each.done,
            tone="bad",
            words=Words(
                f"{each.owner.zh}补报{each.what.zh}，{course.verdict.words.zh or '已晚'}",
                f"{each.owner.en} hands in its {each.what.en} after the date",
            ),
        )


def _judging(found: Findings) -> Iterator[Scene]:
    for stage in found.definition.stages:
        course = next(c for c in found.courses if c.definition.key == stage.window)
        if course.ended is None:
            continue
        who = (
            Words("各初评机构", "the institutions")
            if stage.judge is Judge.INSTITUTION
            else Words("期满自动通过", "by the clock")
            if stage.judge is Judge.CLOCK
            else Words("秘书处", "the secretariat")
        )
        entered = found.funnel.total.reached.get(stage.key, 0)
        yield Scene(
            at=course.ended,
            tone="good",
            words=Words(
                f"{stage.name}完成（{who.zh}）：{entered}项参评，{_passed(found, stage.key)}项通过",
                f"{stage.english} is complete ({who.en}): {entered} judged, {_passed(found, stage.key)} passed",
            ),
        )


def _passed(found: Findings, stage: str) -> int:
    """How many reached the step after the stage, which need not be the same for each list."""
    lists = [each for each in found.definition.lists if each.takes_nominations]
    passed = 0
    for each, line in zip(lists, found.funnel.lists, strict=True):
        keys = [*(one.key for one in found.definition.stages_of(each.key)), "published"]
        if stage in keys:
            passed += line.reached.get(keys[keys.index(stage) + 1], 0)
    return passed


def _after(found: Findings) -> Iterator[Scene]:
    for course in found.courses:
        if course.definition.key == found.definition.publication and course.standing.actual:
            yield Scene(
                at=course.standing.actual,
                tone="good",
                words=Words(f"发布榜单：{found.selected}项入榜", f"the lists are published: {found.selected} entries"),
            )
        if course.definition.key == found.definition.promotion and course.ended:
            promoted = found.funnel.total.reached.get("promoted", 0)
            yield Scene(
                at=course.ended,
                words=Words(
                    f"至此{promoted}项已有推广记录", f"by now something was done to promote {promoted} of them"
                ),
            )

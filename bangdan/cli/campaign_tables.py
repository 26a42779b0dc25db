"""What a campaign file says, as tables for the reader who wrote it: lists, places, calendar, review, duties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangdan.cli.printing import listed, table, when
from bangdan.cli.quota_words import of_channel
from bangdan.cli.whom import whom
from bangdan.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

    from workflows.definition import Channel, Definition, DutyKind, RankingList, Stage, Track
    from workflows.workdays import Workdays


def campaign_tables(it: Definition, workdays: Workdays) -> Iterator[Table]:
    """One table for each part of the file, without those that it says nothing for."""
    yield _lists(it)
    yield _places(it)
    yield _milestones(it, workdays)
    if it.stages:
        yield _stages(it)
    if it.institutions:
        yield _institutions(it)
    if it.duties:
        yield _duties(it)


def _lists(it: Definition) -> Table:
    materials, winners = any(each.materials for each in it.lists), any(_winners(each) for each in it.lists)
    columns = [say("榜单", "List"), say("领域", "Fields"), *[say("入榜名额", "Winners")] * winners]
    made = table(*columns, *[say("材料", "Material")] * materials)
    for each in it.lists:
        fields = listed(say(field.name, field.english or field.name) for field in each.fields)
        named = [it.material_by_key[key] for key in each.materials]
        cells = [say(each.name, each.english), fields or _instead(it, each), *[_winners(each) or "—"] * winners]
        made.add_row(*cells, *[listed(say(one.name, one.english or one.name) for one in named)] * materials)
    return made


def _instead(it: Definition, ranking: RankingList) -> str:
    """What there is to say of a list without fields: where its nominations are, if they are not here."""
    if ranking.elsewhere:
        return say(f"不在此接受推荐（{ranking.elsewhere}）", f"takes no nominations here ({ranking.elsewhere})")
    if ranking.drawn_from:
        base = it.list_by_key[ranking.drawn_from]
        return say(f"从{base.name}的拟入榜者中产生", f"drawn from {base.english}")
    return "—"


def _winners(ranking: RankingList) -> str:
    """How many may be on a list, and how many in each of its levels; empty where the jury decides."""
    levels = listed(
        say(each.name, each.english) + (f" {each.winners}" if each.winners is not None else "")
        for each in ranking.levels
    )
    if ranking.winners is None:
        return levels
    number = say(f"{ranking.winners}{ranking.counter}", str(ranking.winners))
    return say(f"{number}（{levels}）", f"{number} ({levels})") if levels else number


def _places(it: Definition) -> Table:
    """What a unit in one channel may recommend."""
    lists = [each for each in it.lists if each.takes_nominations]
    made = table(say("推荐渠道（名额）", "Channel (places)"), *[say(each.name, each.english) for each in lists])
    for channel in it.channels:
        cells = [of_channel(it, each.key, channel.key) for each in lists]
        made.add_row(_channel(channel), *cells)
    return made


def _channel(channel: Channel) -> str:
    """Its name, and how many of its holders must nominate together."""
    name = say(channel.name, channel.english or channel.name)
    if channel.jointly == 1:
        return name
    return name + say(f"（{channel.jointly}人共同提名）", f" ({channel.jointly} jointly)")


def _milestones(it: Definition, workdays: Workdays) -> Table:
    from bangdan.remarks import remarks
    from workflows.derivation import as_announced

    made = table(say("时间节点", "Milestone"), say("开始", "Begins"), say("截止", "Ends"), say("说明", "Remarks"))
    calendar = as_announced(it, workdays)
    for each in it.milestones:
        standing = calendar[each.key]
        said = listed(say(one.zh, one.en) for one in remarks(it, each))
        begins, ends = when(standing.opens, it.zone), when(standing.closes, it.zone, edge="end")
        made.add_row(say(each.name, each.english), begins, ends, said)
    return made


def _stages(it: Definition) -> Table:
    made = table(
        say("评审阶段", "Stage"), say("由谁评判", "Judged by"), say("期间", "Window"), say("结果截止", "Results by"),
        say("说明", "Remarks"),
    )  # fmt: skip
    for each in it.stages:
        window, due = it.milestone_by_key[each.window], it.milestone_by_key[each.due]
        judge = {"institution": say("初评机构", "institutions"), "secretariat": say("秘书处", "the secretariat"),
                 "clock": say("期满自动通过", "passes when its window ends")}[each.judge]  # fmt: skip
        made.add_row(say(each.name, each.english), judge, say(window.name, window.english), say(due.name, due.english),
                     listed(_stage_remarks(it, each)))  # fmt: skip
    return made


def _stage_remarks(it: Definition, stage: Stage) -> Iterator[str]:
    from bangdan.remarks import length_words

    if any(each.takes_nominations and not stage.passed_by(each.key) for each in it.lists):
        names = listed(say(it.list_by_key[key].name, it.list_by_key[key].english) for key in stage.lists)
        yield say(f"仅{names}", f"only {names}")
    if stage.correction:
        length = length_words(stage.correction)
        yield say(f"退回后{length.zh}内改正", f"a returned nomination is mended within {length.en}")
    if stage.objections:
        yield say("受理异议", "objections may be raised")
    if stage.shortlist:
        short = stage.shortlist
        if short.percent is not None:
            yield say(f"每领域至多{short.percent}%通过", f"at most {short.percent}% of a field pass")
        elif short.times is not None:
            yield say(f"每榜单至多入榜名额的{short.times:g}倍通过", f"at most {short.times:g} times the winners pass")
        else:
            yield say(f"每领域至多{short.number}个通过", f"at most {short.number} of a field pass")


def _institutions(it: Definition) -> Table:
    made = table(say("初评机构", "Institution"), say("负责", "Reviews"), say("联系人", "Contacts"))
    for each in it.institutions:
        people = listed(f"{person.name} {'/'.join(person.phones)}" for person in each.contacts)
        made.add_row(
            say(each.name, each.english or each.name), listed(_track(it.tracks[key]) for key in each.tracks), people
        )
    return made


def _track(it: Track) -> str:
    of = f": {it.field.english or it.field.name}" if it.field else ""
    return say(it.name, f"{it.list.english}{of}")


def _duties(it: Definition) -> Table:
    made = table(say("待办事项", "Duty"), say("由谁", "Owed by"), say("每", "Once for each"), say("截止", "Due"),
                 say("未办则", "Until then"))  # fmt: skip
    for each in it.duties:
        due = it.milestone_by_key[each.due] if each.due else None
        made.add_row(say(each.name, each.english), _owed_by(it, each), _each(each),
                     say(due.name, due.english) if due else say("未定", "not set"), _gate(each))  # fmt: skip
    return made


def _owed_by(it: Definition, duty: DutyKind) -> str:
    owner = {"institution": say("初评机构", "institution"), "unit": say("推荐单位", "unit")}[duty.owed_by]
    named = whom(it, duty.who)
    return say(f"{owner}（{named}）", f"{owner} ({named})") if named else owner


def _each(duty: DutyKind) -> str:
    return {"track": say("榜单/领域", "list or field"), "unit": say("单位", "unit"),
            "nomination": say("项推荐", "nomination")}[duty.each]  # fmt: skip


def _gate(duty: DutyKind) -> str:
    return {None: "—", "draft": say("不得推荐", "nothing is nominated"),
            "submit": say("不得提交", "nothing is submitted"),
            "review": say("不进入下一阶段", "nothing goes on from the first stage")}[duty.gate]  # fmt: skip

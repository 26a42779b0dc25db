"""`bangdan status`: the funnel, what needs a person, and whether the engine keeps up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.app import LOOK, app
from bangdan.cli.printing import NUMBER, console, emit, indented, left, listed, styled, table, when
from bangdan.cli.shell import CampaignOption, ChannelOption, JsonOption, TrackOption, reading
from bangdan.cli.speaking import command
from bangdan.language import say
from bangdan.post_words import slow, standing, trouble

if TYPE_CHECKING:
    from rich.table import Table

    from engine.office import Work
    from engine.queries.attention import Attention, Health, Waiting
    from engine.queries.funnel import Funnel, Line
    from engine.queries.outcomes import Outcome
    from engine.queries.owed import KindLine
    from notifications.states import LetterState

FIRST = 5  # corrections by name; the rest is a number
UNSENT: tuple[LetterState, ...] = ("ready", "claimed", "dot")


@command(app, "status", panel=LOOK,
         zh="现状：各榜单、领域的数字，需要人处理的事，系统是否正常",
         en="Where everything stands: numbers, what needs a person, whether the engine keeps up")  # fmt: skip
def status(
    track: TrackOption = None,
    channel: ChannelOption = None,
    channels: Annotated[
        bool, typer.Option("--channels", help=say("按推荐渠道列出", "By channel instead of by list."))
    ] = False,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.queries.attention import attention, health
    from engine.queries.funnel import funnel
    from engine.queries.naming import channel_named, tracks_named
    from engine.queries.outcomes import outcomes

    with reading(campaign) as work:
        tracks = tracks_named(work.definition, track) if track else None
        numbers = funnel(work, tracks=tracks, channel=channel_named(work.definition, channel) if channel else None)
        waiting, state, out = attention(work), health(work), outcomes(work)
        if json:
            emit({"campaign": work.definition.key, "at": work.at, "funnel": asdict(numbers),
                  "outcomes": [asdict(one) for one in out], "attention": asdict(waiting),
                  "engine": asdict(state)})  # fmt: skip
        else:
            _print(work, _numbers(work, numbers, by_channel=channels), out, waiting, state)


def _print(work: Work, numbers: Table, out: Sequence[Outcome], waiting: Attention, state: Health) -> None:
    screen, it = console(), work.definition
    now = when(work.at, it.zone, weekday=True)
    screen.print(styled(f"{say(it.name, it.english)}    {now}", "bold"))
    screen.print()
    screen.print(numbers)
    screen.print()
    if ends := list(_ends(work)):
        screen.print(styled(say("截止时间", "Deadlines"), "bold"))
        for line in ends:
            screen.print(indented(line))
        screen.print()
    if out:
        screen.print(styled(say("拟入榜与入榜", "Selected and listed"), "bold"))
        for one in out:
            screen.print(indented(_outcome(one)))
        screen.print()
    screen.print(styled(say("需要处理", "Needs a person"), "bold"))
    if waiting.nothing:
        screen.print(indented(say("没有", "nothing"), "green"))
    for line in _waiting(work, waiting):
        screen.print(indented(line, "yellow"))
    screen.print()
    screen.print(styled(say("系统", "The engine"), "bold"))
    for line, well in _state(work, state):
        screen.print(indented(line, "" if well else "bold red"))


def _ends(work: Work) -> Iterator[str]:
    """The ends of the collection, where there are several."""
    from workflows.classes import dated_classes

    classes = [each.key for each in dated_classes(work.definition, work.calendar)]
    for key in (work.definition.collection, *classes) if classes else ():
        standing, milestone = work.calendar[key], work.definition.milestone_by_key[key]
        if standing.closes:
            end = f"{when(standing.closes, work.definition.zone, edge='end')}"
            yield say(f"{milestone.name}：{end}（{left(work.at, standing.closes)}）",
                      f"{milestone.english}: {end} ({left(work.at, standing.closes)})")  # fmt: skip
        else:
            yield say(f"{milestone.name}：暂停，另行通知", f"{milestone.english}: suspended, to be announced")


def _numbers(work: Work, numbers: Funnel, *, by_channel: bool) -> Table:
    states = [state for state in work.shape.states if numbers.total.counts.get(state.key)]
    heading = say("推荐渠道", "Channel") if by_channel else say("榜单", "List")
    made = table(heading, *[(say(state.zh, state.en), NUMBER) for state in states], (say("合计", "Total"), NUMBER))
    keys = [state.key for state in states]
    for line in numbers.channels if by_channel else numbers.lists:
        made.add_row(say(line.name, line.english or line.name), *_cells(line, keys))
        fields = [each for each in numbers.tracks if not by_channel and each.key.startswith(f"{line.key}/")]
        for each in fields:
            made.add_row(f"  {_field(work, each.key)}", *_cells(each, keys), style="dim")
    made.add_section()
    made.add_row(say("合计", "Total"), *_cells(numbers.total, keys), style="bold")
    return made


def _outcome(one: Outcome) -> str:
    """A list's winners against their number, and how they are divided or where they come from."""
    most = "" if one.limit is None else f"/{one.limit}"
    number = "" if one.number is None else f"{one.number}{most}"
    note = say(one.note.zh, one.note.en)
    return say(f"{one.name.zh}：", f"{one.name.en}: ") + listed(each for each in (number, note) if each)


def _field(work: Work, track: str) -> str:
    field = work.definition.tracks[track].field
    return say(field.name, field.english or field.name) if field else ""


def _cells(line: Line, states: Sequence[str]) -> list[str]:
    return [*[str(line.counts.get(key) or "·") for key in states], str(line.total)]


def _waiting(work: Work, waiting: Attention) -> Iterator[str]:
    for duty in (each for each in waiting.overdue if not each.unit):
        due = when(duty.due, work.definition.zone, edge="end")
        yield say(f"逾期未报：{duty.institution_name}，{duty.name}（{duty.track_name}），期限{due}",
                  f"overdue: {duty.institution_name}, {duty.english} ({duty.track_name}), due {due}")  # fmt: skip
    yield from _in_review(work, waiting)
    yield from _of_units(work, waiting.units)
    kinds: tuple[tuple[Waiting, str, str], ...] = (
        (
            waiting.waivers,
            "项草稿曾入选往年榜单，待决定是否豁免",
            "drafts were on an earlier list: waive?",
        ),
        (waiting.letters, "封邮件失败或结果未知，见 bangdan outbox", "letters failed or unknown, see bangdan outbox"),
        (waiting.calls, "人次待电话通知，见 bangdan callsheet", "calls to be made, see bangdan callsheet"),
        (waiting.unreachable, "个单位没有可用的联系人", "units without any contact"),
        (waiting.guessed, "处多次登录失败，可能有人猜测密码", "places of many failed sign-ins"),
        (waiting.doubted, "项在时钟存疑时提交，请核对时间（bangdan clock）", "submitted while the clock was in doubt"),
        (waiting.webhooks, "个推送订阅已停止，见工作台", "webhooks have stopped, see the desk"),
        (waiting.proposals, "项待另一人复核，提交人", "proposals wait for a second person, by"),
    )
    if waiting.post is not None:
        yield say(*astuple(trouble(waiting.post)))
    for short in waiting.short:
        yield say(f"申报不足：{short.name}现有{short.there}项，少于{short.minimum}项，还差{short.missing}项；"
                  f"请延期，或 bangdan proceed {short.track}",
                  f"too few entries: {short.track} has {short.there} of {short.minimum}, {short.missing} short;"
                  f" extend, or bangdan proceed {short.track}")  # fmt: skip
    for reason in waiting.drifted:
        yield say(f"{reason.code} {reason.zh}", f"{reason.code} {reason.en}")
    for one in waiting.suspended:
        again = f"bangdan extend {one.milestone} --to …"
        yield say(f"“{one.name}”已暂停截止，待公布新的时间（{again}）", f'"{one.english}" is suspended; then: {again}')
    for each, zh, en in kinds:
        if each.count:
            names = listed(each.first) + (say("等", " …") if each.count > len(each.first) else "")
            yield say(f"{each.count}{zh}：{names}", f"{each.count} {en}: {names}")


def _in_review(work: Work, waiting: Attention) -> Iterator[str]:
    """Objections for the secretariat to settle, corrections for units to make, each with its date."""
    zone, stages = work.definition.zone, work.definition.stage_by_key
    for each in waiting.objections:
        by, stage = when(each.by, zone, edge="end"), stages[each.stage]
        yield say(f"异议待处理：{each.title}（{stage.name}），应于{by}前处理，编号 {each.id}",
                  f"objection to settle: {each.title} ({stage.english}), by {by}, id {each.id}")  # fmt: skip
    for one in waiting.corrections[:FIRST]:
        by = when(one.by, zone, edge="end")
        yield say(f"待推荐单位补正：{one.title}（{stages[one.stage].name}），期限{by}",
                  f"to be corrected by its unit: {one.title} ({stages[one.stage].english}), by {by}")  # fmt: skip
    if (more := len(waiting.corrections) - FIRST) > 0:
        yield say(f"另有{more}项待补正", f"{more} more to be corrected")


def _of_units(work: Work, kinds: Sequence[KindLine]) -> Iterator[str]:
    """What units owe, a line for each duty: there may be hundreds of them."""
    for each in kinds:
        due = when(each.due, work.definition.zone, edge="end") or say("未定期限", "no date")
        if each.owing:
            late = say(f"，已逾期{each.overdue}", f", {each.overdue} overdue") if each.overdue else ""
            yield say(f"{each.name}：{each.total}份中{each.owing}份未交{late}（{due}）",
                      f"{each.english}: {each.owing} of {each.total} still owed{late} ({due})")  # fmt: skip
        if each.waiting:
            yield say(f"{each.name}：{each.waiting}份待备案", f"{each.english}: {each.waiting} to be accepted")


def _state(work: Work, state: Health) -> Iterator[tuple[str, bool]]:
    """Each line with whether all is well."""

    def at(instant: datetime) -> str:
        time, far = when(instant, work.definition.zone), left(work.at, instant)
        return say(f"{time}（{far}）", f"{time} ({far})")

    if state.in_doubt:
        wall, carried = when(state.in_doubt.wall, work.definition.zone), when(work.at, work.definition.zone)
        yield say(f"时钟存疑：系统时间{wall}，推算时间{carried}；到期事项暂停，提交照常受理（bangdan clock）",
                  f"the clock is in doubt: it says {wall}, carried on {carried}; what is due is held (bangdan clock)"
                  ), False  # fmt: skip
    elif behind := len(state.behind) + state.closing_due:
        words = say(
            f"有{behind}项到期未办：引擎在运行吗？（bangdan serve）",
            f"due and not done: {behind}; is the engine up? (bangdan serve)",
        )
        yield words, False
    if state.muted_since:
        yield say(f"静音：自{at(state.muted_since)}起不发出邮件；解除：bangdan unmute",
                  f"muted since {at(state.muted_since)}: no letter leaves; lift it: bangdan unmute"), False  # fmt: skip
    yield from _post(state, at)
    if state.turned:
        yield say(f"最近一轮：{at(state.turned)}", f"last turn: {at(state.turned)}"), True
    else:
        yield say("尚未运行过：请运行 bangdan serve", "it has not run yet: bangdan serve"), False
    if state.next:
        yield say(f"下一时刻：{at(state.next)}", f"next instant: {at(state.next)}"), True
    sent, waiting = state.letters.get("sent", 0), sum(state.letters.get(key, 0) for key in UNSENT)
    yield say(f"邮件：已发{sent}封，待发{waiting}封", f"letters: {sent} sent, {waiting} waiting") + _pace(waiting), True
    if state.oldest_unsent:
        yield (
            say(f"最早的待发邮件：{at(state.oldest_unsent)}", f"oldest unsent letter: {at(state.oldest_unsent)}"),
            True,
        )
    if state.head:
        yield say(f"封存摘要：{state.head[:16]}…", f"sealed head: {state.head[:16]}…"), True


def _post(state: Health, at: Callable[[datetime], str]) -> Iterator[tuple[str, bool]]:
    """What keeps letters, of all or of a domain; to keep the pace is no trouble."""
    if state.post is not None:
        yield say(*astuple(standing(state.post, at))), state.post.out_by is not None
    for each in state.slowed:
        yield say(*astuple(slow(each, at))), True


def _pace(waiting: int) -> str:
    """How long the letters that wait will take, where only so many may leave in a minute."""
    from bangdan import wiring

    per_minute = wiring.settings().smtp_per_minute
    if per_minute is None or waiting <= per_minute:
        return ""
    minutes = -(-waiting // per_minute) - 1  # the first of them leave at once
    return say(
        f"（每分钟至多{per_minute}封，约需{minutes}分钟发完）",
        f" (at most {per_minute} a minute: about {minutes} minutes)",
    )

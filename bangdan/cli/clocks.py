"""`bangdan clock`: whether the clock is in doubt, what is held because of that, and the word that it is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bangdan.cli.app import KEEP, app
from bangdan.cli.printing import console, emit, indented, listed, when
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption, actor, office, reading
from bangdan.cli.speaking import command, group
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work
    from engine.queries.clock import Doubted, Held, InDoubt

clock = group("clock", zh="时钟：是否存疑、暂停了什么，确认系统时间正确", bare=True,
              en="The clock: is it in doubt, what is held; confirm that it is right")  # fmt: skip
app.add_typer(clock, rich_help_panel=KEEP)


@clock.callback()
def show(ctx: typer.Context, *, campaign: CampaignOption = None, json: JsonOption = False) -> None:
    if ctx.invoked_subcommand is not None:
        return
    from engine.queries.clock import doubted, in_doubt

    with reading(campaign) as work:
        found, flagged = in_doubt(work), doubted(work)
        if json:
            emit({"at": work.at, "in_doubt": asdict(found) if found else None, "doubted": [asdict(x) for x in flagged]})
            return
        for line in _lines(work, found):
            console().print(indented(line, "bold red" if found else ""))
        for line in _flagged(work, flagged):
            console().print(indented(line, "yellow"))


@command(clock, "confirm", zh="确认系统时间正确：从此按系统时间办理，暂停的事项立即继续",
         en="Confirm that the system's clock is right: go on by it, and do at once what was held")  # fmt: skip
def confirm(*, reason: ReasonOption, json: JsonOption = False) -> None:
    from engine.timekeeping import doubts

    with office() as opened:
        doubt = doubts.confirm(opened, actor(), reason=reason)
        at = opened.clock()
    if json:
        emit({"at": at, "seconds": doubt.step.total_seconds()})
    else:
        typer.echo(say("已确认系统时间正确，暂停的事项将由引擎继续办理。",
                       "confirmed: the engine goes on with what was held."))  # fmt: skip


def _lines(work: Work, found: InDoubt | None) -> Iterator[str]:
    zone = work.definition.zone
    if found is None:
        now = when(work.at, zone, weekday=True)
        yield say(f"时钟没有疑问：{now}", f"the clock is not in doubt: {now}")
        return
    wall, carried = when(found.wall, zone), when(found.carried, zone)
    since = when(found.since, zone) if found.since else say("刚才", "just now")
    yield say(f"时钟存疑，自{since}起：系统时间发生跳变", f"the clock is in doubt since {since}: it jumped")
    yield say(f"系统时间：{wall}；按此时间到期：{_due(found.due_by_wall)}",
              f"system time: {wall}; due by it: {_due(found.due_by_wall)}")  # fmt: skip
    yield say(f"推算时间：{carried}；按此时间到期：{_due(found.due_by_carried)}",
              f"carried on: {carried}; due by it: {_due(found.due_by_carried)}")  # fmt: skip
    yield say(
        "暂停：截止处理、到达时间节点、提醒、发信（登录邮件除外）、公示期满、推送；提交照常受理并注明",
        "held: closings, dates, reminders, letters (but for signing in), notices, webhooks; submissions are taken",
    )
    yield say(
        "系统时间不对的，请校正，一致后自动继续办理；系统时间正确的：bangdan clock confirm --reason 理由",
        "if it is wrong, set it right, and all goes on. If it is right: bangdan clock confirm --reason WHY",
    )


def _due(held: Held) -> str:
    some = [say(f"截止处理{held.closings}项", f"{held.closings} closings")] if held.closings else []
    some += [say(f"提醒{held.letters}次", f"{held.letters} reminders")] if held.letters else []
    return listed(some) or say("无", "nothing")


def _flagged(work: Work, flagged: tuple[Doubted, ...]) -> Iterator[str]:
    zone = work.definition.zone
    for each in flagged:
        wall, carried = when(each.wall, zone), when(each.carried, zone)
        yield say(
            f"时钟存疑时提交，请核对：{each.title}，系统时间{wall}，推算时间{carried}，编号 {each.id}",
            f"submitted in doubt: {each.title}, system time {wall}, carried on {carried}, id {each.id}",
        )

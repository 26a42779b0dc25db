"""The live engine: a beat at every instant that the calendar names, until it is told to stop."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.printing import when
from bangdan.cli.shell import JsonOption, office, received
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from engine.heartbeat import Beat
    from engine.live import Beaten, Engine
    from engine.office import Office
    from engine.settings import Settings
    from engine.turn import TurnReport

ZONE = "Asia/Shanghai"  # of the log; each campaign keeps its own


@command(app, "run", zh="运行：按日程提醒、截止、通知并发送邮件，直到停止（Ctrl+C）", panel=CAMPAIGN,
         en="Run the engine: remind, close, tell and send letters until it is stopped (Ctrl+C)")  # fmt: skip
def run(
    *,
    once: Annotated[
        bool, typer.Option("--once", help=say("只办理一次到期事项即结束", "Do what is due and end."))
    ] = False,
    json: JsonOption = False,
) -> None:
    from datetime import timedelta

    from bangdan import wiring
    from engine import logs
    from engine.changes.listening import listening
    from engine.changes.telling import PATIENCE
    from engine.heartbeat import Heartbeat
    from engine.live import Engine

    told = wiring.settings()
    logs.set_up(told.log, sys.stderr, level=logging.WARNING)  # what it did is on the output
    with office() as opened:
        engine = Engine(
            office=opened, post=wiring.post(told, opened), tell=lambda beaten: _tell(beaten, opened, as_json=json),
            pause=wiring.pause(opened),
        )  # fmt: skip
        if once:
            engine(opened.reckoned(received()))
            wiring.courier(told, opened).round()
            wiring.maker(opened).round()
            return
        with wiring.asides(told, opened) as engine.aside:
            beat = Heartbeat(
                _announced(engine, lambda: announce(told, opened)), clock=opened.clock,
                interval=timedelta(seconds=told.heartbeat_seconds),
            )  # fmt: skip
            after = timedelta(seconds=PATIENCE)
            with listening(opened.database, lambda _campaigns: beat.nudge(after)):
                came = beat.run_until_signal()
        typer.echo(
            say(f"已停止（{came.name}），没有未完成的事务。", f"stopped ({came.name}), nothing half done."), err=True
        )


def _announced(engine: Engine, announce: Callable[[], None]) -> Beat:
    """The engine's beat. That it runs is said with the first one: from then on a signal ends it cleanly."""
    before_the_first = [announce]

    def beat(at: datetime) -> datetime | None:
        while before_the_first:
            before_the_first.pop()()
        return engine(at)

    return beat


def announce(told: Settings, opened: Office) -> None:
    """Say which campaigns are open, and where letters go."""
    from engine.turn import campaigns

    keys = campaigns(opened)
    door = told.smtp_host or f"{told.mail_folder}/"
    typer.echo(say(f"运行中：{'、'.join(keys) or '尚无活动'}；邮件送往 {door}；Ctrl+C 停止",
                   f"running: {', '.join(keys) or 'none yet'}; letters to {door}; Ctrl+C stops"), err=True)  # fmt: skip


def _tell(beaten: Beaten, opened: Office, *, as_json: bool) -> None:
    if line := as_line(beaten, opened, as_json=as_json):
        typer.echo(line)


def as_line(beaten: Beaten, opened: Office, *, as_json: bool, named: bool = False) -> str:
    """One line for a beat that did something; empty for one that did nothing."""
    told = as_told(beaten, opened, named=named)
    if not told["did"]:
        return ""
    if as_json:
        import json

        return json.dumps(told, ensure_ascii=False)
    following = say(f"。下次：{when(beaten.next, ZONE)}", f". Next: {when(beaten.next, ZONE)}") if beaten.next else ""
    return f"{when(beaten.at, ZONE)}  {say('；', '; ').join(told['did'])}{following}"


def as_told(beaten: Beaten, opened: Office, *, named: bool = False) -> dict[str, Any]:
    """What a beat did, as plain values; `did` is empty when it had nothing to do.

    `named`: each line says which campaign it is about, though there be only one here.
    """
    several = named or len(beaten.turns) + len(beaten.failed) > 1
    did: list[str] = []
    for key, report in beaten.turns:
        lines = _turned(opened, key, report)
        did += [f"[{key}] {line}" for line in lines] if several else lines
    did += [say(f"{key}：本轮出错，下次再试（详见日志）", f"{key}: this turn failed and is tried again (see the log)")
            for key in beaten.failed]  # fmt: skip
    posted = {name: beaten.posted(name) for name in POSTED}
    did += [
        say(zh, en).format(count) for count, (zh, en) in zip(posted.values(), POSTED.values(), strict=True) if count
    ]
    if beaten.stop is not None:
        did.append(say(f"邮件暂停：{beaten.stop.zh}", f"post stopped: {beaten.stop.en}"))
    return {"at": beaten.at.isoformat(), "did": did, "post": posted,
            "next": beaten.next.isoformat() if beaten.next else None}  # fmt: skip


POSTED = {
    "sent": ("发出{}封", "{} letters sent"),
    "back": ("{}封稍后再试", "{} to be tried again"),
    "refused": ("{}封被拒收", "{} refused"),
    "unknown": ("{}封结果未知", "{} of unknown outcome"),
    "dropped": ("{}封已不需要", "{} no longer needed"),
    "unwritable": ("{}封无法写成", "{} can't be written"),
}
"""The counters of a delivery, and what is said of each."""


def _turned(opened: Office, campaign: str, report: TurnReport) -> list[str]:
    """What a turn did. Passing an edge of the calendar is told too: people read here that the deadline has come."""
    from engine.access import ENGINE
    from engine.queries.occasions import EDGES, occasion_words

    if not (report.reached or report.wrote or report.passed or report.swept.lapsed or report.swept.begun):
        return []
    with opened.read(campaign, ENGINE, at=report.at) as work:
        named, shape = work.definition.milestone_by_key, work.shape
        did = [say(f"{named[mark.milestone].name}{EDGES[mark.edge][0]}",
                   f"{named[mark.milestone].english} {EDGES[mark.edge][1]}") for mark in report.reached]  # fmt: skip
        wrote = [(say(*occasion_words(work.definition, shape, one.occasion.key)), one.sent) for one in report.wrote]
    if report.swept.lapsed or report.swept.begun:
        did.append(say(f"截止处理：{report.swept.begun}项进入评审，{report.swept.lapsed}项逾期",
                       f"closing: {report.swept.begun} enter review, {report.swept.lapsed} lapsed"))  # fmt: skip
    for words, sent in wrote:
        if sent.letters or sent.calls:
            reach = say(f"：邮件{sent.letters}，电话{sent.calls}", f": {sent.letters} letters, {sent.calls} calls")
            did.append(words + reach)
    if report.passed:
        did.append(say(f"{len(report.passed)}次过时的提醒不再发", f"{len(report.passed)} overdue letters passed over"))
    return did

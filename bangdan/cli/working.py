"""A worker of the fleet: any number of them, on any number of hosts, do what one `bangdan run` does."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.app import CAMPAIGN, KEEP, app
from bangdan.cli.printing import emit
from bangdan.cli.running import announce, as_line
from bangdan.cli.shell import JsonOption, office
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.fleet.health import Health
    from engine.live import Beaten

ConcurrencyOption = Annotated[
    int,
    typer.Option("--concurrency", metavar="N", min=1, max=32,
                 help=say("同时办理几项任务", "How many jobs at a time.")),
]  # fmt: skip
NameOption = Annotated[
    str | None,
    typer.Option("--name", metavar=say("名称", "NAME"),
                 help=say("日志中的名称；未写则为主机名和进程号", "Its name in the log; else host and process.")),
]  # fmt: skip


@command(app, "worker", zh="多机运行：在 PostgreSQL 上与其他主机一起办理任务，直到停止（Ctrl+C）", panel=CAMPAIGN,
         en="Work in a fleet: do jobs on PostgreSQL beside other hosts, until stopped (Ctrl+C)")  # fmt: skip
def worker(*, concurrency: ConcurrencyOption = 5, name: NameOption = None, json: JsonOption = False) -> None:
    from bangdan import wiring
    from engine import logs
    from engine.this_process import process_name

    told = wiring.settings()
    logs.set_up(told.log, sys.stderr, level=logging.WARNING)  # what it did is on the output
    one_line = threading.Lock()  # jobs are done side by side

    with office() as opened:

        def tell(beaten: Beaten) -> None:
            line = as_line(beaten, opened, as_json=json, named=True)
            if line:
                with one_line:
                    typer.echo(line)

        made = wiring.worker(told, opened, tell=tell, concurrency=concurrency,
                             name=name or process_name())  # fmt: skip
        with wiring.hearing(opened):
            came = made.run_until_signal(lambda: announce(told, opened))
    typer.echo(
        say(f"已停止（{came.name}），没有未完成的事务。", f"stopped ({came.name}), nothing half done."), err=True
    )


@command(app, "workers", zh="多机运行的状况：工作进程、正在办理和等候的任务", panel=KEEP,
         en="How the fleet fares: workers, jobs under way, jobs that wait")  # fmt: skip
def workers(*, json: JsonOption = False) -> None:
    from dataclasses import asdict

    from engine.fleet.health import Health, look
    from engine.fleet.installed import ON_SQLITE
    from workflows.reasons import Refused

    with office() as opened:
        if opened.database.sqlite:
            raise Refused(ON_SQLITE)
        found = look(opened.database) or Health()
    if json:
        emit(asdict(found))
    else:
        _show(found)


def _show(found: Health) -> None:
    typer.echo(say(f"工作进程{found.workers}个；等候的任务{found.waiting}项"
                   f"{f'，最久的已等{found.oldest:.0f}秒' if found.waiting else ''}；未到时的{found.later}项",
                   f"{found.workers} workers; {found.waiting} jobs wait"
                   f"{f', the oldest for {found.oldest:.0f} s' if found.waiting else ''}; "
                   f"{found.later} for later"))  # fmt: skip
    for each in found.under_way:
        kind = say(*KINDS.get(each.kind, (each.kind, each.kind)))
        left = say("，其工作进程已失去联系", ", its worker gives no sign of life") if each.left else ""
        about = f" {each.about}" if each.about else ""
        typer.echo(
            say(f"  {kind}{about}：已{each.seconds:.0f}秒{left}", f"  {kind}{about}: {each.seconds:.0f} s{left}")
        )


KINDS = {
    "turn": ("一轮", "turn"),
    "post": ("发信", "post"),
    "webhooks": ("推送", "webhooks"),
    "export": ("导出", "export"),
    "pulse": ("巡查", "pulse"),
    "wake": ("到时提醒", "wake"),
}

"""A worker of the fleet: any number of them, on any number of hosts, do what one `bangdan run` does."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.running import announce, as_line
from bangdan.cli.shell import JsonOption, office
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
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
                             name=name or f"{socket.gethostname()}-{os.getpid()}")  # fmt: skip
        came = made.run_until_signal(lambda: announce(told, opened))
    typer.echo(
        say(f"已停止（{came.name}），没有未完成的事务。", f"stopped ({came.name}), nothing half done."), err=True
    )

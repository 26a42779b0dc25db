"""The desk: pages and API, with the engine beside them in one process."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.rehearse import NominationsOption, RosterOption, SeedOption, UnitsOption
from bangdan.cli.shell import office
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Office
    from engine.settings import Settings

HostOption = Annotated[
    str | None, typer.Option("--host", metavar=say("地址", "HOST"), help=say("监听的地址", "The address to listen on."))
]
PortOption = Annotated[
    int | None,
    typer.Option("--port", metavar="N", min=0, max=65535,
                 help=say("监听的端口；0 为任一空闲端口", "The port to listen on; 0 takes a free one.")),
]  # fmt: skip
RehearseOption = Annotated[
    str | None,
    typer.Option("--rehearse", metavar=say("活动文件", "FILE"),
                 help=say("不打开数据库，只在浏览器里彩排这个活动（虚构数据，不发邮件）",
                          "Open no database: rehearse this campaign in the browser, made up, no letter sent.")),
]  # fmt: skip
PaceOption = Annotated[
    Literal["hour", "hours", "day", "week", "interesting"],
    typer.Option("--pace", help=say("彩排的速度：每秒1小时、6小时、1天、1周，或自动快慢",
                                    "How fast it goes: an hour, 6 hours, a day or a week a second, or by interest.")),
]  # fmt: skip
OpenOption = Annotated[bool, typer.Option("--open", help=say("在浏览器里打开", "Open it in the browser."))]


@command(app, "serve", zh="工作台：网页与接口，同时运行引擎，直到停止（Ctrl+C）", panel=CAMPAIGN,
         en="Serve the desk, pages and API, with the engine beside it, until stopped (Ctrl+C)")  # fmt: skip
def serve(
    *,
    host: HostOption = None,
    port: PortOption = None,
    engine: Annotated[
        bool,
        typer.Option("--engine/--no-engine",
                     help=say("同时运行引擎；另有 bangdan run 或 bangdan worker 时可不运行",
                              "Run the engine too; leave it out where `bangdan run` or workers do.")),
    ] = True,
    rehearse: RehearseOption = None,
    units: UnitsOption = 300,
    nominations: NominationsOption = 2300,
    seed: SeedOption = 2023,
    roster: RosterOption = None,
    pace: PaceOption = "interesting",
    browser: OpenOption = False,
) -> None:  # fmt: skip
    from bangdan import wiring
    from engine import logs

    told = wiring.settings()
    # As JSON every request is logged; on a terminal only what went wrong.
    logs.set_up(told.log, sys.stderr, level=logging.INFO if told.log == "json" else logging.WARNING)
    if rehearse is not None:
        from bangdan.cli.staging import Programme, show
        from engine.rehearsal.play import Size

        size = Size(seed=seed, units=units, nominations=nominations)
        show(told, Programme(file=rehearse, size=size, roster=roster, pace=pace, host=host, port=port, browser=browser))
    else:
        _live(told, host, port, engine=engine)


def _live(told: Settings, host: str | None, port: int | None, *, engine: bool) -> None:
    """The desk of the house that the settings name, until it is stopped."""
    from bangdan import wiring
    from bangdan.desk import serving
    from bangdan.desk.app import make_app
    from engine.changes.listening import listening

    with office() as opened:
        on = serving.listen(host or told.desk_host, told.desk_port if port is None else port)
        there = told.model_copy(update=dict(zip(("desk_host", "desk_port"), on.getsockname(), strict=False)))
        if serving.is_open(on) and not there.desk_address.startswith("https://"):
            _warn()
        beside = _engine(told, opened) if engine else nullcontext()
        with on, beside as nudge:
            made = make_app(wiring.desk(there, opened, nudge=nudge))
            live = made.state.live
            try:
                with listening(opened.database, live.hear):
                    serving.serve(made, on, ready=lambda: _announce(there.desk_address), live=live,
                                  threads=told.desk_threads)  # fmt: skip
            finally:
                made.state.copy.end()
    typer.echo(say("已停止，没有未完成的事务。", "stopped, nothing half done."), err=True)


@contextmanager
def _engine(told: Settings, opened: Office) -> Iterator[Callable[[], None]]:
    """The engine, beating beside whatever is done within; gives what wakes it."""
    from datetime import timedelta

    from bangdan import wiring
    from engine.heartbeat import Heartbeat
    from engine.live import Engine

    with wiring.asides(told, opened) as asides:
        engine = Engine(office=opened, post=wiring.post(told, opened), tell=lambda _beaten: None, aside=asides,
                        pause=wiring.pause(opened))  # fmt: skip
        beat = Heartbeat(engine, clock=opened.clock, interval=timedelta(seconds=told.heartbeat_seconds))
        beat.start()
        try:
            yield beat.nudge
        finally:
            beat.stop()


def _warn() -> None:
    zh = "注意：工作台没有加密，同一网络中的人可读到密码和登录链接；请用 https 反向代理，并设 BANGDAN_DESK_URL。"
    en = ("WARNING: this desk is open to others and not encrypted: passwords and sign-in links can be read on the "
          "way. Put a proxy with https before it, and set BANGDAN_DESK_URL.")  # fmt: skip
    typer.echo(say(zh, en), err=True)


def _announce(address: str) -> None:
    typer.echo(say(f"工作台已启动：{address}/ ；Ctrl+C 停止", f"the desk is open: {address}/ ; Ctrl+C stops"), err=True)

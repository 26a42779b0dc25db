"""`bangdan serve --rehearse`: a rehearsal in the browser, over a throw-away database, bound to this machine."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bangdan.language import LANGUAGE, say

if TYPE_CHECKING:
    from engine.rehearsal.play import Size
    from engine.settings import Settings

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """What is to be rehearsed, and where it is shown. `host` None is this machine alone."""

    file: str
    size: Size
    roster: Path | None
    pace: str
    host: str | None
    port: int | None
    browser: bool


def show(told: Settings, programme: Programme) -> None:
    """Put the rehearsal on and serve its desk until stopped. Raises Refused, FileRefused."""
    from bangdan.cli.campaign_file import read_campaign_file
    from bangdan.desk import serving
    from bangdan.desk.app import make_app
    from bangdan.desk.staged import desk_of
    from bangdan.stage.house import Stage
    from engine.rehearsal.pacing import BY_KEY
    from engine.rosters.importing import Upload

    roster = programme.roster
    given = Upload(content=roster.read_bytes(), name=roster.name) if roster else None
    port = told.desk_port if programme.port is None else programme.port
    with tempfile.TemporaryDirectory(prefix="bangdan-rehearsal-") as folder:
        stage = Stage(file=read_campaign_file(programme.file), folder=Path(folder), roster=given)
        with serving.listen(programme.host or LOOPBACK, port) as on:
            if serving.is_open(on):
                _warn(names=given is not None)
            host, port = on.getsockname()[:2]
            address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            typer.echo(say("正在准备彩排，约需几秒……", "preparing the rehearsal, a few seconds …"), err=True)
            stage.put_on(programme.size, speed=BY_KEY[programme.pace])
            page = f"{address}/c/{stage.pacing.played.campaign}/rehearsal"
            try:
                app = make_app(desk_of(stage, address=address, lang=LANGUAGE))
                serving.serve(app, on, ready=lambda: _announce(page, browser=programme.browser))
            finally:
                stage.take_down()
    typer.echo(say("彩排已结束，没有留下任何数据。", "the rehearsal is over; nothing of it is kept."), err=True)


def _warn(*, names: bool) -> None:
    """A rehearsal asks nobody who they are: whoever opens it to others is to know."""
    typer.echo(say("注意：彩排不需要登录；能连到这个地址的人都可以观看和操作。",
                   "WARNING: nobody signs in to a rehearsal: whoever reaches this address may look on and drive it."),
               err=True)  # fmt: skip
    if names:
        typer.echo(
            say("      他们也会看到名录中的单位名称。", "         They see the names of your roster, too."), err=True
        )


def _announce(page: str, *, browser: bool) -> None:
    typer.echo(say(f"彩排已开始：{page} ；Ctrl+C 结束", f"the rehearsal has begun: {page} ; Ctrl+C ends it"), err=True)
    if browser:
        typer.launch(page)

"""`bangdan doctor`: whether everything that a campaign needs is there and works. It changes and sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bangdan.cli.app import KEEP, app
from bangdan.cli.printing import console, emit, indented, styled
from bangdan.cli.shell import JsonOption, received
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.doctor.finding import Finding

MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "bold red"), "unknown": ("?", "cyan")}
WRONG = 1  # exit code when something does not work


@command(app, "doctor", zh="体检：数据库、时钟、磁盘、邮件、域名、放假安排、模板、版本", panel=KEEP,
         en="Examine the house: database, clock, disks, mail, names, holidays, letters, versions")  # fmt: skip
def doctor(*, json: JsonOption = False) -> None:
    from engine.doctor.finding import bad

    at = received()
    found = []
    for each in _findings():
        found.append(each)
        if not json:
            _print(each)
    if json:
        emit({"at": at, "findings": [asdict(each) for each in found]})
    else:
        _sum_up(found)
    if bad(found):
        raise typer.Exit(WRONG)


def _findings() -> Iterator[Finding]:
    """What is found; settings that can't be taken are found too, and then nothing else."""
    import time

    from bangdan import ROOT, wiring
    from engine import clock
    from engine.doctor.dns import Resolver
    from engine.doctor.examining import Patient, examine
    from engine.doctor.finding import error
    from workflows.reasons import BangdanError

    try:
        told = wiring.settings()
        workdays = wiring.workdays(told)
    except BangdanError as refused:
        yield from (error(each.code, f"{each.where} {each.zh}", f"{each.where} {each.en}") for each in refused.reasons)
        return
    yield from examine(
        Patient(told=told, workdays=workdays, letters=ROOT / "templates" / "letters", now=clock.now,
                stopwatch=time.monotonic, ask=Resolver())
    )  # fmt: skip


def _print(each: Finding) -> None:
    mark, style = MARKS[each.status]
    console().print(styled(f"{mark} {each.code:<6} {say(each.zh, each.en)}", style if each.status != "ok" else ""))
    if any(each.todo):
        console().print(indented(say(f"      → {each.todo[0]}", f"      → {each.todo[1]}"), "dim"))


def _sum_up(found: list[Finding]) -> None:
    counts = {status: sum(each.status == status for each in found) for status in MARKS}
    typer.echo(say(f"正常{counts['ok']}项，提醒{counts['warning']}项，错误{counts['error']}项，未知{counts['unknown']}项",
                   f"{counts['ok']} ok, {counts['warning']} warnings, {counts['error']} errors, "
                   f"{counts['unknown']} unknown"))  # fmt: skip

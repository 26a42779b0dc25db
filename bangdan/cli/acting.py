"""What commands that change something share: on whose behalf, once per request key, asking first, saying what was done.

What a verb did is kept as plain values, so that a repeated request prints the first answer again and `--json` prints
the same as the words.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.printing import emit, left, when
from bangdan.cli.shell import writing
from bangdan.language import LANGUAGE, say

if TYPE_CHECKING:
    from engine.office import Work

ForUnitOption = Annotated[
    str | None,
    typer.Option("--for-unit", metavar=say("单位编号", "CODE"),
                 help=say("代该推荐单位办理；历史中两个名字都记", "Act for that unit; the history keeps both names.")),
]  # fmt: skip
KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar=say("请求编号", "KEY"),
                 help=say("同一请求编号只办理一次，重复时给出第一次的结果",
                          "The same key is carried out once; again it gives the first answer.")),
]  # fmt: skip
YesOption = Annotated[bool, typer.Option("--yes", "-y", help=say("不再询问，直接办理", "Don't ask; do it."))]
NominationArgument = Annotated[
    str,
    typer.Argument(
        metavar=say("申报编号", "ID"), help=say("申报项目的编号", "The nomination's id."), show_default=False
    ),
]


@contextmanager
def acting(campaign: str | None, *, for_unit: str | None = None, at: datetime | None = None) -> Iterator[Work]:
    """One transaction by the person at this terminal, for a unit if one is named. Raises NotFound."""
    from engine.behalf import acting_for

    with writing(campaign, at=at) as work, acting_for(work, for_unit):
        yield work


def ask(question: str, *, yes: bool) -> None:
    """Go on only if the person says yes; otherwise nothing is done and the command ends with 1."""
    if yes:
        return
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        agreed = False
    if not agreed:
        typer.echo(
            say("未办理，没有保存任何内容。（无人值守时请加 --yes）", "Nothing was done. (Unattended, add --yes.)"),
            err=True,
        )
        raise typer.Exit(1)


def print_answer(told: dict[str, Any], *, done: str, as_json: bool) -> None:
    """Say what was done to a nomination, when it was accepted, and against which deadline."""
    if as_json:
        emit(told)
        return
    head = say(f"{done}：{told['title']}", f"{done}: {told['title']}")
    typer.echo(f"{head}  [{told['track_name']}]  {told['unit']} {told['unit_name']}")
    typer.echo(say(f"  编号 {told['id']}  状态：{told['state_zh']}", f"  id {told['id']}  state: {told['state_en']}"))
    typer.echo(f"  {instants(told)}")


def instants(told: dict[str, Any]) -> str:
    """When it was accepted and, where there is one, the deadline it was compared with."""
    at = datetime.fromisoformat(told["at"])
    exact = _exact(at, told["zone"])
    accepted = say(f"收到时间：{exact}", f"received: {exact}")
    if not told.get("closes"):
        return accepted
    closes = datetime.fromisoformat(told["closes"])
    shown, rest = when(closes, told["zone"], edge="end"), left(at, closes)
    return accepted + say(f"  截止时间：{shown}（{rest}）", f"  deadline: {shown} ({rest})")


def _exact(instant: datetime, zone: str) -> str:
    """To the microsecond: it is what the deadline was compared with."""
    from workflows.instants import show, show_en, zone_of

    if LANGUAGE == "zh":
        return show(instant, zone=zone_of(zone), edge="start")
    return show_en(instant, zone=zone_of(zone), edge="start", name_zone=False)


def warn(text: str) -> None:
    """A line on the error stream, for what a person should notice beside the answer."""
    print(text, file=sys.stderr)  # noqa: T201 - the answer itself may be piped away

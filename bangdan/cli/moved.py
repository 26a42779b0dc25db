"""What commands that move a date share: showing what would happen, asking, doing it, and saying what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import instants
from bangdan.cli.previewing import agreed
from bangdan.cli.printing import listed, when
from bangdan.cli.wording import EDGES
from bangdan.language import say

if TYPE_CHECKING:
    from engine.moving import Moved
    from engine.office import Work

MilestoneArgument = Annotated[
    str,
    typer.Argument(metavar=say("时间节点", "MILESTONE"), show_default=False,
                   help=say("代号或名称，如 collection（见 timeline）", "Key or name (see timeline).")),
]  # fmt: skip
ReopenOption = Annotated[
    bool, typer.Option("--reopen/--no-reopen", help=say("恢复因原截止时间逾期的项目", "Re-open what lapsed."))
]


def named(work: Work, text: str) -> str:
    """A milestone's key; its name in the file will do. What is neither the verb refuses."""
    names = {name: each.key for each in work.definition.milestones for name in (each.english, each.name, each.key)}
    return names.get(text, text)


def move_dates(
    move: Callable[[Work], Moved], asked: dict[str, Any], *, yes: bool, key: str | None, campaign: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Show what moving it does, ask, and do it."""

    def do(work: Work) -> dict[str, Any]:
        from engine.effects import watched
        from engine.queries.moved import plain_move

        return plain_move(work, watched(work, lambda: move(work)))

    agreed(do, _print_moved, yes=yes, campaign=campaign, as_json=as_json, key=key, asked=asked)


def _print_moved(told: dict[str, Any], *, done: bool) -> None:
    """The old date and the new one, and the consequences: who is corrected, what is open again."""
    words = say("已调整：", "moved: ") if done else say("将调整：", "would move: ")
    typer.echo(words + say(told["name"], told["english"]))
    for line in date_lines(told):
        typer.echo(f"  {line}")
    if told["affected"]:
        typer.echo(say(f"  涉及待提交或待评审的项目：{told['affected']}项",
                       f"  nominations not yet in review that it is about: {told['affected']}"))  # fmt: skip
    more = "…" if told["letters"] + told["calls"] > len(told["people"]) else ""
    names = listed(told["people"]) + more
    typer.echo(say(f"  更正通知：邮件{told['letters']}封，电话{told['calls']}人",
                   f"  corrections: {told['letters']} letters, {told['calls']} calls")
               + (say(f"（{names}）", f" ({names})") if names else ""))  # fmt: skip
    if told["reopened"] or not done:
        typer.echo(
            say(f"  恢复为草稿的逾期项目：{told['reopened']}项", f"  lapsed nominations open again: {told['reopened']}")
        )
    for line in _beside(told):
        typer.echo(f"  {line}")
    typer.echo(f"  {instants({**told, 'closes': None})}")


def _beside(told: dict[str, Any]) -> Iterator[str]:
    """What moved with it, and what is not sent any more."""
    for each in told["shifts"]:
        if each["milestone"] != told["milestone"]:
            edge = "end" if each["edge"] == "closes" else "start"
            old, new = (_instant(told, each[which], edge) for which in ("old", "new"))
            name = say(each["name"], each["english"])
            yield say(f"随之调整：{name}{_edge_words(each['edge'])}  {old} → {new}",
                      f"moves with it: {name} {_edge_words(each['edge'])}  {old} → {new}")  # fmt: skip
    letters, calls = told["stopped"]["letters"], told["stopped"]["calls"]
    if letters or calls:
        yield say(f"停发写有原时间的邮件{letters}封，取消待办电话{calls}个",
                  f"stopped, for they tell the old date: {letters} letters, {calls} calls")  # fmt: skip


def _instant(told: dict[str, Any], text: str | None, edge: str) -> str:
    return when(datetime.fromisoformat(text), told["zone"], edge=edge, weekday=True) if text else say("未定", "open")


def date_lines(told: dict[str, Any]) -> Iterator[str]:
    """A line for each edge that moved, with the old date and the new one."""
    for edge in ("opens", "closes", "chosen"):
        old, new = (told[which][edge] for which in ("old", "new"))
        if old != new:
            yield f"{_edge_words(edge)}  {_shown(told, 'old', edge)} → {_shown(told, 'new', edge)}"


def _edge_words(edge: str) -> str:
    return EDGES.get(edge) or say("日期", "date")


def _shown(told: dict[str, Any], which: str, edge: str) -> str:
    if edge == "closes" and which == "new" and told["new"]["follows"]:
        return say("取消，按活动的截止时间办理", "dropped, the campaign's holds")
    instant_text = told[which][edge]
    if instant_text is None:
        suspended = edge == "closes" and told[which]["suspended"]
        return say("暂停，另行通知", "suspended, to be announced") if suspended else say("未定", "open")
    side = "end" if edge == "closes" else "start"
    return when(datetime.fromisoformat(instant_text), told["zone"], edge=side, weekday=True)

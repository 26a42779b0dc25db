"""What commands that move a date share: showing what would happen, asking, doing it, and saying what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
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

NAMED = 10  # people that a preview names

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
        return plain_move(work, move(work))

    agreed(do, _print_moved, yes=yes, campaign=campaign, as_json=as_json, key=key, asked=asked)


def plain_move(work: Work, moved: Moved) -> dict[str, Any]:
    """What moving a date did, as JSON has it."""
    standing = work.definition.milestone_by_key[moved.new.milestone]
    return {
        "milestone": standing.key, "name": say(standing.name, standing.english), "revision": moved.new.revision,
        "at": work.at.isoformat(), "zone": work.definition.zone, "reopened": moved.reopened,
        "affected": moved.affected,
        "letters": moved.told.letters, "calls": moved.told.calls, "people": _people(work, moved),
        "old": _edges(moved.old), "new": _edges(moved.new),
    }  # fmt: skip


def _edges(standing: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else None
        for name, value in asdict(standing).items()
        if name in ("opens", "closes", "chosen")
    } | {"suspended": standing.suspended, "follows": standing.closes_of}


def _people(work: Work, moved: Moved) -> list[str]:
    """The first of those who get the correction, as far as anybody gets one."""
    from sqlalchemy import select
    from sqlmodel import col

    from engine.tables import Call
    from notifications.tables import LETTER

    milestone, revision = moved.new.milestone, moved.new.revision
    letters = select(LETTER.c.to_name).where(
        LETTER.c.campaign_id == work.campaign_id, LETTER.c.milestone == milestone, LETTER.c.revision == revision,
        LETTER.c.created_at == work.at,
    )  # fmt: skip
    calls = select(col(Call.name)).where(
        col(Call.campaign_id) == work.campaign_id, col(Call.milestone) == milestone, col(Call.revision) == revision,
        col(Call.made_at) == work.at,
    )  # fmt: skip
    found: list[str] = []
    for query in (letters.order_by(LETTER.c.id), calls.order_by(col(Call.id))):
        found += work.connection.execute(query.limit(NAMED)).scalars()
    return found[:NAMED]


def _print_moved(told: dict[str, Any], *, done: bool) -> None:
    """The old date and the new one, and the consequences: who is corrected, what is open again."""
    words = say("已调整：", "moved: ") if done else say("将调整：", "would move: ")
    typer.echo(words + told["name"])
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
    typer.echo(f"  {instants({**told, 'closes': None})}")


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

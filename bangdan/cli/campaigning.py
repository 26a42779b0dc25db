"""Commands that start a campaign and move its dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import KeyOption, YesOption, ask, instants, tried
from bangdan.cli.app import CAMPAIGN, DO, app
from bangdan.cli.campaign_file import FileArgument, read_campaign_file
from bangdan.cli.form import instant
from bangdan.cli.printing import emit, listed, when
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption, actor, office, received, writing
from bangdan.cli.show_check import checked
from bangdan.cli.speaking import command
from bangdan.cli.wording import EDGES
from bangdan.language import say

if TYPE_CHECKING:
    from engine.moving import Moved
    from engine.office import Work

UPCOMING = 6  # instants and letters that `open` shows
NAMED = 10  # people that a preview names

MilestoneArgument = Annotated[
    str,
    typer.Argument(metavar=say("时间节点", "MILESTONE"), show_default=False,
                   help=say("代号或名称，如 collection（见 timeline）", "Key or name (see timeline).")),
]  # fmt: skip


@command(
    app,
    "open",
    zh="启动活动：从此按文件的日程推进",
    en="Open a campaign: from now on its calendar runs",
    panel=CAMPAIGN,
)
def open_(*, file: FileArgument, json: JsonOption = False) -> None:
    from engine.campaigns import open_campaign

    checked(file)
    read = read_campaign_file(file)
    at = received()
    with office() as opened:
        who = actor()
        key = open_campaign(opened, read.text, name=read.name, actor=who, at=at)
        with opened.write(key, who, at=at) as work:
            _add_mailbox(work)
            told = _next(work)
    if json:
        emit(told)
    else:
        _print_opened(told)


def _add_mailbox(work: Work) -> None:
    """The secretariat's mailbox of the settings is one of its contacts: digests and escalations reach it."""
    from bangdan import wiring
    from engine import units

    if address := wiring.settings().secretariat_email:
        units.add_contact(work, name=work.definition.office.name, email=address)


def _next(work: Work) -> dict[str, Any]:
    """What was opened and what comes next, as plain values."""
    from workflows.timeline import marks
    from workflows.vocabulary import Edge

    named = work.definition.milestone_by_key
    # 24:00 of one day is 00:00 of the next: what ends there is told before what begins.
    every = sorted(marks(work.calendar), key=lambda mark: (mark.at, mark.edge is Edge.OPENS))
    ahead = [mark for mark in every if mark.at > work.at][:UPCOMING]
    letters = [one for one in work.occasions if one.at > work.at]
    return {
        "campaign": work.definition.key, "name": work.definition.name, "at": work.at.isoformat(),
        "zone": work.definition.zone,
        "next": [{"at": mark.at.isoformat(), "milestone": mark.milestone, "edge": mark.edge.value,
                  "name": say(named[mark.milestone].name, named[mark.milestone].english)} for mark in ahead],
        "letters_to_come": len(letters),
        "first_letter": letters[0].at.isoformat() if letters else None,
        "letters_passed": len(work.occasions) - len(letters),
    }  # fmt: skip


def _print_opened(told: dict[str, Any]) -> None:
    zone = told["zone"]
    typer.echo(say(f"已启动：{told['name']}（{told['campaign']}）", f"open: {told['name']} ({told['campaign']})"))
    typer.echo(
        say("接下来：", "what comes next:") if told["next"] else say("日程均已过去。", "the calendar lies in the past.")
    )
    for each in told["next"]:
        edge = "end" if each["edge"] == "closes" else "start"
        typer.echo(
            f"  {when(datetime.fromisoformat(each['at']), zone, edge=edge)}  {each['name']} {EDGES[each['edge']]}"
        )
    if told["first_letter"]:
        first = when(datetime.fromisoformat(told["first_letter"]), zone)
        count = told["letters_to_come"]
        typer.echo(say(f"之后还有{count}次提醒，第一次在{first}。请保持 bangdan run 运行。",
                       f"{count} rounds of letters to come, first {first}. Keep `bangdan run` running."))  # fmt: skip
    if told["letters_passed"]:
        count = told["letters_passed"]
        typer.echo(say(f"有{count}次提醒的时间已过：仍有用的补发最后一次，其余不发。",
                       f"{count} are overdue: of each chain the last goes out if it is still of use."))  # fmt: skip
    typer.echo(say("下一步：bangdan unit import 名录.csv（模板：bangdan template units）",
                   "next: bangdan unit import FILE (a template: bangdan template units)"))  # fmt: skip


@command(app, "extend", zh="调整截止时间：更正已通知的人，可恢复逾期项目", panel=DO,
         en="Move a deadline: correct whoever was told, re-open what lapsed")  # fmt: skip
def extend(
    *,
    milestone: MilestoneArgument,
    to: Annotated[
        str, typer.Option("--to", metavar=say("时间", "WHEN"), help=say("新的截止时间，如 2023-12-05 24:00",
                                                                     "The new end, e.g. 2023-12-05 24:00."))
    ],
    reason: ReasonOption = "",
    opens: Annotated[
        str | None,
        typer.Option("--opens", metavar=say("时间", "WHEN"), help=say("同时调整开始时间", "Move its start too.")),
    ] = None,
    reopen: Annotated[
        bool, typer.Option("--reopen/--no-reopen", help=say("恢复因原截止时间逾期的项目", "Re-open what lapsed."))
    ] = True,
    yes: YesOption = False,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import campaigns

    def move(work: Work) -> Moved:
        closes = instant(work, to, hint="--to")
        start = instant(work, opens, hint="--opens", edge="start") if opens else None
        return campaigns.extend(work, _named(work, milestone), closes=closes, opens=start, reason=reason, reopen=reopen)

    asked = {"verb": "extend", "milestone": milestone, "to": to, "opens": opens, "reason": reason, "reopen": reopen}
    _move(move, asked, yes=yes, key=key, campaign=campaign, as_json=json)


@command(
    app, "choose", zh="选定择机事项的日期（如发布）", en="Choose a date that was left open (publication)", panel=DO
)
def choose(
    *,
    milestone: MilestoneArgument,
    date: Annotated[
        str, typer.Option("--date", metavar=say("日期", "WHEN"), help=say("选定的日期或时刻，如 2024-02-20 10:00",
                                                                       "The date or instant, e.g. 2024-02-20 10:00."))
    ],
    reason: ReasonOption = "",
    yes: YesOption = False,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import campaigns

    def move(work: Work) -> Moved:
        chosen = instant(work, date, hint="--date", edge="start")
        return campaigns.choose_date(work, _named(work, milestone), date=chosen, reason=reason)

    asked = {"verb": "choose", "milestone": milestone, "date": date, "reason": reason}
    _move(move, asked, yes=yes, key=key, campaign=campaign, as_json=json)


def _named(work: Work, text: str) -> str:
    """A milestone's key; its name in the file will do. What is neither the verb refuses."""
    names = {name: each.key for each in work.definition.milestones for name in (each.english, each.name, each.key)}
    return names.get(text, text)


def _move(
    move: Callable[[Work], Moved], asked: dict[str, Any], *, yes: bool, key: str | None, campaign: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Show what moving it does, ask, and do it: measured anew by the instant at which the person said yes."""
    from engine.office import once

    if not yes:
        with writing(campaign, alone=True) as work:
            preview = tried(work, lambda: _plain(work, move(work)))
        if not as_json:
            _print_moved(preview, done=False)
        ask(say("是否继续？", "Go on?"), yes=yes)
    with writing(campaign, alone=True) as work:
        told = once(work, key, asked, lambda: _plain(work, move(work)))
    if as_json:
        emit(told)
    else:
        _print_moved(told, done=True)


def _plain(work: Work, moved: Moved) -> dict[str, Any]:
    standing = work.definition.milestone_by_key[moved.new.milestone]
    return {
        "milestone": standing.key, "name": say(standing.name, standing.english), "revision": moved.new.revision,
        "at": work.at.isoformat(), "zone": work.definition.zone, "reopened": moved.reopened,
        "letters": moved.told.letters, "calls": moved.told.calls, "people": _people(work, moved),
        "old": _edges(moved.old), "new": _edges(moved.new),
    }  # fmt: skip


def _edges(standing: Any) -> dict[str, str | None]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else None
        for name, value in asdict(standing).items()
        if name in ("opens", "closes", "chosen")
    }


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
    for edge in ("opens", "closes", "chosen"):
        old, new = (told[which][edge] for which in ("old", "new"))
        if old != new:
            typer.echo(f"  {_edge_words(edge)}  {_shown(old, edge, told['zone'])} → {_shown(new, edge, told['zone'])}")
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


def _edge_words(edge: str) -> str:
    return EDGES.get(edge) or say("日期", "date")


def _shown(instant_text: str | None, edge: str, zone: str) -> str:
    if instant_text is None:
        return say("未定", "open")
    return when(datetime.fromisoformat(instant_text), zone, edge="end" if edge == "closes" else "start", weekday=True)

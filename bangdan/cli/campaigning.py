"""Starting a campaign. Its dates are moved by the commands of `deadlines`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.campaign_file import FileArgument, read_campaign_file
from bangdan.cli.printing import emit, when
from bangdan.cli.shell import JsonOption, OrganiserOption, actor, office, received
from bangdan.cli.show_check import checked
from bangdan.cli.speaking import command
from bangdan.cli.wording import EDGES
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work

UPCOMING = 6  # instants and letters that `open` shows


@command(
    app,
    "open",
    zh="启动活动：从此按文件的日程推进",
    en="Open a campaign: from now on its calendar runs",
    panel=CAMPAIGN,
)
def open_(*, file: FileArgument, organiser: OrganiserOption = None, json: JsonOption = False) -> None:
    from engine.campaigns import open_campaign

    checked(file)
    read = read_campaign_file(file)
    at = received()
    with office() as opened:
        who, at = actor(), opened.reckoned(at)
        key = open_campaign(opened, read.text, name=read.name, actor=who, at=at, organiser=organiser)
        with opened.write(key, who, at=at) as work:
            _add_mailbox(work)
            told = _next(work)
    if json:
        emit(told)
    else:
        _print_opened(told)


def _add_mailbox(work: Work) -> None:
    """The organiser's mailbox, else that of the settings, is one of its contacts: digests and escalations reach it."""
    from bangdan import wiring
    from engine import units
    from engine.organisers import keeping as organisers

    if address := organisers.of(work).mailbox or wiring.settings().secretariat_email:
        units.add_contact(work, name=work.definition.office.name, email=address)


def _next(work: Work) -> dict[str, Any]:
    """What was opened and what comes next, as plain values."""
    from workflows.timeline import marks

    named = work.definition.milestone_by_key
    ahead = [mark for mark in marks(work.calendar) if mark.at > work.at][:UPCOMING]
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
        typer.echo(say(f"之后还有{count}次提醒，第一次在{first}。请保持 bangdan serve 运行。",
                       f"{count} rounds of letters to come, first {first}. Keep `bangdan serve` running."))  # fmt: skip
    if told["letters_passed"]:
        count = told["letters_passed"]
        typer.echo(say(f"有{count}次提醒的时间已过：仍有用的补发最后一次，其余不发。",
                       f"{count} are overdue: of each chain the last goes out if it is still of use."))  # fmt: skip
    typer.echo(say("下一步：bangdan admin add 姓名 邮箱；bangdan serve，在工作台导入名录（或 bangdan unit import）",
                   "next: bangdan admin add NAME ADDRESS; bangdan serve, and import the units there "
                   "(or bangdan unit import)"))  # fmt: skip

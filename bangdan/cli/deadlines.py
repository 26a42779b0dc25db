"""Commands that move the dates of a running campaign: for all or for some, suspended, announced, chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.acting import KeyOption, YesOption
from bangdan.cli.app import DO, app, unit
from bangdan.cli.form import instant
from bangdan.cli.moved import MilestoneArgument, ReopenOption, move_dates, named
from bangdan.cli.scoping import ForOption, scope_of
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.moving import Moved
    from engine.office import Work

ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar=say("时间", "WHEN"), help=say("截止时间，如 2023-12-05 24:00",
                                                             "The end, e.g. 2023-12-05 24:00.")),
]  # fmt: skip


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
    reopen: ReopenOption = True,
    for_: ForOption = None,
    yes: YesOption = False,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import campaigns

    def move(work: Work) -> Moved:
        closes = instant(work, to, hint="--to")
        start = instant(work, opens, hint="--opens", edge="start") if opens else None
        return campaigns.extend(work, named(work, milestone), closes=closes, opens=start, reason=reason, reopen=reopen,
                                who=scope_of(work, for_ or []))  # fmt: skip

    asked = {"verb": "extend", "milestone": milestone, "to": to, "opens": opens, "reason": reason, "reopen": reopen,
             "for": for_}  # fmt: skip
    move_dates(move, asked, yes=yes, key=key, campaign=campaign, as_json=json)


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
        return campaigns.choose_date(work, named(work, milestone), date=chosen, reason=reason)

    asked = {"verb": "choose", "milestone": milestone, "date": date, "reason": reason}
    move_dates(move, asked, yes=yes, key=key, campaign=campaign, as_json=json)


@command(app, "suspend", zh="暂停截止：不再按原时间截止，新的时间另行通知", panel=DO,
         en="Suspend a deadline: nothing closes until `extend` says when")  # fmt: skip
def suspend(
    *,
    milestone: MilestoneArgument,
    reason: ReasonOption = "",
    reopen: ReopenOption = True,
    yes: YesOption = False,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import campaigns

    def move(work: Work) -> Moved:
        return campaigns.suspend(work, named(work, milestone), reason=reason, reopen=reopen)

    asked = {"verb": "suspend", "milestone": milestone, "reason": reason, "reopen": reopen}
    move_dates(move, asked, yes=yes, key=key, campaign=campaign, as_json=json)


@command(app, "announce", zh="公布“另行通知”的时间", panel=DO, en="Announce dates that were left to be announced")
def announce(
    *,
    milestone: MilestoneArgument,
    opens: Annotated[
        str | None,
        typer.Option("--opens", metavar=say("时间", "WHEN"), help=say("开始时间", "Its start.")),
    ] = None,
    to: ToOption = None,
    reason: ReasonOption = "",
    yes: YesOption = False,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import campaigns

    def move(work: Work) -> Moved:
        start = instant(work, opens, hint="--opens", edge="start") if opens else None
        closes = instant(work, to, hint="--to") if to else None
        return campaigns.announce(work, named(work, milestone), opens=start, closes=closes, reason=reason)

    asked = {"verb": "announce", "milestone": milestone, "opens": opens, "to": to, "reason": reason}
    move_dates(move, asked, yes=yes, key=key, campaign=campaign, as_json=json)


@command(unit, "deadline", zh="设定、调整或取消单位自己的（更早的）申报截止时间",
         en="Set, change or drop a unit's own earlier deadline for its applicants")  # fmt: skip
def unit_deadline(
    *,
    code: Annotated[
        str,
        typer.Argument(metavar=say("单位编号", "CODE"), show_default=False, help=say("单位的编号", "Its code.")),
    ],
    to: ToOption = None,
    drop: Annotated[
        bool, typer.Option("--drop", help=say("取消，按活动的截止时间办理", "Drop it: the campaign's holds."))
    ] = False,
    reason: ReasonOption = "",
    yes: YesOption = False,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import units
    from engine.own_deadlines import own_deadline

    if drop == (to is not None):
        raise typer.BadParameter(say("请给出 --to 或 --drop 之一", "give either --to or --drop"), param_hint="--to")

    def move(work: Work) -> Moved:
        closes = instant(work, to, hint="--to") if to else None
        return own_deadline(work, units.find(work, code).id, closes=closes, reason=reason)

    asked = {"verb": "unit-deadline", "code": code, "to": to, "drop": drop, "reason": reason}
    move_dates(move, asked, yes=yes, key=key, campaign=campaign, as_json=json)

"""Objections in a public notice: the secretariat enters, lists and settles them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import KeyOption, NominationArgument, acting
from bangdan.cli.app import objection
from bangdan.cli.form import instant, told
from bangdan.cli.printing import console, emit, table, when
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption, reading
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work
    from engine.queries.objections import ObjectionLine


class Then(StrEnum):
    """What is done to the nomination of an objection that is upheld."""

    ELIMINATE = "eliminate"
    DISQUALIFY = "disqualify"
    RETURN = "return"


@command(objection, "add", zh="登记公示期收到的异议（须实名、有理由）", en="Enter an objection: named, with a reason")
def add(
    *,
    nomination_id: NominationArgument,
    name: Annotated[
        str,
        typer.Option("--name", "-n", metavar=say("姓名", "NAME"),
                     help=say("异议人真实姓名或单位名称；不告知推荐单位", "The real name; the unit is not told it.")),
    ] = "",
    contact: Annotated[
        str,
        typer.Option("--contact", metavar=say("联系方式", "CONTACT"),
                     help=say("异议人的电话或邮箱", "A telephone number or an address of theirs.")),
    ] = "",
    organisation: Annotated[
        str, typer.Option("--organisation", metavar=say("单位", "WHERE"), help=say("异议人单位", "Where they work."))
    ] = "",
    reason: ReasonOption = "",
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import objections
    from engine.office import once

    given = {"name": name, "contact": contact, "organisation": organisation, "reason": reason}
    with acting(campaign) as work:

        def do() -> dict[str, Any]:
            return {"id": objections.object_(work, nomination_id, **given), "nomination": nomination_id}

        answer = once(work, key, {"verb": "object", "id": nomination_id, **given}, do)
    if json:
        emit(answer)
    else:
        typer.echo(say(f"已登记异议：编号 {answer['id']}；推荐单位已获告知（不含异议人姓名）",
                       f"entered: {answer['id']}; the unit is told, without the name"))  # fmt: skip


@command(objection, "list", zh="异议清单", en="The objections")
def list_(
    *,
    pending: Annotated[bool, typer.Option("--open", help=say("只列待处理的", "Only open ones."))] = False,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.queries.objections import objections

    with reading(campaign) as work:
        lines = objections(work, all_of_them=not pending)
        if json:
            emit({"objections": [asdict(line) for line in lines]})
        elif not lines:
            typer.echo(say("没有异议", "no objections"))
        else:
            _print(work, lines)


def _print(work: Work, lines: Sequence[ObjectionLine]) -> None:
    from engine.queries.objections import STATES

    zone = work.definition.zone
    made = table(say("编号", "Id"), say("项目", "Nomination"), say("异议人", "Who"), say("收到", "Received"),
                 say("应处理于", "Settle by"), say("状态", "State"), say("内容与处理意见", "What and why"))  # fmt: skip
    for line in lines:
        who = "  ".join(part for part in (line.name, line.organisation, line.contact) if part)
        by = when(line.by, zone, edge="end") if line.by and line.state == "open" else ""
        words = "\n".join(part for part in (line.text, line.settlement) if part)
        made.add_row(line.id, line.title, who, when(line.received_at, zone), by, say(*STATES[line.state]), words)
    console().print(made)


@command(objection, "settle", zh="处理异议：成立或不成立，须说明理由", en="Uphold or dismiss an objection")
def settle(
    *,
    objection_id: Annotated[
        str,
        typer.Argument(metavar=say("异议编号", "ID"), show_default=False, help=say("见 objection list", "Its id.")),
    ],
    upheld: Annotated[
        bool, typer.Option("--upheld/--dismissed", help=say("异议成立或不成立", "Upheld or dismissed."))
    ],
    reason: ReasonOption = "",
    then: Annotated[
        Then | None, typer.Option("--then", help=say("成立时同时办理", "If upheld, done in the same step."))
    ] = None,
    repeat: Annotated[
        bool, typer.Option("--repeat", help=say("重新公示同样长的时间", "Its notice runs again as long."))
    ] = False,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar=say("时间", "WHEN"),
                     help=say("重新公示到何时；不写则同样长", "Until when the notice runs again.")),
    ] = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import objections

    with acting(campaign) as work:
        end = objections.settle(
            work, objection_id, upheld=upheld, reason=reason, repeat=repeat or until is not None,
            **told(then=then.value if then else None, until=instant(work, until, hint="--until") if until else None),
        )  # fmt: skip
        again = when(end, work.definition.zone, edge="end") if end else ""
    if json:
        emit({"id": objection_id, "upheld": upheld, "until": end})
        return
    typer.echo(say(f"已处理：异议{'成立' if upheld else '不成立'}", f"settled: {'upheld' if upheld else 'dismissed'}"))
    if again:
        typer.echo(say(f"  重新公示至{again}", f"  on notice again until {again}"))

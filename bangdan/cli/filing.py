"""Commands for what institutions and units owe: filing, accepting, confirming what arrived, sending it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import ForUnitOption, KeyOption, acting, instants
from bangdan.cli.app import duty
from bangdan.cli.printing import emit
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work

DutyArgument = Annotated[
    str,
    typer.Argument(metavar=say("事项编号", "ID"), help=say("报送事项的编号（duty list）", "The id (duty list)."),
                   show_default=False),
]  # fmt: skip


@command(duty, "file", zh="登记已收到的报送材料", en="Note that it was filed")
def file(
    *,
    duty_id: DutyArgument,
    document: Annotated[
        str,
        typer.Option("--document", "-d", metavar=say("材料", "WORDS"), help=say("报送了什么", "What was handed in.")),
    ],
    for_unit: ForUnitOption = None,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import duties

    asked = {"verb": "duty file", "id": duty_id, "document": document}
    _act(asked, lambda work: duties.file(work, duty_id, document=document), key=key, campaign=campaign, as_json=json,
         for_unit=for_unit)  # fmt: skip


@command(duty, "accept", zh="备案：接受报送的材料", en="Accept what was filed")
def accept(
    *, duty_id: DutyArgument, key: KeyOption = None, campaign: CampaignOption = None, json: JsonOption = False
) -> None:
    from engine import duties

    asked = {"verb": "duty accept", "id": duty_id}
    _act(asked, lambda work: duties.accept(work, duty_id), key=key, campaign=campaign, as_json=json)


@command(duty, "confirm", zh="确认收到寄送或送达的材料", en="Confirm that something arrived by post or by hand")
def confirm(
    *,
    duty_id: DutyArgument,
    dated: Annotated[
        str | None,
        typer.Option("--dated", metavar=say("时间", "INSTANT"), help=say(
            "邮戳日期（2020-04-28）或收到时间（2020-04-28 10:30）；不写即现在收到",
            "The postmark's day (2020-04-28) or when it arrived (2020-04-28 10:30); now if left out.")),
    ] = None,
    note: Annotated[
        str,
        typer.Option("--note", metavar=say("备注", "WORDS"), help=say("例如快递单号", "Such as a parcel's number.")),
    ] = "",
    late: Annotated[
        bool, typer.Option("--late", help=say("逾期仍予受理，须说明理由", "Take it though it is late; needs a reason."))
    ] = False,
    reason: ReasonOption = "",
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import duties, given

    def do(work: Work) -> None:
        when = given.dated(work, dated)
        duties.confirm(work, duty_id, dated=when, note=note, late=late, reason=reason)

    asked = {"verb": "duty confirm", "id": duty_id, "dated": dated, "note": note, "late": late, "reason": reason}
    _act(asked, do, key=key, campaign=campaign, as_json=json)


@command(duty, "send-back", zh="退回报送的材料，并说明理由", en="Send what was filed back, with the reason")
def send_back(
    *, duty_id: DutyArgument, reason: ReasonOption = "", key: KeyOption = None, campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import duties

    asked = {"verb": "duty send-back", "id": duty_id, "reason": reason}
    _act(asked, lambda work: duties.send_back(work, duty_id, reason=reason), key=key, campaign=campaign, as_json=json)


def _act(
    asked: dict[str, Any],
    do: Callable[[Work], None],
    *,
    key: str | None,
    campaign: str | None,
    as_json: bool,
    for_unit: str | None = None,
) -> None:
    from engine import plain
    from engine.office import once

    with acting(campaign, for_unit=for_unit) as work:

        def carry_out() -> dict[str, Any]:
            do(work)
            return plain.duty(work, asked["id"])

        told = once(work, key, asked, carry_out)
    if as_json:
        emit(told)
        return
    about = f"  [{told['about']}]" if told["about"] else ""
    typer.echo(f"{say(told['name'], told['english'])}{about}  {told['owner']}")
    state, overdue = told["state_zh"], "（已逾期）" if told["late"] else ""
    typer.echo(say(f"  状态：{state}{overdue}", f"  state: {told['state_en']}{' (late)' if told['late'] else ''}"))
    if told["document"]:
        typer.echo(f"  {told['document']}")
    typer.echo(f"  {instants(told)}")

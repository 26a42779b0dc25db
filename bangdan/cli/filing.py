"""Commands for what institutions owe: filing it, accepting it, sending it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import KeyOption, instants
from bangdan.cli.app import duty
from bangdan.cli.printing import emit
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption, writing
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
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import duties

    asked = {"verb": "duty file", "id": duty_id, "document": document}
    _act(asked, lambda work: duties.file(work, duty_id, document=document), key=key, campaign=campaign, as_json=json)


@command(duty, "accept", zh="备案：接受报送的材料", en="Accept what was filed")
def accept(
    *, duty_id: DutyArgument, key: KeyOption = None, campaign: CampaignOption = None, json: JsonOption = False
) -> None:
    from engine import duties

    asked = {"verb": "duty accept", "id": duty_id}
    _act(asked, lambda work: duties.accept(work, duty_id), key=key, campaign=campaign, as_json=json)


@command(duty, "send-back", zh="退回报送的材料，并说明理由", en="Send what was filed back, with the reason")
def send_back(
    *, duty_id: DutyArgument, reason: ReasonOption = "", key: KeyOption = None, campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import duties

    asked = {"verb": "duty send-back", "id": duty_id, "reason": reason}
    _act(asked, lambda work: duties.send_back(work, duty_id, reason=reason), key=key, campaign=campaign, as_json=json)


def _act(
    asked: dict[str, Any], do: Callable[[Work], None], *, key: str | None, campaign: str | None, as_json: bool
) -> None:
    from engine.office import once

    with writing(campaign) as work:

        def carry_out() -> dict[str, Any]:
            do(work)
            return _plain(work, asked["id"])

        told = once(work, key, asked, carry_out)
    if as_json:
        emit(told)
        return
    typer.echo(f"{told['name']}  [{told['track_name']}]  {told['institution_name']}")
    state, overdue = told["state_zh"], "（已逾期）" if told["late"] else ""
    typer.echo(say(f"  状态：{state}{overdue}", f"  state: {told['state_en']}{' (late)' if told['late'] else ''}"))
    typer.echo(f"  {instants(told)}")


def _plain(work: Work, duty_id: str) -> dict[str, Any]:
    from engine import duties
    from engine.queries.owed import duty_line

    line = duty_line(work, duties.find(work, duty_id))
    ahead = line.due is not None and line.due > work.at
    return {
        "id": line.id, "kind": line.kind, "name": say(line.name, line.english), "track": line.track,
        "track_name": line.track_name, "institution": line.institution, "institution_name": line.institution_name,
        "state": line.state, "state_zh": line.state_zh, "state_en": line.state_en, "at": work.at.isoformat(),
        "closes": line.due.isoformat() if line.due and ahead else None, "zone": work.definition.zone,
        "due": line.due.isoformat() if line.due else None, "late": bool(line.due and not ahead),
    }  # fmt: skip

"""What the secretariat decides beside the winners: lists drawn from them, and tracks with too few entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import KeyOption, NominationArgument, acting, instants
from bangdan.cli.app import DO, app, nomination
from bangdan.cli.form import one_track
from bangdan.cli.printing import emit
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.office import Work

DrawnOption = Annotated[
    str,
    typer.Option("--list", metavar=say("榜单", "LIST"),
                 help=say("从拟入榜者中产生的榜单，如特别奖；代号或名称", "A list drawn from winners; key or name.")),
]  # fmt: skip


@command(nomination, "distinguish", zh="从拟入榜者中评出，如特别奖（秘书处）", en="Draw a winner onto another list.")
def distinguish(
    *, nomination_id: NominationArgument, drawn: DrawnOption, reason: ReasonOption = "", key: KeyOption = None,
    campaign: CampaignOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    _draw("distinguish", nomination_id, drawn, reason, key=key, campaign=campaign, as_json=json)


@command(nomination, "undistinguish", zh="取消评为，如不再列特别奖（秘书处）", en="Take such a distinction back.")
def undistinguish(
    *, nomination_id: NominationArgument, drawn: DrawnOption, reason: ReasonOption = "", key: KeyOption = None,
    campaign: CampaignOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    _draw("undistinguish", nomination_id, drawn, reason, key=key, campaign=campaign, as_json=json)


def _draw(
    verb: str, nomination_id: str, drawn: str, reason: str, *, key: str | None, campaign: str | None, as_json: bool
) -> None:
    from engine import distinctions
    from engine.distinguished import of_list

    def do(work: Work) -> dict[str, Any]:
        ranking = getattr(distinctions, verb)(work, nomination_id, ranking=drawn, reason=reason)
        return {"id": nomination_id, "list": ranking.key, "name": ranking.name, "english": ranking.english,
                "there": len(of_list(work, ranking.key)), "winners": ranking.winners}  # fmt: skip

    asked = {"verb": verb, "id": nomination_id, "list": drawn, "reason": reason}
    told = _once(do, asked, key=key, campaign=campaign)
    if as_json:
        emit(told)
        return
    done = say("已评为", "is on") if verb == "distinguish" else say("已取消评为", "is no longer on")
    most = say(f"（最多{told['winners']}）", f" of {told['winners']}") if told["winners"] else ""
    typer.echo(
        say(f"{done}{told['name']}；现有{told['there']}{most}。", f"{done} {told['english']}: {told['there']}{most}")
    )
    typer.echo(f"  {instants(told)}")


@command(
    app, "proceed", zh="申报不足的榜单或领域仍进入评审", en="Let a track with too few entries enter review", panel=DO
)
def proceed(
    *,
    track: Annotated[
        str, typer.Argument(metavar=say("榜单", "LIST"), help=say("榜单，有领域的写领域", "A list, or list/field."))
    ],
    reason: ReasonOption = "",
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import shortfall

    def do(work: Work) -> dict[str, Any]:
        short = shortfall.proceed(work, one_track(work, track), reason=reason)
        return {"track": short.track, "name": short.name, "there": short.there, "minimum": short.minimum}

    told = _once(do, {"verb": "proceed", "track": track, "reason": reason}, key=key, campaign=campaign)
    if json:
        emit(told)
        return
    typer.echo(say(f"{told['name']}（{told['there']}项，少于{told['minimum']}项）将进入评审。",
                   f"{told['track']} ({told['there']} of {told['minimum']} entries) will enter review."))  # fmt: skip
    typer.echo(f"  {instants(told)}")


def _once(do: Callable[[Work], dict[str, Any]], asked: dict[str, Any], *, key: str | None, campaign: str | None) -> Any:
    """What was done, once per request key, and when it was."""
    from engine.office import once

    with acting(campaign) as work:
        return once(work, key, asked, lambda: {**do(work), "at": work.at.isoformat(), "zone": work.definition.zone})

"""`bangdan nomination join` and `leave`: who nominates jointly."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.acting import KeyOption, NominationArgument, acting
from bangdan.cli.app import nomination
from bangdan.cli.printing import emit, listed
from bangdan.cli.shell import CampaignOption, JsonOption
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from typing import Any

JoinerOption = Annotated[
    str,
    typer.Option(
        "--unit", "-u", metavar=say("单位编号", "CODE"), help=say("哪个单位（个人）", "Which unit or person.")
    ),
]


def _joining(verb: str, *, zh: str, en: str) -> None:
    @command(nomination, verb, zh=zh, en=en)
    def run(
        *, nomination_id: NominationArgument, unit: JoinerOption, key: KeyOption = None,
        campaign: CampaignOption = None, json: JsonOption = False,
    ) -> None:  # fmt: skip
        from engine import endorsing, units
        from engine.office import once

        with acting(campaign) as work:
            unit_id = units.find(work, unit).id
            asked = {"verb": verb, "id": nomination_id, "unit": unit}
            do = endorsing.join if verb == "join" else endorsing.leave
            told = once(work, key, asked, lambda: asdict(do(work, nomination_id, unit_id=unit_id)))
        if json:
            emit(told)
        else:
            _print(told)


def _print(told: dict[str, Any]) -> None:
    needed, there = told["joint"]["needed"], told["joint"]["there"]
    typer.echo(say(f"{told['title']}：须{needed}个共同提名，现有{len(there)}个：{listed(there)}",
                   f"{told['title']}: {needed} must nominate jointly, {len(there)} do: {listed(there)}"))  # fmt: skip


_joining("join", zh="加入共同提名（提交之前）", en="Nominate jointly with its unit, before it is submitted.")
_joining("leave", zh="退出共同提名（提交之前）", en="Nominate it jointly no longer.")

"""`bangdan versions`: the texts of a campaign's file that were in force, as it was opened and as it was amended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.app import LOOK, app
from bangdan.cli.printing import NUMBER, WHOLE, console, emit, table, when
from bangdan.cli.shell import CampaignOption, JsonOption, reading
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work


@command(app, "versions", panel=LOOK,
         zh="活动文件的各个版本：启动时的和历次修改后的；给出版本号则显示全文",
         en="The versions of the campaign's file; with a number, the whole text of that one")  # fmt: skip
def versions(
    number: Annotated[
        int | None,
        typer.Argument(metavar=say("版本", "NUMBER"), show_default=False,
                       help=say("第几版，1为启动时的文件", "Which one; 1 is the file as it was opened.")),
    ] = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine.versions import version
    from engine.versions import versions as all_of

    with reading(campaign) as work:
        if number is not None:
            row = version(work, number)
            emit({**_plain(row), "source": row.source}) if json else typer.echo(row.source, nl=False)
        elif json:
            emit({"versions": [_plain(row) for row in all_of(work)]})
        else:
            _print(work, [_plain(row) for row in all_of(work)])


def _plain(row: Any) -> dict[str, Any]:
    return {"number": row.number, "at": row.made_at, "actor": row.actor, "file": row.source_name,
            "digest": row.digest, "reason": row.reason}  # fmt: skip


def _print(work: Work, rows: list[dict[str, Any]]) -> None:
    made = table((say("版本", "Version"), NUMBER), (say("时间", "When"), WHOLE), say("谁", "Who"), say("文件", "File"),
                 say("摘要", "Digest"), say("理由", "Reason"))  # fmt: skip
    for row in rows:
        at = when(row["at"], work.definition.zone)
        made.add_row(str(row["number"]), at, row["actor"], row["file"], row["digest"][:12], row["reason"])
    console().print(made)

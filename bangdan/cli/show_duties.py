"""`bangdan duty list`: what institutions and units owe."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.app import duty
from bangdan.cli.printing import WHOLE, console, emit, narrow, table, when
from bangdan.cli.shell import CampaignOption, JsonOption, reading
from bangdan.cli.show_rows import InstitutionOption
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.office import Work


@command(duty, "list", zh="列出初评机构和推荐单位的待办事项，最急的在前", en="List what institutions and units owe")
def duty_list(
    *,
    institution: InstitutionOption = None,
    unit: Annotated[
        str | None, typer.Option("--unit", "-u", metavar=say("单位编号", "CODE"), help=say("只看一个单位", "One unit."))
    ] = None,
    owing: Annotated[bool, typer.Option("--owing", help=say("只看未报送的", "Only what is still owed."))] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help=say("只看已逾期的", "Only what is overdue."))] = False,
    undated: Annotated[bool, typer.Option("--undated", help=say("只看未定期限的", "Only what has no date."))] = False,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.queries.owed import duties

    with reading(campaign) as work:
        lines = duties(work, institution=institution, unit=unit, owing=owing, overdue=overdue, undated=undated)
        if json:
            emit({"rows": [asdict(line) for line in lines]})
        elif lines:
            console().print(_duties(work, lines))
        else:
            console().print(say("没有符合条件的事项。", "nothing of that kind is owed."))


def _duties(work: Work, lines: Sequence[Any]) -> Any:
    short = narrow()
    columns: list[Any] = [(say("编号", "Id"), WHOLE), say("事项", "Duty"), say("榜单或项目", "For")]
    columns += [] if short else [say("责任方", "Who")]
    made = table(*columns, say("状态", "State"), (say("期限", "Due"), WHOLE))
    for line in lines:
        state = say(line.state_zh, line.state_en)
        state += say(f"，尚缺{line.left}项结果", f", {line.left} results missing") if line.left else ""
        state += say("，逾期", ", overdue") if line.overdue else ""
        middle = [] if short else [line.owner]
        due = when(line.due, work.definition.zone, edge="end")
        made.add_row(line.id, say(line.name, line.english), line.about, *middle, state, due,
                     style="bold red" if line.overdue else "")  # fmt: skip
    return made

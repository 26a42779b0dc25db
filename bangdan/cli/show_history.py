"""`bangdan history` and `bangdan audit`: what happened, and the proof that nobody changed it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.app import LOOK, app, audit
from bangdan.cli.printing import NUMBER, WHOLE, console, emit, narrow, styled, table, when
from bangdan.cli.shell import CampaignOption, JsonOption, LimitOption, office, reading, received, which
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from rich.table import Table

    from bangdan.language import Words
    from engine.office import Work
    from engine.queries.story import Happened


class Subject(StrEnum):
    """What can have a history."""

    CAMPAIGN = "campaign"
    UNIT = "unit"
    CONTACT = "contact"
    NOMINATION = "nomination"
    DUTY = "duty"
    CIRCULAR = "circular"
    LETTER = "letter"
    CALL = "call"
    WEBHOOK = "webhook"
    ACCOUNT = "account"


VerbOption = Annotated[
    str | None,
    typer.Option("--verb", metavar=say("动作", "VERB"), help=say("只看一种动作，如 submit", "One verb only.")),
]
SubjectOption = Annotated[
    Subject | None, typer.Option("--subject", help=say("只看一类对象", "One kind of thing only."))
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar=say("时间", "WHEN"), help=say("自何时起，如 2023-11-30 24:00", "From when on.")),
]
BeforeOption = Annotated[
    int | None,
    typer.Option("--before", metavar=say("序号", "NUMBER"), help=say("这一行之前的一页", "The page before that line.")),
]
BROKEN = 1  # exit code of `audit verify` when the history does not stand


@command(app, "history", panel=LOOK,
         zh="经过：整个活动或一个项目、事项、单位发生过的一切，最新的在最后",
         en="What happened to the campaign or to one thing of it, the newest last")  # fmt: skip
def history(
    of: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help=say("项目、事项、联系人的编号或单位代码", "An id, or a unit's code."),
        ),
    ] = None,
    *,
    verb: VerbOption = None,
    subject: SubjectOption = None,
    since: SinceOption = None,
    before: BeforeOption = None,
    limit: LimitOption = 50,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    with reading(campaign) as work:
        begin = _instant(work, since) if since else None
        filters: dict[str, Any] = {"verb": verb, "since": begin, "before": before, "limit": limit}
        lines = _of_all(work, subject, filters) if of is None else _of_one(work, of, filters)
        if json:
            emit(
                {"events": [asdict(line) for line in lines], "before": lines[0].number if len(lines) == limit else None}
            )
        else:
            _print(work, lines, of_one=of is not None, full=len(lines) == limit)


def _of_all(work: Work, subject: Subject | None, filters: Mapping[str, Any]) -> Sequence[Happened]:
    from engine.queries.story import story

    return story(work, subject=subject, **filters)


def _of_one(work: Work, of: str, filters: Mapping[str, Any]) -> Sequence[Happened]:
    from engine.queries.finding import row_of
    from engine.queries.story import story_of

    return story_of(work, *row_of(work, of), **filters)


_ENDS_A_DAY = re.compile(r"24\s*[:：时]")


def _instant(work: Work, text: str) -> datetime:
    """A day means its beginning; 24:00, which a calendar's start may not be, is taken here too."""
    from workflows.instants import InstantRefused, read_instant, zone_of

    zone = zone_of(work.definition.zone)
    try:
        return read_instant(text, zone=zone, edge="end" if _ENDS_A_DAY.search(text) else "start").instant
    except InstantRefused as refused:
        words = "；".join(say(each.zh, each.en) for each in refused.reasons)
        raise typer.BadParameter(words, param_hint="--since") from refused


def _print(work: Work, lines: Sequence[Happened], *, of_one: bool, full: bool) -> None:
    screen = console()
    if not lines:
        screen.print(say("没有符合条件的记录。", "nothing of that kind happened."))
        return
    if full:
        first = lines[0].number
        screen.print(styled(say(f"更早的：--before {first}", f"earlier ones: --before {first}"), "dim"))
    screen.print(history_table(work, lines, of_one=of_one))


def history_table(work: Work, lines: Sequence[Happened], *, title: str = "", of_one: bool = False) -> Table:
    """Some lines of the history; `of_one` leaves out which thing it was."""
    # Here and not above: the engine's queries take their time, and help does without.
    from bangdan import happened

    short = narrow()
    columns: list[Any] = [] if short else [("#", NUMBER)]
    columns += [(say("时间", "When"), WHOLE), say("谁", "Who"), say("动作", "What")]
    columns += [] if of_one else [say("对象", "Of")]
    made = table(*columns, say("结果与说明", "Result and details"), title=title)
    for line in lines:
        cells = [] if short else [str(line.number)]
        cells += [
            when(line.at, work.definition.zone),
            _said(happened.who(line)),
            say(line.verb_zh, line.verb_en),
        ]
        cells += [] if of_one else [_said(happened.what(line))]
        made.add_row(*cells, _said(happened.outcome(work, line)))
    return made


def _said(words: Words) -> str:
    return say(words.zh, words.en)


@command(audit, "verify",
         zh="核验：重算全部封存，并用历史重放出现状，逐一比对",
         en="Recompute every seal, replay the history, and compare it with the rows and the counters")  # fmt: skip
def verify(
    kept: Annotated[
        list[str] | None,
        typer.Option("--kept", metavar=say("摘要", "DIGEST"),
                     help=say("此前抄存他处的封存摘要，须仍在链上；可重复",
                              "A head kept elsewhere earlier: it must still be in the chain. May be repeated.")),
    ] = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine.proving import prove

    at = received()
    with office() as opened:
        verdict = prove(opened, which(opened, campaign), at=at, kept=kept or ())
    if json:
        emit(asdict(verdict))
    else:
        screen = console()
        counts = say(f"{verdict.events}条记录，{verdict.seals}次封存，已封存{verdict.sealed}条",
                     f"{verdict.events} events, {verdict.seals} seals over {verdict.sealed} of them")  # fmt: skip
        screen.print(counts)
        screen.print(say(f"封存摘要 {verdict.head}", f"sealed head {verdict.head}"))
        for fault in verdict.faults:
            screen.print(styled(fault, "bold red"))
        if not verdict.faults:
            screen.print(styled(say("历史完整，与现状一致。", "The history stands and agrees with the rows."), "green"))
    if verdict.faults:
        raise typer.Exit(BROKEN)


@command(audit, "head",
         zh="显示最新的封存摘要，抄存他处，日后可证明历史未被改动",
         en="The newest seal's digest, to be kept elsewhere as a proof for later")  # fmt: skip
def head(campaign: CampaignOption = None, json: JsonOption = False) -> None:
    from engine.sealed import seal_head

    with reading(campaign) as work:
        found = seal_head(work)
        if json:
            emit({"head": found.head, "at": found.at})
        elif found.at is None:
            typer.echo(
                say(
                    "还没有封存过；bangdan run 每轮自动封存。",
                    "nothing is sealed yet; bangdan run seals with every turn.",
                )
            )
        else:
            typer.echo(f"{found.head}  {when(found.at, work.definition.zone)}")

"""Commands about letters and calls: what waits, what a letter says, what to do with one that did not go out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import instants
from bangdan.cli.app import MAIL, app
from bangdan.cli.printing import WHOLE, console, emit, listed, narrow, table, when
from bangdan.cli.refusing import answering
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption, reading, writing
from bangdan.cli.speaking import command, group
from bangdan.language import say

if TYPE_CHECKING:
    from rich.table import Table

    from engine.office import Work
    from engine.queries.calls import CallLine
    from notifications.mailbook import LetterInFull, LetterLine
    from workflows.definition import Definition

outbox = group("outbox", zh="发件箱：每封邮件的去向", en="The outbox: what became of each letter")
callsheet = group(
    "callsheet",
    zh="待电话通知名单：没有邮箱的联系人",
    en="Who is to be told by phone, for want of an address",
    bare=True,
)
app.add_typer(outbox, rich_help_panel=MAIL)
app.add_typer(callsheet, rich_help_panel=MAIL)

MOST = 1000  # lines of a list
LETTER_STATES = {
    "ready": say("待发", "ready"), "claimed": say("发送中", "being sent"), "dot": say("投递中", "at the server's door"),
    "sent": say("已发出", "sent"), "failed": say("失败", "failed"), "parked": say("结果未知", "outcome unknown"),
    "expired": say("已过时", "expired"), "cancelled": say("已取消", "cancelled"),
}  # fmt: skip
CALL_STATES = {
    "open": say("待办", "open"), "done": say("已通知", "told"), "cancelled": say("已取消", "cancelled"),
}  # fmt: skip

LetterArgument = Annotated[
    str,
    typer.Argument(metavar=say("邮件编号", "ID"), show_default=False, help=say("见 outbox list", "See outbox list.")),
]
LimitOption = Annotated[
    int, typer.Option("--limit", min=1, max=MOST, metavar="N", help=say("最多几行", "At most so many lines."))
]


@command(outbox, "list", zh="列出邮件，最新的在前", en="List letters, newest first")
def list_letters(
    *,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state", "-s", metavar="STATE", help=f"{' | '.join(LETTER_STATES)}{say('，可重复', '; repeatable')}"
        ),
    ] = None,
    limit: LimitOption = 50,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from dataclasses import asdict

    from engine.queries.occasions import occasion_words
    from notifications.mailbook import Which, count_by_state, page

    if unknown := [each for each in state or () if each not in LETTER_STATES]:
        wrong = say("没有这个状态", "no such state")
        raise typer.BadParameter(f"{wrong}: {unknown[0]!r}; {', '.join(LETTER_STATES)}", param_hint="--state")
    chosen: Any = tuple(state or ())
    with reading(campaign) as work:
        counts = count_by_state(work.connection, campaign_id=work.campaign_id)
        lines = page(work.connection, campaign_id=work.campaign_id, which=Which(states=chosen), limit=limit)
        words = [say(*occasion_words(work.definition, work.shape, line.occasion)) for line in lines]
        zone = work.definition.zone
    if json:
        shown = [{name: value for name, value in asdict(line).items() if name != "id"} for line in lines]
        emit({"counts": counts, "letters": shown})
        return
    known = {key: state for key, state in LETTER_STATES.items() if key in counts}
    summary = listed(say(f"{name}{counts[key]}封", f"{counts[key]} {name}") for key, name in known.items())
    typer.echo(summary or say("发件箱是空的。", "the outbox is empty."))
    if lines:
        console().print(_letters(lines, words, zone))


def _letters(lines: list[LetterLine], words: list[str], zone: str) -> Table:
    short = narrow()
    made = table((say("编号", "id"), WHOLE), say("状态", "state"), say("收件人", "to"), say("事由", "occasion"))
    if not short:
        made.add_column(say("时间", "time"), no_wrap=True)
        made.add_column(say("说明", "note"), overflow="fold")
    for line, occasion in zip(lines, words, strict=True):
        at = line.sent_at or line.next_attempt_at
        more = () if short else (when(at, zone), line.cancelled_reason or line.last_answer)
        to = f"{line.to_name} <{line.to_address}>"
        made.add_row(line.public_id, LETTER_STATES[line.state], to, occasion, *more)
    return made


@command(
    outbox,
    "preview",
    zh="看一封邮件：已发的按原样，未发的按现在的内容",
    en="Show a letter as it was sent, or as it would be now",
)
def preview(*, letter_id: LetterArgument, campaign: CampaignOption = None, json: JsonOption = False) -> None:
    from engine.letters import desk as letter_desk

    with reading(campaign) as work:
        letter = letter_desk.letter(work, letter_id)
        text = _written(letter, work.definition)
        zone = work.definition.zone
    if json:
        emit(
            {
                "id": letter_id,
                "state": letter.line.state,
                "to": letter.line.to_address,
                "context": letter.context,
                **text,
            }
        )
        return
    line = letter.line
    typer.echo(say(f"收件人：{line.to_name} <{line.to_address}>", f"to: {line.to_name} <{line.to_address}>"))
    typer.echo(say(f"状态：{LETTER_STATES[line.state]}", f"state: {line.state}") + f"  {when(line.sent_at, zone)}")
    typer.echo(say(f"主题：{text['subject']}", f"subject: {text['subject']}"))
    typer.echo("")
    typer.echo(text["text"])


def _written(letter: LetterInFull, definition: Definition) -> dict[str, str]:
    """Subject and text: of the message itself where there is one, else as the templates write it."""
    from email import message_from_bytes
    from email.policy import default

    from bangdan import ROOT
    from engine.letters.composing import templates_of

    if letter.raw is not None:
        message = message_from_bytes(letter.raw, policy=default)
        body = message.get_body(("plain",))
        return {"subject": str(message["Subject"]), "text": body.get_content() if body else ""}
    rendered = templates_of(definition, ROOT / "templates" / "letters").render(letter.template, letter.context)
    return {"subject": rendered.subject, "text": rendered.text}


@command(outbox, "retry", zh="重试失败的邮件", en="Try failed letters again")
def retry(
    *,
    letter_ids: Annotated[
        list[str],
        typer.Argument(
            metavar=say("邮件编号...", "ID..."), show_default=False, help=say("见 outbox list", "See outbox list.")
        ),
    ],
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.letters import desk as letter_desk

    with writing(campaign) as work:
        told = {"retried": letter_desk.retry(work, letter_ids), "at": work.at.isoformat(), "zone": work.definition.zone}
    if json:
        emit(told)
    else:
        count = told["retried"]
        typer.echo(say(f"{count}封邮件将重新发送。", f"{count} letters will be tried again.") + f"  {instants(told)}")


@command(
    outbox,
    "resolve",
    zh="对结果未知的邮件作出决定：已收到、再发一次或作罢",
    en="Decide about a letter of unknown outcome",
)
def resolve(
    *,
    letter_id: LetterArgument,
    sent: Annotated[bool, typer.Option("--sent", help=say("对方已收到", "It arrived."))] = False,
    again: Annotated[bool, typer.Option("--again", help=say("再发一次", "Send it again."))] = False,
    drop: Annotated[bool, typer.Option("--drop", help=say("作罢", "Leave it."))] = False,
    reason: ReasonOption = "",
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.letters import desk as letter_desk

    given = [name for name, told in (("sent", sent), ("again", again), ("drop", drop)) if told]
    if len(given) != 1:
        raise typer.BadParameter(say("请在 --sent、--again、--drop 中选一个", "give one of --sent, --again, --drop"))
    decision: Any = given[0]
    with writing(campaign) as work:
        letter_desk.resolve(work, letter_id, decision=decision, reason=reason)
        state = letter_desk.letter(work, letter_id).line.state
    if json:
        emit({"id": letter_id, "state": state})
    else:
        typer.echo(say(f"已处理，现在为“{LETTER_STATES[state]}”。", f"done; it is {LETTER_STATES[state]} now."))


@callsheet.callback()
def sheet(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help=say("连同已办结和过时的", "Settled and late ones too."))] = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar=say("文件", "FILE"), help=say("导出为 CSV", "Export as CSV."))
    ] = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    if ctx.invoked_subcommand is None:
        with answering(as_json=json):
            _sheet(every=every, csv=csv, campaign=campaign, as_json=json)


def _sheet(*, every: bool, csv: Path | None, campaign: str | None, as_json: bool) -> None:
    from dataclasses import asdict

    from engine.queries.occasions import occasion_words

    with reading(campaign) as work:
        lines = _every(work, every=every)
        words = [say(*occasion_words(work.definition, work.shape, line.occasion)) for line in lines]
        cells = [_cells(line, said, work.definition.zone) for line, said in zip(lines, words, strict=True)]
    if csv is not None:
        from engine.sheets.writing import write_csv

        csv.write_bytes(write_csv(cells, HEADINGS))
        typer.echo(say(f"{len(lines)}行已写入 {csv}", f"{len(lines)} lines written to {csv}"), err=True)
    elif as_json:
        emit([asdict(line) for line in lines])
    elif lines:
        _print_sheet(cells)
    else:
        typer.echo(say("没有待打的电话。", "nobody is to be called."))


def _every(work: Work, *, every: bool) -> list[CallLine]:
    from engine.queries.calls import OPEN, calls

    states = () if every else (OPEN,)
    page = calls(work, states=states, useful=not every, limit=MOST)
    lines = list(page.rows)
    while page.after:
        page = calls(work, states=states, useful=not every, after=page.after, limit=MOST)
        lines += page.rows
    return lines


HEADINGS = [say("编号", "id"), say("姓名", "name"), say("单位", "of"), say("电话", "phones"), say("事由", "occasion"),
            say("最晚", "until"), say("状态", "state"), say("备注", "note")]  # fmt: skip


def _cells(line: CallLine, words: str, zone: str) -> list[str]:
    late = say("（已过时）", " (too late)") if line.late and line.state == "open" else ""
    until = when(line.useful_until, zone, edge="end")
    return [line.id, line.name, line.of, line.phones, words, until, CALL_STATES[line.state] + late, line.note]


def _print_sheet(cells: list[list[str]]) -> None:
    shown = len(HEADINGS) - 2 if narrow() else len(HEADINGS)
    made = table((HEADINGS[0], WHOLE), *HEADINGS[1:shown])
    for row in cells:
        made.add_row(*row[:shown])
    console().print(made)


@command(callsheet, "tick", zh="办结：已打过电话", en="Somebody was told by phone")
def tick(
    *,
    call_id: Annotated[
        str,
        typer.Argument(metavar=say("编号", "ID"), show_default=False, help=say("见 callsheet", "See callsheet.")),
    ],
    note: Annotated[str, typer.Option("--note", metavar=say("备注", "WORDS"), help=say("备注", "A note."))] = "",
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine import calls
    from engine.queries.calls import find

    with writing(campaign) as work:
        calls.tick(work, call_id, note=note)
        name, of = (getattr(find(work, call_id), key) for key in ("name", "of"))
        told = {"id": call_id, "name": name, "of": of, "at": work.at.isoformat(), "zone": work.definition.zone}
    if json:
        emit(told)
    else:
        typer.echo(say(f"已通知：{name}（{of}）", f"told: {name} ({of})") + f"  {instants(told)}")

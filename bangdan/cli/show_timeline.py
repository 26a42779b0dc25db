"""`bangdan timeline`: every instant of the calendar, every reminder to come, and whom it would reach now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.app import LOOK, app
from bangdan.cli.campaign_file import LETTERS, MaybeFileArgument, read_campaign_file
from bangdan.cli.occasions import letter_words, offset_words
from bangdan.cli.printing import NUMBER, WHOLE, console, emit, left, narrow, styled, table, when
from bangdan.cli.shell import CampaignOption, JsonOption, reading, received
from bangdan.cli.speaking import command
from bangdan.cli.wording import AUDIENCES, EDGES
from bangdan.language import say

if TYPE_CHECKING:
    from engine.queries.calendar_view import CalendarView, Instant, Reminding, ToChoose
    from workflows.definition import Definition


EARLIEST = {"opens": say("最早", "at the earliest"), "closes": say("最晚", "at the latest")}


@command(app, "timeline", panel=LOOK,
         zh="日程：全部时间节点和将要发出的提醒，以及每次提醒此刻会送达多少人",
         en="The calendar: every instant, every reminder to come, and how many it would reach now")  # fmt: skip
def timeline(
    file: MaybeFileArgument = None,
    past: Annotated[bool, typer.Option("--all", help=say("包括已过的提醒", "Past reminders too."))] = False,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    at = received()
    if file is None:
        from engine.queries.calendar_view import calendar_view

        with reading(campaign, at=at) as work:
            definition, view = work.definition, calendar_view(work, past=past)
    else:
        definition, view = _announced(file, at)
    if json:
        emit(asdict(view))
    else:
        _print(_Sheet(definition=definition, at=at, short=narrow(), reaching=file is None), view)


def _announced(named: str, at: datetime) -> tuple[Definition, CalendarView]:
    from bangdan import wiring
    from bangdan.checking import letters
    from engine.queries.calendar_view import announced_view
    from workflows.derivation import as_announced
    from workflows.loading import load

    file = read_campaign_file(named)
    definition = load(file.source, name=file.name, letters=letters(LETTERS)).definition
    days = wiring.workdays(wiring.settings())
    return definition, announced_view(definition, as_announced(definition, days), days, at=at)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    """How the list is printed: `short` on a narrow terminal, `reaching` where a campaign is open."""

    definition: Definition
    at: datetime
    short: bool
    reaching: bool


def _print(sheet: _Sheet, view: CalendarView) -> None:
    screen, it = console(), sheet.definition
    columns: list[Any] = [(say("时间", "When"), WHOLE), say("事项", "What")]
    columns += [] if sheet.short else [(say("距今", "From now"), WHOLE)]
    columns += [(say("邮件", "Letters"), NUMBER), (say("电话", "Calls"), NUMBER)] if sheet.reaching else []
    made = table(*columns)
    # At one instant what ends comes before what begins, so that 24:00 stands above 00:00 of the next day.
    rows = [(each.at, int(each.edge == "opens"), *_instant(sheet, each)) for each in view.instants]
    rows += [(each.at, 2, *_reminding(sheet, each)) for each in view.reminders]
    for _, _, style, cells in sorted(rows, key=lambda row: row[:2]):
        made.add_row(*cells, style=style)
    now = when(sheet.at, it.zone, weekday=True)
    screen.print(styled(f"{say(it.name, it.english)}    {say('现在：', 'now: ')}{now}", "bold"))
    screen.print()
    screen.print(made)
    if sheet.reaching:
        screen.print()
        screen.print(
            styled(say("“邮件”“电话”为此刻会送达的人数。", "Letters and calls: how many it would reach now."), "dim")
        )
    for each in view.to_choose:
        screen.print()
        screen.print(styled(_to_choose(it, each), "yellow"))


def _instant(sheet: _Sheet, each: Instant) -> tuple[str, list[str]]:
    edge = "end" if each.edge == "closes" else "start"
    moved = say(f"（已调整{each.moved}次）", f" (moved {each.moved} times)") if each.moved else ""
    chosen = say("（已选定）", " (chosen)") if each.chosen else ""
    open_date = sheet.definition.milestone_by_key[each.milestone].to_choose and not each.chosen
    what = f"{say(each.name, each.english)} {(EARLIEST if open_date else EDGES)[each.edge]}{moved}{chosen}"
    time = when(each.at, sheet.definition.zone, edge=edge, weekday=not sheet.short)
    return ("dim" if each.passed else "bold", [time, what, *([] if sheet.short else [left(sheet.at, each.at)])])


def _reminding(sheet: _Sheet, each: Reminding) -> tuple[str, list[str]]:
    zone = sheet.definition.zone
    what = f"  {letter_words(each.letter)}{say('→', ' → ')}{AUDIENCES[each.audience]}"
    if each.times > 1:
        last = when(each.last, zone)
        what += say(f"，共{each.times}次，至{last}", f", {each.times} times until {last}")
    elif each.offset:
        offset = offset_words(sheet.definition, each.key.partition(":")[0], each.offset)
        of = "" if sheet.short else say(f"{each.name} ", f"{each.english}, ")
        what += say(f"（{of}{offset}）", f" ({of}{offset})")
    if each.outcome == "passed":
        what += say("（过时未发）", " (overtaken, not sent)")
    cells = [when(each.at, zone, weekday=not sheet.short), what]
    cells += [] if sheet.short else [left(sheet.at, each.at)]
    cells += [str(each.reach.letters), str(each.reach.calls)] if each.reach else []
    return ("dim" if each.at <= sheet.at else "", cells)


def _to_choose(it: Definition, each: ToChoose) -> str:
    name = say(each.name, each.english)
    if each.unknown_year:
        return say(f"“{name}”的日期要等{each.unknown_year}年放假安排公布后才能确定。",
                   f'The date of "{name}" waits for the holidays of {each.unknown_year} to be published.')  # fmt: skip
    if each.suspended:
        return say(f"“{name}”的截止时间已暂停，另行通知。", f'The end of "{name}" is suspended, to be announced.')
    if each.to_announce:
        return say(f"“{name}”的时间另行通知。", f'The dates of "{name}" are to be announced.')
    if each.after:
        before = it.milestone_by_key[each.after]
        return say(f"“{name}”在“{before.name}”之后开始。", f'"{name}" begins after "{before.english}".')
    window = f"{when(each.opens, it.zone)} – {when(each.closes, it.zone, edge='end')}"
    return say(f"“{name}”的日期待选定，范围 {window}", f'The date of "{name}" is to be chosen, within {window}')

"""The reading halves of unit, nomination and contact: lists with filters, and one thing in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.app import contact, nomination, unit
from bangdan.cli.declaring import declared_words
from bangdan.cli.printing import NUMBER, WHOLE, console, emit, listed, narrow, styled, table, when
from bangdan.cli.quota_words import places_table
from bangdan.cli.shell import CampaignOption, ChannelOption, JsonOption, LimitOption, TrackOption, reading
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.office import Work
    from engine.queries.details import NominationInFull, UnitInFull
    from engine.queries.listing import NominationLine, UnitLine
    from engine.queries.paging import Page

StateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        "-s",
        metavar=say("状态", "STATE"),
        help=say("只看这些状态，可重复", "These only; repeatable."),
    ),
]
UnitOption = Annotated[
    str | None,
    typer.Option("--unit", "-u", metavar=say("代码", "CODE"), help=say("只看一个推荐单位", "One unit.")),
]
TextOption = Annotated[
    str, typer.Option("--text", "-t", metavar=say("文字", "TEXT"), help=say("名称中含有的文字", "A part of the name."))
]
AfterOption = Annotated[
    str | None, typer.Option("--after", metavar="ID", help=say("从这一行之后继续", "Go on after that line."))
]
InstitutionOption = Annotated[
    str | None,
    typer.Option("--institution", "-i", metavar=say("机构", "KEY"), help=say("只看一个初评机构", "One institution.")),
]


@command(
    nomination,
    "list",
    zh="列出申报项目，可按榜单、状态、单位、文字筛选",
    en="List nominations by list, state, unit, text",
)
def nomination_list(
    *,
    track: TrackOption = None,
    state: StateOption = None,
    of_unit: UnitOption = None,
    text: TextOption = "",
    after: AfterOption = None,
    limit: LimitOption = 50,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.queries.listing import nominations
    from engine.queries.naming import state_named, tracks_named

    with reading(campaign) as work:
        tracks = tracks_named(work.definition, track) if track else None
        states = [state_named(work.shape, each) for each in state or ()]
        page = nominations(work, tracks=tracks, states=states, unit=of_unit, text=text, after=after, limit=limit)
        if json:
            emit(asdict(page))
        else:
            _print_page(page, _nominations(work, page.rows), say("没有符合条件的项目。", "no such nominations."))


def _nominations(work: Work, rows: Sequence[NominationLine]) -> Any:
    short = narrow()
    columns: list[Any] = [(say("编号", "Id"), WHOLE), say("项目", "Title")]
    columns += [] if short else [say("榜单", "List"), say("推荐单位", "Unit")]
    made = table(
        *columns, (say("状态", "State"), {"min_width": 8}), *([] if short else [(say("提交时间", "Submitted"), WHOLE)])
    )
    for row in rows:
        state = say(row.state_zh, row.state_en) + (say("·拟入榜", ", selected") if row.selected else "")
        if row.award.zh:
            state += say(f"·{row.award.zh}", f", {row.award.en}")
        middle = [] if short else [row.track_name, row.unit_name]
        submitted = when(row.submitted_at, work.definition.zone)
        made.add_row(row.id, row.title, *middle, state, *([] if short else [submitted]))
    return made


def _print_page(page: Page[Any], made: Any, empty: str) -> None:
    screen = console()
    if not page.rows:
        screen.print(empty)
        return
    screen.print(made)
    if page.after:
        screen.print(styled(say(f"后面还有：--after {page.after}", f"there are more: --after {page.after}"), "dim"))


@command(nomination, "show", zh="显示一个申报项目的全部内容", en="Show one nomination in full")
def nomination_show(
    what: Annotated[str, typer.Argument(metavar="ID", help=say("项目编号", "The nomination's id."))],
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.queries.details import nomination as in_full

    with reading(campaign) as work:
        found = in_full(work, what)
        if json:
            emit(asdict(found))
        else:
            _print_pairs(_nomination_pairs(work, found))


def _print_pairs(pairs: Iterator[tuple[str, str]]) -> None:
    from rich.table import Table

    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for label, value in pairs:
        if value:
            made.add_row(label, value)
    console().print(made)


def _nomination_pairs(work: Work, it: NominationInFull) -> Iterator[tuple[str, str]]:
    from workflows.rules import ruling_name

    zone, line = work.definition.zone, it.line
    yield say("编号", "Id"), line.id
    yield say("项目", "Title"), line.title
    yield say("榜单", "List"), line.track_name
    yield (
        say("状态", "State"),
        say(line.state_zh, line.state_en) + (say("，拟入榜", ", selected") if line.selected else ""),
    )
    yield say("推荐单位", "Unit"), f"{line.unit_name}（{line.unit}）"
    yield say("申报单位（人）", "Applicant"), line.applicant
    contact_words = (it.applicant_contact, it.applicant_phones, it.applicant_email)
    yield say("申报联系人", "Their contact"), "  ".join(each for each in contact_words if each)
    yield say("属性", "Declared"), declared_words(work.definition, it.attributes)
    named = work.definition.material_by_key
    yield say("材料", "Material"), listed(named[key].name if key in named else key for key in it.materials)
    yield say("起草", "Drafted"), when(it.drafted_at, zone)
    yield say("提交", "Submitted"), when(line.submitted_at, zone)
    yield say("补正期限", "Correct by"), when(it.correct_by, zone, edge="end")
    yield say("等级（荣誉）", "Award"), say(line.award.zh, line.award.en)
    yield say("名次", "Rank"), "" if it.rank is None else str(it.rank)
    yield say("得分", "Score"), "" if it.score is None else f"{it.score:g}"
    if it.earlier:
        entry = f"{it.earlier['edition']} {it.earlier['award']}{it.earlier['list']}：{it.earlier['name']}"
        yield say("曾入选", "Earlier list"), entry
    for key, reason in it.waiver.items():
        yield say(f"豁免“{ruling_name(work.definition, key)[0]}”", f"Waived: {key}"), reason
    for promoted in it.promotions:
        yield say("推广", "Promoted"), f"{when(promoted.at, zone)}  {promoted.note}"


@command(unit, "list", zh="列出推荐单位，可按渠道、文字筛选", en="List recommending units by channel, text")
def unit_list(
    *,
    channel: ChannelOption = None,
    text: TextOption = "",
    unreachable: Annotated[
        bool, typer.Option("--unreachable", help=say("只看没有联系人的单位", "Only those without a contact."))
    ] = False,
    after: AfterOption = None,
    limit: LimitOption = 50,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.queries.listing import units
    from engine.queries.naming import channel_named

    with reading(campaign) as work:
        named = channel_named(work.definition, channel) if channel else None
        page = units(work, channel=named, text=text, unreachable=unreachable, after=after, limit=limit)
        if json:
            emit(asdict(page))
        else:
            _print_page(page, _units(work, page.rows), say("没有符合条件的单位。", "no such units."))


def _units(work: Work, rows: Sequence[UnitLine]) -> Any:
    declared = [say("属性", "Declared")] if any(row.attributes for row in rows) else []
    made = table((say("代码", "Code"), WHOLE), say("单位", "Unit"), say("推荐渠道", "Channels"), *declared,
                 (say("草稿", "Drafts"), NUMBER), (say("占用名额", "Places"), NUMBER))  # fmt: skip
    named = work.definition.channel_by_key
    for row in rows:
        channels = listed(say(named[key].name, named[key].english or named[key].name) for key in row.channels)
        words = [declared_words(work.definition, row.attributes)] if declared else []
        made.add_row(row.code, row.name, channels, *words, str(row.drafts), str(row.placed))
    return made


@command(
    unit,
    "show",
    zh="显示一个推荐单位：渠道、名额、联系人、申报项目",
    en="Show one unit: channels, places, contacts, nominations",
)
def unit_show(
    code: Annotated[str, typer.Argument(metavar=say("代码", "CODE"), help=say("单位代码", "The unit's code."))],
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.queries.details import unit as in_full

    with reading(campaign) as work:
        found = in_full(work, code)
        if json:
            emit(asdict(found))
        else:
            _print_unit(work, found)


def _print_unit(work: Work, it: UnitInFull) -> None:
    screen, named = console(), work.definition.channel_by_key
    screen.print(styled(f"{it.name}（{it.code}）", "bold"))
    channels = listed(say(named[key].name, named[key].english or named[key].name) for key in it.channels)
    screen.print(say(f"推荐渠道：{channels}", f"channels: {channels}"))
    if words := declared_words(work.definition, it.attributes):
        screen.print(words)
    screen.print()
    screen.print(places_table(it.places) if it.places else say("没有名额。", "no places."))
    screen.print()
    screen.print(_contacts(it.contacts) if it.contacts else styled(say("没有联系人。", "no contacts."), "yellow"))
    screen.print()
    _print_page(it.nominations, _nominations(work, it.nominations.rows), say("没有申报项目。", "no nominations."))


@command(contact, "list", zh="列出联系人，可按单位、机构、文字筛选", en="List contacts by unit, institution, text")
def contact_list(
    *,
    of_unit: UnitOption = None,
    institution: InstitutionOption = None,
    office: Annotated[bool, typer.Option("--office", help=say("只看秘书处人员", "The secretariat's own."))] = False,
    without_email: Annotated[
        bool, typer.Option("--no-email", help=say("只看没有邮箱的", "Those without an address."))
    ] = False,
    text: TextOption = "",
    after: AfterOption = None,
    limit: LimitOption = 50,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.queries.contacts import contacts

    with reading(campaign) as work:
        page = contacts(work, unit=of_unit, institution=institution, office=office, text=text,
                        without_email=without_email, after=after, limit=limit)  # fmt: skip
        if json:
            emit(asdict(page))
        else:
            _print_page(page, _contacts(page.rows), say("没有符合条件的联系人。", "no such contacts."))


def _contacts(rows: Sequence[Any]) -> Any:
    short = narrow()
    columns: list[Any] = [] if short else [(say("编号", "Id"), WHOLE)]
    made = table(*columns, say("联系人", "Contact"), say("所属", "Of"), say("电话", "Phones"), say("邮箱", "E-mail"))
    for row in rows:
        name = row.name if row.active else say(f"{row.name}（停用）", f"{row.name} (inactive)")
        cells = [name, row.of, row.phones, row.email or say("（无，电话通知）", "(none: to be called)")]
        made.add_row(*([] if short else [row.id]), *cells, style="" if row.active else "dim")
    return made

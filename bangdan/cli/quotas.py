"""`bangdan quota …`: how many may be recommended and how many were, and changing a quota during the campaign."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import KeyOption, YesOption
from bangdan.cli.app import quota
from bangdan.cli.previewing import agreed
from bangdan.cli.printing import NUMBER, console, emit, listed, table
from bangdan.cli.quota_words import number_words, places_table, quota_words
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption, reading
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work

UNLIMITED = ("unlimited", "不限")


@command(
    quota, "show", zh="显示名额规定（现行），或一个单位的名额使用情况", en="Show the quotas in force, or one unit's"
)
def show(
    unit: Annotated[
        str | None,
        typer.Argument(
            metavar=say("单位编号", "UNIT"), help=say("只看这个单位", "Only this unit."), show_default=False
        ),
    ] = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    with reading(campaign) as work:
        if unit is None:
            _show_all(work, as_json=json)
        else:
            _show_unit(work, unit, as_json=json)


def _show_all(work: Work, *, as_json: bool) -> None:
    it = work.definition
    if as_json:
        emit({"quotas": [asdict(each) for each in it.quotas]})
        return
    made = table(
        say("名额规定", "Quota"), say("榜单", "Lists"), say("推荐渠道", "Channels"), (say("名额", "Places"), NUMBER)
    )
    for each in it.quotas:
        lists = listed(say(it.list_by_key[key].name, it.list_by_key[key].english) for key in each.lists)
        channels = listed(say(it.channel_by_key[key].name, it.channel_by_key[key].english) for key in each.channels)
        made.add_row(each.key, lists, channels, quota_words(it, each))
        for code, number in each.units:
            made.add_row("", "", say(f"其中单位{code}", f"of which unit {code}"), number_words(number))
    console().print(made)


def _show_unit(work: Work, code: str, *, as_json: bool) -> None:
    from engine import places, units

    found = places.of_unit(work, units.find(work, code).id)
    if as_json:
        emit({"unit": code, "places": [{**asdict(place), "left": place.left} for place in found]})
    else:
        console().print(places_table(found) if found else say("没有名额。", "no places."))


@command(
    quota,
    "set",
    zh="调整名额：全部单位或一个单位，须说明理由；先显示影响",
    en="Change a quota, with a reason and a preview",
)
def set_(
    *,
    key: Annotated[str, typer.Argument(metavar=say("名额规定", "QUOTA"), show_default=False,
                                       help=say("代号，见 quota show", "Its key; see quota show."))],
    number: Annotated[str, typer.Argument(metavar="N", show_default=False,
                                          help=say("新的名额；不限写 unlimited", "The new number, or unlimited."))],
    unit: Annotated[
        str | None,
        typer.Option("--unit", "-u", metavar=say("单位编号", "CODE"), help=say("只改这个单位的", "Of this unit only.")),
    ] = None,
    keep: Annotated[
        bool,
        typer.Option("--keep", help=say("已超出的单位保留现有项目，不再新增", "Who has more keeps it.")),
    ] = False,
    reason: ReasonOption = "",
    yes: YesOption = False,
    request: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine.quota_changes import change_quota

    limit = _limit(number)

    def do(work: Work) -> dict[str, Any]:
        return asdict(change_quota(work, key, limit=limit, unit=unit, reason=reason, keep=keep))

    asked = {"verb": "quota", "quota": key, "number": number, "unit": unit, "keep": keep, "reason": reason}
    agreed(do, _print, yes=yes, campaign=campaign, as_json=json, key=request, asked=asked)


def _limit(number: str) -> int | None:
    if number in UNLIMITED:
        return None
    if not number.isascii() or not number.isdecimal() or len(number) > 5:
        raise typer.BadParameter(
            say(f"须为整数或 unlimited，读到 {number[:20]!r}", f"a whole number or unlimited; read {number[:20]!r}"),
            param_hint="N",
        )
    return int(number)


def _print(told: dict[str, Any], *, done: bool) -> None:
    whose = say(f"（单位{told['unit']}）", f" (unit {told['unit']})") if told["unit"] else ""
    words = say("已调整：", "changed: ") if done else say("将调整：", "would change: ")
    typer.echo(f"{words}{told['quota']}{whose}  {number_words(told['old'])} → {number_words(told['new'])}")
    for over in told["over"]:
        typer.echo(say(f"  单位{over['unit']} {over['name']}：{over['scope']}已用{over['used']}个，保留，不再新增",
                       f"  unit {over['unit']} {over['name']}: {over['used']} used for {over['scope']}, kept, no more")
                   )  # fmt: skip

"""`bangdan amend`: another text of a running campaign's file, shown with its consequences before it is put in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import YesOption
from bangdan.cli.app import DO, app
from bangdan.cli.campaign_file import FileArgument, read_campaign_file
from bangdan.cli.moved import ReopenOption, date_lines
from bangdan.cli.previewing import agreed
from bangdan.cli.printing import listed
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption
from bangdan.cli.show_check import checked
from bangdan.cli.show_diff import by_whom, print_changes
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.amending import Amended
    from engine.office import Work

NAMED = 10  # people and letters that a preview names


@command(app, "amend", panel=DO,
         zh="修改正在进行的活动：换用修改后的活动文件，先显示影响",
         en="Amend a running campaign: put a changed file in force, with a preview")  # fmt: skip
def amend(
    *,
    file: FileArgument,
    reason: ReasonOption = "",
    reopen: ReopenOption = True,
    keep: Annotated[
        bool, typer.Option("--keep", help=say("已超出名额的单位保留现有项目，不再新增", "Who has more keeps it."))
    ] = False,
    yes: YesOption = False,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:
    from engine.amending import amend as put_in_force
    from engine.effects import watched
    from engine.queries.amended import plain_amendment

    checked(file)
    read = read_campaign_file(file)

    def do(work: Work) -> dict[str, Any]:
        def put() -> Amended:
            return put_in_force(work, read.text, name=read.name, reason=reason, reopen=reopen, keep=keep)

        return plain_amendment(work, watched(work, put))

    agreed(do, _print, yes=yes, campaign=campaign, as_json=json)


def _print(told: dict[str, Any], *, done: bool) -> None:
    words = say("已修改：", "amended: ") if done else say("将修改：", "would amend: ")
    typer.echo(say(f"{words}{told['name']}（活动文件第{told['version']}版）",
                   f"{words}{told['english']} (version {told['version']} of its file)"))  # fmt: skip
    print_changes(by_whom(told["differences"]))
    for title, lines in _consequences(told):
        if lines:
            typer.echo(title)
            for line in lines:
                typer.echo(f"  {line}")
    _print_totals(told)


def _consequences(told: dict[str, Any]) -> Iterable[tuple[str, list[str]]]:
    yield say("日期：", "dates:"), [line for each in told["moved"] for line in _dates(each)]
    yield say("新增的报送、备案事项：", "newly owed:"), _duty_lines(told["duties"]["owed"])
    yield say("不再需要的报送、备案事项：", "owed no more:"), _duty_lines(told["duties"]["void"])
    due = [say(f"{each['words']}：{each['readers']}人", f"{each['english']}: {each['readers']}")
           for each in told["reminders"]]  # fmt: skip
    yield say("现在应发的提醒：", "reminders that are due now:"), _first(due)
    passed = [say(each["words"], each["english"]) for each in told["passed"]]
    yield say("时间已过、不再发出的提醒：", "reminders that come too late and are not sent:"), _first(passed)
    yield say("超出新名额、保留现有项目：", "more than the new places, kept:"), [
        say(f"单位{each['unit']} {each['name']}：{each['scope']}已用{each['used']}个，名额{each['limit']}个",
            f"unit {each['unit']} {each['name']}: {each['used']} used for {each['scope']}, {each['limit']} places")
        for each in told["over"]
    ]  # fmt: skip


def _dates(moved: dict[str, Any]) -> Iterable[str]:
    lines = list(date_lines(moved))
    if lines or moved["people"]:
        yield say(moved["name"], moved["english"])
    yield from (f"  {line}" for line in lines)
    more = "…" if moved["letters"] + moved["calls"] > len(moved["people"]) else ""
    if moved["people"]:
        names = listed(moved["people"]) + more
        yield say(f"  更正通知：邮件{moved['letters']}封，电话{moved['calls']}人（{names}）",
                  f"  corrections: {moved['letters']} letters, {moved['calls']} calls ({names})")  # fmt: skip


def _duty_lines(duties: list[dict[str, Any]]) -> list[str]:
    return [
        say(f"{each['of']}：{each['name']}，{each['count']}份",
            f"{each['of_english']}: {each['english']}, {each['count']}")
        for each in duties
    ]  # fmt: skip


def _first(lines: list[str]) -> list[str]:
    rest = len(lines) - NAMED
    return lines if rest <= 0 else [*lines[:NAMED], say(f"……另有{rest}次", f"… and {rest} more")]


def _print_totals(told: dict[str, Any]) -> None:
    typer.echo(say(f"更正通知共计：邮件{told['letters']}封，电话{told['calls']}人；"
                   f"恢复为草稿的逾期项目：{told['reopened']}项",
                   f"corrections in all: {told['letters']} letters, {told['calls']} calls; "
                   f"lapsed nominations open again: {told['reopened']}"))  # fmt: skip
    if told["eligibility"]:
        typer.echo(say("申报条件、渠道或材料的改动适用于此后提交的项目，已提交的不受影响。",
                       "what is asked of nominations is asked of what is submitted from now on, "
                       "not of what was submitted."))  # fmt: skip

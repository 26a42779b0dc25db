"""`bangdan amend`: another text of a running campaign's file, shown with its consequences before it is put in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.acting import YesOption
from bangdan.cli.app import DO, app
from bangdan.cli.campaign_file import FileArgument, read_campaign_file
from bangdan.cli.moved import ReopenOption, date_lines, plain_move
from bangdan.cli.previewing import agreed
from bangdan.cli.printing import listed
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption
from bangdan.cli.show_check import checked
from bangdan.cli.show_diff import by_whom, plain_difference, print_changes
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

    checked(file)
    read = read_campaign_file(file)

    def do(work: Work) -> dict[str, Any]:
        return _plain(work, put_in_force(work, read.text, name=read.name, reason=reason, reopen=reopen, keep=keep))

    agreed(do, _print, yes=yes, campaign=campaign, as_json=json)


def _plain(work: Work, done: Amended) -> dict[str, Any]:
    return {
        "campaign": done.after.key, "name": say(done.after.name, done.after.english), "version": done.version,
        "at": work.at.isoformat(), "zone": done.after.zone,
        "differences": [plain_difference(each) for each in done.differences], "eligibility": done.eligibility,
        "moved": [plain_move(work, each) for each in done.moved],
        "milestones": {"added": list(done.dates.added), "dropped": list(done.dates.dropped)},
        "reopened": done.reopened, "letters": done.told.letters, "calls": done.told.calls,
        "duties": {"owed": _duties(done, done.owed), "void": _duties(done, done.void)},
        "reminders": [{"occasion": each.occasion.key, "words": _words(work, each.occasion.key),
                       "readers": each.readers} for each in done.reminding],
        "passed": [{"occasion": each.key, "words": _words(work, each.key)} for each in done.passed],
        "over": [asdict(each) for each in done.over],
    }  # fmt: skip


def _duties(done: Amended, counted: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    kinds = done.before.duty_by_key | done.after.duty_by_key
    bodies = done.before.institution_by_key | done.after.institution_by_key
    return [
        {"duty": kind, "name": say(kinds[kind].name, kinds[kind].english), "institution": body,
         "of": say(bodies[body].name, bodies[body].english or bodies[body].name) if body else say("推荐单位", "units"),
         "count": count}
        for (kind, body), count in counted.items()
    ]  # fmt: skip


def _words(work: Work, occasion: str) -> str:
    from engine.queries.occasions import occasion_words

    return say(*occasion_words(work.definition, work.shape, occasion))


def _print(told: dict[str, Any], *, done: bool) -> None:
    words = say("已修改：", "amended: ") if done else say("将修改：", "would amend: ")
    typer.echo(say(f"{words}{told['name']}（活动文件第{told['version']}版）",
                   f"{words}{told['name']} (version {told['version']} of its file)"))  # fmt: skip
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
    due = [say(f"{each['words']}：{each['readers']}人", f"{each['words']}: {each['readers']}")
           for each in told["reminders"]]  # fmt: skip
    yield say("现在应发的提醒：", "reminders that are due now:"), _first(due)
    passed = [each["words"] for each in told["passed"]]
    yield say("时间已过、不再发出的提醒：", "reminders that come too late and are not sent:"), _first(passed)
    yield say("超出新名额、保留现有项目：", "more than the new places, kept:"), [
        say(f"单位{each['unit']} {each['name']}：{each['scope']}已用{each['used']}个，名额{each['limit']}个",
            f"unit {each['unit']} {each['name']}: {each['used']} used for {each['scope']}, {each['limit']} places")
        for each in told["over"]
    ]  # fmt: skip


def _dates(moved: dict[str, Any]) -> Iterable[str]:
    lines = list(date_lines(moved))
    if lines or moved["people"]:
        yield moved["name"]
    yield from (f"  {line}" for line in lines)
    more = "…" if moved["letters"] + moved["calls"] > len(moved["people"]) else ""
    if moved["people"]:
        names = listed(moved["people"]) + more
        yield say(f"  更正通知：邮件{moved['letters']}封，电话{moved['calls']}人（{names}）",
                  f"  corrections: {moved['letters']} letters, {moved['calls']} calls ({names})")  # fmt: skip


def _duty_lines(duties: list[dict[str, Any]]) -> list[str]:
    return [say(f"{each['of']}：{each['name']}，{each['count']}份", f"{each['of']}: {each['name']}, {each['count']}")
            for each in duties]  # fmt: skip


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

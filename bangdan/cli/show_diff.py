"""`bangdan diff`: what changes for whom between two campaign files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.campaign_file import CampaignFile, FileArgument, read_campaign_file
from bangdan.cli.printing import console, emit, indented, styled
from bangdan.cli.shell import JsonOption
from bangdan.cli.speaking import command
from bangdan.cli.standing import StandingArgument, read_standing
from bangdan.language import say

if TYPE_CHECKING:
    from workflows.definition import Definition
    from workflows.differences import Difference

MARKS = {"added": ("＋", "+", "green"), "changed": ("～", "~", "yellow"), "dropped": ("－", "-", "red")}


@command(app, "diff", panel=CAMPAIGN,
         zh="比较两个活动文件：谁的什么变了（去年与今年，或已启动的与修改后的）",
         en="Compare two campaign files: what changes for whom")  # fmt: skip
def diff(old: StandingArgument, new: FileArgument, json: JsonOption = False) -> None:
    from engine.queries.amended import plain_difference
    from workflows.differences import differences

    before, after = _loaded(read_standing(old)), _loaded(read_campaign_file(new))
    found = differences(before, after)
    if json:
        emit({"old": old, "new": new, "differences": [plain_difference(each) for each in found]})
    else:
        _print(before, after, found)


def _loaded(file: CampaignFile) -> Definition:
    from workflows.loading import load

    return load(file.source, name=file.name).definition


def _print(before: Definition, after: Definition, found: Iterable[Difference]) -> None:
    from engine.queries.amended import plain_difference

    screen = console()
    names = (say(f"{each.name}（{each.key}）", f"{each.english} ({each.key})") for each in (before, after))
    screen.print(styled(" → ".join(names), "bold"))
    print_changes(by_whom(plain_difference(each) for each in found))


def by_whom(found: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Differences as plain values, by the words for whom they concern."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        grouped.setdefault(say(each["whom"]["zh"], each["whom"]["en"]), []).append(each)
    return grouped


def print_changes(grouped: dict[str, list[dict[str, Any]]]) -> None:
    """Say what changes for whom."""
    screen = console()
    if not grouped:
        screen.print(say("没有差别。", "No difference."))
    for whom, changes in grouped.items():
        screen.print()
        screen.print(styled(say(f"与{whom}有关", f"for {whom}"), "bold"))
        for each in changes:
            zh, en, style = MARKS[each["kind"]]
            screen.print(indented(f"{say(zh, en)} {say(each['zh'], each['en'])}", style))

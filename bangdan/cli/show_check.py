"""`bangdan check`: is a campaign file good, and what does it say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.campaign_file import LETTERS, FileArgument, read_campaign_file
from bangdan.cli.printing import console, emit, styled
from bangdan.cli.refusing import BAD_FILE
from bangdan.cli.shell import JsonOption
from bangdan.cli.show_findings import Found, findings_as_plain, print_findings
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from rich.console import Console

    from workflows.definition import Definition

TABLES = ("campaign", "calendar", "lists", "channels", "quotas", "milestones", "stages", "office")  # each is needed


@command(app, "check", panel=CAMPAIGN,
         zh="检查活动文件：一次列出全部错误、警告和备注，并用样例试写每种邮件",
         en="Check a campaign file: all findings at once, and every letter tried out with samples")  # fmt: skip
def check(file: FileArgument, json: JsonOption = False) -> None:
    definition, found = examined(file)
    if json:
        emit({
            "file": file, "sound": definition is not None, **findings_as_plain(found),
            "campaign": _summary(definition) if definition else None,
        })  # fmt: skip
    else:
        _print(file, definition, found)
    if definition is None:
        raise typer.Exit(BAD_FILE)


def checked(named: str) -> None:
    """Raises FileRefused with every error of a campaign file, or of its letters."""
    from workflows.reasons import FileRefused

    _, found = examined(named)
    if found.errors:
        raise FileRefused(found.errors)


def examined(named: str) -> tuple[Definition | None, Found]:
    """What there is to say of a campaign file, and the campaign if it is sound, its letters included."""
    from bangdan import checking, wiring
    from workflows.findings import in_order

    file = read_campaign_file(named)
    seen = checking.examined(file.source, file.name, wiring.workdays(wiring.settings()), templates=LETTERS)
    found = Found(
        lines=seen.lines, errors=seen.errors, error_count=len(seen.findings.errors) + len(seen.faults),
        warnings=in_order(seen.findings.warnings), remarks=in_order(seen.findings.remarks),
    )  # fmt: skip
    return None if found.errors else seen.definition, found


def _summary(it: Definition) -> dict[str, Any]:
    return {
        "key": it.key, "name": it.name, "english": it.english, "edition": it.edition, "zone": it.zone,
        "lists": [{"key": one.key, "name": one.name, "fields": [each.key for each in one.fields],
                   "elsewhere": one.elsewhere, "drawn_from": one.drawn_from} for one in it.lists],
        "channels": [{"key": one.key, "name": one.name, "lists": list(one.lists)} for one in it.channels],
        "quotas": [{"lists": list(one.lists), "channels": list(one.channels), "per": one.per, "limit": one.limit}
                   for one in it.quotas],
        "milestones": [{"key": one.key, "name": one.name, "opens": one.opens, "closes": one.closes,
                        "to_choose": one.to_choose, "after": one.after, "of": one.of, "ours": one.ours}
                       for one in it.milestones],
        "stages": [{"key": one.key, "name": one.name, "judge": one.judge, "window": one.window, "due": one.due}
                   for one in it.stages],
        "institutions": [{"key": one.key, "name": one.name, "tracks": list(one.tracks)} for one in it.institutions],
        "duties": [{"key": one.key, "name": one.name, "owed_by": one.owed_by, "each": one.each, "due": one.due}
                   for one in it.duties],
        "letters": _letters(it),
    }  # fmt: skip


def _letters(it: Definition) -> list[str]:
    return sorted({one.letter for one in it.reminders} | {one.letter for one in it.dailies})


def _print(named: str, definition: Definition | None, found: Found) -> None:
    screen = console()
    if definition:
        screen.print(styled(say(f"{named}：可以使用", f"{named}: good"), "bold green"))
        _print_campaign(definition, screen)
    else:
        screen.print(
            styled(say(f"{named}：不能使用，请改正以下错误", f"{named}: not usable; mend these errors"), "bold red")
        )
    screen.print()
    print_findings(found, screen)
    if sum(each.code == "CFG-22" and each.facts.get("path") in TABLES for each in found.errors) > 1:
        screen.print(say("各项齐备的文件可用 bangdan new 写出。", "`bangdan new` writes a file that has all it needs."))


def _print_campaign(it: Definition, screen: Console) -> None:
    from bangdan import wiring
    from bangdan.cli.campaign_tables import campaign_tables

    screen.print(styled(say(f"{it.name}（{it.key}）", f"{it.english} ({it.key})"), "bold"))
    screen.print(it.notice)
    for made in campaign_tables(it, wiring.workdays(wiring.settings())):
        screen.print()
        screen.print(made)
    count = sum(len(one.offsets) for one in it.reminders)
    screen.print()
    screen.print(say(f"提醒{count}次，日报{len(it.dailies)}种，用到{len(_letters(it))}种邮件；每种邮件都已用样例试写。",
                     f"{count} reminders and {len(it.dailies)} daily letters of {len(_letters(it))} kinds; "
                     "every letter was tried out with samples."))  # fmt: skip

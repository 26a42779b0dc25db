"""`bangdan explain`: why something is where it is, what can happen next, who must act, by when, and what blocks it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.app import LOOK, app
from bangdan.cli.occasions import letter_words
from bangdan.cli.printing import console, emit, indented, left, listed, styled, table, when
from bangdan.cli.shell import CampaignOption, JsonOption, reading
from bangdan.cli.show_history import history_table
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from rich.table import Table

    from engine.office import Work
    from engine.queries.explanation import Explanation, Fact, Must, Possible, Words
    from workflows.definition import Definition
    from workflows.reasons import Reason

IdArgument = Annotated[
    str,
    typer.Argument(
        metavar="ID", help=say("申报项目、报送事项、邮件或电话通知的编号", "Id of a nomination, duty, letter or call.")
    ),
]


@command(app, "explain", panel=LOOK,
         zh="说明一个项目、事项或邮件：来由、下一步、谁来办、期限、受何阻碍",
         en="Explain a nomination, duty or letter: why, what is next, who must act, what blocks it")  # fmt: skip
def explain(what: IdArgument, campaign: CampaignOption = None, json: JsonOption = False) -> None:
    from engine.queries.explaining import explain as explained

    with reading(campaign) as work:
        found = explained(work, what)
        if json:
            emit(asdict(found))
        else:
            _print(work, found)


def _print(work: Work, found: Explanation) -> None:
    from engine.queries.story import SUBJECTS

    screen, zone = console(), work.definition.zone
    screen.print(styled(f"{say(*SUBJECTS[found.kind])}  {_name(found)}", "bold"))
    since = when(found.since, zone)
    screen.print(say(f"状态：{found.state.zh}（自{since}）", f"state: {found.state.en} (since {since})"))
    for fact in found.facts:
        screen.print(f"{_word(fact.label)}{say('：', ': ')}{_value(fact, zone)}")
    screen.print()
    screen.print(styled(say("须由谁办理", "Who must act"), "bold"))
    if not found.must:
        screen.print(indented(say("目前无须任何人办理", "nobody, for now")))
    for must in found.must:
        _print_must(work, must)
    if found.verbs:
        screen.print()
        screen.print(_verbs(work.definition, found.verbs))
    if found.history:
        screen.print()
        screen.print(history_table(work, found.history, title=say("经过", "What happened"), of_one=True))


def _name(found: Explanation) -> str:
    return letter_words(found.name) if found.kind == "letter" else found.name


def _word(words: Words) -> str:
    return say(words.zh, words.en)


def _value(fact: Fact, zone: str) -> str:
    if isinstance(fact.value, datetime):
        edge = "end" if fact.edge == "closes" else "start"
        return when(fact.value, zone, edge=edge)
    return _word(fact.value)


def _print_must(work: Work, must: Must) -> None:
    screen = console()
    line = f"{_word(must.who)}{say('：', ': ')}{_word(must.what)}"
    if must.by and must.itself:
        line += say(
            f"（{when(must.by, work.definition.zone)}，无须办理）", f" by itself, {when(must.by, work.definition.zone)}"
        )
    elif must.by:
        by = when(must.by, work.definition.zone, edge="end")
        line += say(f"，不晚于{by}（{left(work.at, must.by)}）", f", by {by} ({left(work.at, must.by)})")
    screen.print(indented(line, "bold red" if must.late else "" if must.itself else "yellow"))
    for reason in must.reasons:
        screen.print(indented(f"{say('受阻：', 'blocked: ')}{_reason(reason)}"))


def _reason(reason: Reason) -> str:
    return say(f"{reason.zh}（{reason.code}）", f"{reason.en} ({reason.code})")


def _verbs(definition: Definition, verbs: tuple[Possible, ...]) -> Table:
    from workflows.calling import called

    made = table(say("可以办理", "What can happen"), say("由", "By"), say("之后", "Then"), say("现在", "Now"),
                 title=say("下一步", "What is next"))  # fmt: skip
    for verb in verbs:
        now = "；".join(_reason(reason) for reason in verb.reasons)
        if not now:
            now = say("可以，须说明理由", "yes, with a reason") if verb.needs_reason else say("可以", "yes")
        terms = (called(definition, role) for role in verb.roles)
        who = listed(say(term.zh, term.en) for term in terms)
        made.add_row(_word(verb.words), who, _word(verb.target), now, style="dim" if verb.reasons else "")
    return made

"""`bangdan new`: begin a campaign file, from a few answers or from last year's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.campaign_file import CampaignFile, read_campaign_file
from bangdan.cli.printing import console, emit, styled, table
from bangdan.cli.refusing import BAD_FILE
from bangdan.cli.shell import JsonOption, reading, received
from bangdan.cli.show_check import examined
from bangdan.cli.show_findings import Found, findings_as_plain, print_findings
from bangdan.cli.show_schema import SCHEMA
from bangdan.cli.speaking import command
from bangdan.cli.standing import opened, read_standing
from bangdan.language import say
from workflows.reasons import Reason, Refused

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from workflows.definition import Definition
    from workflows.renewing import Carried

SORTS = {
    "date": say("日期：按新一年的安排改", "Dates: as this year's notice has them"),
    "number": say("数字：名额等是否照旧", "Numbers: are they still so?"),
    "words": say("文字：年份已顺延，届次等照旧", "Words: years were moved, ordinals were not"),
    "comment": say("注释：写有年份或在日期旁，未改动", "Comments on years and dates, left as they were"),
}
WORDING = ".wording"

NewArgument = Annotated[
    Path,
    typer.Argument(metavar=say("新文件", "FILE"), show_default=False,
                   help=say("要写的活动文件，如 prize-2026.toml", "The file to write, e.g. prize-2026.toml.")),
]  # fmt: skip
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar=say("旧活动", "LAST"),
                 help=say("由去年的活动而来：文件、自带活动的名称，或已启动活动的代号",
                          "Make it from last year's: a file, an embedded name, or an open campaign's key.")),
]  # fmt: skip
EditionOption = Annotated[
    int | None,
    typer.Option("--edition", metavar=say("年", "YEAR"), min=1900, max=2200,
                 help=say("与 --from 同用：新一届的年份，不写则为下一年", "With --from: its edition; else the next.")),
]  # fmt: skip
LaureatesOption = Annotated[
    Path | None,
    typer.Option("--laureates", metavar=say("文件", "FILE.csv"),
                 help=say("与 --from 同用：把上一届入榜名单写成历年入选表", "With --from: its winners, for import.")),
]  # fmt: skip
AnswersOption = Annotated[
    Path | None,
    typer.Option("--answers", metavar=say("文件", "FILE.toml"),
                 help=say("不提问，从这个文件取回答", "Ask nothing; the answers are in this file.")),
]  # fmt: skip


@command(app, "new", panel=CAMPAIGN, zh="新建活动文件：回答几个问题，或由去年的活动顺延（--from）",
         en="Begin a campaign file: from a few questions, or from last year's (--from)")  # fmt: skip
def new(
    *, file: NewArgument, last: FromOption = None, edition: EditionOption = None, laureates: LaureatesOption = None,
    answers: AnswersOption = None, json: JsonOption = False,
) -> None:  # fmt: skip
    _check_use(last=last, edition=edition, laureates=laureates, answers=answers)
    for path in (file, laureates):
        if path is not None:
            _check_room(path)
    carried: Sequence[Carried] = ()
    if last is None:
        text, winners = _begun(answers), None
    else:
        text, carried, key = _renewed(last, edition)
        winners = _winners(key, last) if laureates else None
    _write(file, text.encode())
    if laureates and winners:
        _write(laureates, winners[0])
    if not (beside := file.parent / SCHEMA.name).exists():
        beside.write_bytes(SCHEMA.read_bytes())
    definition, found = examined(str(file))
    plain = {"file": str(file), "sound": definition is not None, **findings_as_plain(found),
             "carried": [asdict(each) for each in carried], "laureates": winners[1] if winners else None}  # fmt: skip
    if json:
        emit(plain)
    else:
        _print(file, definition, found, carried)
        _print_next(file, last, laureates, winners[1] if winners else 0)
    if definition is None:
        raise typer.Exit(BAD_FILE)


def _check_use(*, last: str | None, answers: Path | None, **with_last: object) -> None:
    """Raises BadParameter for options that don't go together."""
    if last is None and (lonely := [f"--{name}" for name, value in with_last.items() if value is not None]):
        raise typer.BadParameter(say("只与 --from 同用", "only together with --from"), param_hint=lonely[0])
    if last is not None and answers is not None:
        raise typer.BadParameter(say("不与 --from 同用", "not together with --from"), param_hint="--answers")


def _check_room(path: Path) -> None:
    """Before anything is asked: raises Refused where nothing can be written."""
    if path.exists():
        raise Refused(_exists(path))
    if not path.parent.is_dir():
        zh, en = "没有这个文件夹，请先建好", "there is no such folder; make it first"
        raise Refused(Reason(code="NEW-02", zh=zh, en=en, where=str(path.parent)[:200]))


def _exists(path: Path) -> Reason:
    zh, en = (
        "已有这个文件，不会覆盖；请换一个名称",
        "there is such a file, and none is overwritten; choose another name",
    )
    return Reason(code="NEW-01", zh=zh, en=en, where=str(path)[:200])


def _write(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as made:
            made.write(content)
    except FileExistsError:
        raise Refused(_exists(path)) from None
    except OSError as error:
        zh, en = f"无法写入：{error.strerror}", f"can't be written: {error.strerror}"
        raise Refused(Reason(code="NEW-02", zh=zh, en=en, where=str(path)[:200])) from error


def _begun(answers: Path | None) -> str:
    from bangdan.cli.asking import ask_all
    from workflows.answers import read_answers
    from workflows.starting import start

    if answers is not None:
        read = read_campaign_file(str(answers))
        return start(read_answers(read.source, name=read.name))
    try:
        return start(ask_all(received().date()))
    except typer.Abort:
        zh = "问答没有完成，没有写文件；无人值守时请用 --answers"
        en = "the questions were not all answered, so no file was written; unattended, use --answers"
        raise Refused(Reason(code="NEW-03", zh=zh, en=en)) from None


def _renewed(last: str, edition: int | None) -> tuple[str, Sequence[Carried], str]:
    """The new text, what came from last year, and the key of last year's campaign."""
    from workflows.loading import load
    from workflows.renewing import renew

    file: CampaignFile = read_standing(last)
    old = load(file.source, name=file.name).definition
    year = edition or old.edition + 1
    if year <= old.edition:
        raise Refused(Reason(code="NEW-04", zh=f"新一届须晚于{old.edition}年，读到{year}",
                             en=f"the new edition must be later than {old.edition}; read {year}"))  # fmt: skip
    made = renew(file.text, old, edition=year)
    return made.text, made.carried, old.key


def _winners(key: str, last: str) -> tuple[bytes, int]:
    """The winners of a campaign that was carried out here, as a table, and how many. Raises Refused."""
    from engine.rosters import winners

    if key not in opened():
        raise Refused(Reason(code="NEW-05", zh=f"数据库里没有“{last}”这个活动，不知道谁入榜",
                             en=f'the database has no campaign "{last}", so its winners are not known'))  # fmt: skip
    with reading(key) as work:
        content, count = winners(work)
    if not count:
        raise Refused(Reason(code="NEW-06", zh=f"活动“{key}”还没有发布入榜名单",
                             en=f'campaign "{key}" has published no winners yet'))  # fmt: skip
    return content, count


def _print(file: Path, definition: Definition | None, found: Found, carried: Sequence[Carried]) -> None:
    screen = console()
    if definition:
        zh = f"已写入 {file}，检查通过：{definition.name}（{definition.key}）"
        en = f"written to {file}, and it is good: {definition.english} ({definition.key})"
        screen.print(styled(say(zh, en), "bold green"))
    else:
        screen.print(
            styled(say(f"已写入 {file}，但还不能使用：", f"written to {file}, but not usable yet:"), "bold red")
        )
    screen.print()
    print_findings(found, screen)
    for sort, title in SORTS.items():
        if several := [each for each in carried if each.sort == sort and WORDING not in each.path]:
            screen.print()
            screen.print(styled(title, "bold"))
            screen.print(_carried(several))
    _print_marked(file, found, screen)


def _carried(several: Sequence[Carried]) -> Table:
    """What came from last year; of a sentence or a comment only what stands there now."""
    if several[0].sort in ("words", "comment"):
        made = table(say("行", "line"), say("项", "key"), say("现在", "now"))
        for each in several:
            made.add_row(str(each.line), each.path, each.now)
        return made
    made = table(say("行", "line"), say("项", "key"), say("去年", "last year"), say("现在", "now"))
    for each in several:
        made.add_row(str(each.line), each.path, each.was, say("照旧", "the same") if each.was == each.now else each.now)
    return made


def _print_marked(file: Path, found: Found, screen: Console) -> None:
    """The comments that ask a person for something."""
    from workflows.renewing import MARK
    from workflows.starting import TO_FILL_IN

    if count := sum(line.lstrip().startswith(MARK) for line in found.lines):
        zh = f"通知原文：{count}处，上面都标有“{MARK}”，请换成新通知的"
        en = f"The notice's words: {count}, each below a comment “{MARK}”; put the new notice's there"
        screen.print()
        screen.print(styled(say(zh, en), "bold"))
    if to_fill_in := [number for number, line in enumerate(found.lines, 1) if line.startswith(TO_FILL_IN)]:
        screen.print()
        screen.print(styled(say("待填：", "To fill in:"), "bold"))
        for number in to_fill_in:
            screen.print(f"  {file}:{number}  {found.lines[number]}  {found.lines[number - 1]}")


def _print_next(file: Path, last: str | None, laureates: Path | None, winners: int) -> None:
    typer.echo()
    if winners:
        zh = f"上一届入榜{winners}项，已写入 {laureates}；新活动启动后：bangdan laureate import {laureates}"
        en = f"{winners} winners written to {laureates}; once the new one is open: bangdan laureate import {laureates}"
        typer.echo(say(zh, en))
    steps = [f"bangdan check {file}", *([f"bangdan diff {last} {file}"] if last else []), f"bangdan rehearse {file}"]
    typer.echo(say(f"下一步：改好后 {'；'.join(steps)}", f"next: edit it, then {'; '.join(steps)}"))
    zh = f"各键的写法见 docs/campaign-file.md；编辑器的提示来自同一文件夹的 {SCHEMA.name}"
    en = f"keys: docs/campaign-file.md; editors take their help from {SCHEMA.name} in the same folder"
    typer.echo(say(zh, en))

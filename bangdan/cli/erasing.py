"""`bangdan privacy` and `bangdan erase`: what is held of people, and erasing one on request."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.acting import YesOption, ask
from bangdan.cli.app import KEEP, app
from bangdan.cli.printing import console, emit, table
from bangdan.cli.shell import CampaignOption, JsonOption, ReasonOption, actor, office, received, which
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.personal.erasing import Erased


class Of(StrEnum):
    """What the id that is given names."""

    CONTACT = "contact"
    NOMINATION = "nomination"
    ACCOUNT = "account"


@command(app, "privacy", panel=KEEP,
         zh="个人信息清单：存有哪些、为什么、多久、如何删除",
         en="What is held of people: what, why, how long, and how it goes")  # fmt: skip
def privacy(*, json: JsonOption = False) -> None:
    from engine.personal.inventory import HOW, OUTSIDE, PERSONAL

    if json:
        emit({"held": [{"table": held.table, "columns": {name: how.value for name, how in held.columns.items()},
                        "what": held.what, "why": held.why, "until": held.until} for held in PERSONAL],
              "outside": OUTSIDE})  # fmt: skip
        return
    heads = (
        ("内容", "what"),
        ("用途", "why"),
        ("保存期限", "how long"),
        ("字段与删除方式", "columns, and how they go"),
    )
    shown = table(*(say(*each) for each in heads))
    for held in PERSONAL:
        columns = "\n".join(f"{held.table}.{name}: {say(*HOW[how])}" for name, how in held.columns.items())
        shown.add_row(say(*held.what), say(*held.why), say(*held.until), columns)
    console().print(shown)
    typer.echo(say("数据库以外：", "outside the database:"))
    for pair in OUTSIDE:
        typer.echo(f"  {say(*pair)}")


@command(app, "erase", panel=KEEP,
         zh="应本人要求删除个人信息（先显示影响，再确认）；历史仍可核验",
         en="Erase a person on request, with a preview; the history still verifies")  # fmt: skip
def erase(
    *,
    kind: Annotated[
        Of, typer.Argument(metavar=say("类别", "KIND"), show_default=False,
                           help=say("contact 联系人、nomination 候选人或申报人、account 账号",
                                    "contact, nomination (a candidate or applicant), or account"))
    ],
    public_id: Annotated[
        str, typer.Argument(metavar=say("编号", "ID"), show_default=False,
                            help=say("编号；账号写登录邮箱也可", "Its id; for an account its address will do."))
    ],
    reason: ReasonOption = "",
    yes: YesOption = False,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from bangdan import wiring
    from engine.personal.erasing import erase as erased
    from engine.personal.traces import sweep
    from engine.trying import tried
    from notifications.filed import remove

    with office() as opened:
        key = which(opened, campaign)
        if not yes:
            with opened.write(key, actor(), at=opened.reckoned(received()), alone=True) as work:
                preview = tried(work, lambda: erased(opened, work, kind.value, public_id, reason=reason))
            if not json:
                _show(preview, done=False)
            ask(say("删除后无法恢复。是否继续？", "This can't be undone. Go on?"), yes=yes)
        with opened.write(key, actor(), at=opened.reckoned(received()), alone=True) as work:
            done = erased(opened, work, kind.value, public_id, reason=reason)
        files = remove(wiring.settings().mail_folder, done.letters)
        clean = sweep(opened.database)
    if json:
        emit({"went": done.went, "stays": done.stays, "files": files, "traces_gone": clean})
        return
    _show(done, done=True)
    typer.echo(say(f"已删除 .eml 文件 {files} 个", f".eml files deleted: {files}"))
    if not clean:
        zh = "数据库正被读取，日志中可能尚有残留；请稍后再执行一次本命令，或重新启动后执行"
        en = "the database is being read, so its journal may hold traces still; do it again later"
        typer.echo(say(zh, en), err=True)


def _show(told: Erased, *, done: bool) -> None:
    typer.echo(say("已删除：" if done else "将删除：", "erased:" if done else "would erase:"))
    for zh, en, count in told.went:
        typer.echo(f"  {say(zh, en)}: {count}")
    typer.echo(say("保留：", "stays:"))
    for pair in told.stays:
        typer.echo(f"  {say(*pair)}")

"""`bangdan migrate-to`: the whole house from its SQLite file to PostgreSQL, while people look on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.acting import YesOption, ask
from bangdan.cli.app import KEEP, app
from bangdan.cli.printing import emit, when
from bangdan.cli.shell import JsonOption, actor, office
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Office
    from engine.relocation.moving_house import Relocated, Step
    from engine.relocation.surveying import Survey

ZONE = "Asia/Shanghai"  # of what is about the house and no campaign
LOOK = 0.25  # seconds between two looks, at letters under way and at the progress

PlaceArgument = Annotated[
    str,
    typer.Argument(
        metavar=say("目标地址", "ADDRESS"), show_default=False,
        help=say("postgresql://用户@主机/库名；密码可放在 ~/.pgpass 或 PGPASSWORD",
                 "postgresql://user@host/name; the password may stand in ~/.pgpass or PGPASSWORD"),
    ),
]  # fmt: skip


@command(app, "migrate-to", zh="迁移：把运行中的系统连同历史和待发邮件迁到 PostgreSQL，逐行核对", panel=KEEP,
         en="Move the running house, history and outbox included, to PostgreSQL, verified row for row")  # fmt: skip
def migrate_to(
    place: PlaceArgument = "",
    *,
    check: Annotated[
        bool, typer.Option("--check", help=say("只检查能否迁移、要多久，不作改动", "Look only: may it, and how long."))
    ] = False,
    abandon: Annotated[
        bool, typer.Option("--abandon", help=say("放弃未完成的迁移，原系统恢复办理", "Give an unfinished move up."))
    ] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    with office(mover=True) as opened:
        if abandon:
            _abandon(opened, json=json)
        else:
            _migrate(opened, place, check=check, yes=yes, json=json)


def _abandon(opened: Office, *, json: bool) -> None:
    from engine.relocation import leaving

    place = leaving.abandon(opened, actor(), at=opened.clock())
    if json:
        emit({"abandoned": place})
        return
    typer.echo(say(f"已放弃迁往 {place}，本系统照常办理，邮件照常发送。",
                   f"the move to {place} was given up; this house goes on as before."))  # fmt: skip
    typer.echo(say("那个数据库里的半份内容不会被打开；再次迁往那里时从头开始。",
                   "What stands half copied there opens for nobody; moving there again begins anew."))  # fmt: skip


def _migrate(opened: Office, place: str, *, check: bool, yes: bool, json: bool) -> None:
    from engine.relocation.arriving import target_at
    from engine.relocation.moving_house import Mover
    from engine.relocation.surveying import survey

    target = target_at(place)
    try:
        found = survey(opened, target)
        if not json:
            _print_survey(found)
        if check:
            _print_checked(found, json=json)
            return
        ask(say("现在迁移？", "Move it now?"), yes=yes)
        progress = _Progress()
        try:
            moved = Mover(office=opened, target=target, actor=actor(), tell=progress, pause=lambda: time.sleep(LOOK))()
        except KeyboardInterrupt:
            progress.end()
            typer.echo(_interrupted(), err=True)
            raise
        progress.end()
    finally:
        target.dispose()
    _print_moved(opened, moved, json=json)


def _print_survey(found: Survey) -> None:
    if found.left:
        typer.echo(say(f"系统已迁到 {found.place}；只做尚未完成的最后一步。",
                       f"the house was left for {found.place}; only the last step is left."))  # fmt: skip
        return
    minutes = max(1, round(found.takes.total_seconds() / 60))
    typer.echo(say(f"迁往 {found.place}：{found.rows}行，约{minutes}分钟。" + ("接着上次进行。" if found.begun else ""),
                   f"to {found.place}: {found.rows} rows, about {minutes} minutes."
                   + (" It goes on from where it was." if found.begun else "")))  # fmt: skip
    typer.echo(say("其间本系统只能查看，不接受任何办理，不发任何邮件；中断后再次执行同一命令会接着进行。",
                   "Meanwhile this house only shows: nothing is accepted and no letter leaves. Cut off, say the same "
                   "again and it goes on."))  # fmt: skip
    if found.next is not None:
        at = when(found.next, ZONE)
        typer.echo(
            say(f"日程的下一时刻：{at}；请避开截止前后。", f"the calendar's next instant: {at}; keep clear of it.")
        )


def _print_checked(found: Survey, *, json: bool) -> None:
    if json:
        emit({**asdict(found), "takes": found.takes.total_seconds()})
    else:
        typer.echo(say("可以迁移；未作任何改动。", "it may be moved; nothing was changed."))


def _interrupted() -> str:
    return say("已中断。若已开始迁移，本系统暂停办理：再次执行同一命令接着进行，或以 --abandon 恢复办理。",
               "interrupted. If the move had begun, this house accepts nothing: say the same again to go on, or free "
               "it with `bangdan migrate-to --abandon`.")  # fmt: skip


def _print_moved(opened: Office, moved: Relocated, *, json: bool) -> None:
    from bangdan import wiring

    key = wiring.settings().key_path.absolute()
    if json:
        emit({**asdict(moved), "key_file": str(key), "key_is_there": key.exists()})
        return
    total = sum(moved.rows.values())
    if total:
        typer.echo(say(f"已迁到 {moved.place}：{len(moved.rows)}张表，{total}行，逐行核对一致，历史核验无误。",
                       f"moved to {moved.place}: {total} rows of {len(moved.rows)} tables, every row the same, and the "
                       "history stands."))  # fmt: skip
    else:
        typer.echo(say(f"系统在 {moved.place}。", f"the house is at {moved.place}."))
    for campaign, head in moved.heads.items():
        typer.echo(say(f"  {campaign}：封存摘要 {head}", f"  {campaign}: sealed head {head}"))
    _print_next(opened, moved, key)


def _print_next(opened: Office, moved: Relocated, key: Path) -> None:
    typer.echo(say("接下来：", "What to do now:"))
    typer.echo(say("  1. 停止仍在原库上运行的 bangdan（它们已不能写入）。",
                   "  1. Stop whatever still runs on the old file; it can store nothing any more."))  # fmt: skip
    typer.echo(say("  2. 在每台运行 bangdan 的机器上设置：", "  2. Set on every machine that runs bangdan:"))
    typer.echo(f"       BANGDAN_DATABASE_URL={moved.place}" + say("   （另加密码）", "   (and its password)"))
    typer.echo(f"       BANGDAN_KEY_FILE={key}")
    typer.echo(f"     {_of_the_key(key)}")
    typer.echo(say("  3. 启动：bangdan serve 或 bangdan run；然后 bangdan doctor。",
                   "  3. Start: bangdan serve, or bangdan run; then bangdan doctor."))  # fmt: skip
    if moved.letters:
        typer.echo(say(f"     到期的{moved.letters}封邮件在启动后发出。",
                       f"     {moved.letters} letters are due and leave then."))  # fmt: skip
    typer.echo(say(f"原文件 {opened.database.url.database} 不再打开，可存档。",
                   f"The old file {opened.database.url.database} opens no more; keep it as an archive."))  # fmt: skip


def _of_the_key(key: Path) -> str:
    if key.exists():
        return say(
            "密钥文件须一并带去（权限 600），否则已寄出的登录链接和验证器失效。",
            "The key file must go along (mode 600), or links that were mailed and authenticators are dead.",
        )
    return say(
        "密钥文件尚不存在，首次启动时建立；各台机器须用同一个。",
        "The key does not exist yet and is made at the first start; all machines need the same one.",
    )


class _Progress:
    """One line for each table and phase on the error stream; on a terminal it is written over as it grows."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._looked, self._line = 0.0, ""

    def __call__(self, step: Step) -> None:
        line = _words(step)
        if self._terminal and (step.done == step.total or time.monotonic() - self._looked >= LOOK):
            self._looked = time.monotonic()
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)  # noqa: T201 - progress
        elif not self._terminal and line != self._line and (step.phase == "letters" or step.done == step.total):
            print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress
        self._line = line

    def end(self) -> None:
        """Leave the terminal tidy."""
        if self._terminal and self._line:
            print(file=sys.stderr)  # noqa: T201 - progress


def _words(step: Step) -> str:
    words: dict[str, Callable[[], str]] = {
        "hold": lambda: say("邮件已停发", "no letter leaves any more"),
        "letters": lambda: say(f"等待{step.total}封正在投递的邮件，最多二十分钟",
                               f"waiting for {step.total} letters on their way, twenty minutes at most"),
        "copy": lambda: say(f"复制 {step.what} {step.done}/{step.total}",
                            f"copying {step.what} {step.done}/{step.total}"),
        "compare": lambda: say(f"核对 {step.what} {step.done}/{step.total}",
                               f"comparing {step.what} {step.done}/{step.total}"),
        "prove": lambda: say(f"核验 {step.what} 的历史", f"proving the history of {step.what}"),
        "open": lambda: say("原库已停用，打开新库", "the old house was left; the new one opens"),
    }  # fmt: skip
    return words[step.phase]()

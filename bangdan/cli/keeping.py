"""Keeping the house: a backup of everything, getting it back, and stopping whatever leaves it."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.acting import YesOption, ask
from bangdan.cli.app import KEEP, app
from bangdan.cli.printing import emit, when
from bangdan.cli.shell import JsonOption, actor, office, received
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from engine.backups.copies import Safe
    from engine.backups.manifest import Manifest
    from engine.backups.restoring import Restored
    from notifications.muting import Mute

ZONE = "Asia/Shanghai"  # of what is about the house and no campaign


class Due(StrEnum):
    """What becomes of letters that came due while the house was muted."""

    PARK = "park"
    SEND = "send"
    DROP = "drop"


FileArgument = Annotated[
    Path,
    typer.Argument(metavar=say("文件", "FILE"), show_default=False, help=say("备份文件", "The backup file.")),
]


@command(app, "backup", zh="备份：把整个数据库存成一个文件，可在运行中进行", panel=KEEP,
         en="Back the whole database up into one file; others may go on working")  # fmt: skip
def backup(file: FileArgument, *, json: JsonOption = False) -> None:
    from engine.backups.making import back_up

    at = received()
    with office() as opened:
        manifest = back_up(opened, file, at=opened.reckoned(at))
    if json:
        emit({"file": str(file), **asdict(manifest)})
        return
    typer.echo(say(f"已备份到 {file}（{_size(file)}）", f"backed up to {file} ({_size(file)})"))
    _print_held(manifest)
    typer.echo(say("含联系人信息，请妥善保管，并另存一份到别处。",
                   "It holds people's names and numbers: keep it safe, and a copy elsewhere."))  # fmt: skip


@command(app, "restore", zh="恢复：由备份重建数据库，核验后静音，不会发出任何邮件", panel=KEEP,
         en="Rebuild the database from a backup: proven, and muted so that no letter leaves")  # fmt: skip
def restore(file: FileArgument, *, json: JsonOption = False) -> None:
    from bangdan import wiring
    from engine.backups.restoring import restore as restored
    from engine.database import Database

    told, at = wiring.settings(), received()
    database = Database(told.database_url.render_as_string(hide_password=False))
    try:
        found = restored(file, database, at=at, actor=actor().name)
    finally:
        database.dispose()
    if json:
        emit({"database": str(database.url.database), "waiting": found.waiting, **asdict(found.shut),
              **asdict(found.manifest)})  # fmt: skip
        return
    made = when(found.manifest.made_at, ZONE)
    typer.echo(say(f"已由 {made} 的备份恢复到 {database.url.database}，历史核验无误",
                   f"restored to {database.url.database} from the backup of {made}; its history stands"))  # fmt: skip
    _print_held(found.manifest)
    _print_safe(found, json=False)


@command(app, "mute", zh="静音：从现在起不发出任何邮件，直到解除", panel=KEEP,
         en="Mute: from now on no letter leaves, until it is lifted")  # fmt: skip
def mute(
    *,
    reason: Annotated[
        str, typer.Option("--reason", "-r", metavar=say("理由", "WORDS"), help=say("理由，记入历史", "Why; kept."))
    ],
    copy: Annotated[
        bool,
        typer.Option(
            "--copy",
            help=say(
                "这是用 pg_restore 恢复出的副本：一并停用原系统的登录、链接和令牌",
                "It is a copy made by pg_restore: let nobody in by what the original gave out.",
            ),
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    from engine import muting

    at = received()
    with office() as opened:
        at = opened.reckoned(at)
        if copy:
            _print_safe(muting.mute_copy(opened, actor(), at=at, reason=reason), json=json)
            return
        new = muting.mute(opened, actor(), at=at, reason=reason)
    if json:
        emit({"new": new, "at": at})
    elif new:
        typer.echo(
            say("已静音，不再发出邮件。解除：bangdan unmute", "muted, no letter leaves. To lift it: bangdan unmute")
        )
    else:
        typer.echo(say("此前已静音，没有变化。", "it was muted before; nothing changed."))


@command(app, "unmute", zh="解除静音：确认这是正式系统，从此照常发信", panel=KEEP,
         en="Lift the mute: this is the real house, letters leave again")  # fmt: skip
def unmute(
    *,
    due: Annotated[
        Due,
        typer.Option("--due", help=say("静音期间到期的邮件：park 交人核实，send 立即发出，drop 不再发出",
                                       "Letters that came due: park for a person, send now, drop.")),
    ] = Due.PARK,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import muting
    from notifications.muting import waiting_letters

    at = received()
    with office() as opened:
        at = opened.reckoned(at)
        with opened.database.read() as connection:
            found, count = muting.must_be_muted(connection), waiting_letters(connection, at=at)
        if not json:
            _print_muted(found, count, due)
        ask(say("这是正式系统，没有另一份在运行？", "Is this the real house, and no other one running?"), yes=yes)
        count = muting.unmute(opened, actor(), at=at, waiting=due.value)
    if json:
        emit({"letters": count, "due": due.value, "at": at})
    else:
        typer.echo(say("已解除静音，邮件照常发送。", "the mute is lifted; letters leave as they are due."))


def _print_safe(found: Safe | Restored, *, json: bool) -> None:
    if json:
        emit({"waiting": found.waiting, **asdict(found.shut)})
        return
    typer.echo(say(f"现为静音，不发邮件；其中有{found.waiting}封已到期。确认它是正式系统后执行 bangdan unmute。",
                   f"It is muted, no letter leaves; {found.waiting} are due in it. "
                   "If it is the real house now: bangdan unmute"))  # fmt: skip
    typer.echo(say(f"原系统的登录（{found.shut.sessions}处）和登录链接在此无效，须重新登录；"
                   f"接口令牌和日历订阅（{found.shut.laid_up}个）停用，解除静音时恢复。",
                   f"Nobody is signed in here ({found.shut.sessions} were), and links that were mailed are dead; "
                   f"tokens and calendar addresses ({found.shut.laid_up}) wait for `unmute`."))  # fmt: skip


def _print_muted(found: Mute, count: int, due: Due) -> None:
    since = when(found.since, ZONE)
    typer.echo(say(f"自{since}起静音：{found.reason}（{found.actor}）",
                   f"muted since {since}: {found.reason} ({found.actor})"))  # fmt: skip
    becomes = {
        Due.PARK: say("列为结果未知，由人逐一核实（bangdan outbox）", "are parked for a person (bangdan outbox)"),
        Due.SEND: say("立即发出；收件人可能已从原系统收到", "leave now; their readers may have them already"),
        Due.DROP: say("不再发出", "are dropped"),
    }[due]
    typer.echo(say(f"已到期的{count}封邮件将{becomes}。", f"{count} letters that are due {becomes}."))


def _print_held(manifest: Manifest) -> None:
    for held in manifest.campaigns:
        head = held.head or say("尚未封存", "not sealed yet")
        typer.echo(say(f"  {held.key} {held.name}：{held.events}条记录，封存摘要 {head}",
                       f"  {held.key}: {held.events} events, sealed head {head}"))  # fmt: skip


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"

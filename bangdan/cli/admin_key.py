"""`bangdan admin key`: the key of sign-in links and authenticators, by its fingerprint; and changing it on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.acting import YesOption, ask
from bangdan.cli.admin import admin
from bangdan.cli.printing import emit
from bangdan.cli.shell import JsonOption, actor, office
from bangdan.cli.speaking import command
from bangdan.language import say

if TYPE_CHECKING:
    from pathlib import Path

    from engine.office import Office


@command(admin, "key", zh="密钥：查看指纹；--renew 改用密钥文件中的密钥（没有文件则另建）",
         en="The key: its fingerprint; --renew: go by the file's key from now on, made if there is none")  # fmt: skip
def key(
    *,
    renew: Annotated[
        bool,
        typer.Option("--renew", help=say("改用密钥文件中的密钥；没有文件则另建",
                                         "Go by the key in the file from now on; it is made if there is none.")),
    ] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from bangdan import wiring
    from engine.accounts import house_key

    path = wiring.settings().key_path
    with office() as opened:
        if renew:
            _warn(opened)
            ask(say("改用这个密钥？", "Go by this key?"), yes=yes)
            house_key.renew(opened, actor(), path, at=opened.clock())
        with opened.database.read() as connection:
            noted = house_key.noted(connection)
    in_file = _fingerprint(path)
    if json:
        emit({"file": str(path), "fingerprint": in_file, "noted": noted})
        return
    none = say("无", "none")
    typer.echo(say(f"密钥文件 {path}，指纹：{in_file or none}；数据库登记的指纹：{noted or none}",
                   f"key file {path}, fingerprint {in_file or none}; the database has {noted or none}"))  # fmt: skip
    if renew:
        typer.echo(say("请把此文件复制到每台主机（权限 600），并重新启动各主机上的工作台和引擎。",
                       "Copy this file to every host (mode 600), and start what runs there again."))  # fmt: skip


def _warn(opened: Office) -> None:
    from engine.accounts import house_key

    with opened.database.read() as connection:
        count = house_key.authenticators(connection)
    typer.echo(say("改用另一密钥后，已发出的登录链接立即失效，"
                   f"{count}人的两步验证须重新启用（bangdan admin lost-app 邮箱）。",
                   f"With another key, sign-in links under way are dead at once, and {count} people set their second "
                   "factor up anew (bangdan admin lost-app ADDRESS)."), err=True)  # fmt: skip


def _fingerprint(path: Path) -> str | None:
    """Of the key in the file, None where there is no file. Raises Refused (CFG-30, KEY-01)."""
    from engine.accounts.keys import keys_in

    return keys_in(path).fingerprint if path.exists() else None

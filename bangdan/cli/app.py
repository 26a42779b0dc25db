"""The command `bangdan` itself and its groups. Modules of commands register on what is made here."""

from __future__ import annotations

from typing import Annotated

import typer

from bangdan.cli.shell import sit_down
from bangdan.cli.speaking import group
from bangdan.language import say, teach_the_framework

teach_the_framework()

# The panels of `bangdan --help`, in the order of a secretariat's work.
CAMPAIGN = say("活动", "Campaign")
LOOK = say("查看", "Look")
DO = say("办理", "Act")
MAIL = say("邮件与电话", "Letters and calls")
KEEP = say("运维", "Keep running")

# Of the commands within `bangdan --help`; a name that is not here comes last.
ORDER = (
    "new", "check", "diff", "rehearse", "open", "run", "serve", "worker", "admin", "organiser", "schema", "completion",
    "status", "timeline", "explain", "history", "versions", "diagram", "audit",
    "template", "unit", "contact", "laureate", "quota", "nomination", "objection", "duty", "proceed", "report",
    "decide", "publish",
    "amend", "extend", "suspend", "announce", "choose",
    "outbox", "callsheet",
    "doctor", "workers", "clock", "backup", "restore", "migrate-to", "mute", "unmute", "privacy", "erase",
)  # fmt: skip

app = group(
    "bangdan",
    zh="榜单：一个文件描述一次活动，从征集通知直到入榜推介，按时推进。",
    en="Drives an award campaign from its official notice to its last promoted laureate.",
    bare=True,
    order=ORDER,
)
unit = group("unit", zh="推荐单位：名录、渠道与名额", en="Recommending units: roster, channels, places")
contact = group("contact", zh="联系人：电话与邮箱", en="Contacts: phones and addresses")
nomination = group("nomination", zh="申报项目：填报、提交、评审、发布", en="Nominations, from draft to publication")
quota = group("quota", zh="名额：现行规定、使用情况、调整", en="Quotas: those in force, their use, changing them")
objection = group("objection", zh="公示异议：登记、处理", en="Objections in a public notice")
duty = group("duty", zh="初评机构和推荐单位的报送、备案、寄送事项", en="What institutions and units owe")
audit = group("audit", zh="封存与核验：证明历史未被改动", en="Prove that the history was not changed")

_GROUPS = (unit, contact, quota, nomination, objection, duty)
for _group, _panel in (*((each, DO) for each in _GROUPS), (audit, LOOK)):
    app.add_typer(_group, rich_help_panel=_panel)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"bangdan {version('bangdan')}")
        except PackageNotFoundError:  # a checkout that was not installed
            typer.echo("bangdan (checkout)")
        raise typer.Exit


@app.callback()
def _bangdan(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar=say("姓名", "NAME"),
            help=say(
                "以谁的名义办理，记入历史；未写则为系统用户名", "Who acts, for the history; else the system's user."
            ),
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("显示版本", "Show the version."))
    ] = False,
) -> None:
    del version  # its callback has answered
    sit_down(name)
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())

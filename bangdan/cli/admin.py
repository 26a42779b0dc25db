"""Accounts, for whoever stands at the server: the first of the secretariat, roles in every campaign, a link by hand."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.giving import Where, give, work_of
from bangdan.cli.printing import WHOLE, console, emit, table, when
from bangdan.cli.shell import JsonOption, OrganiserOption, actor, office, received
from bangdan.cli.speaking import command, group
from bangdan.cli.wording import role_words
from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Office

admin = group("admin", zh="账号：秘书处与监督人员的登录", en="Accounts of the secretariat and of auditors")
app.add_typer(admin, rich_help_panel=CAMPAIGN)

ZONE = "Asia/Shanghai"  # of what belongs to no campaign


class OfficeRole(StrEnum):
    """A role that is given, not derived from the roster."""

    SECRETARIAT = "secretariat"
    AUDITOR = "auditor"


EmailArgument = Annotated[
    str, typer.Argument(metavar=say("邮箱", "EMAIL"), show_default=False, help=say("登录用的邮箱", "The address."))
]
RoleOption = Annotated[
    OfficeRole, typer.Option("--role", help=say("身份：秘书处或监督人员", "What they are: secretariat or auditor."))
]
WhereOption = Annotated[
    str | None,
    typer.Option("--campaign", "-c", metavar="KEY",
                 help=say("只在这个活动；未写则在（主办方的）全部活动，包括以后的",
                          "In this campaign only; else in all (of the organiser), also later ones.")),
]  # fmt: skip


@command(
    admin,
    "add",
    zh="添加账号并授予身份，给出登录链接",
    en="Add an account, give it a role, and print a link to sign in",
)
def add(
    *,
    name: Annotated[
        str, typer.Argument(metavar=say("姓名", "NAME"), show_default=False, help=say("姓名", "The person's name."))
    ],
    email: EmailArgument,
    role: RoleOption = OfficeRole.SECRETARIAT,
    campaign: WhereOption = None,
    organiser: OrganiserOption = None,
    password: Annotated[
        bool,
        typer.Option("--password", help=say("设置密码（从标准输入读一行），不给链接",
                                            "Set a password, a line of the standard input, in place of a link.")),
    ] = False,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine.accounts import members
    from engine.accounts.passwords import against
    from workflows.reasons import refuse

    address, at, by = members.read_address(email), received(), actor()
    typed = _typed() if password else ""
    if password:
        refuse(against(typed, name=name, email=str(address)))
    with office() as opened:
        with opened.database.write() as connection:
            at = opened.reckoned(at)
            account = members.add(connection, name=name, address=address, at=at)
            give(opened, connection, account, role, Where(campaign, organiser), at=at, by=by, name=name)
        told = _password(opened, str(address), typed) if password else _link(opened, str(address))
    told |= {"name": name, "email": str(address), "role": role.value, "campaign": campaign}
    who = f"{name} <{address}>"
    head = say(f"已添加：{who}，{_role(role, campaign)}", f"added: {who}, {_role(role, campaign)}")
    _print(told, head, as_json=json)


def _link(opened: Office, email: str) -> dict[str, Any]:
    """A one-time link, as plain values."""
    from bangdan import wiring
    from engine.accounts import links, members

    told = wiring.settings()
    keys = wiring.keys(told, opened)
    with opened.database.write() as connection:
        code = links.issue(connection, keys, members.read_address(email), at=opened.reckoned(received()))
    return {"link": f"{told.desk_address}/signin/{code}", "minutes": links.LASTS.seconds // 60}


def _typed() -> str:
    """The password on the standard input; asked for where a person sits there."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    again = say("再输一次", "again")
    return str(typer.prompt(say("密码", "password"), hide_input=True, confirmation_prompt=again, err=True))


def _password(opened: Office, email: str, typed: str) -> dict[str, Any]:
    """Set a password; what is told of it."""
    from engine.accounts import members
    from engine.accounts.passwords import Passwords
    from engine.accounts.signing_in import give_password

    with opened.database.read() as connection:
        account = members.find(connection, email)
    give_password(opened, Passwords(), account, typed, at=opened.reckoned(received()), by=actor())
    return {"password": "set"}


def _role(role: OfficeRole, campaign: str | None) -> str:
    everywhere = say("全部活动", "every campaign")
    return say(f"{role_words(role)}（{campaign or everywhere}）", f"{role_words(role)} ({campaign or everywhere})")


def _print(told: dict[str, Any], head: str, *, as_json: bool) -> None:
    if as_json:
        emit(told)
        return
    typer.echo(head)
    if "link" in told:
        minutes = told["minutes"]
        typer.echo(say(f"登录链接（{minutes}分钟内有效，只能用一次，请只交给本人）：",
                       f"a link to sign in (within {minutes} minutes, once; for that person only):"))  # fmt: skip
        typer.echo(f"  {told['link']}")


@command(admin, "list", zh="列出授予的身份", en="List the roles that were given")
def list_(*, json: JsonOption = False) -> None:
    from engine.queries.accounts import given

    with office() as opened, opened.database.read() as connection:
        lines = given(connection)
    if json:
        emit(lines)
        return
    if not lines:
        typer.echo(say("还没有账号；用 bangdan admin add 姓名 邮箱 添加第一个。",
                       "no account yet; add the first with bangdan admin add NAME EMAIL."))  # fmt: skip
        return
    several = len({line["organiser"] for line in lines}) > 1
    made = table(
        say("姓名", "Name"),
        (say("邮箱", "Address"), WHOLE),
        say("身份", "Role"),
        say("活动", "Campaign"),
        say("状态", "State"),
        *([say("主办方", "Organiser")] if several else []),
    )
    for line in lines:
        state = say("已停用", "shut") if line["disabled"] else when(line["seen_at"], ZONE)
        role, where = role_words(line["role"]), line["campaign"] or say("全部", "all")
        whose = [line["organiser"]] if several else []
        made.add_row(line["name"], line["email"], role, where, state, *whose)
    console().print(made)


@command(admin, "link", zh="给出一个登录链接，交给本人", en="Print a link to sign in, to be handed to that person")
def link(*, email: EmailArgument, json: JsonOption = False) -> None:
    from engine.accounts import members, rights

    address = members.read_address(email)
    with office() as opened:
        with opened.database.read() as connection:
            to = rights.reached(connection, address.key)
        if to is None:
            from engine.access import not_found

            raise not_found(email)
        told = _link(opened, str(address))
    _print({**told, "name": to.name, "email": str(address)}, f"{to.name} <{address}>", as_json=json)


@command(admin, "password", zh="设置密码（从标准输入读一行）", en="Set a password, a line of the standard input")
def password(*, email: EmailArgument) -> None:
    with office() as opened:
        _password(opened, email, _typed())
    typer.echo(say("密码已设置，其登录已全部退出。", "the password is set, and every session ended."))


@command(admin, "grant", zh="授予身份", en="Give a role")
def grant(
    *, email: EmailArgument, role: RoleOption = OfficeRole.SECRETARIAT, campaign: WhereOption = None,
    organiser: OrganiserOption = None,
) -> None:  # fmt: skip
    from engine.accounts import members

    with office() as opened, opened.database.write() as connection:
        account = members.find(connection, email)
        where = Where(campaign, organiser)
        give(opened, connection, account.id, role, where, at=opened.reckoned(received()), by=actor())
    typer.echo(
        say(f"已授予：{account.name}，{_role(role, campaign)}", f"given: {account.name}, {_role(role, campaign)}")
    )


@command(admin, "revoke", zh="收回身份", en="Take a role back")
def revoke(
    *, email: EmailArgument, role: RoleOption = OfficeRole.SECRETARIAT, campaign: WhereOption = None,
    organiser: OrganiserOption = None,
) -> None:  # fmt: skip
    from engine.accounts import members
    from workflows.nomination import Role

    at, by = received(), actor()
    with office() as opened, opened.database.write() as connection:
        at, account = opened.reckoned(at), members.find(connection, email)
        if campaign is None:
            members.revoke_everywhere(opened, connection, account.id, Role(role), at=at, by=by, organiser=organiser)
        else:
            work = work_of(opened, connection, Where(campaign, organiser), by, at)
            members.revoke(work, members.role_of(work, account.id, Role(role)))
    typer.echo(
        say(f"已收回：{account.name}，{_role(role, campaign)}", f"taken back: {account.name}, {_role(role, campaign)}")
    )


@command(
    admin,
    "disable",
    zh="停用账号：立即退出，不能再登录",
    en="Shut an account: signed out at once, and nobody signs in with it",
)
def disable(*, email: EmailArgument) -> None:
    from engine.accounts import members

    with office() as opened, opened.database.write() as connection:
        account = members.find(connection, email)
        members.disable(opened, connection, account.id, at=opened.reckoned(received()), by=actor())
    typer.echo(say(f"已停用：{account.name}", f"shut: {account.name}"))


@command(
    admin,
    "sign-out",
    zh="退出其全部登录（设备丢失时）；本人可以重新登录",
    en="End every session of an account, as when a device was lost; its owner may sign in again",
)
def sign_out(*, email: EmailArgument) -> None:
    from engine.accounts import members

    with office() as opened, opened.database.write() as connection:
        account = members.find(connection, email)
        members.sign_out(opened, connection, account.id, at=opened.reckoned(received()), by=actor())
    typer.echo(say(f"已退出其全部登录：{account.name}", f"signed out everywhere: {account.name}"))


@command(
    admin,
    "lost-app",
    zh="验证器丢失：核实是本人后，停用其两步验证并退出全部登录",
    en="Take the second factor from somebody who lost the app; make sure first that it is them",
)
def lost_app(*, email: EmailArgument) -> None:
    from engine.accounts import members, second_factor
    from workflows.reasons import Refused

    with office() as opened, opened.database.write() as connection:
        account = members.find(connection, email)
        if not second_factor.remove(opened, connection, account.id, at=opened.reckoned(received()), by=actor()):
            raise Refused(second_factor.NONE)
    typer.echo(say(f"已停用其两步验证：{account.name}", f"without a second factor: {account.name}"))


@command(admin, "enable", zh="启用账号", en="Open an account again")
def enable(*, email: EmailArgument) -> None:
    from engine.accounts import members

    with office() as opened, opened.database.write() as connection:
        account = members.find(connection, email)
        members.enable(opened, connection, account.id, at=opened.reckoned(received()), by=actor())
    typer.echo(say(f"已启用：{account.name}", f"open again: {account.name}"))

"""`bangdan organiser`: several organisers on one installation, each with campaigns, people and a sender of its own."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bangdan.cli.app import CAMPAIGN, app
from bangdan.cli.printing import WHOLE, console, emit, listed, table
from bangdan.cli.shell import JsonOption, office, received
from bangdan.cli.speaking import command, group
from bangdan.cli.wording import role_words
from bangdan.language import say

organiser = group("organiser", zh="主办方：多个主办方共用本系统时，各自的活动、人员和发件人",
                  en="Organisers: whose campaigns these are, where several share this house")  # fmt: skip
app.add_typer(organiser, rich_help_panel=CAMPAIGN)

KeyArgument = Annotated[
    str, typer.Argument(metavar="KEY", show_default=False, help=say("主办方代号", "The organiser's key."))
]
NameOption = Annotated[
    str | None, typer.Option("--name", "-n", metavar=say("名称", "NAME"), help=say("名称", "Its name."))
]
EnglishOption = Annotated[
    str | None, typer.Option("--english", metavar=say("名称", "NAME"), help=say("英文名称", "Its English name."))
]
MailNameOption = Annotated[
    str | None,
    typer.Option("--mail-name", metavar=say("名称", "NAME"),
                 help=say("其信件的发件人名称；未设则同系统设置", "The sender's name in its letters; else as set.")),
]  # fmt: skip
ReplyOption = Annotated[
    str | None,
    typer.Option("--reply-to", metavar=say("邮箱", "ADDRESS"),
                 help=say("其信件的回复地址；未设则同系统设置", "Where answers to its letters go; else as set.")),
]  # fmt: skip
MailboxOption = Annotated[
    str | None,
    typer.Option("--mailbox", metavar=say("邮箱", "ADDRESS"),
                 help=say("每日汇总寄往的邮箱，用于此后启动的活动；未设则同系统设置",
                          "The mailbox of daily digests, in campaigns opened from now on; else as set.")),
]  # fmt: skip


@command(organiser, "add", zh="添加主办方", en="Add an organiser")
def add(
    *,
    key: KeyArgument,
    name: NameOption = None,
    english: EnglishOption = None,
    mail_name: MailNameOption = None,
    reply_to: ReplyOption = None,
    mailbox: MailboxOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine.organisers import keeping

    given = _given(name=name, english=english, mail_name=mail_name, reply_to=reply_to, mailbox=mailbox)
    with office() as opened, opened.database.write() as connection:
        keeping.add(connection, key, given, at=opened.reckoned(received()))
    _told(key, as_json=json, head=say(f"已添加：{key}。启动活动时写 bangdan open 文件 --organiser {key}",
                                      f"added: {key}. Its campaigns: bangdan open FILE --organiser {key}"))  # fmt: skip


@command(organiser, "set", zh="修改主办方（空文本：恢复为系统设置）",
         en="Change an organiser; an empty text is again as the settings say")  # fmt: skip
def set_(
    *,
    key: KeyArgument,
    new_key: Annotated[
        str | None, typer.Option("--key", metavar="KEY", help=say("改用另一个代号", "Another key for it."))
    ] = None,
    name: NameOption = None,
    english: EnglishOption = None,
    mail_name: MailNameOption = None,
    reply_to: ReplyOption = None,
    mailbox: MailboxOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine.organisers import keeping

    given = _given(name=name, english=english, mail_name=mail_name, reply_to=reply_to, mailbox=mailbox)
    with office() as opened, opened.database.write() as connection:
        keeping.change(connection, key, given, new_key=new_key)
    _told(new_key or key, as_json=json, head=say("已修改", "changed"))


def _given(**texts: str | None) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text is not None}


@command(organiser, "list", zh="列出主办方及其活动", en="List the organisers and their campaigns")
def list_(*, json: JsonOption = False) -> None:
    from engine.queries.organisers import organisers

    with office() as opened, opened.database.read() as connection:
        found = organisers(connection)
    if json:
        emit(found)
        return
    if not found:
        typer.echo(
            say("还没有主办方；只有一个主办方时不必添加。", "none yet; where there is one only, none is needed.")
        )
        return
    made = table((say("代号", "Key"), WHOLE), say("名称", "Name"), say("活动", "Campaigns"))
    for each in found:
        made.add_row(each["key"], say(each["name"], each["english"] or each["name"]), listed(each["campaigns"]))
    console().print(made)


@command(organiser, "show", zh="查看一个主办方", en="Show one organiser")
def show(*, key: KeyArgument, json: JsonOption = False) -> None:
    _told(key, as_json=json, head="")


def _told(key: str, *, as_json: bool, head: str) -> None:
    """One organiser as it is now."""
    from engine.queries.organisers import one

    with office() as opened, opened.database.read() as connection:
        found = one(connection, key)
    if as_json:
        emit(found)
        return
    if head:
        typer.echo(head)
    for words, said in _lines(found):
        typer.echo(f"  {words}: {said}")


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    as_set = say("同系统设置", "as set")
    people = [f"{each['name']} <{each['email']}> {role_words(each['role'])}" for each in found["everywhere"]]
    return [
        (say("代号", "key"), found["key"]),
        (say("名称", "name"), found["name"]),
        (say("英文名称", "English name"), found["english"]),
        (say("发件人名称", "sender's name"), found["mail_name"] or as_set),
        (say("回复地址", "answers go to"), found["reply_to"] or as_set),
        (say("每日汇总寄往", "digests go to"), found["mailbox"] or as_set),
        (say("活动", "campaigns"), listed(found["campaigns"])),
        (say("全部活动中的身份", "roles in all of them"), listed(people)),
    ]

"""Commands for recommending units and contacts, one at a time; rosters come in with `import`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bangdan.cli.acting import KeyOption
from bangdan.cli.app import contact, unit
from bangdan.cli.declaring import SetOption, declarations, declared_words
from bangdan.cli.form import as_usage, told
from bangdan.cli.printing import emit
from bangdan.cli.shell import CampaignOption, JsonOption, writing
from bangdan.cli.speaking import command
from bangdan.language import say

NameOption = Annotated[
    str, typer.Option("--name", "-n", metavar=say("名称", "NAME"), help=say("名称或姓名", "Its or their name."))
]
PhonesOption = Annotated[
    list[str] | None,
    typer.Option("--phone", metavar=say("号码", "NUMBER"), help=say("电话，可重复", "A telephone number; repeatable.")),
]
EmailOption = Annotated[
    str | None, typer.Option("--email", metavar=say("邮箱", "ADDRESS"), help=say("邮箱", "The address."))
]


@command(
    unit, "add", zh="登记推荐单位，或更新同编号的单位", en="Add a unit, or bring the one with that code up to date"
)
def add_unit(
    *,
    code: Annotated[
        str,
        typer.Argument(metavar=say("单位编号", "CODE"), show_default=False, help=say("单位的编号", "Its code.")),
    ],
    name: NameOption,
    channel: Annotated[
        list[str],
        typer.Option("--channel", metavar=say("渠道", "CHANNEL"),
                     help=say("渠道的代号或名称，可重复；名额叠加", "Key or name; repeatable, places add up.")),
    ],
    person: Annotated[
        bool, typer.Option("--person", help=say("个人（如往届入选的技术经理人）", "A person (an earlier laureate)."))
    ] = False,
    declare: SetOption = None,
    key: KeyOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import units
    from engine.office import once
    from engine.queries.naming import channel_named
    from engine.texts import line_of_text

    said = declarations(declare)
    with writing(campaign) as work:

        def do() -> dict[str, Any]:
            clean = line_of_text(name, what="单位名称", what_en="name")
            keys = [channel_named(work.definition, each) for each in channel]
            row = units.add(work, code=_code(code), name=clean, channels=keys, person=person, attributes=said)
            return {"code": code, "name": clean, "person": person, "channels": list(units.channels_of(work, row)),
                    "attributes": units.attributes_of(work, row)}  # fmt: skip

        asked = {"verb": "unit add", "code": code, "name": name, "channel": channel, "person": person, "set": said}
        answer = once(work, key, asked, do)
        names = [work.definition.channel_by_key[each].name for each in answer["channels"]]
        words = declared_words(work.definition, answer["attributes"])
    if json:
        emit(answer)
    else:
        typer.echo(say(f"已登记：{code} {answer['name']}", f"kept: {code} {answer['name']}"))
        typer.echo(say(f"  推荐渠道：{'；'.join(names)}", f"  channels: {', '.join(answer['channels'])}"))
        if words:
            typer.echo(f"  {words}")


@command(
    contact, "add", zh="登记联系人，或更新同名的联系人", en="Add a contact, or bring the one of that name up to date"
)
def add_contact(
    *,
    name: NameOption,
    of_unit: Annotated[
        str | None,
        typer.Option("--unit", "-u", metavar=say("单位编号", "CODE"), help=say("哪个推荐单位的", "Of which unit.")),
    ] = None,
    institution: Annotated[
        str | None,
        typer.Option("--institution", "-i", metavar="KEY",
                     help=say("哪个初评机构的；都不写则为秘书处", "Of which institution; none: the office's.")),
    ] = None,
    phone: PhonesOption = None,
    email: EmailOption = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import units
    from engine.texts import line_of_text

    if of_unit and institution:
        raise typer.BadParameter(say("--unit 与 --institution 只能写一个", "give one of --unit and --institution"))
    with writing(campaign) as work:
        if institution is not None and institution not in work.definition.institution_by_key:
            words = ", ".join(work.definition.institution_by_key)
            raise typer.BadParameter(f"{institution}: {words}", param_hint="--institution")
        clean = line_of_text(name, what="姓名", what_en="name")
        public = units.add_contact(
            work, name=clean, phones=_phones(phone), email=_address(email), institution=institution,
            unit_id=units.find(work, of_unit).id if of_unit else None,
        )  # fmt: skip
    _print_contact(public, clean, email, as_json=json)


@command(contact, "change", zh="修改或停用联系人", en="Change a contact, or stop writing to them")
def change(
    *,
    contact_id: Annotated[
        str,
        typer.Argument(metavar=say("联系人编号", "ID"), show_default=False, help=say("见 contact list", "Its id.")),
    ],
    name: Annotated[
        str | None, typer.Option("--name", "-n", metavar=say("姓名", "NAME"), help=say("新的姓名", "A new name."))
    ] = None,
    phone: PhonesOption = None,
    email: EmailOption = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help=say("启用或停用", "Write to them, or no more."))
    ] = None,
    campaign: CampaignOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    from engine import units
    from engine.queries import contacts
    from engine.texts import line_of_text

    phones = "、".join(_phones(phone)) if phone is not None else None
    changes = told(name=name, phones=phones, email=_address(email) if email else None, active=active)
    if not changes:
        raise typer.BadParameter(say("没有写明要改什么", "nothing to change was given"))
    with writing(campaign) as work:
        if name is not None:
            changes["name"] = line_of_text(name, what="姓名", what_en="name")
        units.change_contact(work, contact_id, **changes)
        row = contacts.find(work, contact_id)
        kept = (row.name, row.email)
    _print_contact(contact_id, *kept, as_json=json)


def _print_contact(public: str, name: str, email: str | None, *, as_json: bool) -> None:
    if as_json:
        emit({"id": public, "name": name, "email": email})
        return
    reached = email or say("没有邮箱：需要通知时列入电话名单", "no address: goes on the call sheet")
    typer.echo(say(f"已登记：{name}  编号 {public}  {reached}", f"kept: {name}  id {public}  {reached}"))


def _code(code: str) -> str:
    """A unit's code as a file's would have to be. Raises BadParameter."""
    from engine import given

    with as_usage(say("单位编号", "CODE")):
        return given.code(code)


def _phones(numbers: list[str] | None) -> list[str]:
    from engine.sheets.cleaning import half_width, one_line
    from engine.sheets.columns import PHONE

    found = [one_line(half_width(number)) for number in numbers or ()]
    if wrong := next((number for number in found if not PHONE.fullmatch(number)), None):
        raise typer.BadParameter(
            say(f"不是电话号码：{wrong!r}", f"no telephone number: {wrong!r}"), param_hint="--phone"
        )
    return found


def _address(email: str | None) -> str | None:
    from notifications.letter import check_address

    return str(check_address(email)) if email else None

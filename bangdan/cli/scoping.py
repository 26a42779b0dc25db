"""`--for list:people`: for whom a date is moved, as a person writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.language import say

if TYPE_CHECKING:
    from engine.office import Work
    from workflows.definition import Definition, Who
    from workflows.vocabulary import Party

ForOption = Annotated[
    list[str] | None,
    typer.Option(
        "--for", metavar=say("范围", "SCOPE"),
        help=say("只对一部分调整，可重复：list:榜单或领域、channel:渠道、unit:单位编号、role:applicant|unit、属性:值",
                 "Only for some; repeatable: list:LIST, channel:KEY, unit:CODE, role:applicant|unit, ATTRIBUTE:VALUE."),
    ),
]  # fmt: skip
KINDS = {"榜单": "list", "领域": "list", "field": "list", "track": "list", "渠道": "channel", "推荐渠道": "channel",
         "单位": "unit", "推荐单位": "unit", "角色": "role"}  # fmt: skip
ROLES = {"申报人": "applicant", "申报单位": "applicant", "推荐单位": "unit"}


def scope_of(work: Work, texts: Sequence[str]) -> Who | None:
    """Whom the texts name together; None without any. Raises Refused (FLT-01), BadParameter."""
    from engine.queries.naming import channel_named, tracks_named
    from workflows.definition import Who

    if not texts:
        return None
    given: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        kind, value = _parted(text)
        given[kind].append(value)
    tracks = [key for text in given.pop("list", []) for key in tracks_named(work.definition, text)]
    channels = [channel_named(work.definition, text) for text in given.pop("channel", [])]
    units, roles = given.pop("unit", []), given.pop("role", [])
    return Who(
        tracks=_once(tracks), channels=_once(channels), units=_once(units), role=_role(roles),
        attributes=tuple((_attribute(work.definition, kind), _once(values)) for kind, values in given.items()),
    )  # fmt: skip


def _once(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _parted(text: str) -> tuple[str, str]:
    kind, colon, value = (part.strip() for part in text.replace("：", ":", 1).partition(":"))
    if not (kind and colon and value):
        raise _bad(f"{text!r} 应写成“类别:值”，如 list:people", f"{text!r}: write KIND:VALUE, e.g. list:people")
    return KINDS.get(kind, kind), value


def _role(values: Sequence[str]) -> Party | None:
    from workflows.vocabulary import Party

    if not values:
        return None
    named = {ROLES.get(value, value) for value in values}
    if len(named) > 1 or not named <= set(Party):
        raise _bad(f"角色只能是 applicant（申报人）或 unit（推荐单位）：{'、'.join(values)}",
                   f"a role is applicant or unit: {', '.join(values)}")  # fmt: skip
    return Party(named.pop())


def _attribute(definition: Definition, text: str) -> str:
    known = {each.name: each.key for each in definition.attributes} | {key: key for key in definition.attribute_by_key}
    if text not in known:
        kinds = "、".join(("list", "channel", "unit", "role", *definition.attribute_by_key))
        raise _bad(f"没有这个类别：{text[:60]!r}；可用：{kinds}", f"no such kind: {text[:60]!r}; known: {kinds}")
    return known[text]


def _bad(zh: str, en: str) -> typer.BadParameter:
    return typer.BadParameter(say(zh, en), param_hint="--for")

"""What a person declares of a unit or a nominee on the command line: the option, and how it is shown again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.printing import listed
from bangdan.language import say

if TYPE_CHECKING:
    from workflows.definition import Definition

SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar=say("属性=值", "NAME=VALUE"),
                 help=say("登记一项属性，可重复；值留空则撤去",
                          "Declare something; repeatable. An empty value takes it back.")),
]  # fmt: skip


def declarations(texts: Sequence[str] | None) -> dict[str, str]:
    """`region=west` as a pair, and so on. Raises BadParameter."""
    found: dict[str, str] = {}
    for text in texts or ():
        key, sign, value = (each.strip() for each in text.partition("="))
        if not (key and sign) or key in found:
            zh = f"请写作 属性=值，且每项只写一次；读到 {text!r}"
            raise typer.BadParameter(
                say(zh, f"write NAME=VALUE, each name once; read {text!r}"), param_hint="--set"
            )  # fmt: skip
        found[key] = value
    return found


def declared_words(definition: Definition, values: Mapping[str, str]) -> str:
    """What is declared, for people to read: 地区：西部；院士：是."""
    from engine.attributes import in_words
    from workflows.scopes import value_words

    return listed(
        say(f"{each.name}：{zh}", f"{each.english}: {en}")
        for each, value in in_words(definition, values)
        for zh, en in (value_words(each, value),)
    )

"""Declared attributes (属性): what somebody says of a unit or a nominee, checked against the campaign file."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.definition import Attribute, Definition
from workflows.findings import nearest, shown
from workflows.loading_matching import allowed, kept_value
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Bearer

NOTHING: Mapping[str, str] = {}
OF = {Bearer.UNIT: ("推荐单位", "a unit"), Bearer.NOMINEE: ("申报项目", "a nomination")}


def declared(definition: Definition, of: Bearer) -> dict[str, Attribute]:
    """The attributes that this campaign declares of units or of nominees, by key."""
    return {each.key: each for each in definition.attributes if each.of is of}


def checked(definition: Definition, of: Bearer, given: Mapping[str, str]) -> dict[str, str]:
    """What was given, each value as it is kept; an empty one takes it back. Raises Refused (ATT-…).

    An attribute may be meant by its key or its name.
    """
    known = declared(definition, of)
    by_name = {each.name: each for each in known.values()}
    found: dict[str, str] = {}
    wrong: list[Reason] = []
    for key, value in given.items():
        attribute = known.get(key) or by_name.get(key)
        if attribute is None:
            wrong.append(_unknown(key, of, known))
        elif (kept := _kept(attribute, value)) is None:
            wrong.append(_not_allowed(attribute, value))
        else:
            found[attribute.key] = kept
    if wrong:
        raise Refused(wrong)
    return found


def _kept(attribute: Attribute, value: str) -> str | None:
    return kept_value(attribute, value) if value.strip() else ""


def together(before: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """What is declared after `said` was said too: nothing is forgotten but what was taken back."""
    return {key: value for key, value in {**before, **said}.items() if value}


def lacking(definition: Definition, of: Bearer, values: Mapping[str, str]) -> tuple[str, ...]:
    """The Chinese names of what must be declared (`needed`) and is not."""
    return tuple(each.name for each in declared(definition, of).values() if each.needed and not values.get(each.key))


def in_words(definition: Definition, values: Mapping[str, str]) -> tuple[tuple[Attribute, str], ...]:
    """What is declared, in the order of the file, for people to read."""
    return tuple((each, values[each.key]) for each in definition.attributes if values.get(each.key))


def _unknown(key: str, of: Bearer, known: Mapping[str, Attribute]) -> Reason:
    whose, whose_en = OF[of]
    words = "、".join(f"{each.key}（{each.name}）" for each in known.values()) or "无"
    meant = nearest(key, known)
    return Reason(
        code="ATT-01",
        zh=f"{whose}没有属性 {shown(key)}；可填：{words}" + (f"；是要写“{meant}”吗？" if meant else ""),
        en=f"{whose_en} has no attribute {shown(key)}; declared: {', '.join(known) or 'none'}"
        + (f'; did you mean "{meant}"?' if meant else ""),
        facts={"read": shown(key), "meant": meant},
    )


def _not_allowed(attribute: Attribute, value: str) -> Reason:
    zh, en = allowed(attribute)
    return Reason(
        code="ATT-02",
        zh=f"属性“{attribute.name}”{zh}，读到 {shown(value)}",
        en=f'attribute "{attribute.key}" {en}; read {shown(value)}',
        facts={"attribute": attribute.key, "read": shown(value)},
    )

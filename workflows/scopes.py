"""Whom a `Who` names, in the words of the campaign: “人物榜、学会” for people to read."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Attribute, Definition, Who
from workflows.loading_matching import TRUE
from workflows.vocabulary import Kind, Party

ROLES = {Party.APPLICANT: ("申报人填报", "applicants"), Party.UNIT: ("推荐单位提交", "units")}
EVERYBODY = ("全部", "everybody")


def scope_words(definition: Definition, who: Who) -> tuple[str, str]:
    """The same in Chinese and English; a line's values stand side by side, its lines after each other."""
    lines = list(_lines(definition, who)) or [EVERYBODY]
    return "，".join(zh for zh, _ in lines), ", ".join(en for _, en in lines)


def _lines(definition: Definition, who: Who) -> Iterator[tuple[str, str]]:
    if who.tracks:
        yield _joined(_tracks(definition, who.tracks))
    if who.channels:
        named = [definition.channel_by_key[key] for key in who.channels]
        yield _joined([(each.name, each.english or each.name) for each in named])
    if who.units:
        yield _joined([(code, code) for code in who.units])
    for key, values in who.attributes:
        attribute = definition.attribute_by_key[key]
        zh, en = _joined([value_words(attribute, each) for each in values])
        yield f"{attribute.name}：{zh}", f"{attribute.english}: {en}"
    if who.role:
        yield ROLES[who.role]


def value_words(attribute: Attribute, value: str) -> tuple[str, str]:
    """What is declared, as people say it: a flag is 是 or 否."""
    if attribute.kind is not Kind.FLAG:
        return value, value
    return ("是", "yes") if value == TRUE else ("否", "no")


def _tracks(definition: Definition, tracks: tuple[str, ...]) -> list[tuple[str, str]]:
    """Whole lists by their names, the other tracks by their own."""
    found: list[tuple[str, str]] = []
    for each in definition.lists:
        mine = [key for key, track in definition.tracks.items() if track.list.key == each.key]
        chosen = [key for key in mine if key in tracks]
        if chosen and chosen == mine:
            found.append((each.name, each.english))
        else:
            found += [(definition.tracks[key].name, key) for key in chosen]
    return found


def _joined(pairs: list[tuple[str, str]]) -> tuple[str, str]:
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)

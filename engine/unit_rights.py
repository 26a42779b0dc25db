"""Which channels one unit may hold: those that its attributes fit, and none that another one forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from workflows.definition import Attribute, Channel, Definition
from workflows.loading_matching import FALSE, TRUE
from workflows.matching import Subject, matches
from workflows.reasons import Reason


def against_channels(
    definition: Definition, channels: Sequence[str], attributes: Mapping[str, str]
) -> tuple[Reason, ...]:
    """Why a unit of which that is declared may not hold these channels together; empty means it may."""
    held = [definition.channel_by_key[key] for key in dict.fromkeys(channels)]
    return (*_excluded(held), *_unfit(definition, held, attributes))


def _excluded(held: Sequence[Channel]) -> Iterator[Reason]:
    for one, other in combinations(held, 2):
        if other.key in one.excludes or one.key in other.excludes:
            yield Reason(
                code="UNT-04", zh=f"渠道“{one.name}”与“{other.name}”不能同时使用，请只留一个",
                en=f'the channels "{one.name}" and "{other.name}" exclude each other; keep one',
                facts={"channel": one.key, "other": other.key},
            )  # fmt: skip


def _unfit(definition: Definition, held: Sequence[Channel], attributes: Mapping[str, str]) -> Iterator[Reason]:
    for channel in held:
        if not matches(channel.who, Subject(attributes=attributes)):
            wanted = {definition.attribute_by_key[key]: values for key, values in channel.who.attributes}
            said = {each: (attributes[each.key],) if each.key in attributes else () for each in wanted}
            yield Reason(
                code="UNT-05", zh=f"渠道“{channel.name}”只限{_words(wanted)}的单位使用；该单位{_words(said)}",
                en=f'the channel "{channel.name}" is only for units with {_words_en(wanted)}; this one has'
                f" {_words_en(said)}",
                facts={"channel": channel.key},
            )  # fmt: skip


def _words(values: Mapping[Attribute, Sequence[str]]) -> str:
    yes_no = {TRUE: "是", FALSE: "否"}
    return "，".join(
        f"“{each.name}”为{'、'.join(yes_no.get(value, value) for value in found) or '（未填）'}"
        for each, found in values.items()
    )


def _words_en(values: Mapping[Attribute, Sequence[str]]) -> str:
    return ", ".join(f"{each.english}: {', '.join(found) or '(nothing)'}" for each, found in values.items())

"""Which channels one unit may hold: those that its attributes fit, and none that another one forbids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from workflows.definition import Channel, Definition, Who
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
            wanted, said = _wanted(definition, channel.who), _said(definition, channel.who, attributes)
            yield Reason(
                code="UNT-05", zh=f"渠道“{channel.name}”只限{wanted}的单位使用；该单位为{said}",
                en=f'the channel "{channel.name}" is only for units with {wanted}; this one has {said}',
                facts={"channel": channel.key},
            )  # fmt: skip


def _wanted(definition: Definition, who: Who) -> str:
    return "，".join(f"{definition.attribute_by_key[key].name}：{'、'.join(values)}" for key, values in who.attributes)


def _said(definition: Definition, who: Who, attributes: Mapping[str, str]) -> str:
    return "，".join(
        f"{definition.attribute_by_key[key].name}：{attributes.get(key, '（未填）')}" for key, _ in who.attributes
    )

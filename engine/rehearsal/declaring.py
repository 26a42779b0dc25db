"""What made-up units declare of themselves in a rehearsal, so that they fit the channels that they hold."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from engine.unit_rights import against_channels
from workflows.definition import Attribute, Definition
from workflows.loading_matching import FALSE, TRUE
from workflows.vocabulary import Bearer, Kind

PLAIN = {Kind.DATE: ("1980-01-01",), Kind.NUMBER: ("1",), Kind.FLAG: (TRUE, FALSE)}


def declared(definition: Definition, channels: Sequence[str], random: Random) -> dict[str, str]:
    """A value of each attribute of units; where a channel is only for some, one of those."""
    wanted = {key: values for channel in channels for key, values in definition.channel_by_key[channel].who.attributes}
    return {
        each.key: random.choice(wanted.get(each.key) or _values(each))
        for each in definition.attributes
        if each.of is Bearer.UNIT
    }


def _values(attribute: Attribute) -> tuple[str, ...]:
    return attribute.values or PLAIN[attribute.kind]


def may_hold(definition: Definition, channels: Sequence[str]) -> bool:
    """Whether some unit may hold these channels together."""
    wanted = [dict(definition.channel_by_key[key].who.attributes) for key in channels]
    attributes = {key: values[0] for who in wanted for key, values in who.items()}
    return not against_channels(definition, channels, attributes)

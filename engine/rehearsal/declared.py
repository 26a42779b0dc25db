"""What is declared in a rehearsal: values that fit the campaign's rules, and a few that don't.

A campaign without attributes and rules is left exactly as it was: nothing is drawn for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from engine.unit_rights import against_channels
from workflows.definition import Attribute, Definition, Rule
from workflows.matching import Subject
from workflows.rules import breaches, order_of
from workflows.vocabulary import Bearer, Kind

BREAKING = 0.03  # share of what is declared, or planned, without regard to the rules
ROUNDS = 5  # values may depend on each other: men and women have other age limits
GROWN_UP, OLDEST, MOST = 25, 70, 100  # years before the edition; the largest number without a rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Declarer:
    """Makes values up. `random` is its own, so that nothing else of the population depends on it."""

    definition: Definition
    random: Random

    def of_unit(self, code: str, channels: Collection[str]) -> dict[str, str]:
        """What is declared of a unit, fitting for every track alike."""
        subject = Subject(unit=code, channels=channels)
        values = self._any(Bearer.UNIT)
        return self._fitting(values, subject, tuple(self.definition.tracks), Bearer.UNIT)

    def of_nominee(self, unit: str, channels: Collection[str], said: Mapping[str, str], track: str) -> dict[str, str]:
        """What is declared of a nominee of the unit, of which `said` is declared."""
        subject = Subject(unit=unit, channels=channels, attributes=said)
        return self._fitting(self._any(Bearer.NOMINEE), subject, (track,), Bearer.NOMINEE)

    def dares(self, unit: str, channels: Collection[str], said: Mapping[str, str], track: str) -> bool:
        """Whether a unit plans something on the track: where the rules allow it, and now and then where they don't."""
        subject = Subject(unit=unit, channels=channels, attributes=said, track=track)
        broken = _broken(self.definition, subject, Bearer.UNIT)
        return not broken or self.random.random() < BREAKING

    def _any(self, of: Bearer) -> dict[str, str]:
        return {each.key: self._value(each) for each in self.definition.attributes if each.of is of}

    def _fitting(
        self, values: dict[str, str], subject: Subject, tracks: Sequence[str], of: Bearer
    ) -> dict[str, str]:  # fmt: skip
        if not values or self.random.random() < BREAKING:
            return values
        for _ in range(ROUNDS):
            for track in tracks:
                case = Subject(unit=subject.unit, channels=subject.channels, track=track,
                               attributes={**subject.attributes, **values})  # fmt: skip
                for rule in _broken(self.definition, case, of):
                    # A unit has one field of its own and nominates on no other: see `dares`.
                    if not (rule.own_field and of is Bearer.UNIT):
                        attribute = self.definition.attribute_by_key[str(rule.attribute)]
                        values[attribute.key] = self._kept(rule, attribute, track)
        return values

    def _value(self, attribute: Attribute, least: str | None = None, most: str | None = None) -> str:
        if attribute.kind is Kind.WORD:
            return self.random.choice(attribute.values)
        if attribute.kind is Kind.FLAG:
            return self.random.choice(("true", "false"))
        low, high = (int(order_of(attribute, bound)) if bound else None for bound in (least, most))
        if attribute.kind is Kind.NUMBER:
            return str(self._between(low, high, 0, MOST))
        years = (self.definition.edition - before for before in (OLDEST, GROWN_UP))
        first, last = (date(year, 1, 1).toordinal() for year in years)
        return (date.fromordinal(self._between(low, high, first, last))).isoformat()

    def _between(self, low: int | None, high: int | None, first: int, last: int) -> int:
        """A whole number that the bounds allow; where one is open, it is a usual one if the other lets it be."""
        floor = min(first, high) if low is None and high is not None else first if low is None else low
        ceiling = max(last, floor) if high is None else high
        return self.random.randint(floor, max(floor, ceiling))

    def _kept(self, rule: Rule, attribute: Attribute, track: str) -> str:
        if rule.among:
            return self.random.choice(rule.among)
        field = self.definition.tracks[track].field
        if rule.own_field and field:
            return next(value for value in attribute.values if value in (field.key, field.name))
        return self._value(attribute, rule.least, rule.most)


def fits(definition: Definition, subject: Subject) -> bool:
    """Whether the case keeps every rule about what is declared."""
    return not breaches(definition, subject, nominated={})


def _broken(definition: Definition, subject: Subject, of: Bearer) -> list[Rule]:
    """The rules about units, or about nominees, that the case does not keep."""
    found = (each.rule for each in breaches(definition, subject, nominated={}))
    return [rule for rule in found if rule.attribute and definition.attribute_by_key[rule.attribute].of is of]


def for_channels(definition: Definition, channels: Sequence[str], random: Random) -> dict[str, str]:
    """What a unit must have declared to hold these channels; the rest is left open."""
    wanted = {key: values for channel in channels for key, values in definition.channel_by_key[channel].who.attributes}
    return {key: random.choice(values) for key, values in wanted.items()}


def may_hold(definition: Definition, channels: Sequence[str]) -> bool:
    """Whether some unit may hold these channels together."""
    wanted = [dict(definition.channel_by_key[key].who.attributes) for key in channels]
    attributes = {key: values[0] for who in wanted for key, values in who.items()}
    return not against_channels(definition, channels, attributes)

"""Whom a chain of letters is for: a reminder speaks for each class of its milestone, and to the others for the parent.

A class holds for whom it names unless one before it in the file does; so what is before it is left out of it, and all
classes are left out of the parent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from workflows.definition import Definition, Milestone, Reminder, Who
from workflows.vocabulary import Audience, Party

NARROWED = (Audience.UNITS, Audience.UNITS_COLLECTING, Audience.UNITS_OWING, Audience.APPLICANTS)
"""Readers who belong to a class or to none; the others are told of each date once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The date of a milestone or of a class of it, for whom every `within` names and no `without` does.

    `chain` is the key of the letters about it.
    """

    milestone: str
    chain: str = ""
    within: tuple[Who, ...] = ()
    without: tuple[Who, ...] = ()


def targets(definition: Definition, reminder: Reminder, *, aside: Collection[str] = ()) -> tuple[Target, ...]:
    """The chains of a reminder; only one if it names a class itself. Classes `aside` hold for nobody."""
    named = definition.milestone_by_key[reminder.milestone]
    parent = definition.milestone_by_key[named.of] if named.of else named
    party = Party.APPLICANT if reminder.audience is Audience.APPLICANTS else Party.UNIT
    common = tuple(who for who in (parent.who, reminder.who) if not who.everybody)
    dates = dates_for(definition, parent.key, party, also=named, aside=aside)
    found = tuple(_chained(reminder, each, common) for each in dates)
    return tuple(each for each in found if each.milestone == named.key) if named.of else found


def classes_of(definition: Definition, milestone: str) -> tuple[Milestone, ...]:
    """The classes of a milestone, in the order in which they are tried."""
    return tuple(each for each in definition.milestones if each.of == milestone)


def dates_for(
    definition: Definition, milestone: str, party: Party, *,
    aside: Collection[str] = (), also: Milestone | None = None,
) -> tuple[Target, ...]:  # fmt: skip
    """The dates of a milestone that are for acts of `party`: its own and those of its classes, without those `aside`.

    `also` is among them, whomever it is for.
    """
    fitting = [each for each in classes_of(definition, milestone) if each.who.role in (None, party) or each is also]
    classes = [each for each in fitting if each.key not in aside]
    named = tuple(each.who for each in classes)
    return (
        Target(milestone=milestone, without=named),
        *(Target(milestone=each.key, within=(each.who,), without=named[:place]) for place, each in enumerate(classes)),
    )


def _chained(reminder: Reminder, date: Target, common: tuple[Who, ...]) -> Target:
    own = date.milestone.partition("/")[2] if date.milestone != reminder.milestone else ""
    chain = f"{reminder.key}:{own}" if own else reminder.key
    return replace(date, chain=chain, within=(*common, *date.within))


def parts_of(occasion: str) -> tuple[str, str, str]:
    """What the key of a letter is made of: its reminder, the class it speaks for (none: empty), and its offset."""
    reminder, _, rest = occasion.partition(":")
    own, _, offset = rest.rpartition(":")
    return reminder, own, offset

"""Whom or what a `Who` means: the one predicate that deadlines, quotas, rules, duties and letters are narrowed by.

`engine.selecting` says the same to the database; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from workflows.definition import Who
from workflows.vocabulary import Party


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """One case: a unit (its code and channels), what is declared of it and its nominee, on which track, whose act.

    What is not known of it (None) fits no line that asks for it; `attributes` are values by attribute key.
    """

    unit: str | None = None
    channels: Collection[str] = ()
    track: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    role: Party | None = None


def matches(who: Who, subject: Subject) -> bool:
    """Whether each line of `who` fits `subject`."""
    return (
        (not who.units or subject.unit in who.units)
        and (not who.channels or not set(who.channels).isdisjoint(subject.channels))
        and (not who.tracks or subject.track in who.tracks)
        and (who.role is None or subject.role is who.role)
        and all(subject.attributes.get(key) in values for key, values in who.attributes)
    )

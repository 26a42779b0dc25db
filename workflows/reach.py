"""For which tracks a unit may recommend at all: by its channels, and by the rules about what is declared of it."""

from __future__ import annotations

from dataclasses import replace

from workflows.definition import Definition
from workflows.matching import Subject
from workflows.rules import breaches, may_be_waived
from workflows.vocabulary import Bearer


def tracks_open_to(definition: Definition, subject: Subject) -> tuple[str, ...]:
    """The tracks for which the unit may recommend; what it has not declared yet closes none."""
    lists = {key for channel in subject.channels for key in definition.channel_by_key[channel].lists}
    mine = (key for key, track in definition.tracks.items() if track.list.key in lists)
    return tuple(key for key in mine if not _closed(definition, replace(subject, track=key)))


def _closed(definition: Definition, subject: Subject) -> bool:
    """Whether a rule about the unit, which nobody can waive, keeps every nomination of it off the track."""
    return any(
        each.value is not None and not may_be_waived(each)
        for each in breaches(definition, subject, nominated={})
        if definition.attribute_by_key[each.rule.attribute or ""].of is Bearer.UNIT
    )

"""Until when an act on a nomination is in time, which closing it is under, and which rows a closing is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, false, literal, not_, or_, select, true, union_all
from sqlmodel import col

from engine.office import Work
from engine.selecting import nominations_of
from engine.tables import Unit, UnitAttribute, UnitChannel
from notifications.clauses import Among
from workflows.classes import closing_classes, closings_of_track, ending, window_for
from workflows.matching import Subject
from workflows.targets import classes_of
from workflows.vocabulary import Party

APPLICANTS_VERBS = frozenset({"draft", "edit"})  # whoever takes them: the draft is the applicant's


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """The window of one act on one nomination. `closed`: its closing was completed, so nothing commits any more.

    `closes_of` is the milestone whose end it is; None where the nomination has a date of its own.
    """

    opens: datetime | None = None
    closes: datetime | None = None
    closed: bool = False
    closes_of: str | None = None

    def holds(self, at: datetime) -> bool:
        """Whether `at` lies within."""
        return (self.opens is None or self.opens <= at) and (self.closes is None or at < self.closes)


NO_DEADLINE = Deadline()


def party_of(verb: str) -> Party:
    """Whose act a verb is."""
    return Party.APPLICANT if verb in APPLICANTS_VERBS else Party.UNIT


def deadline(
    work: Work, *, unit_id: int, track: str, party: Party = Party.UNIT, correct_by: datetime | None = None
) -> Deadline:
    """The window in which that unit's nominations on `track` may be changed (by applicants) or submitted (by units).

    A correction asked for with a later date of its own extends the window for that nomination only.
    """
    found = window_for(work.definition, work.calendar, subject_of(work, unit_id, track, party))
    if correct_by and (found.closes is None or correct_by > found.closes):
        return Deadline(opens=found.opens, closes=correct_by)
    return Deadline(
        opens=found.opens, closes=found.closes, closed=is_closed(work, found.closing), closes_of=found.closes_of
    )


def compared(work: Work, window: Deadline) -> datetime:
    """The instant by which an act is in time or not, and which is kept for it.

    On a clock in doubt there are two, and nobody can know which is right: if the clock was set wrong, what the house
    carries on by is; if it was wrong before and has been put right, the wall clock is. Whoever acts must not lose by
    that, because a deadline can't be repeated, while an act that came too late can be taken out afterwards: so it is
    the one that lies within the window, if only one does. The event keeps both (`engine.history`).
    """
    if work.doubt is None or window.holds(work.at):
        return work.at
    wall = work.doubt.wall(work.at)
    return wall if window.holds(wall) else work.at


def is_closed(work: Work, key: str) -> bool:
    """Whether the closing at this end, as it stands, was completed."""
    return work.closed.get(key, 0) >= work.calendar[key].closes_revision


def track_is_closed(work: Work, track: str) -> bool:
    """Whether nothing can be submitted on a track any more: every closing that touches it was completed."""
    touching = closings_of_track(work.definition, work.calendar, track)
    return all(is_closed(work, each.milestone) for each in touching)


def has_classes(work: Work) -> bool:
    """Whether the collection has different dates for some."""
    return bool(classes_of(work.definition, work.definition.collection))


def subject_of(work: Work, unit_id: int, track: str, role: Party) -> Subject:
    """The case that classes are matched with; the unit is looked at only where a class asks about it."""
    classes = classes_of(work.definition, work.definition.collection)
    if not any(each.who.units or each.who.channels or each.who.attributes for each in classes):
        return Subject(track=track, role=role)
    return replace(subjects(work, [unit_id])[unit_id], track=track, role=role)


def _line(kind: str, key: Any, value: Any, table: type[UnitChannel] | type[UnitAttribute] | type[Unit]) -> Any:
    unit_id = col(Unit.id) if table is Unit else col(table.unit_id)  # type: ignore[union-attr]
    chosen = select(
        unit_id.label("unit_id"), literal(kind, String).label("kind"), key.label("key"), value.label("value")
    )
    return chosen.where(Among(unit_id, "units"))


_ABOUT = union_all(
    _line("unit", col(Unit.code), literal("", String), Unit),
    _line("channel", col(UnitChannel.channel), literal("", String), UnitChannel),
    _line("attribute", col(UnitAttribute.attribute), col(UnitAttribute.value), UnitAttribute),
)


def subjects(work: Work, units: Collection[int]) -> Mapping[int, Subject]:
    """What is known of units, by row id, in one query."""
    codes: dict[int, str] = {}
    channels: dict[int, list[str]] = defaultdict(list)
    attributes: dict[int, dict[str, str]] = defaultdict(dict)
    for row in work.connection.execute(_ABOUT, {"units": list(units)}):
        if row.kind == "unit":
            codes[row.unit_id] = row.key
        elif row.kind == "channel":
            channels[row.unit_id].append(row.key)
        else:
            attributes[row.unit_id][row.key] = row.value
    return {
        unit_id: Subject(unit=codes.get(unit_id), channels=channels[unit_id], attributes=attributes[unit_id])
        for unit_id in units
    }


def rows_of(work: Work, key: str) -> tuple[ColumnElement[bool], ...]:
    """The nominations that the end of `key` closes, as conditions; none where the collection has but one end."""
    classes = closing_classes(work.definition, work.calendar)
    if not classes:
        return ()
    mine: list[ColumnElement[bool]] = []
    before: list[ColumnElement[bool]] = []
    for each in classes:
        fits = and_(true(), *nominations_of(work.definition, each.who))
        if ending(work.calendar[each.key]) == key:
            mine.append(and_(fits, *map(not_, before)))
        before.append(fits)
    if key == work.definition.collection:
        mine.append(and_(true(), *map(not_, before)))
    return (or_(false(), *mine),)


def tracks_of(work: Work, key: str) -> tuple[str, ...]:
    """The tracks that the end of `key` may touch."""
    definition, calendar = work.definition, work.calendar
    return tuple(
        track
        for track in definition.tracks
        if any(each.milestone == key for each in closings_of_track(definition, calendar, track))
    )

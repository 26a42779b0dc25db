"""Whose date moved: of the readers who were told one, those for whom the calendar before and now differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from engine.letters.correspondence import APPLICANT, CONTACT
from engine.office import Work
from engine.tables import Contact, Nomination
from engine.windows import subjects
from workflows.classes import Window, window_for
from workflows.definition import Definition
from workflows.matching import Subject
from workflows.reach import tracks_open_to
from workflows.targets import classes_of
from workflows.timeline import Calendar
from workflows.vocabulary import Edge, Party


@dataclass(frozen=True, kw_only=True, slots=True)
class Before:
    """The calendar as it stood before a change."""

    definition: Definition
    calendar: Calendar


def now(work: Work) -> Before:
    """The calendar as it stands, to be compared with later."""
    return Before(definition=work.definition, calendar=work.calendar)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dates:
    """The window of one reader before and after a change."""

    old: Window
    new: Window

    def edge(self, edge: Edge) -> tuple[datetime | None, datetime | None]:
        """The old instant and the new one."""
        if edge is Edge.OPENS:
            return self.old.opens, self.new.opens
        return self.old.closes, self.new.closes


def by_class(work: Work, before: Before, milestone: str) -> bool:
    """Whether the readers of a milestone have different dates, so that it has to be asked whose moved."""
    family = work.definition.milestone_by_key[milestone].of or milestone
    return family == work.definition.collection and any(
        classes_of(definition, family) for definition in (before.definition, work.definition)
    )


def moved(work: Work, before: Before, refs: Collection[str]) -> dict[str, Dates]:
    """Those of the readers (as the outbox calls them) whose window of the collection is another now."""
    after = now(work)
    found = {}
    for ref, subject, tracks in _readers(work, refs):
        for dates in _differences(before, after, subject, tracks):
            found[ref] = dates
            break
    return found


def _differences(before: Before, after: Before, subject: Subject, tracks: Collection[str]) -> Iterator[Dates]:
    for role in (Party.UNIT, Party.APPLICANT):
        for track in tracks:
            one = replace(subject, track=track, role=role)
            old, new = (window_for(each.definition, each.calendar, one) for each in (before, after))
            if (old.opens, old.closes) != (new.opens, new.closes):
                yield Dates(old=old, new=new)


def _readers(work: Work, refs: Collection[str]) -> Iterator[tuple[str, Subject, Collection[str]]]:
    """Each reader with its unit and the tracks it has to do with: an applicant's own, or all the unit may use."""
    units = _units_of(work, [int(ref.removeprefix(CONTACT)) for ref in refs if ref.startswith(CONTACT)])
    rows = _nominations_of(work, [int(ref.removeprefix(APPLICANT)) for ref in refs if ref.startswith(APPLICANT)])
    known = subjects(work, {*units.values(), *(unit_id for unit_id, _ in rows.values())})
    for contact_id, unit_id in units.items():
        yield f"{CONTACT}{contact_id}", known[unit_id], tracks_open_to(work.definition, known[unit_id])
    for nomination_id, (unit_id, track) in rows.items():
        yield f"{APPLICANT}{nomination_id}", known[unit_id], (track,)


def _units_of(work: Work, contacts: Collection[int]) -> Mapping[int, int]:
    query = select(col(Contact.id), col(Contact.unit_id)).where(
        col(Contact.campaign_id) == work.campaign_id, col(Contact.id).in_(contacts), col(Contact.unit_id).is_not(None)
    )
    return {contact_id: unit_id for contact_id, unit_id in work.connection.execute(query) if contact_id and unit_id}


def _nominations_of(work: Work, ids: Collection[int]) -> Mapping[int, tuple[int, str]]:
    query = select(col(Nomination.id), col(Nomination.unit_id), col(Nomination.track)).where(
        col(Nomination.campaign_id) == work.campaign_id, col(Nomination.id).in_(ids)
    )
    return {row_id: (unit_id, track) for row_id, unit_id, track in work.connection.execute(query) if row_id}

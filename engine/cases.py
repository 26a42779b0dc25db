"""Filling in the `Case` that the guards look at: only what an arrow's guards ask for is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import col

from engine import endorsements, gates, places, rulings
from engine.attributes import lacking
from engine.noticed import noticed
from engine.office import Work
from engine.rulings import Candidate
from engine.tables import Done
from engine.units import attributes_of
from engine.windows import NO_DEADLINE, Deadline, compared, deadline, party_of
from workflows.eligibility import Case
from workflows.nomination import RESUME, Arrow, Guard, leads_to
from workflows.rules import Standing
from workflows.vocabulary import Bearer, Edge


def case_for(work: Work, row: Row[Any], arrow: Arrow, *, reason: str | None = None) -> Case:
    """Everything that the guards of `arrow` ask about the nomination `row`, as it stands in this transaction."""
    target = leads_to(arrow, state=row.state, resume=row.resume_state, returned_from=row.returned_from)
    window = window_of(work, row, arrow.verb) if asks_window(arrow) else NO_DEADLINE
    counted = work.shape.counted
    takes_place = target in counted and row.state not in counted
    asks_quota = Guard.QUOTA in arrow.guards and (takes_place or work.definition.shared)
    asks_rules = Guard.RULES in arrow.guards and target in counted
    # One that comes back met the rules before, but another may have taken its place.
    comes_back, it = arrow.target == RESUME, Candidate.of(row) if asks_rules else None
    earlier = rulings.asked_earlier(work, it) if it and not comes_back else None
    return Case(
        state=row.state, at=compared(work, window), opens=window.opens, closes=window.closes, closed=window.closed,
        closes_of=window.closes_of,
        missing=missing(work, row) if Guard.COMPLETE in arrow.guards else (),
        places=places.places_for(work, row) if asks_quota else (),
        joint=endorsements.joint(work, row) if Guard.JOINT in arrow.guards else None,
        standing=rulings.standing(work, it, only_once=comes_back, earlier=earlier) if it else Standing(),
        selected=row.selected,
        publication=publication(work) if Guard.PUBLISHABLE in arrow.guards else None,
        resume=row.resume_state, reason=reason, takes_place=takes_place,
        **(noticed(work, row) if Guard.NOTICE in arrow.guards else {}),
        owing=gates.unsettled(work, arrow.verb, row.unit_id, row.id) if Guard.DUTIES in arrow.guards else (),
    )  # fmt: skip


def asks_window(arrow: Arrow) -> bool:
    """Whether an arrow is taken only in the window, or only after it."""
    return not {Guard.WINDOW, Guard.CLOSED, Guard.RESUMABLE}.isdisjoint(arrow.guards)


def window_of(work: Work, row: Row[Any], verb: str) -> Deadline:
    """When `verb` may be taken for the nomination `row`."""
    return deadline(work, unit_id=row.unit_id, track=row.track, party=party_of(verb), correct_by=row.correct_by)


def instant_of(work: Work, row: Row[Any], verb: str) -> datetime:
    """When `verb` is accepted for the nomination `row`, if it is in time."""
    return work.at if work.doubt is None else compared(work, window_of(work, row, verb))


_DONE = select(col(Done.at)).where(
    col(Done.campaign_id) == bindparam("campaign"),
    col(Done.occasion) == bindparam("occasion"),
    col(Done.revision) == bindparam("revision"),
)


def is_done(work: Work, occasion: str, revision: int) -> bool:
    """Whether that was done which the calendar asked for under this key."""
    parameters = {"campaign": work.campaign_id, "occasion": occasion, "revision": revision}
    return work.connection.execute(_DONE, parameters).first() is not None


def missing(work: Work, row: Row[Any]) -> tuple[str, ...]:
    """The Chinese names of what the nomination still lacks."""
    of_unit = lacking(work.definition, Bearer.UNIT, attributes_of(work, row.unit_id))
    return (*missing_of(work, row.track, row.materials, row.applicant, row.attributes), *of_unit)


def missing_of(
    work: Work, track: str, materials: Collection[str], applicant: str, attributes: Mapping[str, str]
) -> tuple[str, ...]:  # fmt: skip
    """The same, from plain values, but for what is to be declared of the unit."""
    required = work.definition.tracks[track].list.materials
    wanting = tuple(work.definition.material_by_key[key].name for key in required if key not in materials)
    named = () if applicant else ("申报单位（申报人）",)
    return (*wanting, *named, *lacking(work.definition, Bearer.NOMINEE, attributes))


def publication(work: Work) -> datetime | None:
    """When the list may be published: the chosen date, or the announced one where there is nothing to choose."""
    key = work.definition.publication
    standing = work.calendar[key]
    announced = None if work.definition.milestone_by_key[key].to_choose else standing.edge(Edge.OPENS)
    return standing.chosen or announced

"""Filling in the `Case` that the guards look at: only what an arrow's guards ask for is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import col

from engine import gates, tallies
from engine.office import Work
from engine.tables import Done, Laureate, UnitChannel
from workflows.eligibility import Case, EarlierEntry, Place
from workflows.nomination import RESUME, Arrow, Guard
from workflows.vocabulary import Edge


def case_for(work: Work, row: Row[Any], arrow: Arrow, *, reason: str | None = None) -> Case:
    """Everything that the guards of `arrow` ask about the nomination `row`, as it stands in this transaction."""
    target = row.resume_state if arrow.target == RESUME else arrow.target or row.state
    opens, closes, closed = window(work, row.correct_by) if asks_window(arrow) else (None, None, False)
    counted = work.shape.counted
    takes_place = target in counted and row.state not in counted
    asks_quota = Guard.QUOTA in arrow.guards and takes_place
    asks_laureate = Guard.LAUREATE in arrow.guards
    return Case(
        state=row.state, at=work.at, opens=opens, closes=closes, closed=closed,
        missing=missing(work, row) if Guard.COMPLETE in arrow.guards else (),
        place=place_of(work, row.unit_id, row.track) if asks_quota else None,
        earlier=earlier_entry(work, row.track, row.title_key) if asks_laureate else None,
        waivable=waivable(work, row.track), waived=bool(row.waiver), selected=row.selected,
        publication=publication(work) if Guard.PUBLISHABLE in arrow.guards else None,
        resume=row.resume_state, reason=reason, takes_place=takes_place,
        owing=gates.unsettled(work, arrow.verb, row.unit_id, row.id) if Guard.DUTIES in arrow.guards else (),
    )  # fmt: skip


def asks_window(arrow: Arrow) -> bool:
    """Whether an arrow is taken only in the window, or only after it."""
    return not {Guard.WINDOW, Guard.CLOSED, Guard.RESUMABLE}.isdisjoint(arrow.guards)


def window(work: Work, correct_by: datetime | None = None) -> tuple[datetime | None, datetime | None, bool]:
    """When nominations may be changed and submitted, and whether that closing was completed.

    A correction asked for with a later date of its own extends the window for that nomination only.
    """
    collection = work.calendar[work.definition.collection]
    if correct_by and (collection.closes is None or correct_by > collection.closes):
        return collection.opens, correct_by, False
    return collection.opens, collection.closes, work.closed_revision >= collection.closes_revision


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
    return missing_of(work, row.track, row.materials, row.applicant)


def missing_of(work: Work, track: str, materials: Collection[str], applicant: str) -> tuple[str, ...]:
    """The same, from plain values."""
    required = work.definition.tracks[track].list.materials
    lacking = tuple(work.definition.material_by_key[key].name for key in required if key not in materials)
    return lacking if applicant else (*lacking, "申报单位（申报人）")


def place_of(work: Work, unit_id: int, track: str) -> Place:
    """The unit's places where the track counts. Lock the unit first when acting on it."""
    channels = work.connection.execute(_CHANNELS, {"unit": unit_id}).scalars().all()
    return tallies.place(work, unit_id, track, channels)


_CHANNELS = select(col(UnitChannel.channel)).where(col(UnitChannel.unit_id) == bindparam("unit"))
_EARLIER = (
    select(col(Laureate.edition), col(Laureate.list_name), col(Laureate.name))
    .where(
        col(Laureate.campaign_id) == bindparam("campaign"),
        col(Laureate.name_key) == bindparam("name"),
        col(Laureate.edition) < bindparam("edition"),
    )
    .order_by(col(Laureate.edition).desc())
)


def earlier_entry(work: Work, track: str, title_key: str) -> EarlierEntry | None:
    """The laureate of an earlier edition that bears this name, if a rule of this campaign speaks of the list."""
    if not any(_covers(work, rule.lists, track) for rule in work.definition.exclusions):
        return None
    parameters = {"campaign": work.campaign_id, "name": title_key, "edition": work.definition.edition}
    found = work.connection.execute(_EARLIER, parameters).first()
    return EarlierEntry(edition=found.edition, list_name=found.list_name, name=found.name) if found else None


def waivable(work: Work, track: str) -> bool:
    """Whether the secretariat may waive the exclusion on this track (“原则上”)."""
    return all(rule.waivable for rule in work.definition.exclusions if _covers(work, rule.lists, track))


def _covers(work: Work, lists: Collection[str], track: str) -> bool:
    return work.definition.tracks[track].list.key in lists


def publication(work: Work) -> datetime | None:
    """When the list may be published: the chosen date, or the announced one where there is nothing to choose."""
    key = work.definition.publication
    standing = work.calendar[key]
    announced = None if work.definition.milestone_by_key[key].to_choose else standing.edge(Edge.OPENS)
    return standing.chosen or announced


def as_json(entry: EarlierEntry | None) -> Mapping[str, Any] | None:
    """An earlier entry as it is kept on the row."""
    return {"edition": entry.edition, "list": entry.list_name, "name": entry.name} if entry else None

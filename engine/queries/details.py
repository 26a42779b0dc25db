"""One nomination or one unit in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine import places, units
from engine.awards import awards
from engine.office import Work
from engine.queries import told
from engine.queries.contacts import ContactLine, contacts
from engine.queries.listing import NominationLine, nominations
from engine.queries.paging import Page
from engine.seen import seen
from engine.tables import Nomination, Promotion, Unit
from workflows.nomination import Role
from workflows.places import Place

MOST_PEOPLE = 50
MOST_NOMINATIONS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Promoted:
    """One thing done to promote a laureate."""

    at: datetime
    note: str
    actor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NominationInFull:
    """Everything about one nomination. `earlier` is the laureate of an earlier edition that it looks like, `waiver` why
    a rule or an exclusion was waived, by its key.
    """

    line: NominationLine
    applicant_contact: str
    applicant_phones: str
    applicant_email: str | None
    materials: tuple[str, ...]
    resume_state: str | None
    rank: int | None
    score: float | None
    correct_by: datetime | None
    attributes: Mapping[str, str]
    earlier: Mapping[str, Any] | None
    waiver: Mapping[str, str]
    drafted_at: datetime
    promotions: tuple[Promoted, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitInFull:
    """Everything about one unit: where it may recommend how many, whom to reach, and its nominations."""

    id: str
    code: str
    name: str
    person: bool
    channels: tuple[str, ...]
    attributes: Mapping[str, str]
    places: tuple[Place, ...]
    contacts: tuple[ContactLine, ...]
    nominations: Page[NominationLine]


def nomination_row(work: Work, public_id: str) -> Row[Any]:
    """The nomination's row, as far as the actor may see it. Raises NotFound."""
    return seen(work, Nomination, public_id)


def nomination(work: Work, public_id: str) -> NominationInFull:
    """One nomination in full. Raises NotFound."""
    row = nomination_row(work, public_id)
    line = _line(work, row)
    known = line.state == row.state  # else its unit is not to know how it was judged
    of_reviewers = work.actor.role is not Role.UNIT
    return NominationInFull(
        line=line, applicant_contact=row.applicant_contact, applicant_phones=row.applicant_phones,
        applicant_email=row.applicant_email, materials=tuple(row.materials),
        resume_state=row.resume_state if known else None, rank=row.rank if known else None,
        score=row.score if of_reviewers else None, correct_by=row.correct_by, earlier=row.earlier,
        attributes=row.attributes, waiver=row.waiver or {},
        drafted_at=row.drafted_at, promotions=_promotions(work, row.id),
    )  # fmt: skip


def _line(work: Work, row: Row[Any]) -> NominationLine:
    unit = unit_of(work, row.unit_id)
    state = told.states_shown(work, [row])[row.id]
    return NominationLine(
        id=row.public_id, title=row.title, applicant=row.applicant, track=row.track,
        track_name=work.definition.tracks[row.track].name, unit=unit.code, unit_name=unit.name, state=state.key,
        state_zh=state.zh, state_en=state.en, selected=row.selected, award=awards(work, [row])[row.id],
        submitted_at=row.submitted_at, changed_at=row.changed_at,
    )  # fmt: skip


def unit_of(work: Work, unit_id: int) -> Row[Any]:
    """Code and name of a nomination's unit, for whoever may see the nomination."""
    query: Select[*tuple[Any, ...]] = select(col(Unit.code), col(Unit.name), col(Unit.id)).where(
        col(Unit.id) == unit_id
    )
    return work.connection.execute(query).one()


def _promotions(work: Work, row_id: int) -> tuple[Promoted, ...]:
    query = select(Promotion).where(col(Promotion.nomination_id) == row_id).order_by(col(Promotion.id))
    return tuple(Promoted(at=row.at, note=row.note, actor=row.actor) for row in work.connection.execute(query))


def unit(work: Work, code: str) -> UnitInFull:
    """One unit in full, by its code. Raises NotFound."""
    row = units.find(work, code)
    channels = units.channels_of(work, row.id)
    return UnitInFull(
        id=row.public_id, code=row.code, name=row.name, person=row.person, channels=channels,
        attributes=units.attributes_of(work, row.id),
        places=places.of_unit(work, row.id),
        contacts=contacts(work, unit=code, limit=MOST_PEOPLE).rows,
        nominations=nominations(work, unit=code, limit=MOST_NOMINATIONS),
    )  # fmt: skip

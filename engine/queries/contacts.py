"""People to write to or to call: of units, of institutions, of the secretariat."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlmodel import col

from engine.access import not_found, visible
from engine.office import Work
from engine.queries.paging import Page, page_of, page_size
from engine.tables import Contact, Unit
from notifications.clauses import at_most


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactLine:
    """One contact. `of` says whose: a unit's or institution's name, or the secretariat's."""

    id: str
    name: str
    of: str
    unit: str | None
    institution: str | None
    phones: str
    email: str | None
    active: bool


def contacts(
    work: Work, *, unit: str | None = None, institution: str | None = None, office: bool = False, text: str = "",
    without_email: bool = False, after: str | None = None, limit: int = 50,
) -> Page[ContactLine]:  # fmt: skip
    """Contacts in the order they were entered; `unit` is a code, `after` the id of the last one of the page before."""
    query = _lines(work)
    if unit is not None:
        query = query.where(col(Unit.code) == unit)
    if institution is not None:
        query = query.where(col(Contact.institution) == institution)
    if office:
        query = query.where(col(Contact.unit_id).is_(None), col(Contact.institution).is_(None))
    if without_email:
        query = query.where(col(Contact.email).is_(None))
    if text:
        query = query.where(or_(*[column.contains(text.strip(), autoescape=True) for column in _SEARCHED]))
    if after is not None:
        query = query.where(col(Contact.id) > find(work, after).id)
    count = page_size(limit)
    rows = work.connection.execute(query.order_by(col(Contact.id)).limit(at_most(count + 1))).all()
    return page_of((_line(work, row) for row in rows), count)


_SEARCHED = (col(Contact.name), col(Contact.phones), col(Contact.email), col(Unit.name))


def with_ids(work: Work, ids: Collection[str]) -> list[ContactLine]:
    """These contacts, as far as the actor may see them, in the order in which they were entered."""
    if not ids:
        return []
    rows = work.connection.execute(_lines(work).where(col(Contact.public_id).in_(ids)).order_by(col(Contact.id)))
    return [_line(work, row) for row in rows]


def find(work: Work, public_id: str) -> Row[Any]:
    """The contact with that id, as far as the actor may see it. Raises NotFound."""
    row = work.connection.execute(_lines(work).where(col(Contact.public_id) == public_id)).first()
    if row is None:
        raise not_found(public_id)
    return row


def _lines(work: Work) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = (
        select(Contact, col(Unit.code).label("unit_code"), col(Unit.name).label("unit_name"))
        .outerjoin(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(col(Contact.campaign_id) == work.campaign_id)
    )
    return visible(query, Contact, work.actor, work.definition)


def _line(work: Work, row: Row[Any]) -> ContactLine:
    institution = work.definition.institution_by_key.get(row.institution or "")
    of = row.unit_name or (institution.name if institution else row.institution) or work.definition.office.name
    return ContactLine(
        id=row.public_id, name=row.name, of=of, unit=row.unit_code, institution=row.institution, phones=row.phones,
        email=row.email, active=row.active,
    )  # fmt: skip

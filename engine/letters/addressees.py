"""Who can be told: the active contacts of units, of institutions and of the secretariat, and who has none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import col

from engine.letters.correspondence import Addressee
from engine.office import Work
from engine.pending import unreachable_units
from engine.tables import Contact, Unit
from notifications.clauses import Among
from notifications.prepared import Asked, Prepared

_COLUMNS = (col(Contact.id), col(Contact.name), col(Contact.phones), col(Contact.email))
_OF_UNITS: Select[*tuple[Any, ...]] = (
    select(*_COLUMNS, col(Contact.unit_id), col(Unit.name).label("of"))
    .join(Unit, col(Unit.id) == col(Contact.unit_id))
    .where(col(Contact.campaign_id) == bindparam("campaign"), col(Contact.active))
    .order_by(col(Contact.id))
)
_OF_THESE_UNITS = _OF_UNITS.where(Among(col(Contact.unit_id), "units"))
_OF_UNIT = Prepared(_OF_UNITS.where(col(Contact.unit_id) == bindparam("unit")))


def of_units(
    work: Work, *, units: Collection[int] | None = None, only: Collection[int] | None = None
) -> dict[int, list[Addressee]]:
    """The contacts of each unit, by the unit's row id; `units` and `only` (contacts) narrow it by row ids."""
    query = _OF_UNITS if units is None else _OF_THESE_UNITS
    if only is not None:
        query = query.where(col(Contact.id).in_(only))
    found = defaultdict(list)
    parameters = {"campaign": work.campaign_id, **({} if units is None else {"units": list(units)})}
    for row in work.connection.execute(query, parameters):
        found[row.unit_id].append(_addressee(row, row.of))
    return found


def asked(work: Work, unit_id: int) -> Asked:
    """The contacts of one unit, for `of_unit`: asked for before something else is, both are one journey."""
    return _OF_UNIT.ask(work.connection, {"campaign": work.campaign_id, "unit": unit_id})


def of_unit(work: Work, unit_id: int, contacts: Asked | None = None) -> list[Addressee]:
    """The contacts of one unit."""
    return [_addressee(row, row.of) for row in (contacts or asked(work, unit_id)).rows]


def of_institutions(work: Work) -> list[tuple[Addressee, tuple[str, ...]]]:
    """The people of the institutions, each with the keys of those they serve: one person, one letter."""
    query: Select[*tuple[Any, ...]] = (
        select(*_COLUMNS, col(Contact.institution))
        .where(col(Contact.campaign_id) == work.campaign_id, col(Contact.active), col(Contact.institution).is_not(None))
        .order_by(col(Contact.id))
    )
    people = defaultdict(list)
    for row in work.connection.execute(query):
        people[row.name, row.email or row.phones].append(row)
    return [_serving(work, rows) for rows in people.values()]


def _serving(work: Work, rows: list[Row[Any]]) -> tuple[Addressee, tuple[str, ...]]:
    known = work.definition.institution_by_key
    keys = tuple(dict.fromkeys(row.institution for row in rows if row.institution in known))
    return _addressee(rows[0], "、".join(known[key].name for key in keys)), keys


def of_office(work: Work) -> list[Addressee]:
    """The secretariat's own contacts."""
    query: Select[*tuple[Any, ...]] = (
        select(*_COLUMNS)
        .where(col(Contact.campaign_id) == work.campaign_id, col(Contact.active))
        .where(col(Contact.unit_id).is_(None), col(Contact.institution).is_(None))
        .order_by(col(Contact.id))
    )
    return [_addressee(row, work.definition.office.name) for row in work.connection.execute(query)]


def by_id(work: Work, contact_ids: Collection[int]) -> list[Addressee]:
    """These contacts, whosever they are, without the inactive ones."""
    query: Select[*tuple[Any, ...]] = (
        select(*_COLUMNS, col(Contact.institution), col(Unit.name).label("of"))
        .outerjoin(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(col(Contact.campaign_id) == work.campaign_id, col(Contact.active), col(Contact.id).in_(contact_ids))
        .order_by(col(Contact.id))
    )
    rows = work.connection.execute(query)
    return [_addressee(row, row.of or _institution_name(work, row.institution)) for row in rows]


def _institution_name(work: Work, key: str | None) -> str:
    institution = work.definition.institution_by_key.get(key or "")
    return institution.name if institution else work.definition.office.name


def unreachable(work: Work) -> list[str]:
    """The names of units and institutions without any active contact: nothing that we send reaches them."""
    query = select(col(Unit.name)).where(*unreachable_units(work)).order_by(col(Unit.id))
    served = {key for _, keys in of_institutions(work) for key in keys}
    lonely = [one.name for one in work.definition.institutions if one.key not in served]
    return [*lonely, *work.connection.execute(query).scalars()]


def _addressee(row: Row[Any], of: str) -> Addressee:
    return Addressee(contact_id=row.id, name=row.name, of=of, email=row.email, phones=row.phones)


def first_phones(work: Work) -> Mapping[str, str]:
    """Whom to call at each institution, as one text: `name phones`, by institution key."""
    found: dict[str, list[str]] = defaultdict(list)
    for person, keys in of_institutions(work):
        for key in keys:
            found[key].append(f"{person.name} {person.phones}".strip())
    return {key: "；".join(people) for key, people in found.items()}

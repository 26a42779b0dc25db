"""Importing the people to write to and to call at the institutions and the secretariat."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from engine import units
from engine.access import may_office
from engine.office import Work
from engine.rosters.columns import SECRETARIAT
from engine.rosters.importing import Imported, Line, Notes, Outcome, Upload, each_row, import_table
from engine.sheets.table import Row, Table
from engine.tables import Contact


def import_contacts(work: Work, upload: Upload) -> Imported:
    """Add contacts or bring them up to date; an empty cell leaves what is there. Raises FileRefused, Refused (role)."""
    may_office(work.actor)

    def store(table: Table, notes: Notes) -> Sequence[Line]:
        return each_row(table, notes, lambda row: _take(work, row))

    return import_table(work, upload, "contacts", store)


def _take(work: Work, row: Row) -> Line:
    key, name = row.text("institution"), row.text("contact")
    known = work.definition.institution_by_key.get(key)
    institution = None if known is None and key == SECRETARIAT else key
    outcome = enter_contact(
        work, name=name, phones=row.items("phones"), email=row.text("email"), institution=institution
    )  # fmt: skip
    return Line(place=row.place, name=f"{known.name if known else work.definition.office.name} {name}", outcome=outcome)


def enter_contact(
    work: Work, *, name: str, phones: Sequence[str], email: str, unit_id: int | None = None,
    institution: str | None = None,
) -> Outcome:  # fmt: skip
    """Add a contact or bring it up to date, and say which of the two it was, if any."""
    owner = (
        col(Contact.unit_id).is_not_distinct_from(unit_id),
        col(Contact.institution).is_not_distinct_from(institution),
    )
    where = (col(Contact.campaign_id) == work.campaign_id, *owner, col(Contact.name) == name)
    standing = select(col(Contact.phones), col(Contact.email)).where(*where)
    before = work.connection.execute(standing).first()
    units.add_contact(work, name=name, phones=phones, email=email or None, unit_id=unit_id, institution=institution)
    if before is None:
        return Outcome.NEW
    return Outcome.SAME if work.connection.execute(standing).first() == before else Outcome.CHANGED

"""Importing recommending units with their contacts. A unit with several contacts stands in several rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from engine import units
from engine.access import may_office
from engine.office import Work
from engine.rosters import answers, attribute_columns
from engine.rosters.contact_rows import enter_contact
from engine.rosters.importing import Imported, Line, Notes, Outcome, Upload, each_row, import_table, together
from engine.sheets.cleaning import match_key
from engine.sheets.specs import NO, YES
from engine.sheets.table import Row, Table
from engine.tables import Unit
from workflows.reasons import FileRefused, Reason, Refused
from workflows.vocabulary import Bearer

AGREEING = ("name", "channels", "person")  # what all rows of one unit must say alike


def import_units(work: Work, upload: Upload) -> Imported:
    """Add units and contacts, or bring them up to date. Raises FileRefused with every error, or Refused (role)."""
    may_office(work.actor)

    def store(table: Table, notes: Notes) -> Sequence[Line]:
        first: dict[str, Row] = {}
        return each_row(table, notes, lambda row: _take(work, row, table, first, notes))

    return import_table(work, upload, "units", store)


def _take(work: Work, row: Row, table: Table, first: dict[str, Row], notes: Notes) -> Line:
    code, name = row.text("unit"), row.text("name")
    before = first.setdefault(code, row)
    if before is row:
        outcome = _enter(work, row, notes)
    else:
        _must_agree(row, before, table, attribute_columns.keys(work.definition, Bearer.UNIT))
        outcome = Outcome.SAME
    unit = units.find(work, code)
    if contact := row.text("contact"):
        did = enter_contact(
            work, name=contact, phones=row.items("phones"), email=row.text("email"), unit_id=unit.id
        )  # fmt: skip
        outcome = together(outcome, did)
    return Line(place=row.place, name=f"{code} {name}", outcome=outcome, id=unit.public_id)


def _enter(work: Work, row: Row, notes: Notes) -> Outcome:
    code, name, channels = row.text("unit"), row.text("name"), row.items("channels")
    there = _standing(work, code)
    if there is None and (other := _same_name(work, name)):
        notes.remark(answers.name_there(name, other), row.where("name"))
    said = attribute_columns.said(row, work.definition, Bearer.UNIT)
    try:
        units.add(work, code=code, name=name, channels=channels, person=_is_person(work, row), attributes=said)
    except Refused as refused:
        raise Refused(reason.at(_cell(row, reason)) for reason in refused.reasons) from refused
    if there is None:
        return Outcome.NEW
    return Outcome.SAME if _standing(work, code) == there else Outcome.CHANGED


def _cell(row: Row, reason: Reason) -> str:
    """What is wrong with a unit's channels stands in their cell; of anything else the row says where."""
    return row.where("channels") if reason.code.startswith("UNT-") else reason.where


def _is_person(work: Work, row: Row) -> bool:
    """As the file says; where it says nothing, a unit whose channels are all for persons is one."""
    said = {YES: True, NO: False}.get(row.text("person"))
    channels = [work.definition.channel_by_key[key] for key in row.items("channels")]
    return all(channel.person for channel in channels) if said is None else said


def _standing(work: Work, code: str) -> tuple[object, ...] | None:
    query = select(col(Unit.id), col(Unit.name), col(Unit.person)).where(
        col(Unit.campaign_id) == work.campaign_id, col(Unit.code) == code
    )
    row = work.connection.execute(query).first()
    if row is None:
        return None
    return (row.name, row.person, units.channels_of(work, row.id), units.attributes_of(work, row.id))


def _same_name(work: Work, name: str) -> str | None:
    query = select(col(Unit.code)).where(
        col(Unit.campaign_id) == work.campaign_id, col(Unit.name_key) == match_key(name)
    )
    return work.connection.execute(query.limit(1)).scalar()


def _must_agree(row: Row, first: Row, table: Table, extra: Sequence[str]) -> None:
    differing = [key for key in (*AGREEING, *extra) if row.values[key] != first.values[key]]
    if differing:
        raise FileRefused(
            answers.contradiction(table.headings.get(key, key), first.place).at(row.where(key)) for key in differing
        )

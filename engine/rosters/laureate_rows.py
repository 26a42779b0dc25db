"""Importing the entries of earlier editions; drafts that bear one of their names are marked afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from engine import laureates
from engine.access import may_office
from engine.laureates import Entry, Key
from engine.office import Work
from engine.rosters import answers
from engine.rosters.importing import Imported, Line, Notes, Outcome, Upload, each_row, import_table
from engine.sheets.cleaning import match_key
from engine.sheets.specs import NO, YES
from engine.sheets.table import Row, Table
from workflows.reasons import FileRefused
from workflows.vocabulary import Nominee


def import_laureates(work: Work, upload: Upload) -> Imported:
    """Add entries of earlier editions or bring them up to date. Raises FileRefused with every error, Refused (role)."""
    may_office(work.actor)
    official = {match_key(name): each.name for each in work.definition.lists for name in (each.key, each.name)}

    def store(table: Table, notes: Notes) -> Sequence[Line]:
        there = laureates.standing(work)
        found: dict[Key, tuple[Entry, Row]] = {}

        def take(row: Row) -> Line:
            entry = _entry(work, row, official)
            if twice := found.get(entry.key):
                notes.remark(answers.stands_twice(twice[1].place), row.place)
                return Line(place=row.place, name=entry.name, outcome=Outcome.SAME)
            found[entry.key] = (entry, row)
            return Line(place=row.place, name=entry.name, outcome=_outcome(entry, there))

        lines = each_row(table, notes, take)
        if not notes.errors:
            laureates.enter(work, [entry for entry, _ in found.values()], there)
            notes.matched = laureates.match_drafts(work)
        return lines

    return import_table(work, upload, "laureates", store)


def _entry(work: Work, row: Row, official: dict[str, str]) -> Entry:
    year = row.number_in("year")
    edition = int(year) if year is not None else 0
    award = row.text("award")
    # Another award may have been given in the same year.
    if edition >= work.definition.edition + bool(award):
        raise FileRefused(answers.not_earlier(edition, work.definition.edition).at(row.where("year")))
    written = row.text("list")
    list_name = official.get(match_key(written), written)
    ranked = next((each.nominee for each in work.definition.lists if each.name == list_name), None)
    person = {YES: True, NO: False}.get(row.text("person"), ranked is Nominee.PERSON)
    return Entry(
        award=award, edition=edition, list_name=list_name, name=row.text("name"),
        organisation=row.text("applicant"), person=person,
    )  # fmt: skip


def _outcome(entry: Entry, there: laureates.Standing) -> Outcome:
    if entry.key not in there:
        return Outcome.NEW
    return Outcome.CHANGED if laureates.differs(entry, there[entry.key]) else Outcome.SAME

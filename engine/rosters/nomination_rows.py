"""Importing nominations: each row is drafted, edited or left, and submitted if asked to, by the verbs themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import select
from sqlmodel import col

from engine import nominations, rulings, tallies
from engine.access import may_change, visible
from engine.attributes import together
from engine.letters import occasional
from engine.office import Work
from engine.places import places_of
from engine.rosters import answers, attribute_columns
from engine.rosters.importing import Imported, Line, Notes, Outcome, Upload, each_row, import_table
from engine.sheets.cleaning import match_key
from engine.sheets.specs import YES
from engine.sheets.table import Row, Table
from engine.tables import Nomination, Unit
from engine.windows import Deadline
from workflows.definition import Field
from workflows.places import Place
from workflows.reasons import FileRefused, Reason, Refused
from workflows.vocabulary import Bearer

N = Nomination
SubjectKey = tuple[int, str, str]  # unit row id, track, title in the form for comparing

FROM_ROW = {"applicant": "applicant", "contact": "applicant_contact", "email": "applicant_email"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A nomination as it is stored, or as this file has drafted it (then `row` says where)."""

    id: str
    state: str
    title: str
    values: Mapping[str, Any]
    row: Row | None = None


@dataclass(kw_only=True)
class Wanted:
    """The rows of one unit that take a place in one scope, and what the refusal said, if there was one."""

    rows: list[Row] = field(default_factory=list)
    refused: Reason | None = None
    won: int = 0


def import_nominations(work: Work, upload: Upload, *, submit: bool = False) -> Imported:
    """Draft what is new, edit what a row says otherwise, and with `submit` submit whatever is not submitted yet.

    The whole file is measured by one instant, `work.at`. Raises FileRefused with every error, Refused (role).
    """
    may_change(work.actor)

    def store(table: Table, notes: Notes) -> Sequence[Line]:
        intake = _Intake(work, notes, submit=submit)
        intake.hold(table)
        lines = each_row(table, notes, intake.take)
        intake.tell_places()
        if not notes.errors:
            occasional.receipts(work, intake.submitted)
        return lines

    return import_table(work, upload, "nominations", store)


class _Intake:
    """The rows of one file on their way in: what is stored already is read once, not row by row."""

    def __init__(self, work: Work, notes: Notes, *, submit: bool) -> None:
        self.work, self.notes, self.submit = work, notes, submit
        self.units = _units(work)
        self.there = _standing(work)
        self.wanted: dict[tuple[str, str], Wanted] = {}
        self.scopes: dict[tuple[str, str], tuple[Place, ...]] = {}
        self.submitted: dict[str, Deadline] = {}

    def hold(self, table: Table) -> None:
        """Everything the file touches at once, or its rows and other people's clicks could wait for each other."""
        named = {row.text("unit") for row in table.rows} & self.units.keys()
        tracks = self.work.definition.tracks
        tallies.hold(self.work, units={self.units[code].id for code in named}, tracks=())
        rulings.hold(self.work, tracks, {match_key(row.text("title")) for row in table.rows})
        tallies.hold(self.work, units=(), tracks=tracks)

    def take(self, row: Row) -> Line:
        unit = self.units.get(row.text("unit"))
        if unit is None:
            raise FileRefused(answers.no_such_unit(row.text("unit")).at(row.where("unit")))
        track = _track(self.work, row)
        key = (unit.id, track, match_key(row.text("title")))
        standing = self.there.get(key)
        if standing is None:
            outcome, standing = Outcome.NEW, self._draft(row, unit.id, track)
        elif standing.row is not None:
            return self._again(row, standing)
        else:
            outcome, standing = self._compare(row, track, standing)
        if self.submit and self._submits(row, unit.code, track, standing) and outcome is Outcome.SAME:
            outcome = Outcome.CHANGED
        self.there[key] = standing
        return Line(place=row.place, name=row.text("title"), outcome=outcome, id=standing.id)

    def _draft(self, row: Row, unit_id: int, track: str) -> Standing:
        values = _values(self.work, row, track)
        answer = nominations.draft(self.work, unit_id=unit_id, track=track, title=row.text("title"), **values)
        return Standing(id=answer.id, state=answer.state, title=row.text("title"), values=row.values, row=row)

    def _again(self, row: Row, standing: Standing) -> Line:
        """A row that stands in this file already: the same once more is counted once, anything else is refused."""
        first = standing.row or row
        declared = attribute_columns.keys(self.work.definition, Bearer.NOMINEE)
        compared = (*FROM_ROW, "phones", "complete", *declared)
        differing = [key for key in compared if row.values[key] != first.values[key]]
        if differing:
            raise FileRefused(answers.contradiction(key, first.place).at(row.where(key)) for key in differing)
        self.notes.remark(answers.stands_twice(first.place), row.place)
        return Line(place=row.place, name=standing.title, outcome=Outcome.SAME, id=standing.id)

    def _compare(self, row: Row, track: str, there: Standing) -> tuple[Outcome, Standing]:
        """What the row says otherwise is edited; its empty cells, and another spelling of the title, change nothing."""
        state = self.work.shape.state_by_key[there.state]
        title = row.text("title")
        outcome = Outcome.SAME
        if title != there.title:
            self.notes.remark(answers.other_spelling(title, there.title), row.where("title"))
        if state.final:
            self.notes.remark(answers.has_ended(there.title, state.zh, state.en, there.id), row.place)
        else:
            said = {key: value for key, value in _values(self.work, row, track).items() if value}
            said["attributes"] = together(there.values["attributes"], said.get("attributes", {}))
            other = {key: value for key, value in said.items() if value != there.values[key]}
            if other:
                nominations.edit(self.work, there.id, **other)
                outcome = Outcome.CHANGED
        return outcome, Standing(id=there.id, state=there.state, title=there.title, values=row.values, row=row)

    def _submits(self, row: Row, code: str, track: str, standing: Standing) -> bool:
        if self.work.shape.arrow("submit", standing.state) is None:
            return False
        takes_place = standing.state not in self.work.shape.counted
        scopes = self._scopes(code, track)
        wanted = [self.wanted.setdefault((code, scope.scope), Wanted()) for scope in scopes]
        for each in wanted if takes_place else ():
            each.rows.append(row)
        try:
            answer = nominations.submit(self.work, standing.id, receipt=False)
        except Refused as refused:
            places = [reason for reason in refused.reasons if reason.code == "QTA-01" and not reason.facts["unit"]]
            others = [reason for reason in refused.reasons if reason not in places]
            for reason in places:
                full = self.wanted[code, str(reason.facts["scope"])]
                full.refused = full.refused or reason
            self.notes.refuse(others, row.place)
            return False
        for each in wanted:
            each.won += takes_place
        self.submitted[answer.id] = answer.deadline
        return True

    def _scopes(self, code: str, track: str) -> tuple[Place, ...]:
        if (code, track) not in self.scopes:
            self.scopes[code, track] = places_of(self.work, self.units[code].id, track)
        return self.scopes[code, track]

    def tell_places(self) -> None:
        """IMP-18 for each unit with more rows than places, naming all of them: which ones to leave is its choice."""
        for (code, scope), wanted in self.wanted.items():
            if wanted.refused is None:
                continue
            limit, used = (int(wanted.refused.facts[fact] or 0) for fact in ("limit", "used"))
            reason = answers.too_few_places(
                code, self.units[code].name, scope, rows=[row.number for row in wanted.rows], limit=limit,
                taken=used - wanted.won,
            )  # fmt: skip
            self.notes.refuse([reason], wanted.rows[0].place)


def _values(work: Work, row: Row, track: str) -> dict[str, Any]:
    complete = row.text("complete") == YES
    return {
        **{name: row.text(key) for key, name in FROM_ROW.items() if key != "email"},
        "applicant_email": row.text("email") or None,
        "applicant_phones": "、".join(row.items("phones")),
        "materials": list(work.definition.tracks[track].list.materials) if complete else [],
        "attributes": attribute_columns.said(row, work.definition, Bearer.NOMINEE),
    }


def _track(work: Work, row: Row) -> str:
    """The track that list and field name together. A field may be meant by its name where two lists share it."""
    chosen = work.definition.list_by_key[row.text("list")]
    known = [each.name for each in chosen.fields]
    written = row.text("field")
    if not written:
        if known:
            raise FileRefused(answers.field_missing(chosen.name, known).at(row.where("field")))
        return chosen.key
    name = _field_named(work, written)
    found: Field | None = next((each for each in chosen.fields if each.key == written or each.name == name), None)
    if found is None:
        raise FileRefused(answers.field_not_of_list(chosen.name, name, known).at(row.where("field")))
    return f"{chosen.key}/{found.key}"


def _field_named(work: Work, key: str) -> str:
    return next(each.name for one in work.definition.lists for each in one.fields if each.key == key)


def _units(work: Work) -> dict[str, Record[Any]]:
    """The units that the actor may see, by code."""
    query = select(Unit).where(col(Unit.campaign_id) == work.campaign_id)
    return {row.code: row for row in work.connection.execute(visible(query, Unit, work.actor, work.definition))}


def _standing(work: Work) -> dict[SubjectKey, Standing]:
    """Every nomination that the actor may see; of several with one title the living one, else the latest."""
    query = select(N).where(col(N.campaign_id) == work.campaign_id)
    rows = work.connection.execute(visible(query, N, work.actor, work.definition).order_by(col(N.id))).all()
    final = {state.key for state in work.shape.states if state.final}
    return {
        (row.unit_id, row.track, row.title_key): Standing(
            id=row.public_id, state=row.state, title=row.title, values=row._asdict()
        )
        for row in sorted(rows, key=lambda row: row.state not in final)
    }  # fmt: skip

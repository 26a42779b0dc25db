"""What units owe, as rows: brought up to date by sets from who the units are and where their nominations stand.

It is called by whatever changes either of them, and by every turn, so that nothing is lost. Nothing is deleted: what
is not owed any more is void, and owed again when its nomination comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, null, select, update
from sqlmodel import col

from engine import dues
from engine.database import insert_into
from engine.history import record_many
from engine.machine import step
from engine.office import Work
from engine.selecting import nominations_of, units_of
from engine.tables import Duty, Nomination, Unit, public_id
from workflows.definition import DutyKind
from workflows.duty import SHAPE
from workflows.vocabulary import Each

Narrowed = tuple[ColumnElement[bool], ...]
ROWS_AT_ONCE = 5_000
_UNITS: Select[*tuple[Any, ...]] = select(
    col(Unit.id).label("unit_id"), null().label("nomination_id"), literal("").label("track")
)
_NOMINATIONS: Select[*tuple[Any, ...]] = select(
    col(Nomination.unit_id), col(Nomination.id).label("nomination_id"), col(Nomination.track)
)


def owe(work: Work) -> None:
    """Bring everything that units owe up to date."""
    for kind in dues.of_units(work):
        _bring(work, kind, (), ())


def owe_of_unit(work: Work, unit_id: int) -> None:
    """The same for one unit and its nominations: it is new, or something about it has changed."""
    for kind in dues.of_units(work):
        table = Unit.id if kind.each is Each.UNIT else Nomination.unit_id
        _bring(work, kind, (col(table) == unit_id,), (col(Duty.unit_id) == unit_id,))


def owe_of_nomination(work: Work, nomination_id: int) -> None:
    """The same for one nomination, which has moved."""
    for kind in dues.of_units(work):
        if kind.each is Each.NOMINATION:
            _bring(work, kind, (col(Nomination.id) == nomination_id,), (col(Duty.nomination_id) == nomination_id,))


def _bring(work: Work, kind: DutyKind, subjects: Narrowed, rows: Narrowed) -> None:
    """`subjects` narrow whom it is asked of, `rows` the duties that are there, in the same way."""
    owed, living = _subjects(work, kind, subjects), _subjects(work, kind, subjects, living=True)
    _add(work, kind, owed)
    mine = (col(Duty.campaign_id) == work.campaign_id, col(Duty.kind) == kind.key, *rows)
    of = col(Duty.unit_id) if kind.each is Each.UNIT else col(Duty.nomination_id)
    _move(work, kind, "void", (*mine, of.not_in(_ids(kind, living))))
    _move(work, kind, "renew", (*mine, of.in_(_ids(kind, owed))))


def _subjects(work: Work, kind: DutyKind, narrowed: Narrowed, *, living: bool = False) -> Select[*tuple[Any, ...]]:
    """Who or what owes it: unit, nomination, track. With `living` also what may owe it again after a correction."""
    if kind.each is Each.UNIT:
        return _UNITS.where(col(Unit.campaign_id) == work.campaign_id, *units_of(work.definition, kind.who), *narrowed)
    states = reached(work, kind)
    if living:
        states = (*states, work.shape.words("return").target or "")
    query = _NOMINATIONS.where(
        col(Nomination.campaign_id) == work.campaign_id, col(Nomination.state).in_(states),
        *nominations_of(work.definition, kind.who), *narrowed,
    )  # fmt: skip
    stage = work.definition.stage_by_key.get(kind.stage or "")
    if stage and stage.lists:
        passing = [key for key, track in work.definition.tracks.items() if track.list.key in stage.lists]
        query = query.where(col(Nomination.track).in_(passing))
    return query


def reached(work: Work, kind: DutyKind) -> tuple[str, ...]:
    """Where a nomination stands that owes it: submitted or further on, or in the duty's stage or further on."""
    counted = tuple(key for key in work.shape.counted if not work.shape.state_by_key[key].final)
    return counted if kind.stage is None else counted[counted.index(kind.stage) :]


def _ids(kind: DutyKind, subjects: Select[Any]) -> Select[Any]:
    return subjects.with_only_columns(col(Unit.id) if kind.each is Each.UNIT else col(Nomination.id))


def _add(work: Work, kind: DutyKind, owed: Select[Any]) -> None:
    """A row for each that has none yet."""
    same = (
        col(Duty.unit_id) == col(Unit.id) if kind.each is Each.UNIT else col(Duty.nomination_id) == col(Nomination.id)
    )
    there = select(col(Duty.id)).where(same, col(Duty.kind) == kind.key).exists()
    values = {"campaign_id": work.campaign_id, "institution": None, "kind": kind.key, "state": SHAPE.initial,
              "document": "", "changed_at": work.at, "version": 1}  # fmt: skip
    new = [
        {**values, "public_id": public_id(), "unit_id": row.unit_id, "nomination_id": row.nomination_id,
         "track": row.track}
        for row in work.connection.execute(owed.where(~there)).all()
    ]  # fmt: skip
    for start in range(0, len(new), ROWS_AT_ONCE):  # another transaction may have owed the same meanwhile
        work.connection.execute(
            insert_into(work.connection, Duty).on_conflict_do_nothing(), new[start : start + ROWS_AT_ONCE]
        )


def _move(work: Work, kind: DutyKind, verb: str, where: Narrowed) -> None:
    """Take `verb` for the rows that `where` selects, of those where it leads on: their events, then the rows."""
    for source in SHAPE.sources(verb):
        held = select(col(Duty.id)).where(*where, col(Duty.state) == source).order_by(col(Duty.id)).with_for_update()
        ids: Sequence[Any] = work.connection.execute(held).scalars().all()
        take(work, kind.key, verb, ids, source=source)


def take(work: Work, kind: str, verb: str, ids: Sequence[Any], *, source: str) -> None:
    """Take `verb` for the duties with these row ids, all of one kind and in `source`: their events, then the rows."""
    if not ids:
        return
    target = step(SHAPE, verb, state=source)
    record_many(work, "duty", ids, verb, source=source, target=target, details={"kind": kind})
    values = {"state": target, "changed_at": work.at, "version": col(Duty.version) + 1}
    for start in range(0, len(ids), ROWS_AT_ONCE):
        few = ids[start : start + ROWS_AT_ONCE]
        work.connection.execute(update(Duty).where(col(Duty.id).in_(few)).values(values))

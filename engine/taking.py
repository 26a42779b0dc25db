"""The one step that every verb of a nomination shares: hold it, ask the guards, move it, count it, record it.

What is refused raises Refused with all the reasons, and then nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, update
from sqlmodel import col

from engine import cases, distinguished, endorsements, owing, shortlists, tallies, winners
from engine.access import Actor, not_found, visible
from engine.history import record
from engine.machine import step
from engine.office import Work
from engine.tables import Nomination, Unit
from engine.windows import NO_DEADLINE, Deadline, compared, deadline, party_of
from engine.witness import note
from notifications.prepared import Prepared, prepared
from workflows.eligibility import Case, reasons_against
from workflows.nomination import RESUME, Guard, Role, leads_to
from workflows.places import Place, tightest
from workflows.reasons import Reason, Refused, refuse

# Built once: putting a statement together costs more than SQLite needs to run it.
_UPDATE = Prepared(
    update(Nomination).where(
        col(Nomination.id) == bindparam("row_id"), col(Nomination.version) == bindparam("row_version")
    )
)
_NOMINATION: Select[*tuple[Any, ...]] = (
    select(Nomination, col(Unit.name).label("unit"))
    .join(Unit, col(Unit.id) == col(Nomination.unit_id))
    .where(col(Nomination.campaign_id) == bindparam("campaign"), col(Nomination.public_id) == bindparam("id"))
)
_WITH_UNIT = _NOMINATION.with_for_update(of=(Unit, Nomination), key_share=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a verb did: the nomination, its state now, when it was accepted, and the deadline it was compared with.

    `closes_of` is the milestone whose end that is, `place` the tightest of the places that it took, itself included.
    """

    id: str
    state: str
    at: datetime
    closes: datetime | None = None
    closes_of: str | None = None
    place: Place | None = None

    @property
    def deadline(self) -> Deadline:
        """What a receipt names."""
        return Deadline(closes=self.closes, closes_of=self.closes_of)


def locked(work: Work, nomination: str) -> Row[Any]:
    """The nomination with that public id, its unit and itself held until the transaction ends. Raises NotFound.

    The row also has the name of its `unit`.
    """
    jointly = work.definition.jointly and work.connection.dialect.name == "postgresql"
    query = visible(_NOMINATION if jointly else _WITH_UNIT, Nomination, work.actor, work.definition)
    parameters = {"campaign": work.campaign_id, "id": nomination}
    row = prepared(query).first(work.connection, parameters)
    if row is None:
        raise not_found(nomination)
    if not jointly:
        return row
    _lock_units(work, row)
    return work.connection.execute(_NOMINATION.with_for_update(of=Nomination, key_share=True), parameters).one()


def _lock_units(work: Work, row: Row[Any]) -> None:
    """Hold its unit and all who joined it, in one order. Raises Refused when somebody joined meanwhile."""
    before = {unit_id for unit_id, _ in endorsements.joined(work, row.id)}
    tallies.lock_units(work, {row.unit_id, *before})
    if {unit_id for unit_id, _ in endorsements.joined(work, row.id)} - before:
        raise Refused(_changed_meanwhile())


def reasons_for(work: Work, row: Row[Any], verb: str, *, reason: str | None = None) -> tuple[Reason, ...]:
    """Why `verb` may not be done to `row` now; empty means yes. The verbs, `explain` and the buttons all ask here."""
    found = _reasons(work, row, verb, _case(work, row, verb, reason=reason))
    return found or (_against_return(work, row) if verb == "reinstate" else ())


def _against_return(work: Work, row: Row[Any]) -> tuple[Reason, ...]:
    """Who was among the winners, or had passed a stage, comes back only while there is a place."""
    again = winners.Planned(row=row, passed=True, last=winners.was_winner(work, row), level=row.level)
    return (*winners.reasons_against(work, [again]), *shortlists.reasons_against_return(work, row))


def as_owner(work: Work, row: Row[Any]) -> Work:
    """The same work done by the nomination's own unit: for what others may do as long as it might."""
    return replace(work, actor=Actor(role=Role.UNIT, name=work.actor.name, unit_id=row.unit_id))


def _case(work: Work, row: Row[Any], verb: str, *, reason: str | None) -> Case:
    shape = work.shape_of(row.track)
    arrow = shape.arrow(verb, row.state)
    if arrow:
        return cases.case_for(work, row, arrow, reason=reason)
    # There is no such arrow here, perhaps because the deadline has passed: that is what the answer should say first.
    windowed = any(Guard.WINDOW in each.guards for each in shape.arrows if each.verb == verb)
    window = deadline(work, unit_id=row.unit_id, track=row.track, party=party_of(verb)) if windowed else NO_DEADLINE
    at = compared(work, window)
    return Case(state=row.state, at=at, opens=window.opens, closes=window.closes, closed=window.closed)


def _reasons(work: Work, row: Row[Any], verb: str, case: Case) -> tuple[Reason, ...]:
    shape = work.shape_of(row.track)
    return reasons_against(verb, case, role=work.actor.role, shape=shape, definition=work.definition)


def take(
    work: Work, row: Row[Any], verb: str, *, reason: str | None = None, store: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> Answer:  # fmt: skip
    """The one step: ask the guards, move the row, its counters, its event."""
    case = _case(work, row, verb, reason=reason)
    refuse(_reasons(work, row, verb, case))
    target = _target(work, row, verb)
    told = {**(details or {}), **({"reason": reason} if reason else {})}
    values = {**(store or {}), **_resume(work, row, verb, target), "state": target, "changed_at": case.at}
    _store(work, row, values)
    note(work, Nomination, row, values)
    tallies.move(work, row.unit_id, row.track, row.state, target)
    if work.shape.state_by_key[target].final:
        distinguished.lose(work, row)
    record(work, "nomination", row.id, verb, source=row.state, target=target, **told)
    if target != row.state:
        owing.owe_of_nomination(work, row.id)
    return Answer(
        id=row.public_id, state=target, at=case.at, closes=case.closes, closes_of=case.closes_of, place=_taken(case)
    )  # fmt: skip


def as_stored(row: Row[Any], answer: Answer, store: Mapping[str, Any]) -> Any:
    """The row after the step that stored these values; what it says needs not be read again."""
    return SimpleNamespace(**{**row._mapping, **store, "state": answer.state, "version": row.version + 1})  # noqa: SLF001 - the documented way to read a row


def _taken(case: Case) -> Place | None:
    mine = [each for each in case.places if not each.unit]
    if not mine or not case.takes_place:
        return None
    place = tightest(mine)
    return replace(place, used=place.used + 1)


def _target(work: Work, row: Row[Any], verb: str) -> str:
    shape = work.shape_of(row.track)
    arrow = shape.arrow(verb, row.state)
    back = row.resume_state
    if arrow:
        back = leads_to(arrow, state=row.state, resume=row.resume_state, returned_from=row.returned_from)
    return step(shape, verb, state=row.state, resume=back)


def _resume(work: Work, row: Row[Any], verb: str, target: str) -> dict[str, Any]:
    """Remember where an ended nomination was, so that it can be reinstated."""
    arrow = work.shape_of(row.track).arrow(verb, row.state)
    if arrow and arrow.target == RESUME:
        return {"resume_state": None}
    return {"resume_state": row.state} if work.shape.state_by_key[target].final else {}


def _store(work: Work, row: Row[Any], values: Mapping[str, Any]) -> None:
    parameters = {**values, "version": row.version + 1, "row_id": row.id, "row_version": row.version}
    _UPDATE.ask(work.connection, parameters, check=_must_be_one)


def _must_be_one(changed: int) -> None:
    if changed != 1:
        raise Refused(_changed_meanwhile())


def _changed_meanwhile() -> Reason:
    return Reason(code="STM-02", zh="此项目刚被他人更改，请重新查看后再办理",
                  en="somebody changed this nomination just now; look again")  # fmt: skip

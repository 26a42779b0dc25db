"""The verbs of a nomination, one function each, and the one step they share.

Each is called inside a transaction (`Office.write`) and raises Refused with reasons, or NotFound; then nothing is
stored. The state change, its counters, its event and its letters are written together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import col

from engine import cases, rulings, tallies, titles
from engine.access import not_found, visible
from engine.attributes import NOTHING, checked, together
from engine.database import inserted_id
from engine.history import record
from engine.letters import occasional
from engine.machine import step
from engine.office import Work
from engine.rulings import Candidate
from engine.sheets.cleaning import match_key
from engine.tables import Nomination, Promotion, Unit, public_id
from engine.texts import ABOUT_APPLICANT, about_applicant, line_of_text, reason_of, title_of
from workflows.eligibility import Case, Place, reasons_against, reasons_against_arrow
from workflows.nomination import DRAFT, RESUME, Guard
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Bearer

# Built once: putting a statement together costs more than SQLite needs to run it.
_INSERT = insert(Nomination)
_UPDATE = update(Nomination).where(
    col(Nomination.id) == bindparam("row_id"), col(Nomination.version) == bindparam("row_version")
)
_NOMINATION = select(Nomination).where(
    col(Nomination.campaign_id) == bindparam("campaign"), col(Nomination.public_id) == bindparam("id")
)
_UNIT = (
    select(col(Unit.id))
    .where(col(Unit.campaign_id) == bindparam("campaign"), col(Unit.id) == bindparam("unit"))
    .with_for_update()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a verb did: the nomination, its state now, when it was accepted, and the deadline it was compared with.

    `place` is what it took of the unit's places, itself included, if it took one.
    """

    id: str
    state: str
    at: datetime
    closes: datetime | None = None
    place: Place | None = None


def draft(
    work: Work, *, unit_id: int, track: str, title: str, applicant: str = "", applicant_contact: str = "",
    applicant_phones: str = "", applicant_email: str | None = None, materials: Sequence[str] = (),
    attributes: Mapping[str, str] = NOTHING,
) -> Answer:  # fmt: skip
    """Begin a nomination. It takes no place yet.

    Raises Refused: window, channel, the same title already there, or an attribute that is none (ATT-…).
    """
    if track not in work.definition.tracks:
        raise Refused(_unknown_track(work, track))
    title = title_of(title)
    _lock_own_unit(work, unit_id)
    opens, closes, closed = cases.window(work)
    place = cases.place_of(work, unit_id, track)
    case = Case(state="", at=work.at, opens=opens, closes=closes, closed=closed, place=place)
    _refuse(reasons_against_arrow(DRAFT, case, role=work.actor.role, definition=work.definition))
    title_key, declared = match_key(title), checked(work.definition, Bearer.NOMINEE, attributes)
    _refuse(titles.already_there(work, unit_id, track, title_key))
    key = public_id()
    told = about_applicant(applicant=applicant, applicant_contact=applicant_contact, applicant_phones=applicant_phones)
    candidate = Candidate(unit_id=unit_id, track=track, title_key=title_key, applicant=told["applicant"],
                          attributes=together({}, declared))  # fmt: skip
    values = {
        "campaign_id": work.campaign_id, "public_id": key, "unit_id": unit_id, "track": track, "title": title,
        "title_key": title_key, **told, "applicant_email": applicant_email, "materials": list(materials),
        "attributes": candidate.attributes, "state": DRAFT.target, "selected": False,
        **rulings.noted(work, candidate), "drafted_at": work.at, "changed_at": work.at, "version": 1,
    }  # fmt: skip
    row_id = inserted_id(work.connection.execute(_INSERT, values))
    tallies.move(work, unit_id, track, None, "drafted")
    record(work, "nomination", row_id, "draft", target="drafted", title=title, track=track)
    return Answer(id=key, state="drafted", at=work.at, closes=closes)


def _lock_own_unit(work: Work, unit_id: int) -> None:
    """Hold the unit for which the actor may draft. Raises NotFound."""
    query = visible(_UNIT, Unit, work.actor, work.definition)
    if work.connection.execute(query, {"campaign": work.campaign_id, "unit": unit_id}).first() is None:
        raise not_found(str(unit_id))


EDITABLE = frozenset({"title", *ABOUT_APPLICANT, "applicant_email", "materials", "attributes"})


def edit(work: Work, nomination: str, **values: Any) -> Answer:
    """Change a draft's `EDITABLE` values. Another title must be free; a waiver was for what it was given for.

    Of `attributes` those that are not named stay; an empty value takes one back.
    Raises TypeError for any other name: what a door passes on is never written blindly.
    """
    if strange := values.keys() - EDITABLE:
        raise TypeError(f"not to be edited: {', '.join(sorted(strange))}")
    row = locked(work, nomination)
    _refuse(reasons_for(work, row, "edit"))
    if "title" in values:
        values |= titles.renamed(work, row, values["title"])
    values |= about_applicant(**{name: values[name] for name in ABOUT_APPLICANT if name in values})
    if "attributes" in values:
        said = checked(work.definition, Bearer.NOMINEE, values["attributes"])
        values["attributes"] = together(row.attributes, said)
    if not rulings.DECISIVE.isdisjoint(values):
        values |= rulings.renewed(work, row, values)
    changed = {key: value for key, value in values.items() if value != getattr(row, key)}
    told = sorted(changed.keys() - {"title_key", "earlier", "undecided"})
    return _take(work, row, "edit", store=changed, details={"changed": "、".join(told)})


def submit(work: Work, nomination: str, *, receipt: bool = True) -> Answer:
    """Submit for the unit: the acceptance instant `work.at` against the deadline in force, the quota, a receipt.

    Without `receipt` the caller owes one: many submitted together have one letter (`occasional.receipts`).
    """
    row = locked(work, nomination)
    rulings.hold(work, [row.track], [row.title_key])
    answer = _take(work, row, "submit", store={"submitted_at": work.at, "correct_by": None})
    if receipt:
        occasional.receipt(work, row.id, closes=answer.closes, place=answer.place)
    return answer


def recall(work: Work, nomination: str) -> Answer:
    """Take a submission back while the window is open; it is a draft again and gives its place back."""
    return _take(work, locked(work, nomination), "recall", store={"submitted_at": None})


def return_(work: Work, nomination: str, *, reason: str, correct_by: datetime | None = None) -> Answer:
    """Return a submission for correction, keeping its place. After the deadline `correct_by` says until when."""
    row, reason = locked(work, nomination), reason_of(reason)
    _refuse(reasons_for(work, row, "return", reason=reason))
    _, closes, _ = cases.window(work)
    if (closes and work.at >= closes and not correct_by) or (correct_by and correct_by <= work.at):
        raise Refused(
            Reason(code="RET-01", zh="征集已截止，退回修改须给出将来的补正期限",
                   en="the collection is closed: a return needs a date in the future to correct by")
        )  # fmt: skip
    answer = _take(work, row, "return", reason=reason, store={"correct_by": correct_by})
    occasional.returned(work, row.id, reason=reason, correct_by=correct_by)
    return answer


def withdraw(work: Work, nomination: str, *, reason: str) -> Answer:
    """End a nomination for the unit; its place is free."""
    return _ended(work, locked(work, nomination), "withdraw", reason_of(reason))


def disqualify(work: Work, nomination: str, *, reason: str) -> Answer:
    """End a nomination by the secretariat; its place is free."""
    return _ended(work, locked(work, nomination), "disqualify", reason_of(reason))


def reinstate(work: Work, nomination: str, *, reason: str) -> Answer:
    """Bring an ended nomination back to where it was, if there is a place for it and none of its title there now."""
    row, reason = locked(work, nomination), reason_of(reason)
    rulings.hold(work, [row.track], [row.title_key])
    _refuse(reasons_for(work, row, "reinstate", reason=reason))
    _refuse(titles.already_there(work, row.unit_id, row.track, row.title_key))
    return _ended(work, row, "reinstate", reason)


def waive(work: Work, nomination: str, *, reason: str, rule: str | None = None) -> Answer:
    """Waive a rule or an exclusion for a draft (“原则上”), by its key; None: all that block it and may be waived."""
    row, reason = locked(work, nomination), reason_of(reason)
    _refuse(reasons_for(work, row, "waive", reason=reason))
    keys = rulings.to_waive(work, row, rule)
    waiver = {**(row.waiver or {}), **dict.fromkeys(keys, reason)}
    store = {"waiver": waiver, **rulings.noted(work, Candidate.of(row, waiver=waiver))}
    return _take(work, row, "waive", reason=reason, store=store, details={"rules": "、".join(keys)})


def promote(work: Work, nomination: str, *, note: str) -> Answer:
    """Record something done to promote a laureate; the first one moves it to `promoted`."""
    row = locked(work, nomination)
    note = line_of_text(note, what="推广记录", what_en="note")
    answer = _take(work, row, "promote", details={"note": note})
    values = {"nomination_id": row.id, "at": work.at, "note": note, "actor": work.actor.name}
    work.connection.execute(insert(Promotion), values)
    return answer


def judge(work: Work, row: Row[Any], *, passed: bool, details: Mapping[str, Any], store: Mapping[str, Any]) -> Answer:
    """Move one nomination out of its stage: on, or out. In the last stage `passed` marks it as selected."""
    verb = verdict(work, row.state, passed=passed)
    return _take(work, row, verb, store={**store, "selected": verb == "select"}, details=details)


def verdict(work: Work, state: str, *, passed: bool) -> str:
    """The verb that a result means in a stage."""
    if not passed:
        return "eliminate"
    return "select" if state == work.shape.stages[-1] else "advance"


def publish_one(work: Work, row: Row[Any]) -> Answer:
    """Publish one selected nomination; the letters are the batch's (`engine.batches.publish`)."""
    return _take(work, row, "publish")


def locked(work: Work, nomination: str) -> Row[Any]:
    """The nomination with that public id, its unit and itself held until the transaction ends. Raises NotFound."""
    query = visible(_NOMINATION, Nomination, work.actor, work.definition)
    parameters = {"campaign": work.campaign_id, "id": nomination}
    row = work.connection.execute(query, parameters).first()
    if row is None:
        raise not_found(nomination)
    if work.connection.dialect.name != "postgresql":
        return row
    tallies.lock_units(work, [row.unit_id])
    return work.connection.execute(_NOMINATION.with_for_update(), parameters).one()


def reasons_for(work: Work, row: Row[Any], verb: str, *, reason: str | None = None) -> tuple[Reason, ...]:
    """Why `verb` may not be done to `row` now; empty means yes. The verbs, `explain` and the buttons all ask here."""
    return _reasons(work, verb, _case(work, row, verb, reason=reason))


def _case(work: Work, row: Row[Any], verb: str, *, reason: str | None) -> Case:
    arrow = work.shape.arrow(verb, row.state)
    if arrow:
        return cases.case_for(work, row, arrow, reason=reason)
    # There is no such arrow here, perhaps because the deadline has passed: that is what the answer should say first.
    windowed = any(Guard.WINDOW in each.guards for each in work.shape.arrows if each.verb == verb)
    opens, closes, closed = cases.window(work) if windowed else (None, None, False)
    return Case(state=row.state, at=work.at, opens=opens, closes=closes, closed=closed)


def _reasons(work: Work, verb: str, case: Case) -> tuple[Reason, ...]:
    return reasons_against(verb, case, role=work.actor.role, shape=work.shape, definition=work.definition)


def _take(
    work: Work, row: Row[Any], verb: str, *, reason: str | None = None, store: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> Answer:  # fmt: skip
    """The one step: ask the guards, move the row, its counters, its event."""
    case = _case(work, row, verb, reason=reason)
    _refuse(_reasons(work, verb, case))
    target = step(work.shape, verb, state=row.state, resume=row.resume_state)
    told = {**(details or {}), **({"reason": reason} if reason else {})}
    values = {**(store or {}), **_resume(work, row, verb, target), "state": target, "changed_at": work.at}
    _store(work, row, values)
    tallies.move(work, row.unit_id, row.track, row.state, target)
    record(work, "nomination", row.id, verb, source=row.state, target=target, **told)
    place = replace(case.place, used=case.place.used + 1) if case.place else None
    return Answer(id=row.public_id, state=target, at=work.at, closes=case.closes, place=place)


def _resume(work: Work, row: Row[Any], verb: str, target: str) -> dict[str, Any]:
    """Remember where an ended nomination was, so that it can be reinstated."""
    arrow = work.shape.arrow(verb, row.state)
    if arrow and arrow.target == RESUME:
        return {"resume_state": None}
    return {"resume_state": row.state} if work.shape.state_by_key[target].final else {}


def _store(work: Work, row: Row[Any], values: Mapping[str, Any]) -> None:
    parameters = {**values, "version": row.version + 1, "row_id": row.id, "row_version": row.version}
    done = work.connection.execute(_UPDATE, parameters)
    if done.rowcount != 1:
        raise Refused(Reason(code="STM-02", zh="此项目刚被他人更改，请重新查看后再办理",
                             en="somebody changed this nomination just now; look again"))  # fmt: skip


def _ended(work: Work, row: Row[Any], verb: str, reason: str) -> Answer:
    answer = _take(work, row, verb, reason=reason)
    occasional.changed(work, row.id, verb=verb, reason=reason)
    return answer


def _unknown_track(work: Work, track: str) -> Reason:
    known = list(work.definition.tracks)
    return Reason(code="NOM-02", zh=f"没有这个榜单或领域：{track[:60]!r}；可用：{'、'.join(known)}",
                  en=f"no such list or field: {track[:60]!r}; defined: {', '.join(known)}")  # fmt: skip


def _refuse(reasons: Sequence[Reason]) -> None:
    if reasons:
        raise Refused(reasons)

"""The verbs of a nomination, one function each; `engine.taking` is the step that they share.

Each is called inside a transaction (`Office.write`) and raises Refused with reasons, or NotFound; then nothing is
stored. The state change, its counters, its event and its letters are written together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select
from sqlmodel import col

from engine import gates, places, returning, rulings, tallies, titles, winners, witness
from engine.access import not_found, visible
from engine.attributes import NOTHING, checked, together
from engine.cases import instant_of
from engine.database import inserted_id
from engine.history import record
from engine.letters import addressees, occasional
from engine.noticed import late_entry
from engine.office import Work
from engine.rulings import Candidate
from engine.searching import keeping
from engine.sheets.cleaning import match_key
from engine.tables import Nomination, Promotion, Unit, public_id
from engine.taking import Answer, as_stored, locked, reasons_for, take
from engine.texts import ABOUT_APPLICANT, about_applicant, line_of_text, reason_of, title_of
from engine.windows import Deadline, compared, deadline, party_of
from workflows.eligibility import Case, reasons_against_arrow
from workflows.elsewhere import takes_none
from workflows.nomination import DRAFT
from workflows.reasons import Reason, Refused, refuse
from workflows.vocabulary import Bearer

# Built once: putting a statement together costs more than SQLite needs to run it.
_INSERT = insert(Nomination)
_UNIT = (
    select(col(Unit.id))
    .where(col(Unit.campaign_id) == bindparam("campaign"), col(Unit.id) == bindparam("unit"))
    .with_for_update(key_share=True)
)


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
    window = drafting_window(work, unit_id, track)
    refuse(_against_draft(work, unit_id, track, window))
    title_key, declared = match_key(title), checked(work.definition, Bearer.NOMINEE, attributes)
    refuse(titles.already_there(work, unit_id, track, title_key))
    key = public_id()
    told = about_applicant(applicant=applicant, applicant_contact=applicant_contact, applicant_phones=applicant_phones)
    candidate = Candidate(unit_id=unit_id, track=track, title_key=title_key, applicant=told["applicant"],
                          attributes=together({}, declared))  # fmt: skip
    values = {
        "campaign_id": work.campaign_id, "public_id": key, "unit_id": unit_id, "track": track, "title": title,
        "title_key": title_key, **told, "applicant_email": applicant_email, "materials": list(materials),
        "attributes": candidate.attributes, "state": DRAFT.target, "selected": False,
        **rulings.noted(work, candidate), "drafted_at": work.at, "changed_at": work.at, "version": 1,
        "salt": public_id(),
    }  # fmt: skip
    row_id = inserted_id(work.connection.execute(_INSERT, values))
    witness.note(work, Nomination, None, {**values, "id": row_id})
    keeping.add_nomination(work, row_id, unit_id=unit_id, title=title, applicant=told["applicant"])
    tallies.move(work, unit_id, track, None, "drafted")
    record(work, "nomination", row_id, "draft", target="drafted", title=title, track=track)
    return Answer(id=key, state="drafted", at=work.at, closes=window.closes)


def reasons_for_draft(work: Work, unit_id: int, track: str) -> tuple[Reason, ...]:
    """Why the unit may not begin a nomination on that track now; empty means yes."""
    return _against_draft(work, unit_id, track, drafting_window(work, unit_id, track))


def drafting_window(work: Work, unit_id: int, track: str) -> Deadline:
    """When the unit may begin a nomination on that track."""
    return deadline(work, unit_id=unit_id, track=track, party=party_of(DRAFT.verb))


def _against_draft(work: Work, unit_id: int, track: str, window: Deadline) -> tuple[Reason, ...]:
    found = places.places_of(work, unit_id, track)
    case = Case(state="", at=compared(work, window), opens=window.opens, closes=window.closes, closed=window.closed,
                places=found, owing=gates.unsettled(work, DRAFT.verb, unit_id))  # fmt: skip
    return reasons_against_arrow(DRAFT, case, role=work.actor.role, definition=work.definition)


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
    refuse(reasons_for(work, row, "edit"))
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
    answer = take(work, row, "edit", store=changed, details={"changed": "、".join(told)})
    keeping.rename_nomination(work, row, changed)
    return answer


def submit(work: Work, nomination: str, *, receipt: bool = True) -> Answer:
    """Submit for the unit: the acceptance instant against the deadline in force, the quota, a receipt.

    Without `receipt` the caller owes one: many submitted together have one letter (`occasional.receipts`).
    """
    row = locked(work, nomination)
    rulings.hold(work, [row.track], [row.title_key])
    contacts = addressees.asked(work, row.unit_id) if receipt else None
    at = instant_of(work, row, "submit")
    store = {"submitted_at": at, "correct_by": None, "returned_from": None}
    answer = take(work, row, "submit", store=store)
    if receipt:
        now = as_stored(row, answer, store)
        occasional.receipt(work, now, window=answer.deadline, place=answer.place, contacts=contacts)
    return answer


def recall(work: Work, nomination: str) -> Answer:
    """Take a submission back while the window is open; it is a draft again and gives its place back."""
    return take(work, locked(work, nomination), "recall", store={"submitted_at": None})


def return_(work: Work, nomination: str, *, reason: str, correct_by: datetime | None = None) -> Answer:
    """Return a submission for correction, keeping its place. After the deadline `correct_by` says until when.

    In a stage that lets nominations be corrected its own rule says so, and it goes back to that stage afterwards.
    """
    row, reason = locked(work, nomination), reason_of(reason)
    refuse(reasons_for(work, row, "return", reason=reason))
    correct_by = returning.limit(work, row, correct_by)
    stage = row.state if row.state in work.definition.stage_by_key else None
    until = {"correct_by": correct_by.isoformat()} if correct_by else {}
    store = {"correct_by": correct_by, "returned_from": stage}
    answer = take(work, row, "return", reason=reason, store=store, details=until)
    occasional.returned(work, row.id, reason=reason, correct_by=correct_by)
    return answer


def withdraw(work: Work, nomination: str, *, reason: str) -> Answer:
    """End a nomination for the unit; its place is free."""
    return _ended(work, locked(work, nomination), "withdraw", reason_of(reason))


def disqualify(work: Work, nomination: str, *, reason: str) -> Answer:
    """End a nomination by the secretariat; its place is free."""
    return _ended(work, locked(work, nomination), "disqualify", reason_of(reason))


def eliminate(work: Work, nomination: str, *, reason: str) -> Answer:
    """Take one nomination out of its stage, for a reason that is not its result; it keeps its place."""
    return _ended(work, locked(work, nomination), "eliminate", reason_of(reason), store={"selected": False})


def reinstate(work: Work, nomination: str, *, reason: str) -> Answer:
    """Bring an ended nomination back to where it was, if there is a place for it and none of its title there now."""
    winners.hold(work)
    row, reason = locked(work, nomination), reason_of(reason)
    rulings.hold(work, [row.track], [row.title_key])
    refuse(reasons_for(work, row, "reinstate", reason=reason))
    refuse(titles.already_there(work, row.unit_id, row.track, row.title_key))
    return _ended(work, row, "reinstate", reason)


def waive(work: Work, nomination: str, *, reason: str, rule: str | None = None) -> Answer:
    """Waive a rule or an exclusion for a draft (“原则上”), by its key; None: all that block it and may be waived."""
    row, reason = locked(work, nomination), reason_of(reason)
    refuse(reasons_for(work, row, "waive", reason=reason))
    keys = rulings.to_waive(work, row, rule)
    waiver = {**(row.waiver or {}), **dict.fromkeys(keys, reason)}
    store = {"waiver": waiver, **rulings.noted(work, Candidate.of(row, waiver=waiver))}
    return take(work, row, "waive", reason=reason, store=store, details={"rules": "、".join(keys)})


def promote(work: Work, nomination: str, *, note: str) -> Answer:
    """Record something done to promote a laureate; the first one moves it to `promoted`."""
    row = locked(work, nomination)
    said = line_of_text(note, what="推广记录", what_en="note")
    values = {"nomination_id": row.id, "at": work.at, "note": said, "actor": work.actor.name}
    work.connection.execute(insert(Promotion), values)
    witness.note(work, Promotion, None, values)
    return take(work, row, "promote", details={"note": said})


def judge(work: Work, row: Row[Any], *, passed: bool, details: Mapping[str, Any], store: Mapping[str, Any]) -> Answer:
    """Move one nomination out of its stage: on, or out. In the last stage `passed` marks it as selected."""
    verb = verdict(work, row, passed=passed)
    arrow = work.shape_of(row.track).arrow(verb, row.state)
    held = late_entry(work, arrow.target) if arrow and arrow.target else {}
    return take(work, row, verb, store={**store, **held, "selected": verb == "select"}, details=details)


def verdict(work: Work, row: Row[Any], *, passed: bool) -> str:
    """The verb that a result means in the stage of a nomination."""
    if not passed:
        return "eliminate"
    return "select" if row.state == work.shape_of(row.track).stages[-1] else "advance"


def publish_one(work: Work, row: Row[Any]) -> Answer:
    """Publish one selected nomination; the letters are the batch's (`engine.batches.publish`)."""
    return take(work, row, "publish")


def _ended(work: Work, row: Row[Any], verb: str, reason: str, *, store: Mapping[str, Any] = NOTHING) -> Answer:
    answer = take(work, row, verb, reason=reason, store=store)
    occasional.changed(work, row.id, verb=verb, reason=reason)
    return answer


def _unknown_track(work: Work, track: str) -> Reason:
    if none := takes_none(work.definition, track):
        return none
    known = list(work.definition.tracks)
    return Reason(code="NOM-02", zh=f"没有这个榜单或领域：{track[:60]!r}；可用：{'、'.join(known)}",
                  en=f"no such list or field: {track[:60]!r}; defined: {', '.join(known)}")  # fmt: skip

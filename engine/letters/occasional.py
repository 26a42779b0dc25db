"""Letters that verbs cause, called inside the verb's transaction: what happened is told where it is stored.

Those that reminders cause are in `audiences`; the correction of a moved deadline is in `corrections`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlmodel import col

from engine.awards import awards
from engine.cases import window_of
from engine.dues import Dues
from engine.endorsements import joined
from engine.letters import addressees, institution_facts, unit_duties
from engine.letters.corrections import deadline_moved, followers_moved, reopened
from engine.letters.correspondence import Addressee, Sent, send
from engine.letters.letterhead import letterhead, message, milestone_words, when
from engine.letters.unit_facts import facts, in_words
from engine.office import Work
from engine.places import own_place, place_of
from engine.tables import Duty, Event, Nomination, Unit
from engine.windows import Deadline, deadline
from notifications.prepared import Asked, Prepared
from workflows.places import Place
from workflows.vocabulary import Edge

__all__ = [
    "changed", "deadline_moved", "decided", "duty_accepted", "duty_sent_back", "followers_moved", "lapsed",
    "nomination", "objected", "objection_settled", "occasion_of_lapse", "published", "receipt", "receipts",
    "reopened", "returned",
]  # fmt: skip

RECEIPT = "receipt"  # the occasion
USEFUL = timedelta(days=30)  # what happened a month ago is no news
ROWS_AT_ONCE = 5_000
N = Nomination


def receipt(
    work: Work, row: Any, *, window: Deadline | None = None, place: Place | None = None, contacts: Asked | None = None
) -> None:
    """Say that a submission was accepted: when, against which deadline, and which place it takes.

    `row` is the nomination as it is stored now, with the name of its `unit`. `window` is the deadline it was compared
    with, `place` what it took, `contacts` those of its unit (`addressees.asked`); what is not given is read.
    """
    window = window or window_of(work, row, "submit")
    place = place or own_place(work, row)
    values = {
        "accepted": when(work, row.submitted_at or work.at),
        "deadline": when(work, window.closes, Edge.CLOSES),
        "place": in_words(place),
    }  # fmt: skip
    _tell_about(work, row, "submission-receipt", values, occasion=RECEIPT, told=window.closes_of, contacts=contacts)


def receipts(work: Work, submitted: Mapping[str, Deadline]) -> None:
    """Say of many submissions, handed in together, that they were accepted: one letter per contact of a unit.

    `submitted` is the deadline each was compared with, by public id. Each applicant with an address hears of their own,
    and a unit that submitted only one under a deadline, or one with a date of its own, gets the receipt that names its
    place.
    """
    rows = _by_public_id(work, list(submitted))
    mine: dict[str, dict[int, list[Row[Any]]]] = {}
    for row in rows:
        if milestone := submitted[row.public_id].closes_of:
            mine.setdefault(milestone, {}).setdefault(row.unit_id, []).append(row)
    together = {key: {unit: few for unit, few in units.items() if len(few) > 1} for key, units in mine.items()}
    for row in rows:
        window = submitted[row.public_id]
        if row not in together.get(window.closes_of or "", {}).get(row.unit_id, ()):
            receipt(work, row, window=window)
    for milestone, units in together.items():
        _tell_many_accepted(work, milestone, units)


def _tell_many_accepted(work: Work, milestone: str, rows: Mapping[int, Sequence[Row[Any]]]) -> None:
    """The digests under one deadline, by unit, and the receipts of the applicants in them."""
    if not rows:
        return
    standing, affairs = work.calendar[milestone], facts(work, units=list(rows))
    contacts = addressees.of_units(work, units=list(rows))
    head = {**letterhead(work), "accepted": when(work, work.at), "deadline": when(work, standing.closes, Edge.CLOSES)}
    digests = [
        message(head, to, places=affairs[unit_id]["places"], totals=affairs[unit_id]["totals"],
                submitted=[_line(work, row) for row in few])
        for unit_id, few in rows.items() for to in contacts[unit_id]
    ]  # fmt: skip
    own = [
        message({**head, "place": in_words(own_place(work, row)), "nomination": _line(work, row)}, to,
                to_applicant=True)
        for unit_id, few in rows.items() for row in few
        for to in _applicant(row, {each.email for each in contacts[unit_id]})
    ]  # fmt: skip
    for template, messages in (("submission-receipts", digests), ("submission-receipt", own)):
        send(work, messages, template=template, occasion=f"receipt/{milestone}/{work.at.isoformat()}",
             until=work.at + USEFUL, milestone=milestone, revision=standing.closes_revision,
             waited_for=True)  # fmt: skip


def returned(work: Work, nomination_id: int, *, reason: str, correct_by: datetime | None) -> None:
    """Say why a submission came back and until when it can be corrected."""
    row = nomination(work, nomination_id)
    window = deadline(work, unit_id=row.unit_id, track=row.track, correct_by=correct_by)
    values = {"reason": reason, "correct_by": when(work, window.closes, Edge.CLOSES)}
    _tell_about(work, row, "returned", values, occasion="returned", told=window.closes_of, until=window.closes)


def changed(work: Work, nomination_id: int, *, verb: str, reason: str) -> None:
    """Say that a nomination was withdrawn, disqualified or reinstated."""
    arrow = work.shape.words(verb)
    values = {"verb": {"zh": arrow.zh, "en": arrow.en}, "reason": reason}
    _tell_about(work, nomination(work, nomination_id), "changed", values, occasion=verb)


def objected(work: Work, nomination_id: int, *, objection: str, reason: str) -> None:
    """Say that a nomination was objected to and why; by whom stays with the office."""
    _tell_about(work, nomination(work, nomination_id), "objection", {"reason": reason},
                occasion=f"objection/{objection}")  # fmt: skip


def objection_settled(
    work: Work, nomination_id: int, *, objection: str, upheld: bool, reason: str, until: datetime | None
) -> None:
    """Say how an objection was settled, and until when the notice runs again, if it does."""
    again = when(work, until, Edge.CLOSES) if until else None
    values = {"upheld": upheld, "reason": reason, "again": again}
    _tell_about(work, nomination(work, nomination_id), "objection-settled", values,
                occasion=f"objection-settled/{objection}")  # fmt: skip


def lapsed(
    work: Work, *, milestone: str, revision: int, closes: datetime, units: Collection[int],
    only: Collection[int] | None = None,
) -> Sent:  # fmt: skip
    """Tell each of these units what of it lapsed at this closing, which was at `closes`: one letter per contact.

    `only` (contacts' row ids) narrows whom it is told.
    """
    target = work.shape.words("lapse").target
    about = and_(col(Event.subject) == "nomination", col(Event.subject_id) == col(N.id))
    here = col(Event.details)["milestone"].as_string() == milestone
    # By where it led and not by the verb: a database that does not know yet how many lapsed would read them all.
    happened = select(col(Event.id)).where(about, col(Event.to_state) == target, col(Event.at) >= closes, here).exists()
    gone = _LINES.where(col(N.unit_id).in_(units), col(N.state) == target)
    rows = work.connection.execute(gone.where(happened)).all()
    words = {"deadline": when(work, closes, Edge.CLOSES), "milestone": milestone_words(work, milestone)}
    return _tell_units(
        work, rows, "lapsed", occasion=occasion_of_lapse(milestone), revision=revision, milestone=milestone, only=only,
        make=lambda mine: {**words, "lapsed": [_line(work, row) for row in mine]},
    )  # fmt: skip


def occasion_of_lapse(milestone: str) -> str:
    """Under which occasion it is told what lapsed at a closing."""
    return f"lapsed/{milestone}"


def decided(work: Work, nomination_ids: Sequence[int], *, occasion: str) -> Sent:
    """Tell each unit what was decided on its nominations, one letter per contact."""
    given = awards(work, rows := _nominations(work, nomination_ids))
    return _tell_units(
        work, rows, "decision", occasion=occasion,
        make=lambda mine: {
            "selected": [_line(work, row, given[row.id].zh) for row in mine if not _ended(work, row)],
            "not_selected": [_line(work, row) for row in mine if _ended(work, row)],
        },
    )  # fmt: skip


def published(work: Work, nomination_ids: Sequence[int], *, occasion: str) -> Sent:
    """Tell each unit which of its nominations are on the published list, one letter per contact."""
    promotion = work.definition.milestone_by_key[work.definition.promotion]
    actual = work.calendar[work.definition.publication].actual or work.at
    given = awards(work, rows := _nominations(work, nomination_ids))
    return _tell_units(
        work, rows, "published", occasion=occasion,
        make=lambda mine: {
            "published": [_line(work, row, given[row.id].zh) for row in mine], "date": when(work, actual),
            "promotion": {"name": promotion.name, "english": promotion.english, "wording": promotion.wording},
        },
    )  # fmt: skip


def duty_sent_back(work: Work, duty_id: int, *, reason: str) -> None:
    """Tell whoever owes it that a filed duty came back, and why."""
    _tell_owner(work, duty_id, "duty-sent-back", reason=reason)


def duty_accepted(work: Work, duty_id: int) -> None:
    """Tell whoever owed it that what was filed was accepted, or that it has arrived."""
    _tell_owner(work, duty_id, "duty-accepted")


# Built once: a receipt is written in every submission's transaction.
_NOMINATIONS: Select[*tuple[Any, ...]] = (
    select(N, col(Unit.name).label("unit")).join(Unit, col(Unit.id) == col(N.unit_id)).order_by(col(N.id))
)


# The same with no more than a line in a letter says, where there may be very many. The unit's name is looked up: in a
# join a database that expects one line would read through all units for each of many.
_LINES: Select[*tuple[Any, ...]] = select(
    col(N.unit_id), col(N.public_id), col(N.title), col(N.applicant), col(N.track), col(N.state),
    select(col(Unit.name)).where(col(Unit.id) == col(N.unit_id)).scalar_subquery().label("unit"),
).order_by(col(N.id))  # fmt: skip


_NOMINATION = Prepared(_NOMINATIONS.where(col(N.id) == bindparam("nomination")))


def nomination(work: Work, nomination_id: int) -> Row[Any]:
    """A nomination with the name of its unit."""
    (row,) = _NOMINATION.rows(work.connection, {"nomination": nomination_id})
    return row


def _nominations(work: Work, ids: Sequence[int]) -> list[Row[Any]]:
    chunks = (ids[start : start + ROWS_AT_ONCE] for start in range(0, len(ids), ROWS_AT_ONCE))
    return [row for chunk in chunks for row in work.connection.execute(_NOMINATIONS.where(col(N.id).in_(chunk)))]


def _by_public_id(work: Work, ids: Sequence[str]) -> list[Row[Any]]:
    chunks = (ids[start : start + ROWS_AT_ONCE] for start in range(0, len(ids), ROWS_AT_ONCE))
    return [
        row for chunk in chunks for row in work.connection.execute(_NOMINATIONS.where(col(N.public_id).in_(chunk)))
    ]  # fmt: skip


def _ended(work: Work, row: Row[Any]) -> bool:
    return work.shape.state_by_key[row.state].final


def _line(work: Work, row: Any, award: str = "") -> dict[str, Any]:
    """A nomination in a letter; `award` is its level and what was drawn, told once it was decided."""
    state = work.shape.state_by_key[row.state]
    return {
        "id": row.public_id, "title": row.title, "applicant": row.applicant, "unit": row.unit,
        "track": work.definition.tracks[row.track].name, "state": state.zh, "state_en": state.en,
        "award": award,
    }  # fmt: skip


def _tell_about(
    work: Work, row: Any, template: str, values: dict[str, Any], *, occasion: str, told: str | None = None,
    until: datetime | None = None, contacts: Asked | None = None,
) -> None:  # fmt: skip
    """One nomination's news to the contacts of its unit and of those who joined it, and to the applicant.

    `told` is the milestone whose end the letter names.
    """
    head = {**letterhead(work), **values, "nomination": _line(work, row)}
    together = [unit_id for unit_id, _ in joined(work, row.id)]
    people = [(to, False) for to in addressees.of_unit(work, row.unit_id, contacts)]
    applicant = [(to, True) for to in _applicant(row, {to.email for to, _ in people})]
    messages = [message(head, to, to_applicant=is_applicant) for to, is_applicant in people + applicant]
    joining = addressees.of_units(work, units=together) if together else {}
    for unit_id in together:
        theirs = {"place": in_words(place_of(work, row, unit_id))} if "place" in values else {}
        messages += [message({**head, **theirs}, to, to_applicant=False) for to in joining[unit_id]]
    send(
        work, messages, template=template, occasion=f"{occasion}/{row.public_id}/{row.version}", milestone=told,
        revision=work.calendar[told].closes_revision if told else None,
        until=until if until and until > work.at else work.at + USEFUL, subject_ref=f"nomination:{row.public_id}",
        waited_for=occasion == RECEIPT,
    )  # fmt: skip


def _applicant(row: Any, written_to: Collection[str | None]) -> list[Addressee]:
    """The applicant's own address, unless the same letter goes there already."""
    if not row.applicant_email or row.applicant_email in written_to:
        return []
    name = row.applicant_contact or row.applicant
    return [Addressee(contact_id=None, nomination_id=row.id, name=name, of=row.applicant or row.title,
                      email=row.applicant_email, phones=row.applicant_phones)]  # fmt: skip


def _tell_units(
    work: Work, rows: Iterable[Row[Any]], template: str, *, occasion: str, make: Any, milestone: str | None = None,
    revision: int | None = None, only: Collection[int] | None = None,
) -> Sent:  # fmt: skip
    """One letter per contact of the units concerned, or to `only` those; `make` words the rows of one unit.

    `milestone` and `revision` say which announced instant it tells, if any.
    """
    mine: dict[int, list[Row[Any]]] = {}
    for row in rows:
        mine.setdefault(row.unit_id, []).append(row)
    if not mine:
        return Sent()
    head, contacts = letterhead(work), addressees.of_units(work, units=list(mine), only=only)
    told = ((people, make(mine[unit_id])) for unit_id, people in contacts.items())
    return send(
        work, [message(head, to, **words) for people, words in told for to in people],
        template=template, occasion=occasion, milestone=milestone, revision=revision, until=work.at + USEFUL,
    )  # fmt: skip


def _tell_owner(work: Work, duty_id: int, template: str, *, reason: str = "") -> None:
    row = work.connection.execute(select(Duty).where(col(Duty.id) == duty_id)).one()
    if row.unit_id is None:
        ((_, line),) = institution_facts.duty_lines(work, [row])
        people = [to for to, keys in addressees.of_institutions(work) if row.institution in keys]
    else:
        line = unit_duties.line(work, unit_duties.row_of(work, duty_id), Dues(work=work))
        people = addressees.of_units(work, units=[row.unit_id])[row.unit_id]
    head = letterhead(work)
    send(
        work, [message(head, to, duty=line, reason=reason) for to in people], template=template,
        occasion=f"{template}/{row.public_id}/{row.version}", until=work.at + USEFUL,
        subject_ref=f"duty:{row.public_id}",
    )  # fmt: skip

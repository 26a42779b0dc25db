"""What else follows a new campaign file: people, duties, numbers of places, notes about earlier winners, letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select, update
from sqlmodel import col

from engine import duties, owing, quota_changes, quotas, rulings, units
from engine.letters import corrections
from engine.office import Work
from engine.rulings import Candidate
from engine.tables import Contact, Duty, Nomination
from workflows.amending import Filed, owes
from workflows.definition import Definition, Person
from workflows.duty import OWING, SHAPE

D, N = Duty, Nomination
People = dict[tuple[str | None, str], Person]  # by institution (None: the secretariat) and name


def give_numbers_back(work: Work, old: Definition, new: Definition, *, reason: str) -> None:
    """Where the file changed the very number that the secretariat had changed, the file's is in force again.

    `old` and `new` are the files' own, without what was changed since.
    """
    was, now = _numbers(old), _numbers(new)
    lifted = [key for key in quotas.changes(work.connection, work.campaign_id) if was.get(key) != now.get(key)]
    for quota, unit in lifted:
        values = {"campaign_id": work.campaign_id, "quota": quota, "unit": unit, "number": None, "filed": True,
                  "reason": reason, "actor": work.actor.name, "made_at": work.at}  # fmt: skip
        quota_changes.store(work, values)


def _numbers(definition: Definition) -> dict[tuple[str, str | None], list[int | None]]:
    found: dict[tuple[str, str | None], list[int | None]] = defaultdict(list)
    for each in definition.quotas:
        found[each.key, None].append(each.limit)
        for unit, number in each.units:
            found[each.key, unit].append(number)
    return found


def people(work: Work, old: Definition, new: Definition) -> None:
    """Contacts that the file names anew are added, those it names no more are not written to any more."""
    was, now = _people(old), _people(new)
    for (institution, name), person in now.items():
        if was.get((institution, name)) != person:
            contact = units.add_contact(
                work, name=name, phones=person.phones, email=person.email, institution=institution
            )
            _activate(work, contact, active=True)
    for institution, name in was.keys() - now.keys():
        for contact in _contacts(work, institution, name):
            _activate(work, contact, active=False)


def _people(definition: Definition) -> People:
    bodies = [(None, definition.office.contacts), *((each.key, each.contacts) for each in definition.institutions)]
    return {(key, person.name): person for key, contacts in bodies for person in contacts}


def _contacts(work: Work, institution: str | None, name: str) -> Sequence[str]:
    body = col(Contact.institution).is_(None) if institution is None else col(Contact.institution) == institution
    query = select(col(Contact.public_id)).where(
        col(Contact.campaign_id) == work.campaign_id, col(Contact.unit_id).is_(None), col(Contact.name) == name, body
    )
    return work.connection.execute(query).scalars().all()


def _activate(work: Work, contact: str, *, active: bool) -> None:
    query = select(col(Contact.active)).where(col(Contact.public_id) == contact)
    if work.connection.execute(query).scalar_one() != active:
        units.change_contact(work, contact, active=active)


def bring_duties(work: Work) -> None:
    """What the file asks for now is owed, what it asks for no more is void; nothing is deleted."""
    duties.create_all(work)
    query = select(D).where(col(D.campaign_id) == work.campaign_id).order_by(col(D.id)).with_for_update()
    moving: dict[tuple[str, str, str], list[int | None]] = defaultdict(list)
    for row in work.connection.execute(query).all():
        asked = owes(work.definition, Filed(institution=row.institution or "", duty=row.kind, track=row.track))
        if not asked and row.state in SHAPE.sources("void"):
            moving[row.kind, "void", row.state].append(row.id)
        if asked and row.institution and row.state in SHAPE.sources("renew"):
            moving[row.kind, "renew", row.state].append(row.id)
    for (kind, verb, source), ids in moving.items():
        owing.take(work, kind, verb, ids, source=source)
    owing.owe(work)


def owed(work: Work) -> dict[int, tuple[str, str]]:
    """What is owed now, by row id: the duty and the institution that owes it (empty: a unit)."""
    query = select(col(D.id), col(D.kind), col(D.institution)).where(
        col(D.campaign_id) == work.campaign_id, col(D.state).in_(OWING)
    )
    return {
        int(row.id): (row.kind, row.institution or "") for row in work.connection.execute(query.order_by(col(D.id)))
    }


def note_earlier(work: Work, old: Definition) -> None:
    """What drafts say of earlier winners is read anew by the exclusions of the file in force."""
    if old.exclusions == work.definition.exclusions:
        return
    drafts = select(N).where(col(N.campaign_id) == work.campaign_id, col(N.state).in_(work.shape.sources("submit")))
    for row in work.connection.execute(drafts.order_by(col(N.id)).with_for_update()).all():
        noted = rulings.noted(work, Candidate.of(row))
        if noted != {"earlier": row.earlier, "undecided": row.undecided}:
            work.connection.execute(update(N).where(col(N.id) == row.id).values(noted))


def stop_letters(work: Work, old: Definition, *, reason: str) -> None:
    """Stop unsent letters of reminders that the file has no more, and corrections of dates that it has no more."""
    why = f"活动文件已修改：{reason} / the campaign file was amended"
    for prefix in _silenced(old, work.definition):
        corrections.cancel(work, prefix, why)


def _silenced(old: Definition, new: Definition) -> Iterator[str]:
    chains = {*(each.key for each in new.reminders), *(each.key for each in new.dailies)}
    there = (*(each.key for each in old.reminders), *(each.key for each in old.dailies))
    yield from (f"{key}:" for key in there if key not in chains)
    yield from (f"{corrections.TEMPLATE}/{key}:" for key in old.milestone_by_key if key not in new.milestone_by_key)

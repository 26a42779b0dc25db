"""A moved deadline: what tells the old date is stopped, and exactly those who were told it are told the new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlmodel import col

from engine.letters import addressees
from engine.letters.correspondence import APPLICANT, CONTACT, Addressee, Sent, send
from engine.letters.invitations import invitation
from engine.letters.letterhead import letterhead, message, milestone_words, time_left, when
from engine.letters.movement import Before, Dates, by_class, moved
from engine.office import Work
from engine.tables import Call, Nomination
from notifications import outbox
from notifications.tables import LETTER
from workflows.classes import closing_classes
from workflows.derivation import followed
from workflows.targets import classes_of
from workflows.timeline import InForce
from workflows.vocabulary import Audience, Edge, Owner

TEMPLATE = "deadline-moved"
USEFUL = timedelta(days=30)  # for a date that has passed already when it is announced
EDGES = {Edge.OPENS: ("开始时间", "start"), Edge.CLOSES: ("截止时间", "deadline")}
N = Nomination


def deadline_moved(
    work: Work, *, milestone: str, edge: Edge, old: InForce, new: InForce, reason: str, before: Before | None = None
) -> Sent:
    """Stop unsent letters and open calls about the old date, and correct whoever was told it.

    A letter at the server's door that may have been delivered counts as told; so does a call that was ticked. Whatever
    else tells the old date and has not left will tell the new one, so its reader needs no correction. Where the
    collection has different dates for some, `before` is the calendar of the old ones: only those whose own date moved
    are corrected, each with theirs.
    """
    stop(work, milestone, old, new, reason)
    leaving = _look_again(work, milestone, reason)
    own = _own_dates(work, milestone, before, reason) if before and by_class(work, before, milestone) else None
    date = new.edge(edge)
    head = _letter(work, edge, old, new, reason)
    people = _told(work, milestone, None if own is None else own.keys())
    facts = {to.ref: {**head, **(_dates(work, edge, own[to.ref]) if own else {})} for to in people}
    messages = [replace(message(facts[to.ref], to), not_before=leaving.get(to.ref)) for to in people]
    return send(
        work, messages, template=TEMPLATE, occasion=_occasion(milestone), milestone=milestone, revision=new.revision,
        until=date if date and date > work.at else work.at + USEFUL,
    )  # fmt: skip


def _look_again(work: Work, milestone: str, reason: str) -> dict[str, datetime]:
    """Have every letter that tells this date looked at once more before it leaves.

    Says whose letter is being delivered in this moment, and until when: what corrects it must not overtake it.
    """
    telling = _telling(work, milestone)
    outbox.outdate(work.connection, campaign_id=work.campaign_id, milestones=telling, but=TEMPLATE,
                   reason=f"时间已调整：{reason} / the date was moved")  # fmt: skip
    return outbox.on_the_wire(work.connection, campaign_id=work.campaign_id, milestones=telling)


def followers_moved(work: Work, *, milestone: str, reason: str, before: Before) -> Sent:
    """The same for every date that follows this one and moved with it; classes of the collection are told with it."""
    told = Sent()
    for key, edge in followed(before.calendar, work.calendar, {milestone}).items():
        if work.definition.milestone_by_key[key].of != work.definition.collection:
            told += deadline_moved(work, milestone=key, edge=edge, old=before.calendar[key], new=work.calendar[key],
                                   reason=reason, before=before)  # fmt: skip
    return told


def _own_dates(work: Work, milestone: str, before: Before, reason: str) -> dict[str, Dates]:
    """The readers whose date moved. What they were still to be told of the old one is stopped."""
    family = work.definition.milestone_by_key[milestone].of or milestone
    prefix = _occasion(family)
    waiting = {ref for _, ref in _unsent(work, prefix)} | {ref for _, ref in _uncalled(work, prefix)}
    own = moved(work, before, waiting | _refs_told(work, milestone))
    why = f"时间已调整：{reason} / the date was moved"
    _cancel_of(work, prefix, why, lambda _, ref: ref in own)
    return own


def _dates(work: Work, edge: Edge, dates: Dates) -> dict[str, Any]:
    old, new = dates.edge(edge)
    return {"old": when(work, old, edge), "new": when(work, new, edge), "left": time_left(work, new)}


def _occasion(milestone: str) -> str:
    return f"{TEMPLATE}/{milestone}"


def _letter(work: Work, edge: Edge, old: InForce, new: InForce, reason: str) -> dict[str, Any]:
    milestone = new.milestone
    zh, en = ("日期", "date") if new.chosen else EDGES[edge]
    return {
        **letterhead(work), "milestone": milestone_words(work, milestone), "edge": {"zh": zh, "en": en},
        "old": when(work, old.edge(edge), edge), "new": when(work, new.edge(edge), edge), "reason": reason,
        "left": time_left(work, new.edge(edge)),
        "invitation": invitation(work, milestone, edge, what=work.definition.milestone_by_key[milestone].name),
    }  # fmt: skip


def stop(work: Work, milestone: str, old: InForce, new: InForce, reason: str) -> None:
    """Cancel what is on its way about an edge that moved: its reminders, and the corrections before this one.

    The reminders of a class that shares the edge go with it; those of one with its own date stay.
    """
    moved = [edge for edge in Edge if new.edge_revision(edge) > old.edge_revision(edge)]
    why = f"时间已调整：{reason} / the date was moved"
    cancel(work, f"{_occasion(milestone)}:", why, below=new.revision)
    named = work.definition.milestone_by_key[milestone]
    for edge in moved:
        sharing = [each.key for each in classes_of(work.definition, milestone)
                   if work.calendar[each.key].edge_of(edge) == milestone]  # fmt: skip
        for one in work.definition.reminders:
            if one.edge is edge and one.milestone in (milestone, named.of, *sharing):
                for key in (milestone, *sharing):
                    cancel(work, f"{one.key}:", why, below=new.revision, milestone=key)


def reopened(work: Work, *, rows: Sequence[Row[Any]], reason: str) -> None:
    """Stop what still says that these nominations lapsed, before they are drafts again.

    A letter of many that lapsed is stopped when all of them are open again; else the correction of the date follows it.
    """
    why = f"已恢复为草稿：{reason} / open again"
    theirs = {row.public_id for row in rows}
    _cancel_of(work, "lapse/", why, lambda key, _: key.split("/")[1] in theirs)
    ends = [each.key for each in (work.definition.milestone_by_key[work.definition.collection],
                                  *closing_classes(work.definition, work.calendar))]  # fmt: skip
    whole = _without_lapsed(work, rows)
    for key in ends:
        _cancel_of(work, f"lapsed/{key}:", why, lambda _, ref: ref in whole)


def _without_lapsed(work: Work, rows: Sequence[Row[Any]]) -> set[str]:
    """The contacts of the units of `rows` of which nothing else has lapsed, as the outbox calls them."""
    lapsed = work.shape.words("lapse").target
    query = select(col(N.unit_id), func.count()).where(
        col(N.campaign_id) == work.campaign_id, col(N.state) == lapsed
    )  # fmt: skip
    left = Counter(dict(work.connection.execute(query.group_by(col(N.unit_id))).all()))
    left.subtract(row.unit_id for row in rows)
    units = {row.unit_id for row in rows if not left[row.unit_id]}
    return {to.ref for people in addressees.of_units(work, units=units).values() for to in people}


def _cancel_of(work: Work, prefix: str, why: str, concerns: Callable[[str, str], bool]) -> None:
    """Stop those unsent letters and open calls that `concerns` picks by their key and their reader."""
    letters = [public_id for (public_id, key), ref in _unsent(work, prefix) if concerns(key, ref)]
    outbox.cancel(work.connection, campaign_id=work.campaign_id, reason=why, public_ids=letters)
    calls = [call_id for (call_id, key), ref in _uncalled(work, prefix) if concerns(key, ref)]
    stopping = update(Call).where(col(Call.id).in_(calls))
    work.connection.execute(stopping.values(state="cancelled", note=why))


def _unsent(work: Work, prefix: str) -> list[tuple[tuple[str, str], str]]:
    query = select(LETTER.c.public_id, LETTER.c.key, LETTER.c.contact_ref).where(
        LETTER.c.campaign_id == work.campaign_id, LETTER.c.state.in_(("ready", "claimed")),
        LETTER.c.key.startswith(prefix, autoescape=True),
    )  # fmt: skip
    return [((row.public_id, row.key), row.contact_ref) for row in work.connection.execute(query)]


def _uncalled(work: Work, prefix: str) -> list[tuple[tuple[int, str], str]]:
    query = select(col(Call.id), col(Call.key), col(Call.contact_id)).where(
        col(Call.campaign_id) == work.campaign_id, col(Call.state) == "open",
        col(Call.key).startswith(prefix, autoescape=True),
    )  # fmt: skip
    return [((row.id, row.key), f"{CONTACT}{row.contact_id}") for row in work.connection.execute(query)]


def cancel(work: Work, prefix: str, why: str, *, below: int | None = None, milestone: str | None = None) -> None:
    outbox.cancel(work.connection, campaign_id=work.campaign_id, reason=why, key_prefix=prefix, below_revision=below,
                  milestone=milestone)  # fmt: skip
    calls = update(Call).where(
        col(Call.campaign_id) == work.campaign_id, col(Call.key).startswith(prefix, autoescape=True),
        col(Call.state) == "open",
    )  # fmt: skip
    older = calls if below is None else calls.where(col(Call.revision) < below)
    mine = older if milestone is None else older.where(col(Call.milestone) == milestone)
    work.connection.execute(mine.values(state="cancelled", note=why))


def _told(work: Work, milestone: str, only: Collection[str] | None) -> list[Addressee]:
    """Everyone who was told a date of the milestone, or of those `only` (by what the outbox calls them)."""
    refs = _refs_told(work, milestone)
    if only is not None:
        refs &= set(only)
    contacts = addressees.by_id(work, [int(ref.removeprefix(CONTACT)) for ref in refs if ref.startswith(CONTACT)])
    seen = {to.email for to in contacts}
    applicants = [to for to in _applicants(work, refs) if to.email is None or to.email not in seen]
    return contacts + list({to.email or to.phones: to for to in applicants}.values())


def _refs_told(work: Work, milestone: str) -> set[str]:
    """Who was told a date of the milestone, or may have been."""
    refs: set[str] = set()
    for key in _telling(work, milestone):
        refs |= set(outbox.told(work.connection, campaign_id=work.campaign_id, milestone=key))
        refs |= _called(work, key)
    return refs


def _telling(work: Work, milestone: str) -> set[str]:
    """The milestones whose letters name the date of this one, or the date that this one stands in for.

    They are its own, its classes', and those that open an institution's review.
    """
    definition = work.definition
    milestone = definition.milestone_by_key[milestone].of or milestone
    due = {stage.due for stage in definition.stages}
    due |= {kind.due for kind in definition.duties if kind.due and kind.owed_by is Owner.INSTITUTION}
    of_units = {definition.collection, *(kind.due for kind in definition.duties if kind.owed_by is Owner.UNIT)}
    found = {milestone, *(each.key for each in classes_of(definition, milestone))}
    for reminder in definition.reminders:
        names_units = reminder.audience in (Audience.UNITS, Audience.UNITS_COLLECTING)
        names_collection = reminder.audience is Audience.APPLICANTS and milestone == definition.collection
        names_duties = reminder.audience is Audience.INSTITUTIONS
        if names_collection or (names_units and milestone in of_units) or (names_duties and milestone in due):
            found.add(reminder.milestone)
    return found


def _called(work: Work, milestone: str) -> set[str]:
    query = select(col(Call.contact_id), col(Call.nomination_id)).where(
        col(Call.campaign_id) == work.campaign_id, col(Call.milestone) == milestone, col(Call.settled_at).is_not(None)
    )
    return {
        f"{CONTACT}{row.contact_id}" if row.contact_id else f"{APPLICANT}{row.nomination_id}"
        for row in work.connection.execute(query)
    }


def _applicants(work: Work, refs: set[str]) -> list[Addressee]:
    """Applicants who were told, unless their nomination has ended."""
    ids = [int(ref.removeprefix(APPLICANT)) for ref in refs if ref.startswith(APPLICANT)]
    living = [state.key for state in work.shape.states if not state.final]
    query = select(N).where(col(N.campaign_id) == work.campaign_id, col(N.id).in_(ids), col(N.state).in_(living))
    return [_applicant(row) for row in work.connection.execute(query.order_by(col(N.id)))]


def _applicant(row: Any) -> Addressee:
    return Addressee(contact_id=None, nomination_id=row.id, name=row.applicant_contact or row.applicant,
                     of=row.applicant or row.title, email=row.applicant_email, phones=row.applicant_phones)  # fmt: skip

"""A unit's own earlier deadline for its applicants: until then they write, the unit submits until the campaign's."""

from __future__ import annotations

from datetime import datetime

from engine import classes, moving
from engine.access import Actor, may_change, not_found
from engine.letters import movement, occasional
from engine.office import Work
from engine.scopes import unannounced
from engine.texts import reason_of
from engine.windows import subjects
from workflows.classes import window_for
from workflows.definition import Milestone, Who
from workflows.matching import Subject
from workflows.nomination import Role
from workflows.reach import tracks_open_to
from workflows.reasons import Reason, Refused
from workflows.timeline import InForce
from workflows.vocabulary import Edge, Party


def own_deadline(work: Work, unit_id: int, *, closes: datetime | None, reason: str = "") -> moving.Moved:
    """Set, change or (with None) drop the deadline that a unit gives its applicants. Needs a transaction `alone`.

    The unit itself or the secretariat sets it. It may not be later than the campaign's own for the unit. The unit's
    people and its applicants are corrected if they were told another date. Raises NotFound, Refused (EXT-…).
    """
    _may_set(work.actor, unit_id)
    subject = subjects(work, [unit_id])[unit_id]
    if subject.unit is None:
        raise not_found(str(unit_id))
    key = classes.own_of(work, unit_id)
    old = work.calendar[key] if key else None
    if closes is None:
        _must_stand(old, subject)
    else:
        _check(work, subject, closes)
    before = movement.now(work)
    shown = old or before.calendar[work.definition.collection]
    standing = old or _begin(work, unit_id, subject.unit)
    reason = reason_of(reason) if reason else ""
    new = moving.revise(work, standing, opens=standing.opens, closes=closes, reason=reason, verb="own-deadline")
    told = occasional.deadline_moved(
        work, milestone=new.milestone, edge=Edge.CLOSES, old=shown, new=new, reason=reason, before=before,
    )  # fmt: skip
    return moving.Moved(old=shown, new=new, told=told, affected=moving.affected(work, new.milestone))


def _may_set(actor: Actor, unit_id: int) -> None:
    may_change(actor)
    if actor.role not in (Role.SECRETARIAT, Role.ENGINE) and actor.unit_id != unit_id:
        raise not_found(str(unit_id))


def _begin(work: Work, unit_id: int, code: str) -> InForce:
    collection: Milestone = work.definition.milestone_by_key[work.definition.collection]
    key = classes.add(work, collection, Who(units=(code,), role=Party.APPLICANT), own_of=unit_id)
    return unannounced(work, key, collection)


def _must_stand(standing: InForce | None, subject: Subject) -> None:
    if standing is None or standing.closes_of:
        raise Refused(Reason(code="EXT-15", zh=f"“{subject.unit}”没有设定自己的截止时间",
                             en=f'"{subject.unit}" has no deadline of its own'))  # fmt: skip


def _check(work: Work, subject: Subject, closes: datetime) -> None:
    """EXT-06: it has passed. EXT-03: before the start. EXT-16: later than the campaign's for every track."""
    read, read_en = moving.words(work, closes)
    if closes <= work.at:
        raise Refused(
            Reason(code="EXT-06", zh=f"新的截止时间{read}已经过去", en=f"the new deadline {read_en} has passed")
        )
    outer = [
        window_for(work.definition, work.calendar, Subject(
            unit=subject.unit, channels=subject.channels, attributes=subject.attributes, track=track, role=Party.UNIT))
        for track in tracks_open_to(work.definition, subject)
    ]  # fmt: skip
    if any(each.opens and closes <= each.opens for each in outer):
        raise Refused(Reason(code="EXT-03", zh=f"截止时间{read}不晚于开始时间",
                             en=f"the deadline {read_en} is not after the start"))  # fmt: skip
    ends = [each.closes for each in outer if each.closes]
    if ends and len(ends) == len(outer) and closes > max(ends):
        raise Refused(moving.later_than_the_units(work, closes, max(ends)))

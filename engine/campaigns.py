"""The verbs of a campaign: opening it from its file, moving a deadline, choosing a date."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import col

from engine import calendars, duties, units
from engine.access import Actor, may_office
from engine.database import insert_into
from engine.history import record
from engine.letters import occasional
from engine.letters.correspondence import Sent
from engine.office import Office, Work
from engine.sweep import reopen_lapsed
from engine.tables import Campaign, MilestoneRevision
from engine.texts import reason_of
from workflows.definition import Definition, Milestone
from workflows.instants import show, show_en, zone_of
from workflows.loading import load
from workflows.reasons import Reason, Refused
from workflows.timeline import InForce
from workflows.vocabulary import Edge


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What moving a milestone did: who was told, and how many lapsed nominations are open again."""

    old: InForce
    new: InForce
    told: Sent
    reopened: int = 0


def open_campaign(office: Office, source: str, *, name: str, actor: Actor, at: datetime) -> str:
    """Open the campaign that a file describes; returns its key. Raises FileRefused, or Refused when it is open already.

    The file is kept in the database, so that the campaign goes on when the file is changed or lost.
    """
    may_office(actor)
    definition = load(source, name=name, workdays=office.workdays).definition
    with office.database.write() as connection:
        values = {"key": definition.key, "source_name": name, "source": source, "opened_at": at,
                  "digest": hashlib.sha256(source.encode()).hexdigest()}  # fmt: skip
        added = insert_into(connection, Campaign).on_conflict_do_nothing(index_elements=["key"])
        campaign_id = connection.execute(added.returning(col(Campaign.id)), values).scalar()
        if campaign_id is None:
            raise Refused(_already_open(definition))
        calendars.announce(connection, campaign_id, definition, at=at, actor=actor.name)
        work = office.work(connection, definition.key, actor, at, uncommitted=True)
        record(work, "campaign", campaign_id, "open", digest=values["digest"], file=name)
        _add_contacts(work)
        duties.create_all(work)
    return definition.key


def _add_contacts(work: Work) -> None:
    for person in work.definition.office.contacts:
        units.add_contact(work, name=person.name, phones=person.phones, email=person.email)
    for institution in work.definition.institutions:
        for person in institution.contacts:
            units.add_contact(
                work, name=person.name, phones=person.phones, email=person.email, institution=institution.key
            )


def _already_open(definition: Definition) -> Reason:
    return Reason(
        code="CMP-01", zh=f"活动“{definition.key}”已经启动", en=f'campaign "{definition.key}" is already open'
    )


def extend(
    work: Work, milestone: str, *, closes: datetime, reason: str, opens: datetime | None = None, reopen: bool = True
) -> Moved:
    """Move a milestone's end (and, before it began, its start). Needs a transaction that is `alone`.

    Unsent letters with the old date are dropped and exactly those who were told it get a correction. With `reopen`,
    nominations that lapsed at the old deadline are drafts again. Raises Refused (EXT-…).
    """
    may_office(work.actor)
    old, announced = _standing(work, milestone)
    reason = reason_of(reason)
    _must_have_reason(reason)
    if old.chosen is not None:  # the chosen date stands for both ends, so moving them would move nothing
        raise Refused(_choose_anew(announced))
    if announced.to_choose and old.closes is None:
        raise Refused(_choose_instead(announced))
    new_opens = opens or old.opens
    if new_opens != old.opens and old.opens and old.opens <= work.at:
        raise Refused(_has_begun(announced))
    _check_window(work, announced, new_opens, closes, old)
    new = _revise(work, old, opens=new_opens, closes=closes, chosen=old.chosen, reason=reason)
    reopened = _collect_again(work, reason=reason, reopen=reopen) if _was_closed(work, old) else 0
    edge = Edge.OPENS if closes == old.closes else Edge.CLOSES
    told = occasional.deadline_moved(work, milestone=milestone, edge=edge, old=old, new=new, reason=reason)
    return Moved(old=old, new=new, told=told, reopened=reopened)


def _was_closed(work: Work, old: InForce) -> bool:
    return old.milestone == work.definition.collection and work.closed_revision >= old.closes_revision


def _collect_again(work: Work, *, reason: str, reopen: bool) -> int:
    """What an extension after the closing does beside moving the deadline. Says how many drafts it opened again."""
    duties.owe_results_again(work, reason=reason)
    if not reopen:
        return 0
    occasional.reopened(work, milestone=work.definition.collection, reason=reason)
    return reopen_lapsed(work)


def choose_date(work: Work, milestone: str, *, date: datetime, reason: str = "") -> Moved:
    """Choose the date of a milestone that was left open (择机). Outside its window it needs a reason.

    Choosing anew moves it, and who was told the earlier date gets a correction.
    """
    may_office(work.actor)
    old, announced = _standing(work, milestone)
    reason = reason_of(reason)
    if not announced.to_choose:
        raise Refused(Reason(code="EXT-05", zh=f"“{announced.name}”不是择机事项，请改用延期",
                             en=f'"{announced.english}" is not a date to choose; extend it instead'))  # fmt: skip
    if date == old.chosen:
        raise Refused(_no_change(announced, show(date, zone=zone_of(work.definition.zone), edge="start")))
    inside = (announced.opens is None or date >= announced.opens) and (
        announced.closes is None or date < announced.closes
    )
    if not inside or old.chosen is not None:
        _must_have_reason(reason)
    new = _revise(work, old, opens=old.opens, closes=old.closes, chosen=date, reason=reason)
    if old.chosen is None:  # nobody was told a date that would have to be corrected
        return Moved(old=old, new=new, told=Sent())
    told = occasional.deadline_moved(work, milestone=milestone, edge=Edge.OPENS, old=old, new=new, reason=reason)
    return Moved(old=old, new=new, told=told)


def _standing(work: Work, milestone: str) -> tuple[InForce, Milestone]:
    standing = work.calendar.get(milestone)
    if standing is None:
        known = "、".join(f"{key}（{each.name}）" for key, each in work.definition.milestone_by_key.items())
        raise Refused(Reason(code="EXT-01", zh=f"没有这个时间节点：{milestone[:60]!r}；可用：{known}",
                             en=f"no such milestone: {milestone[:60]!r}; defined: {known}"))  # fmt: skip
    return standing, work.definition.milestone_by_key[milestone]


def _must_have_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason(code="RSN-01", zh="须说明理由", en="a reason must be given"))


def _has_begun(announced: Milestone) -> Reason:
    return Reason(code="EXT-07", zh=f"“{announced.name}”已经开始，开始时间不能再改",
                  en=f'"{announced.english}" has begun; its start can\'t be moved any more')  # fmt: skip


def _choose_anew(announced: Milestone) -> Reason:
    return Reason(code="EXT-02", zh=f"“{announced.name}”的日期已经选定，请另选日期",
                  en=f'the date of "{announced.english}" is chosen; choose another one')  # fmt: skip


def _no_change(announced: Milestone, date: str) -> Reason:
    return Reason(code="EXT-04", zh=f"“{announced.name}”的日期已选定为{date}，没有变化",
                  en=f'"{announced.english}" has that date already; nothing changes')  # fmt: skip


def _choose_instead(announced: Milestone) -> Reason:
    return Reason(code="EXT-02", zh=f"“{announced.name}”为择机事项，请选定日期",
                  en=f'"{announced.english}" has no date yet; choose one')  # fmt: skip


def _check_window(work: Work, announced: Milestone, opens: datetime | None, closes: datetime, old: InForce) -> None:
    zone = zone_of(work.definition.zone)
    read, read_en = show(closes, zone=zone, edge="end"), show_en(closes, zone=zone, edge="end")
    if opens and closes <= opens:
        raise Refused(Reason(code="EXT-03", zh=f"“{announced.name}”的截止时间{read}不晚于开始时间",
                             en=f'"{announced.english}" would close at {read_en}, not after it opens'))  # fmt: skip
    if closes == old.closes and opens == old.opens:
        raise Refused(Reason(code="EXT-04", zh=f"“{announced.name}”的截止时间已是{read}，没有变化",
                             en=f'"{announced.english}" closes at {read_en} already; nothing changes'))  # fmt: skip
    if closes <= work.at:
        raise Refused(
            Reason(code="EXT-06", zh=f"新的截止时间{read}已经过去", en=f"the new deadline {read_en} has passed")
        )


def _revise(
    work: Work, old: InForce, *, opens: datetime | None, closes: datetime | None, chosen: datetime | None, reason: str
) -> InForce:
    work.must_be_alone()
    number = old.revision + 1
    chose = chosen != old.chosen
    values = {
        "campaign_id": work.campaign_id, "milestone": old.milestone, "revision": number, "opens": opens,
        "closes": closes, "chosen": chosen, "reason": reason, "actor": work.actor.name, "made_at": work.at,
        "opens_revision": number if chose or opens != old.opens else old.opens_revision,
        "closes_revision": number if chose or closes != old.closes else old.closes_revision,
    }  # fmt: skip
    work.connection.execute(insert(MilestoneRevision), values)
    work.calendar_changed()
    told = {key: value.isoformat() for key, value in values.items() if isinstance(value, datetime) and key != "made_at"}
    was = (old.chosen or old.closes or old.opens or work.at).isoformat()
    verb = "choose" if chose else "extend"
    record(work, "campaign", work.campaign_id, verb, milestone=old.milestone, revision=number, reason=reason, was=was,
           **told)  # fmt: skip
    return work.calendar[old.milestone]

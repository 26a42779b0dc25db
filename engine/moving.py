"""What the verbs that move a date share: the new revision, its limits, and what an extension after a closing does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, insert, select
from sqlmodel import col

from engine import duties, witness
from engine.history import record
from engine.letters import occasional
from engine.letters.correspondence import Sent
from engine.office import Work
from engine.selecting import nominations_of
from engine.sweep import lapsed_of, reopen_lapsed
from engine.tables import MilestoneRevision, Nomination
from engine.windows import is_closed, rows_of, tracks_of
from workflows.classes import closings, ending
from workflows.definition import Milestone
from workflows.derivation import earliest_end
from workflows.instants import show, show_en, zone_of
from workflows.reasons import Reason, Refused
from workflows.timeline import InForce
from workflows.vocabulary import Edge, Party

N = Nomination


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What moving a milestone did: who was told, and how many lapsed nominations are open again.

    `affected` are the nominations that wait under its end now.
    """

    old: InForce
    new: InForce
    told: Sent
    reopened: int = 0
    affected: int = 0


def revise(
    work: Work, old: InForce, *, reason: str, opens: datetime | None, closes: datetime | None,
    chosen: datetime | None = None, suspended: bool = False, verb: str = "extend",
) -> InForce:  # fmt: skip
    """Announce a milestone anew; the old revision stays. An edge that equals its parent's goes on following it."""
    work.must_be_alone()
    number = old.revision + 1
    opens = None if old.opens_of and opens == old.opens else opens
    follows = old.closes_of is not None and closes == old.closes and not suspended
    closes = None if follows else closes
    chose = chosen != old.chosen
    values = {
        "campaign_id": work.campaign_id, "milestone": old.milestone, "revision": number, "opens": opens,
        "closes": closes, "chosen": chosen, "suspended": suspended, "reason": reason, "actor": work.actor.name,
        "made_at": work.at,
        "opens_revision": _set_by(number, old.opens_revision, old.opens_of, chose or opens != old.opens),
        "closes_revision": _set_by(number, old.closes_revision, old.closes_of, chose or closes != old.closes),
    }  # fmt: skip
    work.connection.execute(insert(MilestoneRevision), values)
    witness.note(work, MilestoneRevision, None, values)
    work.calendar_changed()
    told = {key: value.isoformat() for key, value in values.items() if isinstance(value, datetime) and key != "made_at"}
    was = (old.chosen or old.closes or old.opens or work.at).isoformat()
    record(work, "campaign", work.campaign_id, verb, milestone=old.milestone, revision=number, reason=reason, was=was,
           **told)  # fmt: skip
    return work.calendar[old.milestone]


def _set_by(number: int, before: int, parent: str | None, changed: bool) -> int:
    """The revision that set an edge; one that follows its parent's was set by the parent's, and by none of its own."""
    return number if changed or parent else before


def affected(work: Work, key: str) -> int:
    """How many nominations wait under this end: drafts, returned ones and submissions."""
    milestone = work.definition.milestone_by_key[key]
    scope = nominations_of(work.definition, milestone.who) if _of_applicants(milestone) else rows_of(work, key)
    states = {*work.shape.sources("lapse"), *work.shape.sources("begin")}
    query = select(func.count()).where(col(N.campaign_id) == work.campaign_id, col(N.state).in_(states), *scope)
    return int(work.connection.execute(query).scalar_one())


def _of_applicants(milestone: Milestone) -> bool:
    return milestone.who.role is Party.APPLICANT


def was_closed(work: Work, announced: Milestone) -> bool:
    """Whether a closing was completed that moving this milestone may undo. To be asked before it is moved."""
    if _of_applicants(announced):
        return False
    if announced.key in work.calendar:
        family = announced.of or announced.key
        return family == work.definition.collection and is_closed(work, ending(work.calendar[announced.key]))
    return any(is_closed(work, each.milestone) for each in closings(work.definition, work.calendar))


def collect_again(work: Work, key: str, *, reason: str, reopen: bool) -> int:
    """What a new date after a closing does beside moving it. Says how many drafts it opened again."""
    duties.owe_results_again(work, tracks_of(work, key), reason=reason)
    if not reopen:
        return 0
    lapsed: Select[*tuple[Any, ...]] = select(col(N.public_id), col(N.unit_id)).where(*lapsed_of(work, key))
    rows = work.connection.execute(lapsed).all()
    occasional.reopened(work, rows=rows, reason=reason)
    return reopen_lapsed(work, key)


def must_have_reason(reason: str) -> None:
    """Refuse to move a date without saying why (RSN-01)."""
    if not reason.strip():
        raise Refused(Reason(code="RSN-01", zh="须说明理由", en="a reason must be given"))


def check_window(work: Work, announced: Milestone, opens: datetime | None, closes: datetime, old: InForce) -> None:
    """Refuse an end that is none, that changes nothing, has passed, or meets another milestone (EXT-…)."""
    read, read_en = words(work, closes)
    if opens and closes <= opens:
        raise Refused(not_after_start(work, announced, closes))
    if closes == old.closes and opens == old.opens:
        raise Refused(Reason(code="EXT-04", zh=f"“{announced.name}”的截止时间已是{read}，没有变化",
                             en=f'"{announced.english}" closes at {read_en} already; nothing changes'))  # fmt: skip
    if closes <= work.at:
        raise Refused(has_passed(work, closes))
    bound = work.calendar[announced.of].closes if announced.of and _of_applicants(announced) else None
    if bound and closes > bound:
        raise Refused(later_than_the_units(work, closes, bound))
    check_floor(work, announced, closes, old)
    check_before(work, announced, closes)


def not_after_start(work: Work, announced: Milestone, closes: datetime) -> Reason:
    """EXT-03: an end that is not after its start."""
    read, read_en = words(work, closes)
    return Reason(code="EXT-03", zh=f"“{announced.name}”的截止时间{read}不晚于开始时间",
                  en=f'"{announced.english}" would close at {read_en}, not after it opens')  # fmt: skip


def has_passed(work: Work, closes: datetime) -> Reason:
    """EXT-06: an end in the past."""
    read, read_en = words(work, closes)
    return Reason(code="EXT-06", zh=f"新的截止时间{read}已经过去", en=f"the new deadline {read_en} has passed")


def has_begun(announced: Milestone) -> Reason:
    """EXT-07: a start that can't be moved any more."""
    return Reason(code="EXT-07", zh=f"“{announced.name}”已经开始，开始时间不能再改",
                  en=f'"{announced.english}" has begun; its start can\'t be moved any more')  # fmt: skip


def check_before(work: Work, announced: Milestone, closes: datetime) -> None:
    """EXT-10: what must end before another milestone begins does not reach into it."""
    bound = announced.before or (work.definition.milestone_by_key[announced.of].before if announced.of else None)
    begins = work.calendar[bound].edge(Edge.OPENS) if bound else None
    if bound and begins and closes > begins:
        raise Refused(_reaches_into(work, announced, closes, work.definition.milestone_by_key[bound], begins))


def check_start(work: Work, announced: Milestone, opens: datetime | None) -> None:
    """EXT-10 from the other side: nothing begins while what must end before it still runs."""
    for each in work.definition.milestones:
        ends = work.calendar[each.key].edge(Edge.CLOSES)
        if opens and each.before == announced.key and ends and ends > opens:
            raise Refused(_reaches_into(work, each, ends, announced, opens))


def _reaches_into(work: Work, first: Milestone, ends: datetime, second: Milestone, begins: datetime) -> Reason:
    end, end_en = words(work, ends)
    start, start_en = words(work, begins, edge="start")
    return Reason(
        code="EXT-10",
        zh=f"“{first.name}”须在“{second.name}”开始前结束：前者截止{end}，后者开始{start}；请一并调整，或另选时间",
        en=f'"{first.english}" must end before "{second.english}" begins: it would end {end_en}, '
        f"the other begins {start_en}; move that too, or choose another time",
        facts={"ends": ends.isoformat(), "begins": begins.isoformat()},
    )


def check_floor(work: Work, announced: Milestone, closes: datetime, old: InForce) -> None:
    """EXT-11: what lasts “at least” so long may end later, never earlier."""
    rule = work.definition.milestone_by_key[announced.of] if announced.of else announced
    floor = earliest_end(work.definition, {**work.calendar, rule.key: old}, rule.key, work.workdays)
    if floor and closes < floor:
        raise Refused(too_short(work, announced, closes, floor))


def too_short(work: Work, announced: Milestone, closes: datetime, floor: datetime) -> Reason:
    """EXT-11, with the earliest end."""
    rule = work.definition.milestone_by_key[announced.of] if announced.of else announced
    length = rule.lasts.text if rule.lasts else ""
    (least, least_en), (read, read_en) = words(work, floor), words(work, closes)
    return Reason(
        code="EXT-11",
        zh=f"“{announced.name}”不得少于{length}，最早{least}结束；新的截止时间{read}过早",
        en=f'"{announced.english}" lasts at least {length}: it ends {least_en} at the earliest, not {read_en}',
        facts={"earliest": floor.isoformat(), "read": closes.isoformat()},
    )


def later_than_the_units(work: Work, closes: datetime, bound: datetime) -> Reason:
    """EXT-16, with both instants."""
    (read, read_en), (end, end_en) = words(work, closes), words(work, bound)
    return Reason(
        code="EXT-16",
        zh=f"申报截止时间{read}晚于推荐单位的提交截止时间{end}；请不晚于后者",
        en=f"the applicants' deadline {read_en} is later than the units' {end_en}; choose one that is not",
        facts={"closes": closes.isoformat(), "bound": bound.isoformat()},
    )


def words(work: Work, instant: datetime, *, edge: Literal["start", "end"] = "end") -> tuple[str, str]:
    """An instant for people, in Chinese and in English."""
    zone = zone_of(work.definition.zone)
    return show(instant, zone=zone, edge=edge), show_en(instant, zone=zone, edge=edge)

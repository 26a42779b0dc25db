"""May this happen now? One answer, as reasons; empty means yes.

The refusal of a verb, a greyed button, `explain` and every door print exactly these reasons. A guard looks at a
`Case` and nothing else; who fills the case in reads the database inside the transaction that will act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from workflows import notices
from workflows.against_places import no_right, reasons_against_places
from workflows.calling import role_names
from workflows.definition import Definition
from workflows.instants import show, show_en, zone_of
from workflows.nomination import FIXED_ARROWS, Arrow, Guard, Role, Shape
from workflows.places import Place
from workflows.reasons import Reason
from workflows.rules import Standing
from workflows.unsettled import Unsettled, held_up
from workflows.withdrawing import no_way_back

ELIGIBLE = Standing()
Answer = Reason | tuple[Reason, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Joint:
    """A joint nomination: in `channel` `needed` units must act together, and `there` are the names of those who do."""

    channel: str
    needed: int
    there: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What the guards look at. Instants are aware; `at` is the acceptance instant.

    `opens`/`closes` is the window in force for this nomination (a correction may have its own end) and this act;
    `closed` says that the closing of that window was completed, after which nothing commits however early it arrived.
    `closes_of` is the milestone whose end it is. `places` are those that the nomination needs, one in each. `held` says
    that it stands in a public notice, which runs until `notice_ends`; `objections` are those that are open.
    """

    state: str
    at: datetime
    opens: datetime | None = None
    closes: datetime | None = None
    closed: bool = False
    closes_of: str | None = None
    missing: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    joint: Joint | None = None
    standing: Standing = ELIGIBLE
    selected: bool = False
    publication: datetime | None = None
    resume: str | None = None
    reason: str | None = None
    takes_place: bool = True
    held: bool = False
    notice_ends: datetime | None = None
    objections: int = 0
    owing: tuple[Unsettled, ...] = ()


def reasons_against(verb: str, case: Case, *, role: Role, shape: Shape, definition: Definition) -> tuple[Reason, ...]:
    """Why `verb` may not happen in `case`; the arrow first, then the role, then each of its guards."""
    arrow = shape.arrow(verb, case.state)
    if arrow is None:
        return _outside(verb, case, role=role, shape=shape, definition=definition)
    return reasons_against_arrow(arrow, case, role=role, definition=definition)


def _outside(verb: str, case: Case, *, role: Role, shape: Shape, definition: Definition) -> tuple[Reason, ...]:
    """No such arrow from here; for a verb of the window the deadline comes first, because it may be the cause."""
    windowed = any(Guard.WINDOW in arrow.guards for arrow in shape.arrows if arrow.verb == verb)
    late = _window(case, definition) if windowed else None
    kept = no_way_back(verb, case.state, shape, definition)
    return (*([late] if late else []), kept or no_such_arrow(verb, case.state, shape, role))


def reasons_against_arrow(arrow: Arrow, case: Case, *, role: Role, definition: Definition) -> tuple[Reason, ...]:
    """Why this very arrow may not be taken in `case`: the role, then each guard."""
    if role not in arrow.roles:
        return (wrong_role(arrow, role, definition),)
    answers = (GUARDS[guard](case, definition) for guard in arrow.guards)
    return tuple(reason for answer in answers for reason in told(answer))


def told(answer: Answer) -> tuple[Reason, ...]:
    """What a guard answered, as reasons."""
    return answer if isinstance(answer, tuple) else (answer,) if answer else ()


def no_such_arrow(verb: str, state: str, shape: Shape, role: Role) -> Reason:
    """STM-01: the state has no such arrow; names the ones it has for this role."""
    now = shape.state_by_key[state]
    possible = [arrow for arrow in shape.arrows_from(state) if role in arrow.roles]
    return Reason(
        code="STM-01",
        zh=f"当前状态为“{now.zh}”，不能{_verb_zh(verb, shape)}；可以：{'、'.join(a.zh for a in possible) or '无'}",
        en=f'state is "{now.en}", cannot {verb}; possible: {", ".join(a.verb for a in possible) or "nothing"}',
        facts={"state": state, "verb": verb},
    )


def wrong_role(arrow: Arrow, role: Role, definition: Definition) -> Reason:
    """ROL-01: the arrow exists, but not for this role."""
    zh, en = role_names(definition, [*arrow.roles, role])
    return Reason(
        code="ROL-01",
        zh=f"“{arrow.zh}”须由{'或'.join(zh[:-1])}办理，您是{zh[-1]}",
        en=f'"{arrow.verb}" is for {" or ".join(en[:-1])}; you are {en[-1]}',
        facts={"verb": arrow.verb, "role": role.value},
    )


def _verb_zh(verb: str, shape: Shape) -> str:
    known = (*shape.arrows, *FIXED_ARROWS)  # a campaign may lack an arrow, and then still has a word for it
    return next((arrow.zh for arrow in known if arrow.verb == verb), verb)


def _window(case: Case, definition: Definition) -> Reason | None:
    if case.opens and case.at < case.opens:
        return _early(case, case.opens, zone_of(definition.zone))
    if case.closes and (case.at >= case.closes or case.closed):
        return _late(case, case.closes, zone_of(definition.zone))
    return None


def _early(case: Case, opens: datetime, zone: tzinfo) -> Reason:
    return Reason(
        code="DLN-02",
        zh=f"尚未开始：{show(opens, zone=zone, edge='start')}开始，收到时间{show(case.at, zone=zone, edge='start')}",
        en=f"not open yet: opens {show_en(opens, zone=zone, edge='start')}, "
        f"received {show_en(case.at, zone=zone, edge='start')}",
        facts={"opens": opens.isoformat(), "received": case.at.isoformat()},
    )


def _late(case: Case, closes: datetime, zone: tzinfo) -> Reason:
    late = case.at >= closes
    return Reason(
        code="DLN-01" if late else "DLN-03",
        zh=f"截止时间为{show(closes, zone=zone, edge='end')}，收到时间{show(case.at, zone=zone, edge='start')}，"
        + ("已截止" if late else "截止处理已完成，不能再保存"),
        en=f"the deadline is {show_en(closes, zone=zone, edge='end')}, "
        f"received {show_en(case.at, zone=zone, edge='start')}: "
        + ("too late" if late else "the closing is complete, nothing can be stored any more"),
        facts={"closes": closes.isoformat(), "received": case.at.isoformat()},
    )


def _complete(case: Case, definition: Definition) -> Reason | None:
    if not case.missing:
        return None
    return Reason(
        code="MAT-01",
        zh=f"材料不齐：{'、'.join(case.missing)}",
        en=f"incomplete, missing: {', '.join(case.missing)}",
        facts={"missing": "、".join(case.missing)},
    )


def _quota(case: Case, definition: Definition) -> Answer:
    """One reason for each scope that is full, and for each share that leaves nothing to this nomination.

    What has its place already may have changed what it is, so shares are asked about it again.
    """
    return reasons_against_places(case.places, takes=case.takes_place)


def _channel(case: Case, definition: Definition) -> Reason | None:
    return next((no_right(place) for place in case.places if place.limit == 0), None)


def _joint(case: Case, definition: Definition) -> Reason | None:
    joint = case.joint
    if joint is None or len(joint.there) >= joint.needed:
        return None
    there = len(joint.there)
    return Reason(
        code="JNT-01",
        zh=f"“{joint.channel}”须{joint.needed}个单位（人）共同提名，现有{there}个：{'、'.join(joint.there)}",
        en=f'"{joint.channel}": {joint.needed} must nominate jointly, {there} do: {", ".join(joint.there)}',
        facts={"channel": joint.channel, "needed": joint.needed, "there": there},
    )


def _rules(case: Case, definition: Definition) -> tuple[Reason, ...]:
    return case.standing.reasons(definition)


def _closed(case: Case, definition: Definition) -> Reason | None:
    if case.closes and case.at >= case.closes:
        return None
    return Reason(code="DLN-04", zh="征集尚未截止", en="the collection is not closed yet")


def _selected(case: Case, definition: Definition) -> Reason | None:
    if case.selected:
        return None
    return Reason(code="SEL-01", zh="尚未列为拟入榜", en="not selected for the list yet")


def _notice(case: Case, definition: Definition) -> Reason | None:
    if case.objections:
        return notices.unsettled(case.objections)
    if case.held and (case.notice_ends is None or case.at < case.notice_ends):
        return notices.not_ended(case.notice_ends, case.at, zone_of(definition.zone))
    return None


def _publishable(case: Case, definition: Definition) -> Reason | None:
    zone = zone_of(definition.zone)
    if case.publication is None:
        return Reason(
            code="PUB-01",
            zh="发布日期为择机确定，请先选定日期",
            en="the publication date is still to be chosen; choose it first",
        )
    if case.at < case.publication:
        return Reason(
            code="PUB-02",
            zh=f"发布时间为{show(case.publication, zone=zone, edge='start')}，尚未到",
            en=f"publication is set for {show_en(case.publication, zone=zone, edge='start')}",
            facts={"publication": case.publication.isoformat()},
        )
    return None


def _reason(case: Case, definition: Definition) -> Reason | None:
    if case.reason and case.reason.strip():
        return None
    return Reason(code="RSN-01", zh="须说明理由", en="a reason must be given")


def _resumable(case: Case, definition: Definition) -> Reason | None:
    if case.resume is None:
        return Reason(code="RES-01", zh="没有可恢复到的状态", en="there is no state to go back to")
    if case.resume in ("drafted", "returned"):
        return _window(case, definition)
    return None


def _duties(case: Case, definition: Definition) -> tuple[Reason, ...]:
    return held_up(case.owing, zone_of(definition.zone))


GUARDS: Mapping[Guard, Callable[[Case, Definition], Answer]] = {
    Guard.WINDOW: _window,
    Guard.COMPLETE: _complete,
    Guard.QUOTA: _quota,
    Guard.CHANNEL: _channel,
    Guard.JOINT: _joint,
    Guard.RULES: _rules,
    Guard.CLOSED: _closed,
    Guard.SELECTED: _selected,
    Guard.NOTICE: _notice,
    Guard.DUTIES: _duties,
    Guard.PUBLISHABLE: _publishable,
    Guard.REASON: _reason,
    Guard.RESUMABLE: _resumable,
}

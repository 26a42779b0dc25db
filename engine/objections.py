"""Objections in a public notice (公示异议): the secretariat enters them and settles them; until then they hold up.

Who objects gives a real name and a way to be reached, and a reason. Both stay with the office: the history and the
letters tell what was objected, never by whom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, insert, select, update
from sqlmodel import col

from engine import nominations, taking, witness
from engine.access import may_office, not_found, visible
from engine.history import record
from engine.letters import occasional
from engine.noticed import DISMISSED, OPEN, UPHELD, anew, ends, notice_of
from engine.office import Work
from engine.sheets.cleaning import half_width
from engine.sheets.columns import PHONE
from engine.tables import Nomination, Objection, public_id
from engine.texts import LONGEST_REASON, line_of_text, reason_of
from engine.windows import Deadline, compared
from notifications.errors import MailError
from notifications.letter import check_address
from workflows import notices
from workflows.definition import Stage
from workflows.instants import show, zone_of
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Edge
from workflows.workdays import YearUnknown

Then = Literal["eliminate", "disqualify", "return"]
ANONYMOUS = frozenset({"匿名", "佚名", "无名", "无名氏", "不具名", "知情人", "群众", "anonymous", "anon", "n/a", "无"})
THEN: Mapping[Then, Callable[..., Any]] = {
    "eliminate": nominations.eliminate, "disqualify": nominations.disqualify, "return": nominations.return_,
}  # fmt: skip


def object_(work: Work, nomination: str, *, name: str, contact: str, reason: str, organisation: str = "") -> str:
    """Enter an objection to a nomination on notice; returns its id. `contact` is a telephone number or an address.

    Raises Refused: anonymous (OBJ-03), without reason (OBJ-04), too early (OBJ-05), too late (OBJ-06), not on notice
    (OBJ-07).
    """
    may_office(work.actor)
    row = taking.locked(work, nomination)
    stage = _on_notice(work, row)
    who = {"name": _real_name(name), "contact": _reachable(contact),
           "organisation": line_of_text(organisation, what="单位", what_en="organisation", empty=True)}  # fmt: skip
    text = line_of_text(reason, what="异议理由", what_en="reason", empty=True, longest=LONGEST_REASON)
    if not text:
        raise Refused(Reason(code="OBJ-04", zh="提出异议须说明理由，并附必要的证明材料",
                             en="an objection needs a reason, with what proves it"))  # fmt: skip
    key = public_id()
    values = {"campaign_id": work.campaign_id, "public_id": key, "nomination_id": row.id, "stage": stage.key, **who,
              "text": text, "received_at": work.at, "state": OPEN, "settled_by": "", "settlement": ""}  # fmt: skip
    work.connection.execute(insert(Objection), values)
    witness.note(work, Objection, None, values)
    record(work, "nomination", row.id, "object", objection=key, stage=stage.key, reason=text)
    occasional.objected(work, row.id, objection=key, reason=text)
    return key


def settle(
    work: Work, objection: str, *, upheld: bool, reason: str, then: Then | None = None, repeat: bool = False,
    until: datetime | None = None,
) -> datetime | None:  # fmt: skip
    """Uphold or dismiss an objection. `then` is done to the nomination of one that is upheld.

    With `repeat` the nomination's notice runs again for the same length, or `until` a date; that end is returned.
    Raises Refused: settled already (OBJ-08), `then` without upholding or together with `repeat` (OBJ-09), a repeated
    notice where there is none or without a date to end (OBJ-10), no reason (RSN-01), and what refuses `then`.
    """
    may_office(work.actor)
    row, mine = _found(work, objection)
    reason = reason_of(reason)
    _must_fit(mine, reason=reason, upheld=upheld, then=then, repeat=repeat)
    end = _begin_anew(work, row, until) if repeat else None
    state = UPHELD if upheld else DISMISSED
    values = {"state": state, "settled_at": work.at, "settled_by": work.actor.name, "settlement": reason}
    work.connection.execute(update(Objection).where(col(Objection.id) == mine.id).values(values))
    witness.note(work, Objection, mine, values)
    again = {"until": end.isoformat()} if end else {}
    record(work, "nomination", row.id, "settle", objection=objection, upheld=upheld, reason=reason, **again)
    if then:
        THEN[then](work, row.public_id, reason=reason)
    occasional.objection_settled(work, row.id, objection=objection, upheld=upheld, reason=reason, until=end)
    return end


def _on_notice(work: Work, row: Row[Any]) -> Stage:
    """The stage in which the nomination can be objected to now. Raises Refused.

    What has left its notice, or has not come to it, hears first that it is too late or too early.
    """
    here, zone = notice_of(work, row), zone_of(work.definition.zone)
    stages = work.definition.stages_of(work.definition.tracks[row.track].list.key)
    asked = [here] if here else list(stages)
    for stage in (each for each in asked if each.objections):
        opens, closes = work.calendar[stage.window].edge(Edge.OPENS), ends(work, row, stage)
        at = compared(work, Deadline(opens=opens, closes=closes))
        if opens and at < opens:
            raise Refused(notices.too_early(opens, at, zone))
        if closes and at >= closes:
            raise Refused(notices.too_late(closes, at, zone))
        if here:
            return here
    raise Refused(_not_on_notice(work, row))


def _not_on_notice(work: Work, row: Row[Any]) -> Reason:
    state = work.shape.state_by_key[row.state]
    return Reason(code="OBJ-07", zh=f"“{row.title}”当前为“{state.zh}”，不在受理异议的公示期",
                  en=f'"{row.title}" is {state.en}, not on a notice that takes objections')  # fmt: skip


def _real_name(name: str) -> str:
    cleaned = line_of_text(name, what="异议人姓名", what_en="name", empty=True)
    if not cleaned or cleaned.casefold() in ANONYMOUS:
        raise Refused(_anonymous("须写明异议人真实姓名（单位提出的，写单位名称）", "give the real name of who objects"))
    return cleaned


def _reachable(contact: str) -> str:
    """A telephone number or an address. Raises Refused."""
    cleaned = line_of_text(contact, what="联系方式", what_en="contact", empty=True)
    if "@" in cleaned:
        try:
            return str(check_address(cleaned))
        except MailError:
            raise Refused(_anonymous("须写明可用的电话或邮箱", "give a telephone number or an address")) from None
    if not PHONE.fullmatch(half_width(cleaned)):
        raise Refused(_anonymous("须写明可用的电话或邮箱", "give a telephone number or an address"))
    return half_width(cleaned)


def _anonymous(zh: str, en: str) -> Reason:
    return Reason(code="OBJ-03", zh=f"匿名异议不予受理，{zh}", en=f"anonymous objections are not taken: {en}")


def _found(work: Work, objection: str) -> tuple[Row[Any], Row[Any]]:
    """The nomination, held, and the objection to it. Raises NotFound."""
    query = select(Objection).where(col(Objection.campaign_id) == work.campaign_id)
    mine = visible(query, Objection, work.actor, work.definition).where(col(Objection.public_id) == objection)
    found = work.connection.execute(mine).first()
    if found is None:
        raise not_found(objection)
    to = select(col(Nomination.public_id)).where(col(Nomination.id) == found.nomination_id)
    row = taking.locked(work, work.connection.execute(to).scalar_one())
    return row, work.connection.execute(mine.with_for_update()).one()  # as it is now that the nomination is held


def _must_fit(mine: Row[Any], *, reason: str, upheld: bool, then: Then | None, repeat: bool) -> None:
    if mine.state != OPEN:
        raise Refused(Reason(code="OBJ-08", zh="此异议已经处理", en="this objection is settled already"))
    if not reason:
        raise Refused(Reason(code="RSN-01", zh="须说明理由", en="a reason must be given"))
    if then and (repeat or not upheld):
        raise Refused(
            Reason(code="OBJ-09", zh="只有异议成立时才能同时取消、淘汰或退回，且不能同时重新公示",
                   en="only with an upheld objection the nomination is ended or returned, and then its notice "
                      "does not run again")
        )  # fmt: skip


def _begin_anew(work: Work, row: Row[Any], until: datetime | None) -> datetime:
    """Let the nomination's notice run again. Raises Refused."""
    stage = notice_of(work, row)
    if stage is None or (until and until <= work.at):
        raise Refused(_no_notice(work, until))
    try:
        end = until or anew(work, stage)
    except YearUnknown as unknown:
        raise Refused([*unknown.reasons, _no_notice(work, until)]) from unknown
    if end is None:
        raise Refused(_no_notice(work, until))
    held = {"hold_until": end, "changed_at": work.at, "version": row.version + 1}
    work.connection.execute(update(Nomination).where(col(Nomination.id) == row.id).values(held))
    witness.note(work, Nomination, row, held)
    return end


def _no_notice(work: Work, until: datetime | None) -> Reason:
    read = f"（{show(until, zone=zone_of(work.definition.zone), edge='end')}）" if until else ""
    return Reason(code="OBJ-10", zh=f"不能重新公示{read}：项目须在公示阶段，且须能确定将来的截止时间，可直接写明",
                  en="the notice can't run again: the nomination must be on notice, until a date in the future, "
                     "which can be given")  # fmt: skip

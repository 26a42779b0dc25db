"""The verbs of a duty: what is owed is filed and accepted, or arrives and is confirmed, or is sent back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Row, select, update
from sqlmodel import col

from engine import tallies, witness
from engine.access import may_office
from engine.database import insert_into
from engine.dues import Dues, kind_of
from engine.history import record
from engine.letters import occasional
from engine.machine import step
from engine.office import Work
from engine.seen import seen
from engine.tables import Duty, public_id
from engine.texts import line_of_text, reason_of
from engine.unreported import by_track
from engine.windows import track_is_closed
from workflows import receipts
from workflows.amending import owed_by_institutions
from workflows.definition import DutyKind
from workflows.duty import OWING, SHAPE
from workflows.eligibility import Case, reasons_against
from workflows.instants import show, show_en, zone_of
from workflows.reasons import Reason, Refused, refuse
from workflows.receipts import Dated, Receipt
from workflows.vocabulary import Fulfilment, Owner


def create_all(work: Work) -> None:
    """Write what every institution owes for each of its tracks, as far as it is not there yet."""
    rows = [
        {"campaign_id": work.campaign_id, "public_id": public_id(), "institution": institution, "kind": kind,
         "track": track, "state": SHAPE.initial, "document": "", "changed_at": work.at, "version": 1}
        for institution, kind, track in owed_by_institutions(work.definition)
    ]  # fmt: skip
    if rows:
        work.connection.execute(insert_into(work.connection, Duty).on_conflict_do_nothing(), rows)


def file(work: Work, duty: str, *, document: str) -> None:
    """File what is owed; `document` says what was handed in. Results are filed only once all are reported."""
    text = line_of_text(document, what="报送材料", what_en="document")
    _take(work, find(work, duty), "file", store={"document": text, "filed_at": work.at})


def accept(work: Work, duty: str) -> None:
    """Accept what was filed (备案)."""
    row = find(work, duty)
    _take(work, row, "accept")
    occasional.duty_accepted(work, row.id)


def confirm(
    work: Work, duty: str, *, dated: Dated, note: str = "", late: bool = False, reason: str = ""
) -> None:  # fmt: skip
    """Confirm that something arrived: `dated` is its postmark's day or the instant of its arrival, as the duty asks.

    Raises Refused when that is too late, or outside the hours for it, unless the secretariat takes it `late` with a
    `reason`, which the history keeps.
    """
    row, reason = find(work, duty), reason_of(reason)
    refuse(reasons_for(work, row, "confirm"))
    receipt = _receipt(work, row, dated)
    refuse(receipts.wrong(receipt))
    waived = _waived(work, receipts.against(receipt), late=late, reason=reason)
    name, note = receipts.NAMES[receipt.decisive][0], line_of_text(note, what="备注", what_en="note", empty=True)
    text = f"{name}：{receipt.words}" + (f"；{note}" if note else "")
    told = {"dated": receipt.dated.isoformat(), "document": text, **waived}
    _take(work, row, "confirm", store={"document": text, "filed_at": receipt.instant}, details=told)
    occasional.duty_accepted(work, row.id)


def _receipt(work: Work, row: Row[Any], dated: Dated) -> Receipt:
    kind, dues = work.definition.duty_by_key[row.kind], Dues(work=work)
    milestone = dues.announced(kind, row.unit_id, row.track)
    return Receipt(
        decisive=kind.decisive, dated=dated, due=dues.due(kind, row.unit_id, row.track),
        slots=milestone.slots if milestone else (), at=work.at, zone=zone_of(work.definition.zone),
    )  # fmt: skip


def _waived(work: Work, reasons: tuple[Reason, ...], *, late: bool, reason: str) -> dict[str, Any]:
    """What the history says of something taken late; nothing if it came in time."""
    if not reasons:
        return {}
    if not late:
        raise Refused(reasons)
    may_office(work.actor)
    if not reason:
        raise Refused(Reason(code="RSN-01", zh="须说明理由", en="a reason must be given"))
    return {"late": True, "reason": reason}


def send_back(work: Work, duty: str, *, reason: str) -> None:
    """Send a filed duty back; it is owed again."""
    row, reason = find(work, duty), reason_of(reason)
    _take(work, row, "send-back", reason=reason)
    occasional.duty_sent_back(work, row.id, reason=reason)


REPORTED, NOTHING = "系统内报送 / reported here", "没有申报项目 / nothing was nominated"


def settle_results(work: Work, track: str) -> bool:
    """File the results duties of a track for which nothing is left to report. Says whether one was filed now."""
    filed = [_settle(work, row, REPORTED) for row in _results(work, track) if row.state in OWING]
    return any(filed)


def settle_closed(work: Work) -> None:
    """After a closing, file the results of closed tracks for which nothing is left to report.

    What was sent back stays owed.
    """
    for track in filter(partial(track_is_closed, work), work.definition.tracks):
        document = REPORTED if tallies.counted(work, track) else NOTHING
        for row in _results(work, track):
            if row.state in OWING and not row.document:
                _settle(work, row, document)


def owe_results_again(work: Work, tracks: Collection[str], *, reason: str) -> None:
    """After an extension there may be more to judge: results that were settled are owed until the next closing.

    Their documents are of the past, which tells them from those that somebody sent back for what is in them. Who
    reported is told; where nothing was nominated nobody did, and nothing is to be done yet.
    """
    why = f"征集时间已调整，可能有新的申报，没有则不必再报：{reason} / there may be more to judge"
    for track in tracks:
        for row in _results(work, track):
            if row.state not in OWING:
                _take(work, row, "send-back", reason=reason, store={"document": ""})
                if row.document != NOTHING:
                    occasional.duty_sent_back(work, row.id, reason=why)


def _results(work: Work, track: str) -> list[Row[Any]]:
    kinds = [kind.key for kind in work.definition.duties if kind.fulfilment is Fulfilment.RESULTS]
    query = select(Duty).where(
        col(Duty.campaign_id) == work.campaign_id, col(Duty.kind).in_(kinds), col(Duty.track) == track
    )
    return list(work.connection.execute(query.order_by(col(Duty.id)).with_for_update()).all())


def _settle(work: Work, row: Row[Any], document: str) -> bool:
    if reasons_for(work, row, "file"):
        return False
    _take(work, row, "file", store={"document": document, "filed_at": work.at})
    return True


def unreported(work: Work, kind: DutyKind, track: str) -> int:
    """How many nominations of a track still wait for a result of the duty's stage, those before the stage included."""
    return by_track(work, kind.stage)[track] if kind.stage else 0


def find(work: Work, duty: str) -> Row[Any]:
    """The duty with that public id, held until the transaction ends. Raises NotFound."""
    return seen(work, Duty, duty, held=True)


def reasons_for(work: Work, row: Row[Any], verb: str, *, reason: str | None = None) -> tuple[Reason, ...]:
    """Why `verb` may not be done to the duty `row` now."""
    case = Case(state=row.state, at=work.at, reason=reason)
    reasons = reasons_against(verb, case, role=work.actor.role, shape=SHAPE, definition=work.definition)
    return reasons or _unfit(work, row, verb) or _too_soon(work, row, verb)


def _too_soon(work: Work, row: Row[Any], verb: str) -> tuple[Reason, ...]:
    """What the clock, or what is not reported yet, has against it."""
    if verb == "accept":
        return _not_begun(work, row)
    return _results_missing(work, row) if verb == "file" else ()


def _not_begun(work: Work, row: Row[Any]) -> tuple[Reason, ...]:
    """DUT-10: what a unit files, such as what a code is issued for, is accepted from the beginning of its date on."""
    kind = work.definition.duty_by_key[row.kind]
    begins = Dues(work=work).begins(kind, row.unit_id, row.track) if kind.owed_by is Owner.UNIT else None
    if begins is None or work.at >= begins:
        return ()
    zone = zone_of(work.definition.zone)
    (start, now), (start_en, now_en) = ([words(at, zone=zone, edge="start") for at in (begins, work.at)]
                                        for words in (show, show_en))  # fmt: skip
    return (
        Reason(
            code="DUT-10", zh=f"“{kind.name}”自{start}起办理，现为{now}，尚未开始，请届时再办",
            en=f'"{kind.english}" is accepted from {start_en} on; it is {now_en} now: accept it then',
            facts={"begins": begins.isoformat(), "read": work.at.isoformat()},
        ),
    )  # fmt: skip


def fits(kind: DutyKind, verb: str) -> bool:
    """Whether the verb is one for what settles this duty: what arrives is confirmed, everything else is filed."""
    receipt = kind.fulfilment is Fulfilment.RECEIPT
    return verb not in ("file", "accept") if receipt else verb != "confirm"


def _unfit(work: Work, row: Row[Any], verb: str) -> tuple[Reason, ...]:
    if fits(kind_of(work, row.kind), verb):
        return ()
    if verb == "confirm":
        return (Reason(code="DUT-04", zh="此项由责任方在系统内报送，不须确认收到",
                       en="this is filed by whoever owes it, and not confirmed as received"),)  # fmt: skip
    return (Reason(code="DUT-03", zh="此项以实际收到为准，由秘书处确认收到，不须在系统内报送",
                   en="this counts when it arrives, which the secretariat confirms; it isn't filed here"),)  # fmt: skip


def _results_missing(work: Work, row: Row[Any]) -> tuple[Reason, ...]:
    kind = work.definition.duty_by_key[row.kind]
    if kind.fulfilment is not Fulfilment.RESULTS:
        return ()
    left = unreported(work, kind, row.track)
    if not left:
        return () if track_is_closed(work, row.track) else (_still_collecting(),)
    return (
        Reason(code="DUT-01", zh=f"还有{left}项未报送初评结果，报齐后自动完成",
               en=f"{left} results are still missing; the duty is filed when all are reported", facts={"left": left}),
    )  # fmt: skip


def _still_collecting() -> Reason:
    return Reason(code="DUT-02", zh="征集尚未结束，还可能有新的申报，暂不能报送结果",
                  en="the collection is not closed yet: there may be more to judge")  # fmt: skip


def _take(
    work: Work, row: Row[Any], verb: str, *, reason: str | None = None, store: Mapping[str, Any] | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    refuse(reasons_for(work, row, verb, reason=reason))
    target = step(SHAPE, verb, state=row.state)
    values = {**(store or {}), "state": target, "changed_at": work.at, "version": row.version + 1}
    work.connection.execute(update(Duty).where(col(Duty.id) == row.id).values(values))
    witness.note(work, Duty, row, values)
    told = {**(details or {}), **({"reason": reason} if reason else {})}
    record(work, "duty", row.id, verb, source=row.state, target=target, track=row.track, kind=row.kind, **told)

"""Who of the selected is also on a list that is drawn from them: given, taken back, lost with the selection.

A distinction is published with the list it is drawn from; after that it stays.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlmodel import col

from engine import winners, witness
from engine.distinguished import of_list
from engine.history import record
from engine.office import Work
from engine.tables import Distinction
from engine.taking import locked
from engine.texts import reason_of
from workflows import distinction
from workflows.definition import RankingList
from workflows.distinction import DISTINGUISH, UNDISTINGUISH
from workflows.eligibility import Case, no_such_arrow, reasons_against_arrow
from workflows.nomination import Arrow
from workflows.reasons import Reason, Refused
from workflows.winning import Winner, reasons_against_winners

D = Distinction
_ITS = (col(D.nomination_id) == bindparam("nomination"), col(D.list) == bindparam("of"))
_GIVEN = select(D).where(*_ITS)
_TAKE_BACK = delete(D).where(*_ITS).returning(D)


def distinguish(work: Work, nomination: str, *, ranking: str, reason: str) -> RankingList:
    """Put a selected nomination on a list that is drawn from its own. Raises Refused (WIN-…), NotFound."""
    row, drawn, reason = _asked(work, nomination, ranking, DISTINGUISH, reason)
    values = {"nomination_id": row.id, "list": drawn.key, "at": work.at, "reason": reason, "actor": work.actor.name}
    work.connection.execute(insert(D), values)
    witness.note(work, D, None, values)
    record(work, "nomination", row.id, DISTINGUISH.verb, list=drawn.key, reason=reason)
    return drawn


def undistinguish(work: Work, nomination: str, *, ranking: str, reason: str) -> RankingList:
    """Take a distinction back before it is published. Raises Refused (WIN-…), NotFound."""
    row, drawn, reason = _asked(work, nomination, ranking, UNDISTINGUISH, reason)
    gone = work.connection.execute(_TAKE_BACK, {"nomination": row.id, "of": drawn.key}).one()
    witness.note(work, D, gone, None)
    record(work, "nomination", row.id, UNDISTINGUISH.verb, list=drawn.key, reason=reason)
    return drawn


def _asked(
    work: Work, nomination: str, ranking: str, arrow: Arrow, reason: str
) -> tuple[Row[Any], RankingList, str]:  # fmt: skip
    """The nomination, held, and the drawn list that is meant, if the verb may be taken."""
    winners.hold(work)
    row, reason = locked(work, nomination), reason_of(reason)
    drawn = distinction.drawn_list(work.definition, ranking)
    if isinstance(drawn, Reason):
        raise Refused(drawn)
    if reasons := reasons_for(work, row, drawn, arrow, reason=reason):
        raise Refused(reasons)
    return row, drawn, reason


def reasons_for(work: Work, row: Row[Any], drawn: RankingList, arrow: Arrow, *, reason: str) -> tuple[Reason, ...]:
    """Why one of the two verbs may not be taken now; empty means yes. The verbs and `explain` ask here."""
    case = Case(state=row.state, at=work.at, selected=row.selected, reason=reason)
    if reasons := reasons_against_arrow(arrow, case, role=work.actor.role, definition=work.definition):
        return reasons
    if row.state not in work.shape.sources("publish"):
        return (no_such_arrow(arrow.verb, row.state, work.shape, work.actor.role),)
    base = work.definition.list_by_key[drawn.drawn_from or ""]
    if work.definition.tracks[row.track].list != base:
        return (distinction.not_of_base(drawn, base, row.title),)
    return _reasons_of_list(work, row, drawn, arrow)


def _reasons_of_list(work: Work, row: Row[Any], drawn: RankingList, arrow: Arrow) -> tuple[Reason, ...]:
    given = _given(work, row, drawn)
    if arrow is UNDISTINGUISH:
        return () if given else (distinction.not_yet(drawn, row.title),)
    if given:
        return (distinction.already(drawn, row.title),)
    return reasons_against_winners(drawn, [Winner(attributes={})] * (len(of_list(work, drawn.key)) + 1))


def _given(work: Work, row: Row[Any], drawn: RankingList) -> bool:
    return work.connection.execute(_GIVEN, {"nomination": row.id, "of": drawn.key}).first() is not None

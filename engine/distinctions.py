"""Who of the selected is also on a list that is drawn from them: given, taken back, lost with the selection.

A distinction is published with the list it is drawn from; after that it stays.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select
from sqlmodel import col

from engine import winners
from engine.distinguished import of_list
from engine.history import record
from engine.nominations import locked
from engine.office import Work
from engine.tables import Distinction
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
_TAKE_BACK = delete(D).where(*_ITS)


def distinguish(work: Work, nomination: str, *, ranking: str, reason: str) -> RankingList:
    """Put a selected nomination on a list that is drawn from its own. Raises Refused (WIN-…), NotFound."""
    winners.hold(work)
    row, reason = locked(work, nomination), reason_of(reason)
    drawn = _allowed(work, row, ranking, DISTINGUISH, reason)
    if _given(work, row, drawn):
        raise Refused(distinction.already(drawn, row.title))
    there = len(of_list(work, drawn.key)) + 1
    if reasons := reasons_against_winners(drawn, [Winner(attributes={})] * there):
        raise Refused(reasons)
    values = {"nomination_id": row.id, "list": drawn.key, "at": work.at, "reason": reason, "actor": work.actor.name}
    work.connection.execute(insert(D), values)
    record(work, "nomination", row.id, DISTINGUISH.verb, list=drawn.key, reason=reason)
    return drawn


def undistinguish(work: Work, nomination: str, *, ranking: str, reason: str) -> RankingList:
    """Take a distinction back before it is published. Raises Refused (WIN-…), NotFound."""
    winners.hold(work)
    row, reason = locked(work, nomination), reason_of(reason)
    drawn = _allowed(work, row, ranking, UNDISTINGUISH, reason)
    if not _given(work, row, drawn):
        raise Refused(distinction.not_yet(drawn, row.title))
    work.connection.execute(_TAKE_BACK, {"nomination": row.id, "of": drawn.key})
    record(work, "nomination", row.id, UNDISTINGUISH.verb, list=drawn.key, reason=reason)
    return drawn


def _allowed(work: Work, row: Row[Any], ranking: str, arrow: Arrow, reason: str) -> RankingList:
    """The drawn list that is meant, if the nomination may be on it. The role comes first, before anything is told."""
    case = Case(state=row.state, at=work.at, selected=row.selected, reason=reason)
    reasons = reasons_against_arrow(arrow, case, role=work.actor.role, definition=work.definition)
    if not reasons and row.state not in work.shape.sources("publish"):
        reasons = (no_such_arrow(arrow.verb, row.state, work.shape, work.actor.role),)
    drawn = distinction.drawn_list(work.definition, ranking)
    if isinstance(drawn, Reason):
        raise Refused(reasons or drawn)
    base = work.definition.list_by_key[drawn.drawn_from or ""]
    if not reasons and work.definition.tracks[row.track].list != base:
        reasons = (distinction.not_of_base(drawn, base, row.title),)
    if reasons:
        raise Refused(reasons)
    return drawn


def _given(work: Work, row: Row[Any], drawn: RankingList) -> bool:
    return work.connection.execute(_GIVEN, {"nomination": row.id, "of": drawn.key}).first() is not None

"""What a nomination has to wait for: duties of its unit, or its own, that hold something up until they are settled."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from engine import dues
from engine.office import Work
from engine.tables import Duty, Nomination
from workflows.definition import DutyKind, Institution
from workflows.duty import UNSETTLED
from workflows.unsettled import Unsettled
from workflows.vocabulary import Gate

_OPENS: Mapping[str, Gate] = {"draft": Gate.DRAFT, "submit": Gate.SUBMIT}


def unsettled(work: Work, verb: str, unit_id: int, nomination_id: int | None = None) -> tuple[Unsettled, ...]:
    """What holds `verb` up for this nomination of the unit, in the order of the file; `verb` has `Guard.DUTIES`."""
    gate = _OPENS.get(verb, Gate.REVIEW)
    kinds = {kind.key: kind for kind in dues.of_units(work) if kind.gate is gate}
    if not kinds:
        return ()
    mine = (col(Duty.unit_id) == unit_id) & col(Duty.nomination_id).is_(None)
    query = select(col(Duty.kind), col(Duty.state), col(Duty.track)).where(
        col(Duty.campaign_id) == work.campaign_id, col(Duty.kind).in_(kinds), col(Duty.state).in_(UNSETTLED),
        mine if nomination_id is None else or_(mine, col(Duty.nomination_id) == nomination_id),
    )  # fmt: skip
    order, known = list(kinds), dues.Dues(work=work)
    rows = sorted(work.connection.execute(query), key=lambda row: order.index(row.kind))
    return tuple(
        Unsettled(kind=kinds[row.kind], state=row.state, due=known.due(kinds[row.kind], unit_id, row.track),
                  confirmer=confirmer(work, kinds[row.kind], row.track))
        for row in rows
    )  # fmt: skip


def free(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Of `Nomination`: those that nothing holds up from passing their first stage; the same as the guard asks."""
    kinds = [kind.key for kind in dues.of_units(work) if kind.gate is Gate.REVIEW]
    of_unit = (col(Duty.unit_id) == col(Nomination.unit_id)) & col(Duty.nomination_id).is_(None)
    owed = select(col(Duty.id)).where(
        col(Duty.campaign_id) == work.campaign_id, col(Duty.kind).in_(kinds), col(Duty.state).in_(UNSETTLED),
        or_(of_unit, col(Duty.nomination_id) == col(Nomination.id)),
    )  # fmt: skip
    return (~owed.exists(),) if kinds else ()


def confirmer(work: Work, kind: DutyKind, track: str | None) -> Institution | None:
    """The institution of the duty's stage, which may confirm what arrives for its tracks."""
    return next(
        (each for each in work.definition.institutions if each.stage == kind.stage and track in each.tracks), None
    )

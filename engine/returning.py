"""Returning a nomination for correction (退回补正): who may in a stage of review, and until when it lasts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.office import Work
from engine.windows import deadline
from workflows.definition import Length, Stage
from workflows.instants import zone_of
from workflows.lengths import end_after
from workflows.reasons import Reason, Refused
from workflows.workdays import YearUnknown


def limit(work: Work, row: Row[Any], correct_by: datetime | None) -> datetime | None:
    """Until when the nomination may be corrected: the date given, else its stage's rule, else while it is collected.

    Raises Refused (RET-01, RET-02, CAL-01).
    """
    stage = work.definition.stage_by_key.get(row.state)
    if stage:
        _must_judge(work, stage)
    if correct_by is None and stage and stage.correction:
        return _by_rule(work, stage.correction)
    closes = deadline(work, unit_id=row.unit_id, track=row.track).closes
    if (closes and work.at >= closes and not correct_by) or (correct_by and correct_by <= work.at):
        raise Refused(
            Reason(code="RET-01", zh="征集已截止，退回修改须给出将来的补正期限",
                   en="the collection is closed: a return needs a date in the future to correct by")
        )  # fmt: skip
    return correct_by


def _must_judge(work: Work, stage: Stage) -> None:
    """An institution returns only in the stage that it judges; which tracks it sees, the scoped door says."""
    institution = work.definition.institution_by_key.get(work.actor.institution or "")
    if institution and institution.stage != stage.key:
        raise Refused(
            Reason(code="RET-02", zh=f"“{stage.name}”不由{institution.name}评审，不能退回",
                   en=f'"{stage.english}" is not judged by {institution.english}; it can\'t return anything there')
        )  # fmt: skip


def _by_rule(work: Work, correction: Length) -> datetime:
    try:
        return end_after(work.at, correction, zone=zone_of(work.definition.zone), workdays=work.workdays)
    except YearUnknown as unknown:
        first = unknown.reasons[0]
        raise Refused(
            Reason(code=first.code, zh=f"{first.zh}，无法按工作日推算补正期限，请写明补正期限",
                   en=f"{first.en}: working days can't be counted; give the date to correct by", facts=first.facts)
        ) from unknown  # fmt: skip

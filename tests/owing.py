"""The small campaign with units that owe something: a code before submitting, a letter by post, an original by hand."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from engine.office import Work
from engine.tables import Duty, Nomination, Unit
from tests.builders import House
from tests.small import FILE

DUTIES = """
[milestones.post]
name = "寄送推荐函"
closes = "2025-03-18"
[milestones.hand-in]
name = "送达原件"
closes = "2025-03-19 12:00"

[duties.code]
name = "推荐编码申领"
english = "recommendation code"
owed_by = "unit"
fulfilment = "filing"
gate = "submit"
for = { channels = ["cities"] }
[duties.letter]
name = "推荐函和汇总表"
english = "letter and summary"
owed_by = "unit"
fulfilment = "receipt"
due = "post"
decisive = "postmark"
gate = "review"
for = { channels = ["societies"] }
[duties.original]
name = "申报书原件"
english = "original"
owed_by = "unit"
each = "nomination"
stage = "review"
fulfilment = "receipt"
due = "hand-in"
gate = "review"
[duties.statement]
name = "公示情况"
english = "public notice"
owed_by = "unit"
each = "nomination"
fulfilment = "filing"

[reminders.post-due]
milestone = "post"
edge = "closes"
offsets = ["2天前"]
audience = "units-owing"
letter = "duties-due"
useful = "3天"
[reminders.post-overdue]
milestone = "post"
edge = "closes"
offsets = ["1天后"]
audience = "secretariat-if-owed"
letter = "duties-escalation"
useful = "3天"
[reminders.applicants]
milestone = "collection"
edge = "closes"
offsets = ["2天前"]
audience = "applicants"
letter = "applicant-drafts"
useful = "3天"
"""
TEXT = FILE.read_text(encoding="utf-8") + DUTIES


def owed_by(house: House, unit: str, *kinds: str) -> dict[tuple[str, str], str]:
    """The state of what a unit owes, by duty and title (empty for its own)."""
    with house.read() as work:
        query = (
            select(col(Duty.kind), col(Nomination.title), col(Duty.state))
            .join(Unit, col(Unit.id) == col(Duty.unit_id))
            .outerjoin(Nomination, col(Nomination.id) == col(Duty.nomination_id))
            .where(col(Unit.name) == unit)
            .order_by(col(Duty.id))
        )
        rows = work.connection.execute(query).all()
        return {(row[0], row[1] or ""): row[2] for row in rows if not kinds or row[0] in kinds}


def duty_of(work: Work, unit: str, kind: str, title: str | None = None) -> str:
    """The public id of one duty of a unit."""
    query = (
        select(col(Duty.public_id))
        .join(Unit, col(Unit.id) == col(Duty.unit_id))
        .outerjoin(Nomination, col(Nomination.id) == col(Duty.nomination_id))
        .where(col(Unit.name) == unit, col(Duty.kind) == kind, col(Nomination.title).is_not_distinct_from(title))
    )
    return str(work.connection.execute(query).scalar_one())

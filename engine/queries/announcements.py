"""Every announcement of every milestone: who said which dates when and why, and how many were told them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlmodel import col

from engine.access import visible
from engine.letters.corrections import TEMPLATE
from engine.office import Work
from engine.queries.attention import UNSENT
from engine.tables import Call, MilestoneRevision
from notifications.tables import LETTER, Letter

R = MilestoneRevision


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """One of them; `number` counts from 1, which is the notice."""

    number: int
    at: datetime
    actor: str
    reason: str
    opens: datetime | None
    closes: datetime | None
    chosen: datetime | None
    suspended: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How many were told: `letters` that left, `calls` that were made, and how many of both corrected an older date.

    `waiting` are letters that are still to leave.
    """

    letters: int = 0
    calls: int = 0
    corrected: int = 0
    waiting: int = 0


def announcements(work: Work) -> dict[str, tuple[Announcement, ...]]:
    """By the milestone's key, oldest first; a class that never had a date of its own has none."""
    query = select(R).where(col(R.campaign_id) == work.campaign_id).order_by(col(R.milestone), col(R.revision))
    found: dict[str, tuple[Announcement, ...]] = {}
    for row in work.connection.execute(visible(query, R, work.actor, work.definition)):
        found[row.milestone] = (*found.get(row.milestone, ()), _announcement(row))
    return found


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(number=row.revision, at=row.made_at, actor=row.actor, reason=row.reason, opens=row.opens,
                        closes=row.closes, chosen=row.chosen, suspended=row.suspended)  # fmt: skip


def told(work: Work, milestone: str) -> dict[int, Told]:
    """Who was told each announcement of one milestone, by its number."""
    mine = LETTER.c.campaign_id == work.campaign_id, LETTER.c.milestone == milestone
    sent = *mine, LETTER.c.state == "sent"
    letters = _by_revision(work, Letter, LETTER.c.revision, sent)
    corrections = _by_revision(work, Letter, LETTER.c.revision, (*sent, LETTER.c.template == TEMPLATE))
    waiting = _by_revision(work, Letter, LETTER.c.revision, (*mine, LETTER.c.state.in_(UNSENT)))
    called = (col(Call.campaign_id) == work.campaign_id, col(Call.milestone) == milestone,
              col(Call.settled_at).is_not(None))  # fmt: skip
    calls = _by_revision(work, Call, col(Call.revision), called)
    corrections += _by_revision(work, Call, col(Call.revision), (*called, col(Call.template) == TEMPLATE))
    return {
        number: Told(
            letters=letters[number], calls=calls[number], corrected=corrections[number], waiting=waiting[number]
        )
        for number in {*letters, *calls, *waiting}
    }


def _by_revision(work: Work, table: type, revision: Any, where: tuple[ColumnElement[bool], ...]) -> Counter[int]:
    query: Select[*tuple[Any, ...]] = select(revision, func.count()).where(*where, revision.is_not(None))
    rows = work.connection.execute(visible(query.group_by(revision), table, work.actor, work.definition))
    return Counter({int(number): int(n) for number, n in rows})

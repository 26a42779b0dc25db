"""Deletes what was only needed for a while. Derived at each turn from what stands there; nothing is scheduled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import col

from engine.accounts import links, patience
from engine.accounts.tables import DeskSession, SignInFailure, SignInLink, SignInPlace
from engine.exports import kept
from engine.office import Work
from engine.personal.terms import Terms
from engine.tables import Request
from notifications.tables import LETTER, LETTER_BYTES
from workflows.timeline import marks

AT_ONCE = 2_000  # letters a turn, so that nobody waits for it
DONE = ("sent", "failed", "expired", "cancelled")


def expire(work: Work, terms: Terms) -> None:
    """Delete what is past its term."""
    old = col(Request.at) < work.at - terms.answers
    work.connection.execute(delete(Request).where(col(Request.campaign_id) == work.campaign_id, old))
    for outlived in (
        delete(SignInPlace).where(col(SignInPlace.at) < work.at - terms.places),
        delete(SignInLink).where(col(SignInLink.ends_at) < work.at - links.KEPT),
        delete(SignInFailure).where(col(SignInFailure.last_at) < work.at - patience.FORGOTTEN),
        delete(DeskSession).where(col(DeskSession.ends_at) <= work.at),
    ):
        work.connection.execute(outlived)
    kept.expire(work)
    end = ended(work)
    if end is not None and end + terms.letters <= work.at:
        mine = select(LETTER.c.id).where(LETTER.c.campaign_id == work.campaign_id, LETTER.c.state.in_(DONE))
        few = select(LETTER_BYTES.c.letter_id).where(LETTER_BYTES.c.letter_id.in_(mine)).limit(AT_ONCE)
        work.connection.execute(delete(LETTER_BYTES).where(LETTER_BYTES.c.letter_id.in_(few)))


def ended(work: Work) -> datetime | None:
    """When the last date of the calendar was; None as long as one is to come, or is suspended."""
    last = max((mark.at for mark in marks(work.calendar)), default=None)
    suspended = any(each.suspended for each in work.calendar.values())
    return last if last is not None and last <= work.at and not suspended else None

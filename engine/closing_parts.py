"""What each chunk of a closing moved, until the history tells it: it may end in another process than it began in.

A chunk notes its number in its own transaction. Whoever finishes takes away what is noted, whoever noted it, and tells
the sum: what two of them take at the same time are different rows.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import ColumnElement, delete, insert, select
from sqlmodel import Field, SQLModel, col

from engine.office import Work
from workflows.timeline import InForce


class ClosingPart(SQLModel, table=True):
    """One chunk of the closing at an end of the collection: how many nominations a verb moved."""

    __tablename__ = "closing_part"
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    milestone: str
    revision: int
    verb: str
    n: int


P = ClosingPart


def note(work: Work, closing: InForce, verb: str, number: int) -> None:
    """So many were moved by this transaction."""
    if number:
        values = {"campaign_id": work.campaign_id, "milestone": closing.milestone, "revision": closing.closes_revision,
                  "verb": verb, "n": number}  # fmt: skip
        work.connection.execute(insert(P), values)


def take(work: Work, closing: InForce) -> Counter[str]:
    """How many each verb moved that nobody has told yet; told by this transaction."""
    moved = Counter[str]()
    for verb, number in work.connection.execute(delete(P).where(*_of(work, closing)).returning(col(P.verb), col(P.n))):
        moved[verb] += number
    return moved


def untold(work: Work, closing: InForce) -> bool:
    """Whether something was moved that the history does not tell yet."""
    return work.connection.execute(select(col(P.id)).where(*_of(work, closing)).limit(1)).first() is not None


def _of(work: Work, closing: InForce) -> tuple[ColumnElement[bool], ...]:
    return (
        col(P.campaign_id) == work.campaign_id,
        col(P.milestone) == closing.milestone,
        col(P.revision) == closing.closes_revision,
    )

"""What happened is told as it happened; until when something can still be done, as it is when the letter leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import select
from sqlmodel import col

from engine.letters.letterhead import when
from engine.office import Work
from engine.tables import Nomination
from engine.windows import deadline, has_classes
from workflows.vocabulary import Edge

DATES = {"receipt": "deadline", "returned": "correct_by"}  # under which name a verb's letters tell the end
N = Nomination


class Asked(Protocol):
    """What is looked at of a letter."""

    @property
    def id(self) -> int: ...
    @property
    def occasion(self) -> str: ...
    @property
    def contact_ref(self) -> str: ...
    @property
    def milestone(self) -> str | None: ...
    @property
    def revision(self) -> int | None: ...
    @property
    def context(self) -> Mapping[str, Any]: ...


def with_date_in_force(work: Work, letter: Asked) -> Mapping[str, Any]:
    """What a verb's letter says, with the end that holds now for the nomination that it is about."""
    name = DATES.get(letter.occasion.partition("/")[0])
    if name is None or letter.milestone is None or _as_it_was(work, letter.milestone, letter.revision):
        return letter.context
    lines = letter.context.get("submitted") or [letter.context["nomination"]]  # several share their deadline
    query = select(col(N.unit_id), col(N.track), col(N.correct_by)).where(
        col(N.campaign_id) == work.campaign_id, col(N.public_id) == lines[0]["id"]
    )
    row = work.connection.execute(query).one()
    found = deadline(work, unit_id=row.unit_id, track=row.track, correct_by=row.correct_by)
    return {**letter.context, name: when(work, found.closes, Edge.CLOSES)}


def _as_it_was(work: Work, milestone: str, revision: int | None) -> bool:
    """Whether that announcement is in force, and nobody can have a date of their own."""
    standing = work.calendar.get(milestone)
    return standing is not None and standing.closes_revision == revision and not has_classes(work)

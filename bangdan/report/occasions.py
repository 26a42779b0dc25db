"""What the calendar caused: reminders that went out, and those that time or a later one overtook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from bangdan.language import Words
from bangdan.report.words import letter_name, offset_words
from engine.access import visible
from engine.office import Work
from engine.tables import Done
from workflows.targets import parts_of
from workflows.vocabulary import Audience


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminded:
    """One occasion. `milestone` is the one it belongs to; `offset` is empty for a daily letter."""

    at: datetime
    chain: str
    milestone: str
    template: str
    name: Words
    offset: Words
    audience: Audience
    letters: int
    calls: int
    passed: bool

    @property
    def daily(self) -> bool:
        return not self.offset.zh

    @property
    def reached(self) -> int:
        return self.letters + self.calls


def reminded(work: Work) -> tuple[Reminded, ...]:
    """Every occasion that was acted on or passed over, in order of time."""
    query = select(Done).where(col(Done.campaign_id) == work.campaign_id).order_by(col(Done.at), col(Done.occasion))
    rows = work.connection.execute(visible(query, Done, work.actor, work.definition))
    return tuple(found for row in rows if (found := _reminded(work, row)))


def _reminded(work: Work, row: Row[Any]) -> Reminded | None:
    """None for what the engine notes for itself only."""
    chain, own, rest = parts_of(row.occasion)
    for reminder in work.definition.reminders:
        offset = next((one for one in reminder.offsets if one.text == rest), None)
        if reminder.key == chain and offset:
            return _made(
                row,
                chain,
                f"{reminder.milestone}/{own}" if own else reminder.milestone,
                letter=reminder.letter,
                offset=offset_words(offset),
                audience=reminder.audience,
            )
    for daily in work.definition.dailies:
        if daily.key == chain:
            return _made(row, chain, daily.until, letter=daily.letter, offset=Words("", ""), audience=daily.audience)
    return None


def _made(row: Row[Any], chain: str, milestone: str, *, letter: str, offset: Words, audience: Audience) -> Reminded:
    return Reminded(
        at=row.at, chain=chain, milestone=milestone, template=letter, name=letter_name(letter), offset=offset,
        audience=audience, letters=row.letters, calls=row.calls, passed=row.outcome == "passed",
    )  # fmt: skip

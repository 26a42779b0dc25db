"""A nomination under review as its unit may have it explained: that somebody judges it, and nothing of the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from engine.office import Work
from engine.queries import told
from engine.queries.explanation import OFFICE, Explanation, Must, Possible, Words, state_words
from workflows.nomination import Guard, Role

JUDGED = Words(zh="评审，结果由秘书处通知", en="review; the secretariat tells the result")


def as_told(work: Work, row: Row[Any], found: Explanation) -> Explanation:
    """`found`, without what the actor is not to know yet."""
    shown = told.states_shown(work, [row])[row.id]
    if shown is not told.UNDER_REVIEW:
        return found
    return replace(
        found,
        state=Words(zh=shown.zh, en=shown.en),
        must=(Must(who=OFFICE, what=JUDGED),),
        verbs=tuple(_verbs(work, row)),
        history=tuple(line for line in found.history if line.verb not in told.RESULTS),
    )


def _verbs(work: Work, row: Row[Any]) -> Iterator[Possible]:
    """What its unit might do whatever the result is: the same whether it goes on or is out."""
    shape = work.shape_of(row.track)
    for arrow in shape.arrows_from(shape.stages[0]):
        if Role.UNIT in arrow.roles and arrow.target is not None:
            yield Possible(
                verb=arrow.verb, words=Words(zh=arrow.zh, en=arrow.en), roles=arrow.roles,
                target=state_words(shape, arrow.target), needs_reason=Guard.REASON in arrow.guards, reasons=(),
            )  # fmt: skip

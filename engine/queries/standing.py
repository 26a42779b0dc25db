"""Where a nomination stands in the chain of its list: what it has passed, where it is, what would come next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engine.office import Work
from engine.queries import details
from engine.queries.explanation import Words, state_words
from engine.queries.story import Happened
from workflows.nomination import Shape

Status = Literal["done", "now", "ahead", "out"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One state of the chain; `out` is an end that lies beside it. `at` is when it was reached."""

    key: str
    words: Words
    status: Status
    at: datetime | None


def chain(work: Work, public_id: str, history: Iterable[Happened]) -> tuple[Step, ...]:
    """The steps of a nomination, in their order; one that is back for correction or has ended stands in place of the
    step it left, or behind it. Raises NotFound.
    """
    row = details.nomination_row(work, public_id)
    shape, reached = work.shape_of(row.track), {line.target: line.at for line in history if line.target}
    keys = [state.key for state in shape.states if not state.final and state.key not in beside(shape)]
    ended = shape.state_by_key[row.state].final
    stands = _place(row.resume_state if ended else row.state, row.returned_from, keys)
    passed, ahead = keys[: stands + 1] if ended else keys[:stands], keys[stands + 1 :]
    placed: list[tuple[str, Status]] = [
        *((key, "done") for key in passed), (row.state, "out" if ended else "now"), *((key, "ahead") for key in ahead)
    ]  # fmt: skip
    return tuple(
        Step(key=key, words=state_words(work.shape, key), status=status,
             at=None if status == "ahead" else reached.get(key))
        for key, status in placed
    )  # fmt: skip


def beside(shape: Shape) -> tuple[str, ...]:
    """The states in which a nomination is back for a while, and from which it returns into the chain."""
    return tuple({arrow.target for arrow in shape.arrows if arrow.verb == "return" and arrow.target})


def _place(state: str | None, returned_from: str | None, keys: list[str]) -> int:
    for key in (state, returned_from, "submitted"):
        if key in keys:
            return keys.index(key)
    return 0

"""What would happen: a change that is made, looked at, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.office import Work

T = TypeVar("T")


def tried(work: Work, do: Callable[[], T]) -> T:
    """What `do` would do: it is done and taken back. Nothing else should be done in that transaction."""
    with work.part() as part:
        result = do()
        part.rollback()
    return result

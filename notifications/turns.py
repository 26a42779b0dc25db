"""Whose turn it is: somebody who waits for a letter before all others, and nobody behind the whole of another's crowd.

A letter's turn is fixed when it is put into the outbox. Letters that are put there together are told off in lots, each
a turn later than the one before; so a hundred thousand of one campaign let a hundred of another pass after their first
lot, and two crowds go by turns. Within a turn the oldest leaves first.
"""

from __future__ import annotations

AT_ONCE = 0  # the turn of a letter that somebody sits and waits for
LOT = 500  # letters


def turn(position: int, *, waited_for: bool) -> int:
    """The turn of the letter at that `position`, from 0, among those that are put into the outbox together."""
    return AT_ONCE if waited_for else AT_ONCE + 1 + position // LOT

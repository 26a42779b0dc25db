"""The life of a letter, as one literal.

A letter is `ready` until a worker has `claimed` it. `dot` is committed before the final dot of the message goes out:
from there on it may have been delivered. What is known not to be delivered goes back to `ready`; what is unknown is
repeated once with the same bytes, and the second time `parked` for a person. So: at least once, at most twice, or
shown as unknown.

One arrow is not in the list because it comes from everywhere: a worker that was believed dead and brings the server's
250 after all makes the letter `sent`, whatever was done with it meanwhile. A delivery is a fact.
"""

from __future__ import annotations

from typing import Literal, get_args

LetterState = Literal["ready", "claimed", "dot", "sent", "failed", "parked", "expired", "cancelled"]

STATES: tuple[LetterState, ...] = get_args(LetterState)

ARROWS: tuple[tuple[LetterState, LetterState, str], ...] = (
    ("ready", "claimed", "a worker takes it"),
    ("ready", "expired", "its last useful instant has passed"),
    ("ready", "cancelled", "no longer true, or a person drops what came due in a muted house"),
    (
        "ready",
        "parked",
        "no longer true or useful, and an earlier attempt's outcome was never known; or due while muted",
    ),
    (
        "claimed",
        "ready",
        "known not delivered, the worker's lease ran out before the dot, or what it tells has changed",
    ),
    ("claimed", "failed", "refused for good before the dot, or it can't be written"),
    ("claimed", "cancelled", "no longer true, and the dot was not reached"),
    ("claimed", "parked", "the same, and an earlier attempt's outcome was never known"),
    ("claimed", "dot", "everything but the final dot is done"),
    ("dot", "sent", "the server answered 250"),
    ("dot", "ready", "known not delivered, or unknown for the first time"),
    ("dot", "failed", "the server refused the content for good"),
    ("dot", "parked", "unknown for the second time, or unknown and no longer true"),
    ("dot", "cancelled", "known not delivered, and no longer true meanwhile"),
    ("parked", "sent", "a person says it arrived"),
    ("parked", "ready", "a person says send again"),
    ("parked", "cancelled", "a person says leave it"),
    ("failed", "ready", "a person says try again"),
    ("failed", "parked", "no longer true, and an earlier attempt's outcome was never known"),
)

MAY_BE_WITH_THE_READER: tuple[LetterState, ...] = ("sent", "dot", "parked")
"""States in which the reader has, or may have, the letter. So may any state with an unknown attempt behind it."""

MOST_UNKNOWNS = 2
"""Attempts of unknown outcome after which nothing is repeated without a person."""

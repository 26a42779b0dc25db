"""How long to wait before trying again. Pure; days and not minutes, as RFC 5321 4.5.4.1 asks."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAITS_MINUTES = (5, 15, 30, 60, 120)
LATER_WAIT = timedelta(hours=4)
MOST_ATTEMPTS = 34  # five days of them, for a letter that has no last useful instant of its own
REPEAT_UNKNOWN_AFTER = timedelta(minutes=5)
DOOR_WAITS_MINUTES = (1, 2, 5, 10, 15, 30)


def wait_before(attempt: int) -> timedelta:
    """How long after attempt number `attempt` (the first is 1) the next one is due."""
    if attempt <= len(FIRST_WAITS_MINUTES):
        return timedelta(minutes=FIRST_WAITS_MINUTES[attempt - 1])
    return LATER_WAIT


def next_attempt(*, attempt: int, at: datetime, useful_until: datetime | None) -> datetime | None:
    """When a letter that is known not to be delivered is due again, None to give it up.

    One that has a last useful instant is tried until then, and comes up at that instant to expire.
    """
    due = at + wait_before(attempt)
    if useful_until is not None:
        return min(due, useful_until)
    return due if attempt < MOST_ATTEMPTS else None


def pause_after_stop(stops_in_a_row: int) -> timedelta:
    """How long to leave a door alone that has stopped so many rounds in a row (1 and up)."""
    return timedelta(minutes=DOOR_WAITS_MINUTES[min(stops_in_a_row, len(DOOR_WAITS_MINUTES)) - 1])

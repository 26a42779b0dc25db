from __future__ import annotations

from datetime import timedelta
from itertools import accumulate

from notifications.patience import MOST_ATTEMPTS, next_attempt, pause_after_stop, wait_before
from tests.notifications.samples import DEADLINE, NOON


def test_retries_come_soon_at_first_and_then_every_four_hours() -> None:
    assert [wait_before(attempt) / timedelta(minutes=1) for attempt in range(1, 8)] == [5, 15, 30, 60, 120, 240, 240]


def test_a_letter_without_an_end_is_tried_for_five_days() -> None:
    *_, last = accumulate((wait_before(attempt) for attempt in range(1, MOST_ATTEMPTS)), initial=timedelta(0))
    assert timedelta(days=4, hours=19) < last < timedelta(days=5)


def test_after_that_it_is_given_up() -> None:
    due = [next_attempt(attempt=attempt, at=NOON, useful_until=None) for attempt in (MOST_ATTEMPTS - 1, MOST_ATTEMPTS)]
    assert due == [NOON + timedelta(hours=4), None]


def test_a_letter_with_an_end_is_tried_until_then_however_often() -> None:
    assert next_attempt(attempt=1000, at=NOON, useful_until=DEADLINE) == NOON + timedelta(hours=4)


def test_its_last_attempt_is_due_no_later_than_its_end() -> None:
    at = DEADLINE - timedelta(minutes=1)
    assert next_attempt(attempt=1, at=at, useful_until=DEADLINE) == DEADLINE


def test_a_door_that_stays_shut_is_tried_ever_less_often() -> None:
    assert [pause_after_stop(stops) / timedelta(minutes=1) for stops in (1, 2, 3, 6, 60)] == [1, 2, 5, 30, 30]

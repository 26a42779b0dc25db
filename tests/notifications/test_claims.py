from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from notifications.claims import STOPPED_AT_DOT, Frozen, Outcome, claim, freeze, mark_dot, settle
from notifications.outbox import cancel, put, take_back
from notifications.states import ARROWS, STATES
from notifications.tables import LETTER
from tests.notifications.conftest import Transaction
from tests.notifications.samples import DEADLINE, LEASE, NOON, REPEAT, letter, outcome, row, states, take

LEASE_OVER = NOON + LEASE


def _dot(conn: Connection, number: int, token: str) -> bool:
    return mark_dot(conn, token=token, ids=[number], lease_until=NOON + LEASE) == {number}


def test_the_oldest_due_letters_are_claimed_first(transaction: Transaction) -> None:
    due = [NOON - timedelta(minutes=minutes) for minutes in (1, 3, 2)]
    with transaction() as conn:
        put(conn, [letter(number, not_before=instant) for number, instant in enumerate(due)])
        assert [one.contact_ref for one in take(conn, limit=2)] == ["contact-1", "contact-2"]


def test_a_claimed_letter_carries_what_was_put(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1, subject_ref="nomination-7")])
        [held] = take(conn)
    assert (held.key, held.template, dict(held.context), held.to, held.subject_ref, held.useful_until) == (
        "closing/1/1",
        "reminder",
        {"days": 3},
        letter(1).to,
        "nomination-7",
        DEADLINE,
    )


def test_what_is_claimed_is_nobody_elses(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1), letter(2)])
        mine, yours = take(conn, worker="a", limit=1), take(conn, worker="b")
    assert [one.contact_ref for one in mine + yours] == ["contact-1", "contact-2"]


def test_the_second_attempt_has_the_bytes_of_the_first(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [first] = take(conn)
        settle(conn, [outcome(first, "known_not_delivered")], at=NOON)
        [second] = take(conn, at=NOON + timedelta(hours=1))
    assert first.frozen is None
    assert second.frozen is not None
    assert (second.frozen.raw, second.frozen.date, second.attempts) == (b"raw", NOON, 1)


def test_a_letter_expires_at_its_last_useful_instant_and_not_before(transaction: Transaction) -> None:
    just_before = DEADLINE - timedelta(microseconds=1)
    with transaction() as conn:
        put(conn, [letter(1)])
        [held] = take(conn, at=just_before)
        settle(conn, [outcome(held, "released")], at=just_before)
        assert take(conn, at=DEADLINE) == []
        assert states(conn) == ["expired"]


def test_a_letter_that_expires_after_an_unknown_attempt_is_shown_to_a_person(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        settle(conn, [outcome(held, "unknown") for held in take(conn)], at=NOON)
        take(conn, at=DEADLINE)
        assert states(conn) == ["parked"]


@pytest.mark.parametrize(
    ("result", "state", "attempts", "unknowns"),
    [
        ("sent", "sent", 1, 0),
        ("known_not_delivered", "ready", 1, 0),
        ("refused", "failed", 1, 0),
        ("unknown", "ready", 1, 1),
        ("released", "ready", 0, 0),
        ("dropped", "cancelled", 0, 0),
    ],
)
def test_each_outcome_leaves_its_state(
    transaction: Transaction, result: Outcome, state: str, attempts: int, unknowns: int
) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [held] = take(conn)
        _dot(conn, held.id, held.token)
        settle(conn, [outcome(held, result)], at=NOON)
        assert row(conn, "state", "attempts", "unknowns", "claimed_by") == (state, attempts, unknowns, None)


def test_the_second_unknown_outcome_parks(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        for _ in range(2):
            settle(conn, [outcome(held, "unknown") for held in take(conn)], at=NOON)
        assert row(conn, "state", "unknowns") == ("parked", 2)
        assert take(conn) == []


def test_a_lease_that_runs_out_before_the_dot_was_no_attempt(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        take(conn, worker="a")
        assert take(conn, at=LEASE_OVER - timedelta(microseconds=1)) == []
        [again] = take(conn, at=LEASE_OVER, worker="b")
    assert (again.attempts, again.unknowns) == (0, 0)


def test_a_lease_that_runs_out_at_the_dot_is_an_unknown_outcome(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [held] = take(conn)
        _dot(conn, held.id, held.token)
        assert take(conn, at=LEASE_OVER) == []
        assert row(conn, "state", "unknowns", "next_attempt_at", "last_answer") == (
            "ready",
            1,
            LEASE_OVER + REPEAT,
            STOPPED_AT_DOT,
        )


def test_a_worker_that_lost_its_lease_does_not_reach_the_dot(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [slow] = take(conn, worker="a")
        [quick] = take(conn, at=LEASE_OVER, worker="b")
        assert (_dot(conn, slow.id, slow.token), _dot(conn, quick.id, quick.token)) == (False, True)


def test_a_letter_cancelled_meanwhile_does_not_reach_the_dot(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [held] = take(conn)
        cancel(conn, campaign_id=1, milestone="closing", reason="moved")
        assert not _dot(conn, held.id, held.token)


def test_a_letter_that_is_taken_back_is_neither_sent_nor_stored_by_who_held_it(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [held] = claim(conn, at=NOON, worker="a", limit=1, lease_until=NOON + LEASE, repeat_at=NOON + REPEAT)
        take_back(conn, LETTER.c.contact_ref == "contact-1")
        freeze(conn, {held.id: Frozen(message_id="<a@host.example>", date=NOON, raw=b"raw")}, token=held.token)
        assert mark_dot(conn, token=held.token, ids=[held.id], lease_until=NOON + LEASE) == set()
        [again] = take(conn, worker="b")
    assert (again.id, again.frozen) == (held.id, None)


@pytest.mark.parametrize("result", ["known_not_delivered", "refused", "unknown", "released", "dropped"])
def test_what_a_worker_lost_it_no_longer_decides(transaction: Transaction, result: Outcome) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [slow] = take(conn, worker="a")
        [quick] = take(conn, at=LEASE_OVER, worker="b")
        settle(conn, [outcome(slow, result)], at=LEASE_OVER)
        assert row(conn, "state", "claimed_by") == ("claimed", quick.token)


def test_a_late_250_is_true_whoever_holds_the_letter(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [slow] = take(conn, worker="a")
        _dot(conn, slow.id, slow.token)
        [quick] = take(conn, at=LEASE_OVER, worker="b") or take(conn, at=LEASE_OVER + REPEAT, worker="b")
        settle(conn, [outcome(slow, "sent")], at=LEASE_OVER)
        assert not _dot(conn, quick.id, quick.token)
        assert states(conn) == ["sent"]


def test_the_states_in_the_list_of_arrows_are_all_there_are() -> None:
    assert {state for before, after, _ in ARROWS for state in (before, after)} == set(STATES)


def test_two_workers_at_once_share_the_letters(transaction: Transaction, request: pytest.FixtureRequest) -> None:
    if "sqlite" in request.node.name:
        pytest.skip("SQLite 只有一个写者 / SQLite has one writer, who waits instead")
    with transaction() as conn:
        put(conn, [letter(number) for number in range(4)])
    with transaction() as one, transaction() as other:
        first, second = take(one, worker="a", limit=3), take(other, worker="b", limit=3)
    assert sorted(held.contact_ref for held in first + second) == [f"contact-{number}" for number in range(4)]

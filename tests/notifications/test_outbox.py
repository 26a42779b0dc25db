from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import Connection

from notifications.claims import Outcome, claim, mark_dot, settle
from notifications.errors import OutboxRefused
from notifications.mailbook import Which, count_by_state, next_due, page, read
from notifications.outbox import Cancelled, cancel, on_the_wire, outdate, put, resolve_parked, retry, told
from tests.notifications.conftest import Transaction
from tests.notifications.samples import DEADLINE, LEASE, NOON, letter, outcome, row, states, take


def test_a_letter_whose_key_is_there_already_is_not_put_again(transaction: Transaction) -> None:
    with transaction() as conn:
        first = put(conn, [letter(1), letter(2)])
        second = put(conn, [letter(2, occasion="other"), letter(3)])
    with transaction() as conn:
        assert (first, second, [line.occasion for line in page(conn, campaign_id=1)]) == (2, 1, ["reminder"] * 3)


def test_two_of_one_key_in_one_batch_are_one_letter(transaction: Transaction) -> None:
    with transaction() as conn:
        assert put(conn, [letter(1), letter(1)]) == 1


def test_thousands_are_put_at_once_and_counted(transaction: Transaction) -> None:
    with transaction() as conn:
        assert put(conn, [letter(number) for number in range(2500)]) == 2500


def test_keys_of_different_campaigns_do_not_meet(transaction: Transaction) -> None:
    with transaction() as conn:
        assert put(conn, [letter(1), letter(1, campaign_id=2)]) == 2


def test_a_letter_that_may_not_leave_yet_is_due_when_it_may(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1, not_before=NOON + timedelta(hours=1))])
        assert (next_due(conn), take(conn)) == (NOON + timedelta(hours=1), [])


def test_a_moved_deadline_cancels_what_was_not_sent_and_names_who_was_told(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(number) for number in range(1, 6)])
        held = take(conn, limit=4)
        mark_dot(conn, token=held[0].token, ids=[one.id for one in held[:3]], lease_until=NOON + LEASE)
        settle(conn, [outcome(held[0], "sent"), outcome(held[1], "unknown")], at=NOON)
        put(conn, [letter(9, revision=2, key="closing/2/9")])
        done = cancel(conn, campaign_id=1, milestone="closing", below_revision=2, reason="moved")
        assert done == Cancelled(stopped=3, on_the_wire=1)
        assert states(conn) == ["sent", "parked", "dot", "cancelled", "cancelled", "ready"]
        assert told(conn, campaign_id=1, milestone="closing") == {"contact-1": 1, "contact-2": 1, "contact-3": 1}


def test_what_tells_something_that_changed_is_written_anew_or_goes_to_a_person(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(number) for number in range(1, 6)])
        held = take(conn, limit=4)
        mark_dot(conn, token=held[0].token, ids=[one.id for one in held[:3]], lease_until=NOON + LEASE)
        settle(conn, [outcome(held[0], "sent"), outcome(held[1], "unknown")], at=NOON)
        outdate(conn, campaign_id=1, milestones=["closing"], but="correction", reason="moved")
        assert states(conn) == ["sent", "parked", "dot", "ready", "ready"]
        assert on_the_wire(conn, campaign_id=1, milestones=["closing"]) == {"contact-3": NOON + LEASE}
        assert mark_dot(conn, token=held[3].token, ids=[held[3].id], lease_until=NOON + LEASE) == set()
        again = claim(conn, at=NOON, worker="other", limit=9, lease_until=NOON + LEASE, repeat_at=NOON)
        assert [one.frozen for one in again] == [None, None]


def test_a_template_that_is_spared_keeps_its_message(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        take(conn)
        outdate(conn, campaign_id=1, milestones=["closing"], but="reminder", reason="moved")
        assert states(conn) == ["claimed"]


def test_told_gives_the_newest_revision_each_reader_has_seen(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1), letter(1, key="closing/2/1", revision=2), letter(2)])
        held = take(conn)
        settle(conn, [outcome(one, "sent") for one in held], at=NOON)
        assert told(conn, campaign_id=1, milestone="closing") == {"contact-1": 2, "contact-2": 1}
        assert told(conn, campaign_id=1, milestone="closing", revision=1) == {"contact-1": 1, "contact-2": 1}


@pytest.mark.parametrize(("result", "after"), [("known_not_delivered", "cancelled"), ("unknown", "parked")])
def test_a_letter_overtaken_on_the_wire_is_never_sent_again(
    transaction: Transaction, result: Outcome, after: str
) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [held] = take(conn)
        mark_dot(conn, token=held.token, ids=[held.id], lease_until=NOON + LEASE)
        cancel(conn, campaign_id=1, key_prefix="closing/1/", reason="moved")
        settle(conn, [outcome(held, result)], at=NOON)
        assert states(conn) == [after]


def test_a_percent_sign_in_a_prefix_is_no_wildcard(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        assert cancel(conn, campaign_id=1, key_prefix="%", reason="-") == Cancelled(stopped=0, on_the_wire=0)


def test_cancel_without_a_condition_is_a_mistake(transaction: Transaction) -> None:
    with transaction() as conn, pytest.raises(ValueError, match="needs a condition"):
        cancel(conn, campaign_id=1, reason="-")


def test_a_person_tries_a_failed_letter_again(transaction: Transaction) -> None:
    later = NOON + timedelta(days=1)
    with transaction() as conn:
        put(conn, [letter(1), letter(2)])
        settle(conn, [outcome(one, "refused") for one in take(conn, limit=1)], at=NOON)
        ids = [line.public_id for line in page(conn, campaign_id=1)]
        assert retry(conn, campaign_id=1, public_ids=ids, at=later) == 1
        assert row(conn, "state", "attempts", "next_attempt_at") == ("ready", 0, later)


@pytest.mark.parametrize(("decision", "after"), [("sent", "sent"), ("again", "ready"), ("drop", "cancelled")])
def test_a_person_decides_about_a_parked_letter(
    transaction: Transaction, decision: Literal["sent", "again", "drop"], after: str
) -> None:
    with transaction() as conn:
        _park(conn)
        [line] = page(conn, campaign_id=1)
        resolve_parked(conn, campaign_id=1, public_id=line.public_id, decision=decision, at=NOON)
        assert states(conn) == [after]


def test_a_parked_letter_that_is_no_longer_useful_is_not_sent_again(transaction: Transaction) -> None:
    with transaction() as conn:
        _park(conn)
        [line] = page(conn, campaign_id=1)
        with pytest.raises(OutboxRefused, match="OUT-01"):
            resolve_parked(conn, campaign_id=1, public_id=line.public_id, decision="again", at=DEADLINE)
        assert states(conn) == ["parked"]


def test_a_letter_that_is_not_parked_can_not_be_resolved(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [line] = page(conn, campaign_id=1)
        with pytest.raises(OutboxRefused, match="OUT-01"):
            resolve_parked(conn, campaign_id=1, public_id=line.public_id, decision="sent", at=NOON)


def test_pages_go_back_through_the_letters_without_gap_or_repeat(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(number) for number in range(5)])
        first = page(conn, campaign_id=1, limit=3)
        second = page(conn, campaign_id=1, limit=3, before=first[-1])
    assert [line.contact_ref for line in first + second] == [f"contact-{number}" for number in (4, 3, 2, 1, 0)]


def test_a_page_can_be_narrowed(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1), letter(2, occasion="receipt"), letter(3, campaign_id=2)])
        found = [
            page(conn, campaign_id=1, which=Which(states=["sent"])),
            page(conn, campaign_id=1, which=Which(occasion="receipt")),
            page(conn, campaign_id=1, which=Which(contact_refs=["contact-1"], states=["ready", "sent"])),
        ]
    assert [[line.contact_ref for line in lines] for lines in found] == [[], ["contact-2"], ["contact-1"]]


def test_one_letter_is_read_with_its_message_and_only_by_its_campaign(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [line] = page(conn, campaign_id=1)
        before = read(conn, campaign_id=1, public_id=line.public_id)
        take(conn)
        after = read(conn, campaign_id=1, public_id=line.public_id)
        assert before is not None
        assert after is not None
        assert (before.raw, after.raw, after.context) == (None, b"raw", {"days": 3})
        assert read(conn, campaign_id=2, public_id=line.public_id) is None


def test_letters_are_counted_by_state(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(number) for number in range(3)])
        settle(conn, [outcome(one, "sent") for one in take(conn, limit=1)], at=NOON)
        assert count_by_state(conn, campaign_id=1) == {"ready": 2, "sent": 1}


def test_an_empty_outbox_has_nothing_due(transaction: Transaction) -> None:
    with transaction() as conn:
        assert next_due(conn) is None


def test_the_end_of_a_lease_is_something_due(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        take(conn)
        assert next_due(conn) == NOON + LEASE


def _park(conn: Connection) -> None:
    put(conn, [letter(1)])
    for _ in range(2):
        [held] = take(conn)
        settle(conn, [outcome(held, "unknown")], at=NOON)

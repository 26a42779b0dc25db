"""Who leaves before whom: a crowd of one campaign holds up neither who waits for a letter nor another campaign."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from notifications import claims
from notifications.claims import claim
from notifications.outbox import put
from notifications.turns import LOT
from tests.notifications.conftest import Transaction
from tests.notifications.samples import LEASE, NOON, REPEAT, letter, take

CROWD = 3 * LOT
LATER = NOON + timedelta(minutes=1)


def _crowd(conn: Connection, campaign: int = 1) -> None:
    put(conn, [letter(number, campaign_id=campaign) for number in range(CROWD)])


def _taken(conn: Connection, limit: int) -> list[int]:
    """Of which campaigns the next letters are, each said once for those that follow one another."""
    held = claim(conn, at=LATER, worker="w", limit=limit, lease_until=LATER + LEASE, repeat_at=LATER + REPEAT)
    whose = [one.campaign_id for one in held]
    return [each for place, each in enumerate(whose) if place == 0 or whose[place - 1] != each]


def test_what_somebody_waits_for_passes_a_crowd_that_is_older(transaction: Transaction) -> None:
    with transaction() as conn:
        _crowd(conn)
        put(conn, [letter(1, campaign_id=2, created_at=LATER, waited_for=True)])
        assert [one.campaign_id for one in take(conn, at=LATER, limit=2)] == [2, 1]


def test_the_few_of_one_campaign_wait_for_the_first_lot_of_another_and_not_for_all_of_it(
    transaction: Transaction,
) -> None:
    with transaction() as conn:
        _crowd(conn)
        put(conn, [letter(number, campaign_id=2, created_at=LATER) for number in range(10)])
        assert _taken(conn, CROWD + 10) == [1, 2, 1]


def test_two_crowds_go_by_turns(transaction: Transaction) -> None:
    with transaction() as conn:
        _crowd(conn)
        _crowd(conn, 2)
        assert _taken(conn, 2 * CROWD) == [1, 2, 1, 2, 1, 2]


def test_within_a_turn_the_oldest_leaves_first(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1, campaign_id=2, created_at=LATER)])
        put(conn, [letter(2)])
        assert [one.campaign_id for one in take(conn, at=LATER)] == [1, 2]


def test_no_round_sorts_the_whole_crowd_to_find_who_is_next(sqlite_transaction: Transaction) -> None:
    with sqlite_transaction() as conn:
        due = claims._DUE.limit(200).params(at=LATER).compile(conn, compile_kwargs={"literal_binds": True})
        plan = [row.detail for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {due}")]
        assert (len(plan), plan[0].endswith("ix_letter_turn")) == (1, True)

"""Back-off: how long who guesses waits, and by what they are counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from engine.accounts import patience
from engine.accounts.patience import ACCOUNT, PAIR, PLACE, Attempt, Limit, place_of
from tests.builders import House
from tests.small import DURING

SECOND = timedelta(seconds=1)


def test_the_wait_doubles_with_each_failure_up_to_the_longest() -> None:
    limit = Limit(2, timedelta(seconds=10), timedelta(seconds=50))

    assert [limit.wait(failures) // SECOND for failures in (0, 1, 2, 3, 4, 5, 10**9)] == [0, 0, 10, 20, 40, 50, 50]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("testclient", "?"),
        ("", "?"),
    ],
)
def test_an_ipv6_customer_is_one_place(address: str, place: str) -> None:
    assert place_of(address) == place


def _count(connection: Connection, attempt: Attempt, at: datetime = DURING) -> str:
    refusal, _ = patience.count(connection, attempt.keys, at=at)
    return refusal.code if refusal else ""


def test_one_account_from_one_place_is_held_up_and_no_other(small: House) -> None:
    mine = Attempt(email_key="li@example.cn", place="192.0.2.1")
    with small.office.database.write() as connection:
        first = [_count(connection, mine) for _ in range(PAIR.free + 1)]
        others = [_count(connection, Attempt(email_key=email, place=place))
                  for email, place in (("li@example.cn", "192.0.2.2"), ("wang@example.cn", "192.0.2.1"))]  # fmt: skip
        later = [_count(connection, mine, DURING + PAIR.first - SECOND), _count(connection, mine, DURING + PAIR.first)]

    assert (first, others, later) == ([""] * PAIR.free + ["AUT-02"], ["", ""], ["AUT-02", ""])


def test_what_was_refused_is_not_counted_so_the_wait_does_not_grow_by_waiting(small: House) -> None:
    mine = Attempt(email_key="li@example.cn", place="192.0.2.1")
    with small.office.database.write() as connection:
        for _ in range(PAIR.free + 50):
            _count(connection, mine)

        assert _count(connection, mine, DURING + PAIR.first) == ""


def test_an_account_guessed_at_from_everywhere_is_held_up_but_where_it_is_known(small: House) -> None:
    with small.office.database.write() as connection:
        for number in range(ACCOUNT.free):
            _count(connection, Attempt(email_key="li@example.cn", place=f"198.51.100.{number}"))
        strange = Attempt(email_key="li@example.cn", place="203.0.113.9")
        known = Attempt(email_key="li@example.cn", place="192.0.2.1", known=True)

        assert (_count(connection, strange), _count(connection, known)) == ("AUT-02", "")


def test_the_counters_that_became_full_are_named_once(small: House) -> None:
    with small.office.database.write() as connection:
        full = [
            patience.count(connection, Attempt(email_key=f"{number}@example.cn", place="192.0.2.1").keys, at=DURING)[1]
            for number in range(PLACE.free)
        ]

    assert [each for each in full if each] == [["place:192.0.2.1"]]


def test_alarms_are_of_a_day_the_worst_first(small: House) -> None:
    with small.office.database.write() as connection:
        for number in range(PLACE.free):
            _count(connection, Attempt(email_key=f"{number}@example.cn", place="192.0.2.1"))
        for number in range(ACCOUNT.free):
            _count(connection, Attempt(email_key="li@example.cn", place=f"198.51.100.{number}"))
        found = [(each.kind, each.of, each.failures) for each in patience.alarms(connection, at=DURING)]
        gone = patience.alarms(connection, at=DURING + timedelta(days=1, seconds=1))

    assert (found, gone) == ([("place", "192.0.2.1", PLACE.free), ("account", "li@example.cn", ACCOUNT.free)], [])


def test_success_forgets_the_pair_and_takes_back_what_was_counted(small: House) -> None:
    mine = Attempt(email_key="li@example.cn", place="192.0.2.1", known=True)
    with small.office.database.write() as connection:
        for _ in range(PAIR.free - 1):
            _count(connection, mine)
        connection.begin_nested().rollback()
        _count(connection, mine)
        patience.succeeded(connection, mine, _account(connection), at=DURING)

        assert [_count(connection, mine) for _ in range(PAIR.free)] == [""] * PAIR.free


def _account(connection: Connection) -> int:
    from engine.accounts import members
    from notifications.letter import check_address

    return members.add(connection, name="李四", address=check_address("li@example.cn"), at=DURING)


def test_a_hundred_guesses_at_once_are_counted_one_by_one(small: House) -> None:
    mine = Attempt(email_key="li@example.cn", place="192.0.2.1")

    def guess(_: int) -> str:
        with small.office.database.write() as connection:
            return _count(connection, mine)

    with ThreadPoolExecutor(max_workers=10) as pool:
        assert sorted(pool.map(guess, range(40))).count("") == PAIR.free

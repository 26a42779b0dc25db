"""A muted house lets no letter out, whoever tries, and says what came due meanwhile when it may speak again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from notifications.claims import mark_dot
from notifications.delivery import Content, deliver_once
from notifications.doors import DotGate, Parcel, Report, Stop
from notifications.muting import Muted, Waiting, in_force, mute, unmute
from notifications.outbox import put
from notifications.rendering import Rendered
from tests.notifications.conftest import Transaction
from tests.notifications.samples import LEASE, NOON, OFFICE, letter, states, take

LATER = NOON + timedelta(hours=1)


class Hand:
    """A door that records what it is handed, once the dot was allowed. `before` happens just before it is."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        self.handed: list[Parcel] = []
        self._before = before

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        del report
        for parcel in parcels:
            self._before()
            if await dot(parcel):
                self.handed.append(parcel)
        return None


async def deliver(transaction: Transaction, door: Hand) -> Stop | None:
    report = await deliver_once(
        transaction, door, open_look=transaction, sender=OFFICE,
        recheck=lambda _conn, letters, _at: [one.context for one in letters],
        compose=lambda _letter, _context: Content(rendered=Rendered(subject="题", text="文", html="<p>文</p>")),
        clock=lambda: NOON, worker="a",
    )  # fmt: skip
    return report.stop


def silence(transaction: Transaction) -> None:
    with transaction() as conn:
        mute(conn, at=NOON, reason="副本", actor="赵书")


def test_nothing_is_claimed_in_a_muted_house(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
    silence(transaction)

    with pytest.raises(Muted), transaction() as conn:
        take(conn)

    with transaction() as conn:
        assert states(conn) == ["ready"]


def test_what_was_claimed_before_gets_no_dot(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
        [held] = take(conn)
    silence(transaction)

    with transaction() as conn:
        assert mark_dot(conn, token=held.token, ids=[held.id], lease_until=NOON + LEASE) == set()


@pytest.mark.anyio
async def test_a_round_says_that_the_house_is_muted_and_hands_out_nothing(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
    silence(transaction)
    door = Hand()

    stop = await deliver(transaction, door)

    assert (stop.kind if stop else None, door.handed) == ("muted", [])


@pytest.mark.anyio
async def test_a_round_that_is_under_way_stops_too(sqlite_transaction: Transaction) -> None:
    with sqlite_transaction() as conn:
        put(conn, [letter(1)])
    door = Hand(before=lambda: silence(sqlite_transaction))

    await deliver(sqlite_transaction, door)

    assert door.handed == []


@pytest.mark.parametrize(
    ("waiting", "becomes"),
    [("park", ["parked", "ready"]), ("send", ["ready", "ready"]), ("drop", ["cancelled", "ready"])],
)
def test_what_is_due_when_it_speaks_again_becomes_what_was_chosen(
    transaction: Transaction, waiting: Waiting, becomes: list[Any]
) -> None:
    with transaction() as conn:
        put(conn, [letter(1), letter(2, not_before=LATER + timedelta(days=1))])
    silence(transaction)

    with transaction() as conn:
        count = unmute(conn, at=LATER, actor="赵书", waiting=waiting)

    with transaction() as conn:
        assert (count, states(conn), in_force(conn)) == (1, becomes, None)


def test_it_is_muted_once_and_can_be_muted_again(transaction: Transaction) -> None:
    with transaction() as conn:
        told = [mute(conn, at=NOON, reason="副本", actor="赵书"), mute(conn, at=LATER, reason="再次", actor="钱学")]
        first = in_force(conn)
        unmute(conn, at=LATER, actor="赵书", waiting="send")
        told.append(mute(conn, at=LATER, reason="再次", actor="钱学"))
        second = in_force(conn)

    assert told == [True, False, True]
    assert [(one.since, one.reason, one.actor) for one in (first, second) if one] == [
        (NOON, "副本", "赵书"),
        (LATER, "再次", "钱学"),
    ]

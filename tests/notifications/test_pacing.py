"""How many letters a minute leave, over all senders of a house."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from notifications.delivery import DeliveryReport, deliver_once
from notifications.letter import Recipient, check_address
from notifications.mailbook import waiting_for
from notifications.outbox import NewLetter, put
from notifications.pacing import A_MINUTE, NO_LIMITS, POST_GRANT, VALID, Limits, Tab, begin, granted
from tests.notifications.conftest import Transaction
from tests.notifications.hands import AWAY, TAKEN, Hand, Virtual, still_true, written
from tests.notifications.samples import NOON, OFFICE, letter, states

SECOND = timedelta(seconds=1)


def _deliver(transaction: Transaction, door: Any, limits: Limits, at: datetime = NOON, **more: Any) -> DeliveryReport:
    facts: dict[str, Any] = {
        "sender": OFFICE, "recheck": still_true, "compose": written, "clock": Virtual(at), "worker": "w",
        "limits": limits, "open_look": transaction,
    }  # fmt: skip
    return asyncio.run(deliver_once(transaction, door, **(facts | more)))


def _to(number: int, domain: str, **changed: Any) -> NewLetter:
    return letter(number, to=Recipient(name="", address=check_address(f"r{number}@{domain}")), **changed)


def _rounds(transaction: Transaction, door: Any, limits: Limits, at: datetime) -> list[DeliveryReport]:
    reports = [_deliver(transaction, door, limits, at)]
    while reports[-1].more:
        reports.append(_deliver(transaction, door, limits, at))
    return reports


def test_a_minute_sees_as_many_letters_as_the_relay_takes_and_says_when_the_next_may_leave(
    transaction: Transaction,
) -> None:
    with transaction() as conn:
        put(conn, [letter(number) for number in range(30)])
    door, limits = Hand(), Limits(relay="mail:25", per_minute=20)
    last = _rounds(transaction, door, limits, NOON)[-1]
    assert len(door.handed) == 20
    assert last.stop is not None
    assert (last.stop.kind, last.stop.per_minute, last.stop.wait) == ("pace", 20, A_MINUTE)
    _rounds(transaction, door, limits, NOON + A_MINUTE - SECOND)
    assert len(door.handed) == 20
    assert _rounds(transaction, door, limits, NOON + A_MINUTE)[-1].stop is None
    assert len(door.handed) == 30


def test_a_domain_that_has_had_its_minute_holds_up_no_other(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [_to(number, "slow.example") for number in range(10)])
        put(conn, [_to(number, "quick.example", not_before=NOON + SECOND) for number in range(10, 20)])
    door, limits, at = Hand(), Limits(domains={"slow.example": 4}), NOON + SECOND
    last = _rounds(transaction, door, limits, at)[-1]
    assert Counter(parcel.to_address.partition("@")[2] for parcel in door.handed) == {
        "slow.example": 4, "quick.example": 10,
    }  # fmt: skip
    assert (last.stop, last.next_due) == (None, at + A_MINUTE)
    with transaction() as conn:
        assert waiting_for(conn, ["slow.example", "quick.example"], at=at) == {"slow.example": 6}
    _rounds(transaction, door, limits, at + A_MINUTE)
    _rounds(transaction, door, limits, at + 2 * A_MINUTE)
    assert len(door.handed) == 20


def test_each_domain_has_a_minute_of_its_own_if_one_number_is_set_for_all(sqlite_transaction: Transaction) -> None:
    with sqlite_transaction() as conn:
        put(conn, [_to(number, f"d{number % 3}.example") for number in range(30)])
    door = Hand()
    _rounds(sqlite_transaction, door, Limits(domain_per_minute=5, domains={"d0.example": 7}), NOON)
    assert sorted(Counter(parcel.to_address.partition("@")[2] for parcel in door.handed).values()) == [5, 5, 7]


def test_what_did_not_leave_is_given_back(transaction: Transaction) -> None:
    down = Hand(lambda _: AWAY)
    with transaction() as conn:
        put(conn, [letter(number) for number in range(5)])
    limits = Limits(relay="mail:25", per_minute=5, domain_per_minute=5)
    for _ in range(3):
        _deliver(transaction, down, limits)
    door = Hand()
    _rounds(transaction, door, limits, NOON)
    assert len(door.handed) == 5


def test_a_sender_that_died_keeps_its_grant_until_it_could_not_have_sent_any_more(transaction: Transaction) -> None:
    limits = Limits(relay="mail:25", per_minute=10)
    with transaction() as conn:
        granted(conn, limits, "dead", ["a.example"] * 10, at=NOON)
    for at, most in ((NOON, 0), (NOON + VALID, 0), (NOON + VALID + A_MINUTE, 1)):
        with transaction() as conn:
            assert begin(conn, limits, at=at).most(200) == most


def test_a_sender_that_slept_through_its_grant_lets_nothing_out_on_it(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(1)])
    clock = Virtual()

    def sleeps(_: Any) -> Any:
        clock.at = NOON + VALID
        return TAKEN

    door = Hand(sleeps)
    report = _deliver(transaction, door, Limits(relay="mail:25", per_minute=10), clock=clock)
    with transaction() as conn:
        assert (door.handed, report.sent, states(conn)) == ([], 0, ["ready"])


def test_a_clock_that_was_set_back_holds_up_nothing_for_long(sqlite_transaction: Transaction) -> None:
    limits = Limits(relay="mail:25", per_minute=10)
    with sqlite_transaction() as conn:
        granted(conn, limits, "from tomorrow", ["a.example"] * 10, at=NOON + timedelta(days=1))
        assert begin(conn, limits, at=NOON).most(200) == 1


def test_without_limits_nothing_is_counted(sqlite_transaction: Transaction) -> None:
    with sqlite_transaction() as conn:
        put(conn, [letter(1)])
    _deliver(sqlite_transaction, Hand(), NO_LIMITS)
    with sqlite_transaction() as conn:
        granted(conn, NO_LIMITS, "w", ["a.example"], at=NOON)
        assert conn.execute(select(func.count()).select_from(POST_GRANT)).scalar() == 0


def test_several_senders_at_once_keep_one_pace_and_send_nothing_twice(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [_to(number, f"d{number % 2}.example") for number in range(120)])
    limits, door = Limits(relay="mail:25", per_minute=50, domains={"d1.example": 20}), Hand()
    for minute, sent in enumerate([50, 100, 120]):
        _together(partial(_rounds, transaction, door, limits, NOON + minute * A_MINUTE))
        domains = Counter(parcel.to_address.partition("@")[2] for parcel in door.handed)
        assert (len(door.handed), domains["d1.example"]) == (sent, 20 * (minute + 1))
    assert len({parcel.id for parcel in door.handed}) == 120


def _together(work: Callable[[], object], senders: int = 3) -> None:
    failed: list[BaseException] = []

    def one() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - a thread's own failures would not fail the test
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


# --- the algebra: whatever senders do, no sixty seconds see more than the limit -------------------------------------

LIMIT, DOMAIN_LIMIT = 7, 3
BOTH = Limits(relay="mail:25", per_minute=LIMIT, domains={"a": DOMAIN_LIMIT})
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "leave", "leave", "tell", "end", "die"]), st.integers(0, 2), st.integers(0, 40),
        st.sampled_from("ab"),
    ),
    max_size=60,
)  # fmt: skip


@pytest.fixture(scope="module")
def memory() -> Iterator[sqlalchemy.Engine]:
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.StaticPool)
    POST_GRANT.create(engine)
    yield engine
    engine.dispose()


class _Sender:
    """What a round does, one step at a time; the letters it holds, by domain."""

    def __init__(self) -> None:
        self.tab: Tab | None = None
        self.held: list[str] = []

    def claim(self, conn: Connection, domain: str, at: datetime, token: str) -> None:
        allowed = begin(conn, BOTH, at=at)
        self.held = [domain for _ in range(allowed.most(5)) if allowed.take(domain)]
        self.tab = granted(conn, BOTH, token, self.held, at=at)


@settings(max_examples=60)
@given(steps=_STEPS)
def test_no_sixty_seconds_see_more_than_the_limit(memory: sqlalchemy.Engine, steps: list[Any]) -> None:
    senders, left, at = [_Sender() for _ in range(3)], list[tuple[datetime, str]](), NOON
    with memory.begin() as conn:
        conn.execute(POST_GRANT.delete())
        for number, (what, who, seconds, domain) in enumerate(steps):
            at, one = at + seconds * SECOND, senders[who]
            if what == "claim" and one.tab is None:
                one.claim(conn, domain, at, str(number))
            elif what == "leave" and one.tab and one.held and one.tab.may_leave(at):
                left.append((at, gone := one.held.pop()))
                one.tab.left(gone, at)
            elif what == "tell" and one.tab:
                one.tab.store(conn, at=at, over=False)
            elif what == "end" and one.tab:
                one.tab.store(conn, at=at, over=True)
                one.tab = None
            elif what == "die":
                one.tab, one.held = None, []
        for begun, _ in left:
            minute = [domain for at_, domain in left if begun <= at_ < begun + A_MINUTE]
            assert (len(minute) <= LIMIT, minute.count("a") <= DOMAIN_LIMIT) == (True, True)
        assert begin(conn, BOTH, at=at + VALID + A_MINUTE).most(200) == 1  # and after a while all is free again

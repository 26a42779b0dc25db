"""Letters are taken in one order: a sender at work and a moved deadline never end with one being thrown out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection

from notifications.doors import Answer, Parcel
from notifications.ledger import Ledger
from notifications.outbox import cancel, outdate, put
from notifications.pacing import Tab
from tests.notifications.conftest import Transaction
from tests.notifications.samples import LEASE, NOON, letter, states, take

LONGEST = 30.0  # seconds
WAITING = sqlalchemy.text("SELECT count(*) FROM pg_locks WHERE NOT granted")


class Held:
    """A sender's transactions; each is held up after its first change of a letter until somebody waits for it."""

    def __init__(self, transaction: Transaction) -> None:
        self.changed = threading.Event()
        self._transaction = transaction

    @contextmanager
    def __call__(self) -> Iterator[Connection]:
        with self._transaction() as conn:
            sqlalchemy.event.listen(conn, "after_cursor_execute", self._after)
            yield conn

    def _after(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE letter") and not self.changed.is_set():
            self.changed.set()
            with self._transaction() as other:
                _until(lambda: other.execute(WAITING).scalar_one() > 0)


def _until(so: Any) -> None:
    pause = threading.Event()
    for _ in range(int(LONGEST / 0.01)):
        if so():
            return
        pause.wait(0.01)
    raise TimeoutError("nobody waits")


async def _settle_the_second_and_dot_the_first(transaction: Any, held: list[Any]) -> bool:
    with ThreadPoolExecutor(max_workers=1) as desk:
        ledger = Ledger(transaction, lambda: NOON, desk, held, lease=LEASE, tab=Tab(at=NOON))
        parcels = [Parcel(id=one.id, public_id="", to_address="", date=NOON, raw=b"") for one in held]
        ledger.report(parcels[1], Answer(kind="sent", words="250 ok"))
        passed = await ledger.dot(parcels[0])
        await ledger.close()
        return passed


@pytest.mark.parametrize("how", [cancel, outdate])
def test_a_sender_and_a_moved_deadline_wait_for_each_other_in_one_order_only(
    transaction: Transaction, request: pytest.FixtureRequest, how: Any
) -> None:
    if "sqlite" in request.node.name:
        pytest.skip("SQLite 只有一个写者 / SQLite has one writer, who waits instead")
    with transaction() as conn:
        put(conn, [letter(1), letter(2)])
        held = take(conn)
    sender, failed = Held(transaction), list[BaseException]()

    def moves() -> None:
        assert sender.changed.wait(LONGEST)
        try:
            with transaction() as conn:
                which: dict[str, Any] = (
                    {"milestone": "closing"} if how is cancel else {"milestones": ["closing"], "but": ""}
                )
                how(conn, campaign_id=1, reason="moved", **which)
        except BaseException as error:  # noqa: BLE001 - a thread's own failures would not fail the test
            failed.append(error)

    thread = threading.Thread(target=moves)
    thread.start()
    passed = asyncio.run(_settle_the_second_and_dot_the_first(sender, held))
    thread.join()
    with transaction() as conn:
        found = states(conn)
    assert (failed, passed, found[1]) == ([], True, "sent")

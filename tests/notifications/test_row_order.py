"""Letters are taken in one order: a sender at work and a moved deadline never end with one being thrown out."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy

from notifications.doors import Answer, Parcel
from notifications.ledger import Ledger
from notifications.outbox import cancel, outdate, put
from notifications.pacing import Tab
from tests.notifications.conftest import Transaction
from tests.notifications.samples import LEASE, NOON, letter, states, take

LONGEST = 30.0  # seconds
WAITING = sqlalchemy.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
CLOSE_GATE = sqlalchemy.text("SELECT pg_advisory_xact_lock(20231130)")
GATE = """
CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock(20231130); RETURN NULL; END';
CREATE TRIGGER gate AFTER UPDATE ON letter FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION pass_gate();
"""
"""Whoever has noted that a letter was sent is held up there, with what it holds, as long as the gate is closed."""


def _until_wait(transaction: Transaction, many: int) -> None:
    pause = threading.Event()
    for _ in range(int(LONGEST / 0.01)):
        with transaction() as conn:
            if conn.execute(WAITING).scalar_one() >= many:
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


def _move(transaction: Transaction, how: Any) -> None:
    which: dict[str, Any] = {"milestone": "closing"} if how is cancel else {"milestones": ["closing"], "but": ""}
    with transaction() as conn:
        how(conn, campaign_id=1, reason="moved", **which)


@pytest.mark.parametrize("how", [cancel, outdate])
def test_a_sender_and_a_moved_deadline_wait_for_each_other_in_one_order_only(
    transaction: Transaction, request: pytest.FixtureRequest, how: Any
) -> None:
    if "sqlite" in request.node.name:
        pytest.skip("SQLite 只有一个写者 / SQLite has one writer, who waits instead")
    with transaction() as conn:
        conn.exec_driver_sql(GATE)
        put(conn, [letter(1), letter(2)])
        held = take(conn)
    with ThreadPoolExecutor(max_workers=2) as both:
        with transaction() as gate:
            gate.execute(CLOSE_GATE)
            sender = both.submit(lambda: asyncio.run(_settle_the_second_and_dot_the_first(transaction, held)))
            _until_wait(transaction, 1)
            mover = both.submit(_move, transaction, how)
            _until_wait(transaction, 2)
        moved, passed = mover.exception(), sender.result()
    with transaction() as conn:
        found = states(conn)
    assert (moved, passed, found[1]) == (None, True, "sent")

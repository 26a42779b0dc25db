"""One round of delivery: claim, check again, hand to the door to be written there, note what became of it.

A round is the body of a loop and says whether to go on; the loop, the clock and the decision who is still to be
written to are the caller's. Database work is synchronous, on one thread of its own, so that the lines to the mail
server go on talking while a commit waits for the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from notifications.claims import Claimed, claim
from notifications.doors import Door, Stop
from notifications.ledger import Ledger
from notifications.letter import Sender
from notifications.mailbook import next_due, waiting_for
from notifications.muting import Muted, must_speak
from notifications.pacing import NO_LIMITS, Limits, Tab, allowance, begin, granted
from notifications.patience import REPEAT_UNKNOWN_AFTER
from notifications.secrecy import SecretOf, no_secret
from notifications.writing import Compose, Writing

LEASE = timedelta(minutes=20)  # longer than one letter may take (15 minutes)
BATCH = 200

OpenTransaction = Callable[[], AbstractContextManager[Connection]]
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """The answer of a re-check for a letter that is no longer true: why, for the secretariat."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """The answer of a re-check that could not be made: why, and when to ask again."""

    until: datetime
    reason: str


Answers = Sequence[Mapping[str, Any] | Drop | Wait]
Recheck = Callable[[Connection, Sequence[Claimed], datetime], Answers]
"""For each letter, in order: the context to write it with, `Drop` or `Wait`. Runs after the claiming transaction: what
is changed later takes the letters that it makes untrue away from whoever holds them. For a letter that is frozen
already only the last two count: its words are fixed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryReport:
    """What a round did. `more`: letters are due now and the door is open, so go on at once.

    `next_due` is the first instant at which the outbox has anything to do, None when it is empty. After a `stop` leave
    the door alone for a while (`patience.pause_after_stop`).
    """

    claimed: int
    sent: int
    back: int
    refused: int
    unknown: int
    dropped: int
    unwritable: int
    stop: Stop | None
    next_due: datetime | None
    more: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taken:
    """The outcome of the claiming transaction."""

    at: datetime
    letters: Sequence[Claimed] = ()
    stop: Stop | None = None
    tab: Tab | None = None


async def deliver_once(
    open_transaction: OpenTransaction,
    door: Door,
    *,
    open_look: OpenTransaction,
    sender: Sender,
    recheck: Recheck,
    compose: Compose,
    clock: Clock,
    worker: str,
    batch: int = BATCH,
    secret_of: SecretOf = no_secret,
    only: Collection[str] = (),
    limits: Limits = NO_LIMITS,
    patience: float = 0.0,
) -> DeliveryReport:
    """Deliver up to `batch` due letters, of the templates `only` if any is named, as many as `limits` let leave.

    `secret_of` knows what is for a letter's reader alone, `patience` is for how many seconds a database that is away is
    waited for with what became of letters.

    `open_transaction` gives a connection inside a write transaction that commits on leaving, `open_look` one to
    read that holds nobody up. Raises what the database raises; then nothing is lost: what was not settled is set free
    when the lease runs out.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox") as desk:

        def take() -> _Taken:
            at = clock()
            try:
                with open_transaction() as conn:
                    return _take(conn, at=at, worker=worker, limit=batch, only=only, limits=limits)
            except Muted as muted:
                return _Taken(at=at, stop=muted.stop)

        def ask() -> Answers:
            with open_look() as conn:
                return recheck(conn, taken.letters, taken.at)

        def look() -> datetime | None:
            with open_look() as conn:
                return _next_due(conn, limits, only=only, at=clock())

        taken = await loop.run_in_executor(desk, take)
        ledger = Ledger(
            open_transaction, clock, desk, taken.letters, lease=LEASE, tab=taken.tab or Tab(at=taken.at),
            patience=patience,
        )  # fmt: skip
        stop = taken.stop
        try:
            if taken.letters:
                answers = await loop.run_in_executor(desk, ask)
                true = _still_true(ledger, taken.letters, answers)
                writing = Writing(ledger=ledger, sender=sender, compose=compose, secret_of=secret_of, at=taken.at)
                stop = await door.deliver(writing.parcels(true), dot=ledger.dot, report=ledger.report)
        finally:
            await ledger.close()
        due = await loop.run_in_executor(desk, look)
    return DeliveryReport(
        claimed=len(taken.letters),
        sent=ledger.counted["sent"],
        back=ledger.counted["known_not_delivered"],
        refused=ledger.counted["refused"],
        unknown=ledger.counted["unknown"],
        dropped=ledger.counted["dropped"],
        unwritable=ledger.counted["unwritable"],
        stop=stop,
        next_due=due,
        more=stop is None and due is not None and due <= clock(),
    )


def _next_due(conn: Connection, limits: Limits, *, only: Collection[str], at: datetime) -> datetime | None:
    """The first instant at which anything may be done: what waits for its domain's minute waits until that begins."""
    if not limits.by_domain:
        return next_due(conn, only=only)
    allowed = allowance(conn, limits, at=at)
    held = allowed.free(waiting_for(conn, allowed.full, at=at))
    due = next_due(conn, only=only, without=allowed.full)
    return min((each for each in (due, held) if each is not None), default=None)


def _take(
    conn: Connection, *, at: datetime, worker: str, limit: int, only: Collection[str], limits: Limits
) -> _Taken:  # fmt: skip
    """Claim letters, and be granted that they may leave."""
    must_speak(conn)
    allowed = begin(conn, limits, at=at)
    most = allowed.most(limit)
    letters = claim(
        conn, at=at, worker=worker, limit=most, lease_until=at + LEASE, repeat_at=at + REPEAT_UNKNOWN_AFTER, only=only,
        allowance=allowed,
    )  # fmt: skip
    if most == 0:
        due = next_due(conn, only=only)
        return _Taken(at=at, stop=allowed.stop() if due is not None and due <= at else None)
    domains = [letter.to.address.domain for letter in letters]
    tab = granted(conn, limits, letters[0].token, domains, at=at) if letters else None
    return _Taken(at=at, letters=letters, tab=tab)


def _still_true(
    ledger: Ledger, letters: Sequence[Claimed], answers: Answers
) -> list[tuple[Claimed, Mapping[str, Any]]]:  # fmt: skip
    """The letters that are to be sent, each with what it says now; the ledger hears of all others."""
    true = []
    for letter, answer in zip(letters, answers, strict=True):
        if isinstance(answer, Drop):
            ledger.end(letter, "dropped", answer.reason)
        elif isinstance(answer, Wait):
            ledger.put_off(letter, answer.until, answer.reason)
        else:
            true.append((letter, answer))
    return true

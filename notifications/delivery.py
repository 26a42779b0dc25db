"""One round of delivery: claim, check again, write, freeze, hand to the door, note what became of it.

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

from notifications.claims import Claimed, Frozen, Settlement, claim, freeze, settle
from notifications.doors import Door, Parcel, Stop
from notifications.errors import MailError
from notifications.ledger import Ledger
from notifications.letter import Sender
from notifications.mailbook import next_due, waiting_for
from notifications.message import Envelope, build, message_id
from notifications.muting import Muted, must_speak
from notifications.pacing import NO_LIMITS, Limits, Tab, allowance, begin, granted
from notifications.patience import REPEAT_UNKNOWN_AFTER
from notifications.rendering import Rendered
from notifications.secrecy import SecretOf, filled, no_secret

LEASE = timedelta(minutes=20)  # longer than one letter may take (15 minutes)
BATCH = 200

OpenTransaction = Callable[[], AbstractContextManager[Connection]]
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop:
    """The answer of a re-check for a letter that is no longer true: why, for the secretariat."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a letter says, the .ics that goes with it, and in whose name it goes out if not in the house's."""

    rendered: Rendered
    calendar: bytes | None = None
    sender: Sender | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """The answer of a re-check that could not be made: why, and when to ask again."""

    until: datetime
    reason: str


Recheck = Callable[[Connection, Sequence[Claimed], datetime], Sequence[Mapping[str, Any] | Drop | Wait]]
"""For each letter, in order: the context to write it with, `Drop` or `Wait`. Runs in the claiming transaction. For a
letter that is frozen already only the last two count: its words are fixed."""

Compose = Callable[[Claimed, Mapping[str, Any]], Content]
"""Writes a letter. A `MailError` fails that letter and no other."""


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
class _Prepared:
    """The outcome of the claiming transaction."""

    claimed: int = 0
    letters: Sequence[Claimed] = ()
    parcels: Sequence[Parcel] = ()
    dropped: int = 0
    unwritable: int = 0
    stop: Stop | None = None
    tab: Tab | None = None


async def deliver_once(
    open_transaction: OpenTransaction,
    door: Door,
    *,
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

    `open_transaction` gives a connection inside a write transaction that commits on leaving. Raises what the database
    raises; then nothing is lost: what was not settled is set free when the lease runs out.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox") as desk:

        def prepare() -> _Prepared:
            try:
                with open_transaction() as conn:
                    return _prepare(
                        conn, sender, recheck, compose, at=clock(), worker=worker, limit=batch, secret_of=secret_of,
                        only=only, limits=limits,
                    )  # fmt: skip
            except Muted as muted:
                return _Prepared(stop=muted.stop)

        prepared = await loop.run_in_executor(desk, prepare)
        ledger = Ledger(
            open_transaction,
            clock,
            desk,
            prepared.letters,
            lease=LEASE,
            tab=prepared.tab or Tab(at=clock()),
            patience=patience,
        )
        stop = prepared.stop
        try:
            if prepared.parcels:
                stop = await door.deliver(prepared.parcels, dot=ledger.dot, report=ledger.report)
        finally:
            await ledger.close()

        def look() -> datetime | None:
            with open_transaction() as conn:
                return _next_due(conn, limits, only=only, at=clock())

        due = await loop.run_in_executor(desk, look)
    return DeliveryReport(
        claimed=prepared.claimed,
        sent=ledger.counted["sent"],
        back=ledger.counted["known_not_delivered"],
        refused=ledger.counted["refused"],
        unknown=ledger.counted["unknown"],
        dropped=prepared.dropped,
        unwritable=prepared.unwritable,
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


def _prepare(
    conn: Connection, sender: Sender, recheck: Recheck, compose: Compose, *, at: datetime, worker: str, limit: int,
    secret_of: SecretOf, only: Collection[str], limits: Limits,
) -> _Prepared:  # fmt: skip
    """Claim letters, ask whether they are still true, write and freeze those that are new."""
    must_speak(conn)
    allowed = begin(conn, limits, at=at)
    most = allowed.most(limit)
    letters = claim(
        conn, at=at, worker=worker, limit=most, lease_until=at + LEASE, repeat_at=at + REPEAT_UNKNOWN_AFTER, only=only,
        allowance=allowed,
    )  # fmt: skip
    if most == 0:
        due = next_due(conn, only=only)
        return _Prepared(stop=allowed.stop() if due is not None and due <= at else None)
    frozen: dict[int, Frozen] = {}
    new: dict[int, Frozen] = {}
    ended: list[Settlement] = []
    for letter, answer in zip(letters, recheck(conn, letters, at) if letters else (), strict=True):
        if isinstance(answer, Drop):
            ended.append(Settlement(id=letter.id, token=letter.token, outcome="dropped", answer=answer.reason))
        elif isinstance(answer, Wait):
            ended.append(Settlement(id=letter.id, token=letter.token, outcome="known_not_delivered",
                                    answer=answer.reason, next_attempt_at=answer.until))  # fmt: skip
        elif letter.frozen is not None:
            frozen[letter.id] = letter.frozen
        else:
            try:
                new[letter.id] = _write(letter, compose(letter, answer), sender, at)
            except MailError as error:
                ended.append(Settlement(id=letter.id, token=letter.token, outcome="refused", answer=str(error)))
    freeze(conn, new)
    settle(conn, ended, at=at)
    bytes_of = frozen | new
    held = [letter for letter in letters if letter.id in bytes_of]
    domains = [letter.to.address.domain for letter in held]
    dropped = sum(one.outcome == "dropped" for one in ended)
    return _Prepared(
        claimed=len(letters),
        letters=held,
        parcels=[_parcel(letter, bytes_of[letter.id], secret_of(letter)) for letter in held],
        dropped=dropped,
        unwritable=len(ended) - dropped,
        tab=granted(conn, limits, held[0].token, domains, at=at) if held else None,
    )


def _write(letter: Claimed, content: Content, sender: Sender, at: datetime) -> Frozen:
    sender = content.sender or sender
    envelope = Envelope(sender=sender, to=letter.to, message_id=message_id(letter.public_id, sender), date=at)
    raw = build(envelope, content.rendered, calendar=content.calendar)
    return Frozen(message_id=envelope.message_id, date=at, raw=raw)


def _parcel(letter: Claimed, frozen: Frozen, secret: str | None) -> Parcel:
    raw = frozen.raw if secret is None else filled(frozen.raw, secret)
    return Parcel(
        id=letter.id, public_id=letter.public_id, to_address=str(letter.to.address), date=frozen.date, raw=raw
    )

"""One round of delivery: claim, check again, write, hand to the door, freeze at the dot, note what became of it.

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

from notifications.claims import Claimed, Frozen, Outcome, Settlement, claim, settle
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
from notifications.unchanged import unchanged

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


Answers = Sequence[Mapping[str, Any] | Drop | Wait]
Recheck = Callable[[Connection, Sequence[Claimed], datetime], Answers]
"""For each letter, in order: the context to write it with, `Drop` or `Wait`. Runs after the claiming transaction:
whoever makes a letter untrue later takes it away from its holder. For one that is frozen already only the last two
count: its words are fixed."""

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
class _Taken:
    """The outcome of the claiming transaction."""

    at: datetime
    letters: Sequence[Claimed] = ()
    stop: Stop | None = None
    tab: Tab | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Written:
    """What became of the letters that were taken: those to be sent, those that are new among them, and all others."""

    letters: Sequence[Claimed]
    bytes_of: Mapping[int, Frozen]
    new: Mapping[int, Frozen]
    ended: Sequence[Settlement]

    def count(self, outcome: Outcome) -> int:
        return sum(one.outcome == outcome for one in self.ended)


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

        def write() -> _Written:
            with open_look() as conn:
                answers = recheck(conn, taken.letters, taken.at)
            with unchanged():  # the answers are there, and nothing but the letters is made of them
                written = _write_all(taken, answers, compose, sender)
            if written.ended:
                with open_transaction() as conn:
                    settle(conn, written.ended, at=taken.at)
            return written

        taken = await loop.run_in_executor(desk, take)
        written = _Written(letters=taken.letters, bytes_of={}, new={}, ended=())
        ledger = Ledger(
            open_transaction,
            clock,
            desk,
            taken.letters,
            lease=LEASE,
            tab=taken.tab or Tab(at=taken.at),
            patience=patience,
        )
        stop = taken.stop
        try:
            if taken.letters:
                written = await loop.run_in_executor(desk, write)
                ledger.keep(written.letters, written.new)
            if written.letters:
                parcels = [_parcel(each, written, secret_of(each)) for each in written.letters]
                stop = await door.deliver(parcels, dot=ledger.dot, report=ledger.report)
        finally:
            await ledger.close()

        def look() -> datetime | None:
            with open_look() as conn:
                return _next_due(conn, limits, only=only, at=clock())

        due = await loop.run_in_executor(desk, look)
    return DeliveryReport(
        claimed=len(taken.letters),
        sent=ledger.counted["sent"],
        back=ledger.counted["known_not_delivered"],
        refused=ledger.counted["refused"],
        unknown=ledger.counted["unknown"],
        dropped=written.count("dropped"),
        unwritable=len(written.ended) - written.count("dropped"),
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


def _write_all(taken: _Taken, answers: Answers, compose: Compose, sender: Sender) -> _Written:
    """Write the letters that are still true and new. No transaction is open meanwhile: nobody waits for words."""
    frozen: dict[int, Frozen] = {}
    new: dict[int, Frozen] = {}
    ended: list[Settlement] = []
    for letter, answer in zip(taken.letters, answers, strict=True):
        if isinstance(answer, Drop):
            ended.append(Settlement(id=letter.id, token=letter.token, outcome="dropped", answer=answer.reason))
        elif isinstance(answer, Wait):
            ended.append(Settlement(id=letter.id, token=letter.token, outcome="known_not_delivered",
                                    answer=answer.reason, next_attempt_at=answer.until))  # fmt: skip
        elif letter.frozen is not None:
            frozen[letter.id] = letter.frozen
        else:
            try:
                new[letter.id] = _write(letter, compose(letter, answer), sender, taken.at)
            except MailError as error:
                ended.append(Settlement(id=letter.id, token=letter.token, outcome="refused", answer=str(error)))
    bytes_of = frozen | new
    return _Written(letters=[each for each in taken.letters if each.id in bytes_of], bytes_of=bytes_of, new=new,
                    ended=ended)  # fmt: skip


def _write(letter: Claimed, content: Content, sender: Sender, at: datetime) -> Frozen:
    sender = content.sender or sender
    envelope = Envelope(sender=sender, to=letter.to, message_id=message_id(letter.public_id, sender), date=at)
    raw = build(envelope, content.rendered, calendar=content.calendar)
    return Frozen(message_id=envelope.message_id, date=at, raw=raw)


def _parcel(letter: Claimed, written: _Written, secret: str | None) -> Parcel:
    frozen = written.bytes_of[letter.id]
    return Parcel(
        id=letter.id, public_id=letter.public_id, to_address=str(letter.to.address), date=frozen.date,
        raw=frozen.raw if secret is None else filled(frozen.raw, secret),
        ready=secret is None and letter.id in written.new,  # as `message.build` makes them
    )  # fmt: skip

"""What a round knows of its letters, on its way to the database: dots before they are sent, outcomes after.

Several lines reach the dot at once; whoever comes while a commit runs shares the next one, which waits a moment for
lines that are just being answered. So a commit is paid by as many letters as there are lines, and none waits for more
than the commit before its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection

from notifications.claims import Claimed, Frozen, Settlement, freeze, mark_dot, settle
from notifications.doors import Answer, Parcel
from notifications.pacing import Tab
from notifications.patience import REPEAT_UNKNOWN_AFTER, next_attempt
from notifications.row_order import take_ids

BREATH = 1.0  # seconds between two tries to store what is known in the end
MAY_HAVE_ARRIVED = "收到与否未知 may have arrived："
NO_ANSWER = "投递中断 / broken off during delivery"
TOGETHER = 0.002  # seconds for which dots wait for those of lines that are just being answered
A_MOMENT = 0.02  # seconds for which an outcome waits for a commit that it can share
GIVEN_UP = "，多日重试未果，已放弃 / given up after days of trying"


class Ledger:
    """The letters of one round. `counted` says how many had which outcome.

    On closing it tries for `patience` seconds to store what it knows: a database server that is started anew is back in
    a few, and what is not stored is unknown for as long as the lease lasts.
    """

    def __init__(
        self,
        open_transaction: Callable[[], AbstractContextManager[Connection]],
        clock: Callable[[], datetime],
        desk: Executor,
        letters: Sequence[Claimed],
        *,
        lease: timedelta,
        tab: Tab,
        patience: float = 0.0,
    ) -> None:
        self.counted: Counter[str] = Counter()
        self._open_transaction = open_transaction
        self._clock = clock
        self._desk = desk
        self._lease = lease
        self._tab = tab
        self._token = letters[0].token if letters else ""
        self._open = {letter.id: letter for letter in letters}  # those without an outcome
        self._new: dict[int, Frozen] = {}  # not stored yet
        self._dotted: dict[int, datetime] = {}  # until when each may be sent
        self._all_home = asyncio.Event()
        self._at_the_gate: list[tuple[int, asyncio.Future[bool]]] = []
        self._outcomes: list[Settlement] = []
        self._committing: asyncio.Task[None] | None = None
        self._waiting: asyncio.TimerHandle | None = None
        self._over = False
        self._patience = patience  # seconds

    async def dot(self, parcel: Parcel) -> bool:
        """Commit that this letter's final dot is about to be sent. False: it may not be, leave it out.

        A process that was stopped in between until its lease was over comes too late: others may have been told since
        that the outcome is unknown, and the reader something newer.
        """
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._at_the_gate.append((parcel.id, answer))
        self._commit_soon()
        if not await answer:
            return False
        now = self._clock()
        if now < self._dotted[parcel.id] and self._tab.may_leave(now):
            self._tab.left(self._open[parcel.id].to.address.domain, now)
            return True
        del self._dotted[parcel.id]
        self._tell_if_home()
        return False

    def report(self, parcel: Parcel, answer: Answer) -> None:
        """Note what became of a letter; committed soon, at the latest on `close`."""
        letter, now = self._open.pop(parcel.id), self._clock()
        if parcel.id not in self._dotted:
            self._tab.left(letter.to.address.domain, now)  # a server counts what it refuses too
        self.counted[answer.kind] += 1
        self._outcomes.append(_settlement(letter, answer, now))
        self._tell_if_home()
        self._commit_later()

    def keep(self, letters: Sequence[Claimed], new: Mapping[int, Frozen]) -> None:
        """All others that were claimed are settled elsewhere; what is `new` is frozen with a dot or an outcome."""
        self._open = {letter.id: letter for letter in letters}
        self._new = dict(new)

    async def close(self) -> None:
        """Settle what is left: what was not dotted goes back untouched, what was dotted is unknown."""
        if self._waiting is not None:
            self._commit_soon()
        if self._committing is not None:
            await asyncio.wait((self._committing,))
        for letter in self._open.values():
            if letter.id in self._dotted:
                self.counted["unknown"] += 1
                self._outcomes.append(_settlement(letter, Answer(kind="unknown", words=NO_ANSWER), self._clock()))
            else:
                self._outcomes.append(Settlement(id=letter.id, token=letter.token, outcome="released", answer=""))
        self._open.clear()
        self._over = True
        if self._outcomes or self._tab.due(self._clock(), over=True):
            await self._commit_in_the_end()

    async def _commit_in_the_end(self) -> None:
        now = asyncio.get_running_loop().time
        end = now() + self._patience
        while True:
            try:
                await self._commit()
            except Exception:
                if now() >= end:
                    raise
                await asyncio.sleep(BREATH)
            else:
                return

    def _commit_later(self) -> None:
        """With the next dots, which other lines bring in a moment, or without them."""
        if self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_later(A_MOMENT, self._commit_soon)

    def _commit_soon(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all())

    async def _commit_all(self) -> None:
        await asyncio.sleep(0)  # let the other lines that got an answer in this moment come along
        while self._at_the_gate or (self._outcomes and self._waiting is None):
            await self._company()
            if not await self._commit_or_refuse():
                return

    async def _company(self) -> None:
        """Wait a moment as long as a letter is on the wire: its line brings the next one soon."""
        if not self._are_home:
            self._all_home.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(TOGETHER):
                    await self._all_home.wait()

    @property
    def _are_home(self) -> bool:
        """No letter is on the wire, as far as we know."""
        return self._dotted.keys().isdisjoint(self._open.keys())

    def _tell_if_home(self) -> None:
        if self._are_home:
            self._all_home.set()

    async def _commit_or_refuse(self) -> bool:
        gate, self._at_the_gate = self._at_the_gate, []
        try:
            passed = await self._commit([number for number, _ in gate])
        except Exception as error:  # noqa: BLE001  # whatever it is, those who wait at the gate must not wait for ever
            for _, answer in gate:
                if not answer.done():
                    answer.set_exception(error)
            return False
        for number, answer in gate:
            if not answer.done():
                answer.set_result(number in passed)
        return True

    async def _commit(self, dots: Sequence[int] = ()) -> set[int]:
        """One transaction for outcomes and dots. Outcomes that could not be stored are kept for the next one."""
        outcomes, self._outcomes = self._outcomes, []
        at = self._clock()
        try:
            loop = asyncio.get_running_loop()
            passed = await loop.run_in_executor(self._desk, self._store, outcomes, dots, at)
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            raise
        self._dotted |= dict.fromkeys(passed, at + self._lease)
        for number in (*passed, *(one.id for one in outcomes)):
            self._new.pop(number, None)
        return passed

    def _store(self, outcomes: Sequence[Settlement], dots: Sequence[int], at: datetime) -> set[int]:
        with self._open_transaction() as conn:
            if self._tab.due(at, over=self._over):
                self._tab.store(conn, at=at, over=self._over)
            take_ids(conn, {one.id for one in outcomes} | set(dots))
            freeze(conn, {one.id: self._new[one.id] for one in outcomes if one.id in self._new}, token=self._token)
            settle(conn, outcomes, at=at)
            if not dots:
                return set()
            return mark_dot(conn, token=self._token, ids=dots, lease_until=at + self._lease, new=self._new)


def _settlement(letter: Claimed, answer: Answer, at: datetime) -> Settlement:
    """An outcome as it is stored: with the next attempt, or with none left as refused for good."""
    kind, words, due = answer.kind, answer.words, None
    if kind == "unknown":
        due, words = at + REPEAT_UNKNOWN_AFTER, MAY_HAVE_ARRIVED + words
    elif kind == "known_not_delivered":
        due = next_attempt(attempt=letter.attempts + 1, at=at, useful_until=letter.useful_until)
        if due is None:
            kind, words = "refused", words + GIVEN_UP
    return Settlement(id=letter.id, token=letter.token, outcome=kind, answer=words, next_attempt_at=due)

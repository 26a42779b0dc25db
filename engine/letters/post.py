"""The post of the house: one place that puts outbox, second look, templates and door together.

The live engine and the rehearsal send through the same `Post`; they differ in the door and in the clock. While the
clock is in doubt only letters that let people in leave: all others would tell dates that may be wrong, or too early.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from engine.clock import Clock
from engine.letters.in_whose_name import signing
from engine.letters.recheck import recheck
from engine.letters.sign_in import SIGN_IN
from engine.office import Office
from notifications.delivery import Compose, DeliveryReport, deliver_once
from notifications.doors import Door
from notifications.letter import Sender
from notifications.pacing import NO_LIMITS, Limits
from notifications.secrecy import SecretOf, no_secret

ROUNDS = 200  # batches a call, so that a beat ends even while letters keep coming

OpenDoor = Callable[[], AbstractAsyncContextManager[Door]]


@dataclass(frozen=True, kw_only=True)
class Post:
    """What is needed to deliver; `worker` names this sender and no other, `most` is how many batches a call takes.

    With what became of letters it waits `patience` seconds for a database that is away.

    The door is opened anew for each delivery: its connections live in that delivery's event loop.
    """

    office: Office
    open_door: OpenDoor
    sender: Sender
    compose: Compose
    clock: Clock
    worker: str
    secret_of: SecretOf = no_secret
    most: int = ROUNDS
    patience: float = 0.0
    limits: Limits = NO_LIMITS

    def deliver(self) -> list[DeliveryReport]:
        """Deliver what is due, batch after batch, until nothing is or the door takes no more."""
        reports = asyncio.run(self._rounds())
        if any(each.claimed for each in reports):
            self.office.database.tell()
        return reports

    async def _rounds(self) -> list[DeliveryReport]:
        recheck_now = recheck(self.office)
        reports: list[DeliveryReport] = []
        async with self.open_door() as door:
            while len(reports) < self.most and (not reports or reports[-1].more):
                reports.append(
                    await deliver_once(
                        self.office.database.write,
                        door,
                        open_look=self.office.database.read,
                        sender=self.sender,
                        recheck=recheck_now,
                        compose=signing(self.compose, self.office.memory, self.sender),
                        clock=self.clock,
                        worker=self.worker,
                        secret_of=self.secret_of,
                        limits=self.limits,
                        patience=self.patience,
                        only=(SIGN_IN,) if self.office.doubt() else (),
                    )
                )
        return reports

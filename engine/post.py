"""The post of the house: one place that puts outbox, second look, templates and door together.

The live engine and the rehearsal send through the same `Post`; they differ in the door and in the clock.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from engine.clock import Clock
from engine.office import Office
from engine.recheck import recheck
from notifications.delivery import Compose, DeliveryReport, deliver_once
from notifications.doors import Door
from notifications.letter import Sender

ROUNDS = 200  # batches a call, so that a beat ends even while letters keep coming


@dataclass(frozen=True, kw_only=True)
class Post:
    """What is needed to deliver; `worker` names this sender and no other."""

    office: Office
    door: Door
    sender: Sender
    compose: Compose
    clock: Clock
    worker: str

    def deliver(self) -> list[DeliveryReport]:
        """Deliver what is due, batch after batch, until nothing is or the door takes no more."""
        return asyncio.run(self.rounds())

    async def rounds(self) -> list[DeliveryReport]:
        """The same, for a caller whose door lives in an event loop."""
        recheck_now = recheck(self.office)
        reports: list[DeliveryReport] = []
        while len(reports) < ROUNDS:
            reports.append(
                await deliver_once(
                    self.office.database.write,
                    self.door,
                    sender=self.sender,
                    recheck=recheck_now,
                    compose=self.compose,
                    clock=self.clock,
                    worker=self.worker,
                )
            )
            if not reports[-1].more:
                break
        return reports

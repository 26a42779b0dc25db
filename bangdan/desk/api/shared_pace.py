"""How often one token may ask where several processes answer: they share its bucket in the database.

Each takes a lease of requests at a time, as many as it used of the last one and twice that while it uses them up: who
asks seldom takes one, who asks fast twenty. A lease is good for as long as the bucket needs to fill by the largest. So
all processes together let through `burst` and what has filled up, and two seconds' worth more at most. What is left of
a lease goes back with the next one.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bangdan.desk.api.pace import MOST_KNOWN, Pace, Standing
from engine.accounts import paces
from engine.accounts.paces import Taken
from engine.database import Database
from engine.failing import FAILING
from workflows.reasons import Refused

LARGEST = 20  # requests of a lease


@dataclass(kw_only=True, slots=True)
class Lease:
    """What a process holds of one token's bucket: so many requests `until`, of a lease of `size`.

    `others` were left in the bucket when it was taken. Where nothing was, nobody needs to ask for more until then.
    """

    held: int
    size: int
    until: float
    others: float


@dataclass(kw_only=True)
class SharedPace:
    """As `Pace`, over all processes on that database; `clock` is a stopwatch.

    While the bucket can't be asked, each process counts by itself: who may only read still can.
    """

    database: Database
    clock: Callable[[], float] = time.monotonic
    burst: int = 120
    per_second: float = 10.0
    _leases: dict[int, Lease] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _alone: Pace = field(init=False)

    def __post_init__(self) -> None:
        self._alone = Pace(clock=self.clock, burst=self.burst, per_second=self.per_second)

    def take(self, token: int) -> Standing:
        """One request of that token."""
        with self._lock:
            lease = self._leases.get(token)
            if lease is not None and self.clock() < lease.until and (lease.held or not lease.size):
                return self._use(lease)
            wanted, back = _next(lease)
            if lease is not None:
                lease.held = 0  # it goes back, once
        try:
            taken = self._taken(token, wanted, back)
        except (Refused, *FAILING):
            return self._alone.take(token)
        with self._lock:
            return self._use(self._keep(token, taken))

    def _taken(self, token: int, wanted: int, back: int) -> Taken:
        with self.database.write() as connection:
            return paces.take(connection, token, wanted=wanted, back=back, burst=self.burst, per_second=self.per_second)

    def _keep(self, token: int, taken: Taken) -> Lease:
        """A new lease; what another thread took for the same token meanwhile is added to it."""
        before = self._leases.pop(token, None)
        there = before.held if before is not None and self.clock() < before.until else 0
        good = LARGEST if taken.given else 1 - taken.left  # until there may be one again, where nothing was left
        lease = Lease(held=taken.given + there, size=taken.given + there, others=taken.left,
                      until=self.clock() + good / self.per_second)  # fmt: skip
        self._leases[token] = lease
        if len(self._leases) > MOST_KNOWN:
            del self._leases[next(iter(self._leases))]
        return lease

    def _use(self, lease: Lease) -> Standing:
        allowed = lease.held > 0
        lease.held -= allowed
        left = min(lease.held + lease.others, float(self.burst))
        wait = 0 if allowed else max(1, math.ceil((1 - lease.others) / self.per_second))
        return Standing(allowed=allowed, limit=self.burst, left=int(left), wait=wait,
                        full=math.ceil((self.burst - left) / self.per_second))  # fmt: skip


def _next(lease: Lease | None) -> tuple[int, int]:
    """How many to take now, and how many of the last lease go back."""
    if lease is None:
        return 1, 0
    used = lease.size - lease.held
    return max(1, min(LARGEST, 2 * used if lease.held <= 0 else used)), max(lease.held, 0)

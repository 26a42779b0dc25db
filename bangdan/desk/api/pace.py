"""How often one token may ask: a bucket of requests that fills up again steadily. Kept in this process."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from workflows.reasons import Reason

MOST_KNOWN = 10_000  # buckets that are kept; full ones say nothing and are dropped first


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a token stands after a request: may it, how many are left at once, seconds until there is one, until all."""

    allowed: bool
    limit: int
    left: int
    wait: int
    full: int

    @property
    def headers(self) -> dict[str, str]:
        """What every answer says of it."""
        said = {"ratelimit-limit": str(self.limit), "ratelimit-remaining": str(self.left),
                "ratelimit-reset": str(self.full)}  # fmt: skip
        return said if self.allowed else {**said, "retry-after": str(self.wait)}


class Pacing(Protocol):
    """What counts the requests of each token: in this process, or over several (`shared_pace`)."""

    def take(self, token: int) -> Standing:
        """One request of that token."""
        ...


@dataclass(kw_only=True)
class Pace:
    """`burst` requests at once, and `per_second` in the long run. `clock` is a stopwatch."""

    clock: Callable[[], float]
    burst: int = 120
    per_second: float = 10.0
    _left: dict[int, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, token: int) -> Standing:
        """One request of that token."""
        with self._lock:
            now = self.clock()
            before, at = self._left.pop(token, (float(self.burst), now))
            there = min(self.burst, before + (now - at) * self.per_second)
            allowed = there >= 1
            left = there - 1 if allowed else there
            self._left[token] = (left, now)
            if len(self._left) > MOST_KNOWN:
                del self._left[next(iter(self._left))]
        wait = max(1, math.ceil((1 - left) / self.per_second)) if left < 1 else 0
        return Standing(allowed=allowed, limit=self.burst, left=int(left), wait=wait,
                        full=math.ceil((self.burst - left) / self.per_second))  # fmt: skip


def too_often(standing: Standing) -> Reason:
    """API-15."""
    return Reason(
        code="API-15",
        zh=f"请求过于频繁，没有办理；请{standing.wait}秒后再试",
        en=f"too many requests, nothing was done; try again in {standing.wait} seconds",
        facts={"seconds": standing.wait},
    )

"""A lock that goes to whoever waits longest.

The library's own goes to whoever asks first when it is free: a thread that takes it again and again, such as a closing
chunk by chunk, would have it again before any that waits has woken up.
"""

from __future__ import annotations

from collections import deque
from threading import Event, Lock


class Line:
    """One may hold it; the others stand in line."""

    def __init__(self) -> None:
        self._looking = Lock()
        self._taken = False
        self._waiting: deque[Event] = deque()

    def acquire(self, seconds: float) -> bool:
        """Take it, waiting in line for so long; whether it was to be had."""
        with self._looking:
            if not self._taken:
                self._taken = True
                return True
            called = Event()
            self._waiting.append(called)
        if called.wait(seconds):
            return True
        with self._looking:
            if called.is_set():  # in this very moment
                return True
            self._waiting.remove(called)
            return False

    def release(self) -> None:
        """Call the next in line."""
        with self._looking:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False

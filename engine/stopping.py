"""Being told to stop, by SIGTERM or Ctrl+C: once, so that what is under way can be finished."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def first_signal() -> Iterator[Callable[[], signal.Signals]]:
    """A function that waits for the first signal. From then on signals have their usual, deadly effect again."""
    arrived = threading.Event()
    came: list[signal.Signals] = []

    def note(number: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_DFL)
        came.append(signal.Signals(number))
        arrived.set()

    def wait() -> signal.Signals:
        while not arrived.wait(timeout=1):
            pass  # on Windows a wait without an end can't be interrupted
        return came[0]

    before = {each: signal.signal(each, note) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield wait
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

"""A thread of its own for what must never hold up a beat: asked while it is at it, it does it once more afterwards."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

CLOSING_SECONDS = 30  # longer than one call may take

logger = logging.getLogger(__name__)


class Aside:
    """Does `work` when it is asked to, never twice at a time. `leaving` is set on closing, for `work` to look at."""

    def __init__(self, work: Callable[[], object], leaving: threading.Event, *, name: str = "webhooks") -> None:
        self._work = work
        self._leaving = leaving
        self._asked = threading.Event()
        self._name = name
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def __call__(self) -> None:
        """Ask for it; returns at once."""
        self._asked.set()

    def close(self) -> None:
        """Let what is under way end, and do nothing more."""
        self._leaving.set()
        self._asked.set()
        self._thread.join(CLOSING_SECONDS)

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            if self._leaving.is_set():
                return
            try:
                self._work()
            except Exception:
                logger.exception("%s_failed", self._name)

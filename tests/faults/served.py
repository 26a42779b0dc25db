"""A misbehaving mail server on a thread of its own, for senders that bring their own event loop, and none at all.

    with served({"dot": ["250 ok", "451 later"]}) as server:
        ...  # talk to 127.0.0.1:server.port; server.delivered, server.recipients, server.connections
    with nobody() as port:
        ...  # a connection to 127.0.0.1:port is refused

What a script may say is in `tests.notifications.misbehaving`; an answer that ends in HELD is given when the server is
told to `let_go`, and what it says has been decided by then: a message that is answered "250 held" has been taken.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.notifications.misbehaving import Misbehaving, Script, in_a_thread

PATIENCE = 60  # seconds until a test gives up
HELD = " held"


class Holding(Misbehaving):
    """One that keeps a client waiting for an answer that it has decided on."""

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self._let_go = threading.Event()

    def let_go(self) -> None:
        """Give the answers that were held."""
        self._let_go.set()

    async def _carry_out(self, todo: str, writer: asyncio.StreamWriter) -> None:
        while todo.endswith(HELD) and not self._let_go.is_set():  # noqa: ASYNC110 - set by another thread
            await asyncio.sleep(0.01)
        await super()._carry_out(todo, writer)


@contextmanager
def served(script: Script | None = None, *, port: int = 0) -> Iterator[Holding]:
    """The server, until the end of the block."""
    server = Holding(script)
    server.port = port
    with in_a_thread(server):
        yield server


@contextmanager
def nobody() -> Iterator[int]:
    """A port of ours where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def waited_for(condition: Callable[[], bool]) -> bool:
    """Look again and again until it holds; False if it does not within our patience."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True

"""A misbehaving mail server on a thread of its own, for senders that bring their own event loop, and none at all.

    with served({"dot": ["250 ok", "451 later"]}) as server:
        ...  # talk to 127.0.0.1:server.port; server.delivered, server.recipients, server.connections
    with nobody() as port:
        ...  # a connection to 127.0.0.1:port is refused

What a script may say is in `tests.notifications.misbehaving`.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.notifications.misbehaving import Misbehaving, Script, Stage

PATIENCE = 60  # seconds until a test gives up


@contextmanager
def served(script: Script | None = None, *, port: int = 0) -> Iterator[Misbehaving]:
    """The server, until the end of the block."""
    server, up, over = Misbehaving(script), threading.Event(), asyncio.Event()
    server.port = port
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        async with server:
            loops.append(asyncio.get_running_loop())
            up.set()
            await over.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="misbehaving")
    thread.start()
    assert up.wait(PATIENCE)
    try:
        yield server
    finally:
        loops[0].call_soon_threadsafe(over.set)
        thread.join(PATIENCE)


@contextmanager
def nobody() -> Iterator[int]:
    """A port of ours where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def has_come_to(server: Misbehaving, stage: Stage, *, times: int = 1) -> bool:
    """Whether a client has been at `stage`, which is how its sender is known to be there."""
    verb = {"dot": "DATA"}.get(stage, stage)
    return sum(line.upper().startswith(verb) for line in server.commands) >= times

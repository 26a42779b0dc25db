"""Serving an app over HTTP until the process is told to stop; requests under way are answered first."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from bangdan.desk.live import Live
from workflows.reasons import Reason, Refused

GRACE = 10  # seconds that requests under way are given when the desk is told to stop
KEEP_ALIVE = 20  # seconds an idle connection is kept
THREADS = 40


def listen(host: str, port: int) -> socket.socket:
    """A socket on that address; port 0 takes a free one. Raises Refused (WEB-01) when it can't be had."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Refused(_taken(host, port, error)) from error


def is_open(on: socket.socket) -> bool:
    """Whether others than this machine may reach that socket."""
    return not ip_address(on.getsockname()[0].partition("%")[0]).is_loopback


def serve(
    app: FastAPI, on: socket.socket, *, ready: Callable[[], None], live: Live | None = None, threads: int = THREADS
) -> None:  # fmt: skip
    """Answer requests until SIGTERM or SIGINT; `ready` is called when the first can be answered.

    `live` are the streams to open pages, which last as long as the desk does; `threads` work at requests.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, date_header=True, proxy_headers=False,
        timeout_graceful_shutdown=GRACE, timeout_keep_alive=KEEP_ALIVE, lifespan="off", ws="none",
    )  # fmt: skip
    server = _Announced(config, ready, live, threads)
    settle()
    server.run(sockets=[on])


def settle() -> None:
    """Let the collector of garbage pass over all that the program is made of from now on: one pass took 200 ms."""
    gc.collect()
    gc.freeze()


class _Announced(uvicorn.Server):
    """A server that says when it is up, and that comes back when it was told to stop."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], live: Live | None, threads: int) -> None:
        super().__init__(config)
        self._ready = ready
        self._live = live
        self._threads = threads

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        current_default_thread_limiter().total_tokens = self._threads
        if self._live is not None:
            self._live.begin()
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what would never end by itself, then wait for the rest."""
        if self._live is not None:
            self._live.end()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, but without the signal once more at the end: whoever serves still has things to put away."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def _taken(host: str, port: int, error: OSError) -> Reason:
    return Reason(
        code="WEB-01",
        zh=f"无法在 {host}:{port} 上监听：{error.strerror}。请用 --port 换一个端口，或先停止占用它的程序",
        en=f"can't listen on {host}:{port}: {error.strerror}. Choose another with --port, or stop what is using it",
    )

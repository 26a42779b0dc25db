"""A line to a database server that is cut at a chosen word: the server did what was asked, or never heard of it.

    with cut_line(url) as line:
        database = Database(line.url)                  # goes through a socket of ours to the server's
        line.cut_at(b"COMMIT", forwarded=True)         # once: the server commits, and its answer is lost
        line.cut_at(b"COMMIT", forwarded=False)        # once: the server never hears of it

Only for servers on a unix socket, as `tests.postgres` starts them.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from sqlalchemy.engine import URL

NAME = ".s.PGSQL.5432"
CHUNK = 1 << 16


@dataclass(kw_only=True)
class Line:
    """`url` leads through us."""

    url: URL
    server: str
    word: bytes | None = None
    forwarded: bool = False
    cut: set[socket.socket] = field(default_factory=set)

    def cut_at(self, word: bytes, *, forwarded: bool) -> None:
        """The next time that somebody says that word; `forwarded`: the server still hears it and does it."""
        self.word, self.forwarded = word, forwarded

    def carry(self, client: socket.socket) -> None:
        """One connection, until either side ends it or it is cut."""
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self.server)
            back = Thread(target=self._back, args=(server, client))
            back.start()
            while (said := _received(client)) and not self._cut_by(said, server):
                server.sendall(said)
            _end(client if server in self.cut else server)
            back.join()

    def _cut_by(self, said: bytes, server: socket.socket) -> bool:
        if self.word is None or self.word not in said:
            return False
        self.word = None
        self.cut.add(server)
        if self.forwarded:
            server.sendall(said)
            _received(server, socket.MSG_PEEK)  # it has done it: the answer is here
        else:
            _end(server)
        return True

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        while (said := _received(server)) and server not in self.cut:
            with suppress(OSError):
                client.sendall(said)
        _end(server)
        _end(client)


@contextmanager
def cut_line(url: URL) -> Iterator[Line]:
    """A line to the server at `url`, whole until it is cut."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bangdan-line-")))
        listening = stack.enter_context(socket.socket(socket.AF_UNIX))
        listening.bind(str(folder / NAME))
        listening.listen(32)
        line = Line(url=url.update_query_dict({"host": str(folder)}), server=f"{url.query['host']}/{NAME}")
        accepting = Thread(target=_accept, args=(listening, line))
        accepting.start()
        try:
            yield line
        finally:
            _end(listening)
            accepting.join()


def _accept(listening: socket.socket, line: Line) -> None:
    with suppress(OSError):
        while True:
            Thread(target=line.carry, args=(listening.accept()[0],), daemon=True).start()


def _received(on: socket.socket, flags: int = 0) -> bytes:
    try:
        return on.recv(CHUNK, flags)
    except OSError:
        return b""


def _end(on: socket.socket) -> None:
    with suppress(OSError):
        on.shutdown(socket.SHUT_RDWR)

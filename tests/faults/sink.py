"""A mail server that takes everything, fast, in a process of its own, and keeps who got which message.

    with sink(folder) as mail:
        ...  # letters to 127.0.0.1:mail.port, or to any other address of this machine
    mail.copies()                                   # Message-ID → how many of it were taken

A message is noted before it is answered "250": what a sender was told is taken is in the file, whatever dies.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n.\r\n"
ROOT = Path(__file__).parents[2]  # of its own: what would lend it takes seconds to load
_HEAD = 2_000  # bytes of a message in which its Message-ID stands
_ANSWERS = {b"EHLO": b"250-sink.example\r\n250 PIPELINING\r\n", b"DATA": b"354 go ahead\r\n", b"QUIT": b"221 bye\r\n"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sink:
    """Where it listens, and the file of what it took."""

    port: int
    taken: Path

    def copies(self) -> Counter[str]:
        """How many of each message were taken, by Message-ID."""
        return Counter(self.taken.read_text(encoding="ascii").split())


@contextmanager
def sink(folder: Path) -> Iterator[Sink]:
    """One that listens on every address of this machine, until the end of the block."""
    taken = folder / "taken"
    taken.touch()
    command = [sys.executable, "-m", "tests.faults.sink", str(taken)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield Sink(port=int(process.stdout.readline()), taken=taken)
        finally:
            process.kill()


class _Line(asyncio.Protocol):
    """One conversation: whatever has arrived is answered at once, in its order."""

    def __init__(self, taken: int) -> None:
        self._taken = taken
        self._heard = bytearray()
        self._looked = 0  # so far nothing ends
        self._in_text = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._heard += data
        answers = bytearray()
        while (answer := self._next()) is not None:
            answers += answer
        self._transport.write(bytes(answers))

    def _next(self) -> bytes | None:
        end = _END if self._in_text else b"\r\n"
        at = self._heard.find(end, self._looked)
        if at < 0:
            self._looked = max(0, len(self._heard) - len(end))
            return None
        heard = bytes(self._heard[: min(at, _HEAD)])
        del self._heard[: at + len(end)]
        self._looked = 0
        return self._kept(heard) if self._in_text else self._answer(heard)

    def _kept(self, message: bytes) -> bytes:
        found = _ID.search(message)
        os.write(self._taken, (found[1] if found else b"<none>") + b"\n")
        self._in_text = False
        return b"250 taken\r\n"

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        self._in_text = verb == b"DATA"
        return _ANSWERS.get(verb, b"250 ok\r\n")


async def _serve(path: str) -> None:
    taken = os.open(path, os.O_WRONLY | os.O_APPEND)
    server = await asyncio.get_running_loop().create_server(lambda: _Line(taken), "0.0.0.0", 0)  # noqa: S104 - a test's
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))

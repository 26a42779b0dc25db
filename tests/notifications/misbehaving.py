"""A small SMTP server that does as it is told, stage by stage, so that a client's answer to each fault can be seen.

    async with Misbehaving({"RCPT": "451 4.7.1 later", "dot": [DROP, "250 ok"]}) as server:
        ...  # talk to 127.0.0.1:server.port
    assert server.delivered == [...]

A script names stages (`connect`, `EHLO`, `STARTTLS`, `AUTH`, `MAIL`, `RCPT`, `DATA`, `dot`, `RSET`, `QUIT`); the others
are answered politely. What to do at one is an answer to give, or one of these:

    DROP                              close without a word
    HANG                              say nothing and keep the line
    DRIP                              one octet of an answer at a time, never its end
    GARBAGE                           what is no SMTP at all
    LATE + "250 ok"                   that answer, a second later
    ACCEPT_AND_DROP, ACCEPT_AND_HANG  only at `dot`: keep the message, then close or say nothing
    NO_HANDSHAKE                      only at `STARTTLS`: agree, then say nothing

A list is used up one by one, its last entry for ever. An answer of several lines is one string with CRLF between them,
as `"550-5.7.1 not\r\n550 5.7.1 here"`. `delivered` are the messages it has taken responsibility for, in order, dots
removed; `copies()` counts them by Message-ID.

For a client without an event loop, `in_a_thread` serves from a thread of its own:

    with in_a_thread(Misbehaving({"dot": ACCEPT_AND_DROP})) as server:
        ...  # the script may be changed between two conversations: server.script.clear()
    assert server.copies() == {"<a@host.example>": 2}
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from types import TracebackType
from typing import Literal, Self

Stage = Literal["connect", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "RSET", "QUIT"]
Script = Mapping[Stage, str | Sequence[str]]

DROP, HANG, DRIP, GARBAGE, ACCEPT_AND_DROP = "<drop>", "<hang>", "<drip>", "<garbage>", "<accept and drop>"
ACCEPT_AND_HANG, NO_HANDSHAKE = "<accept and hang>", "<no handshake>"
LATE = "<late>"
DRIP_SECONDS, LATE_SECONDS = 0.02, 1.0

POLITE: Mapping[str, str] = {
    "connect": "220 misbehaving.example ESMTP",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go ahead",
    "dot": "250 queued",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


class _Over(Exception):
    """This connection is over."""


class Misbehaving:
    """The server. `extensions` are what EHLO offers; `tls` secures after STARTTLS, `implicit` from the first octet."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        extensions: Sequence[str] = ("PIPELINING",),
        tls: ssl.SSLContext | None = None,
        implicit: ssl.SSLContext | None = None,
    ) -> None:
        self.script = {stage: [todo] if isinstance(todo, str) else list(todo) for stage, todo in (script or {}).items()}
        self.extensions = extensions
        self.delivered: list[bytes] = []
        self.recipients: list[str] = []
        self.commands: list[str] = []
        self.connections = 0
        self.port = 0
        self._tls, self._implicit = tls, implicit
        self._lines: set[asyncio.Task[None]] = set()
        self._reached: dict[str, asyncio.Event] = {}
        self._taken = threading.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._implicit)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for line in self._lines:
            line.cancel()
        await asyncio.gather(*self._lines, return_exceptions=True)
        await self._server.wait_closed()

    def copies(self) -> dict[str, int]:
        """How many copies of each message were taken, by Message-ID."""
        return dict(Counter(str(message_from_bytes(raw)["Message-ID"]) for raw in self.delivered))

    def wait_for(self, messages: int, seconds: float) -> None:
        """Wait, in another thread, until it has taken so many. Raises TimeoutError."""
        with self._taken:
            if not self._taken.wait_for(lambda: len(self.delivered) >= messages, seconds):
                raise TimeoutError(f"{len(self.delivered)} of {messages} messages after {seconds} s")

    async def reached(self, stage: Stage) -> None:
        """Wait until a client has come as far as `stage`."""
        await self._reached.setdefault(stage, asyncio.Event()).wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (_Over, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._lines.discard(task)
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._do("connect", writer)
        to, begun = "", False
        while True:
            line = (await reader.readuntil(b"\r\n"))[:-2].decode()
            self.commands.append(line)
            verb = line.split(" ", 1)[0].split(":", 1)[0].upper()
            if verb == "DATA":
                if (await self._do("DATA", writer)).startswith("354"):
                    await self._content(to, reader, writer)
            elif verb == "STARTTLS":
                await self._do("STARTTLS", writer)
                assert self._tls is not None
                await writer.start_tls(self._tls)
            else:
                answer = await self._do(verb, writer)
                if verb == "MAIL":
                    begun = answer.startswith("25")
                if verb == "RCPT":
                    to = line.partition("<")[2].partition(">")[0] if begun and answer.startswith("25") else ""
            if verb == "QUIT":
                raise _Over

    async def _content(self, to: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines: list[bytes] = []
        while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        todo = self._next("dot")
        if to and (todo in (ACCEPT_AND_DROP, ACCEPT_AND_HANG) or todo.removeprefix(LATE).startswith("250")):
            with self._taken:
                self.delivered.append(b"".join(lines))
                self.recipients.append(to)
                self._taken.notify_all()
        await self._carry_out(todo, writer)

    async def _do(self, stage: str, writer: asyncio.StreamWriter) -> str:
        todo = self._next(stage)
        await self._carry_out(todo, writer)
        return todo.removeprefix(LATE)

    def _next(self, stage: str) -> str:
        self._reached.setdefault(stage, asyncio.Event()).set()
        waiting = self.script.get(stage)  # type: ignore[call-overload]  # a verb that no script names
        if waiting:
            return str(waiting.pop(0) if len(waiting) > 1 else waiting[0])
        if stage == "EHLO":
            return "\r\n".join(["250-misbehaving.example", *(f"250-{one}" for one in self.extensions), "250 HELP"])
        return POLITE.get(stage, "250 ok")

    async def _carry_out(self, todo: str, writer: asyncio.StreamWriter) -> None:
        if todo in (DROP, ACCEPT_AND_DROP):
            raise _Over
        if todo == NO_HANDSHAKE:
            writer.write(b"220 go ahead\r\n")
            todo = HANG
        if todo in (HANG, ACCEPT_AND_HANG):
            await asyncio.Event().wait()
        while todo == DRIP:
            writer.write(b"2")
            await asyncio.sleep(DRIP_SECONDS)
        if todo.startswith(LATE):
            await asyncio.sleep(LATE_SECONDS)
        todo = todo.removeprefix(LATE)
        writer.write(b"\xff\xfe what?\r\n" if todo == GARBAGE else todo.encode() + b"\r\n")
        await writer.drain()
        if todo.startswith("421"):
            raise _Over


@contextmanager
def in_a_thread(server: Misbehaving) -> Iterator[Misbehaving]:
    """`server` on an event loop of its own, as long as it is needed."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

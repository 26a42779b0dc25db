"""What is said to a mail server after the greeting and the login: one letter after another, each up to its dot.

Knows SMTP and no sockets, TLS or passwords: it is put on a transport that is already open. It never sends a byte of
content before the gate said yes, so `Spoken.dotted` can be trusted.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

LONGEST_REPLY = 64 * 1024  # octets; more is not a reply

Stage = Literal["MAIL", "RCPT", "DATA", "dot"]
SAID: Mapping[Stage, str] = {
    "MAIL": "发件地址 MAIL", "RCPT": "收件地址 RCPT", "DATA": "正文之前 DATA", "dot": "正文之后 end of DATA",
}  # fmt: skip
"""At what point of a letter an answer came, for a secretariat and for whoever runs the server."""

Commands = tuple[tuple[Stage, bytes, tuple[int, ...]], ...]  # what is said, and which answers let it go on

_LINE_END = re.compile(rb"\r\n|\r|\n")
_UNFIT = re.compile(r"[\x00-\x20\x7f<>]")


class Reply(NamedTuple):
    """A server's answer: 250, and its words over all lines."""

    code: int
    words: str


class Lost(Exception):
    """The line broke, fell silent, or what came over it was no SMTP."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How long to wait, in seconds: for an ordinary answer, for the answer to the dot, for one letter in all."""

    command_seconds: float
    dot_seconds: float
    message_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """How far one letter came. `reply` is the deciding answer, None when the line was lost at `stage`.

    `left_out`: the gate said no, nothing was delivered. `dotted`: content may have left.
    """

    stage: Stage
    reply: Reply | None
    words: str
    dotted: bool = False
    left_out: bool = False


class Conversation(asyncio.Protocol):
    """One line to a server. `letters` counts those it has taken over this line."""

    def __init__(self, transport: asyncio.Transport, extensions: frozenset[str]) -> None:
        self.extensions = extensions
        self.letters = 0
        self._transport = transport
        self._unread = bytearray()
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._lost: str | None = None

    # --- the protocol asyncio talks to

    def data_received(self, data: bytes) -> None:
        self._unread += data
        try:
            self._take_replies()
        except ValueError:
            self._lose("应答不合 SMTP 规则 / not an SMTP reply")
        self._wake()

    def eof_received(self) -> None:
        self._lose("对方关闭了连接 / the server closed the connection")

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(f"连接中断 / the connection broke{f': {exc}' if exc else ''}")

    # --- what the door uses

    @property
    def usable(self) -> bool:
        """Open, and the server has said nothing it was not asked."""
        return self._lost is None and not self._transport.is_closing() and not self._replies and not self._unread

    def close(self) -> None:
        """Break off at once; what was not dotted is not delivered."""
        self._lose("连接已关闭 / closed")
        self._transport.abort()

    async def quit(self, seconds: float) -> None:
        """Say goodbye. Whatever the server answers, nothing that was sent is changed by it."""
        try:
            if self.usable:
                self._say(b"QUIT\r\n")
                await self._reply(seconds)
        except Lost:
            pass
        finally:
            self.close()

    async def hand_over(
        self, raw: bytes, *, sender: str, to: str, limits: Limits, gate: Callable[[], Awaitable[bool]]
    ) -> Spoken:
        """Say one letter. Never raises for what a server does; a line that can't go on is closed."""
        progress = _Progress()
        try:
            async with asyncio.timeout(limits.message_seconds):
                spoken = await self._hand_over(raw, sender=sender, to=to, limits=limits, gate=gate, progress=progress)
        except (Lost, TimeoutError) as error:
            self.close()
            words = str(error) or f"超过 {limits.message_seconds:g} 秒 / over {limits.message_seconds:g} seconds"
            return Spoken(
                stage=progress.stage, reply=None, words=f"{SAID[progress.stage]}: {words}", dotted=progress.dotted
            )
        except BaseException:
            self.close()
            raise
        if spoken.left_out or (spoken.reply is not None and spoken.reply.code == 421):
            self.close()
        return spoken

    async def _hand_over(
        self,
        raw: bytes,
        *,
        sender: str,
        to: str,
        limits: Limits,
        gate: Callable[[], Awaitable[bool]],
        progress: _Progress,
    ) -> Spoken:
        refusal = await self._announce(sender, to, limits, progress)
        if refusal is not None:
            return refusal
        if not await gate():
            return Spoken(stage="DATA", reply=None, words="", left_out=True)
        if self._lost is not None:
            raise Lost(self._lost)  # while we were at the gate: nothing has left
        progress.stage, progress.dotted = "dot", True
        self._say(on_the_wire(raw))
        reply = await self._reply(limits.dot_seconds)
        self.letters += reply.code // 100 == 2
        return _spoken("dot", reply, dotted=True)

    async def _announce(self, sender: str, to: str, limits: Limits, progress: _Progress) -> Spoken | None:
        """MAIL, RCPT and DATA; the refusal, or None if the server now waits for content."""
        say = self._in_one_breath if "pipelining" in self.extensions else self._in_turn
        refusal = await say(_commands(sender, to), limits, progress)
        if refusal is not None and refusal.reply is not None and refusal.reply.code != 421:
            await self._reset(limits)
        return refusal

    async def _in_turn(self, commands: Commands, limits: Limits, progress: _Progress) -> Spoken | None:
        for stage, command, welcome in commands:
            progress.stage = stage
            self._say(command)
            reply = await self._reply(limits.command_seconds)
            if reply.code not in welcome:
                return _spoken(stage, reply)
        return None

    async def _in_one_breath(self, commands: Commands, limits: Limits, progress: _Progress) -> Spoken | None:
        """All three commands in one packet (RFC 2920), then their answers, of which the first refusal counts."""
        self._say(b"".join(command for _, command, _ in commands))
        refusal: Spoken | None = None
        for stage, _, welcome in commands:
            progress.stage = stage
            try:
                reply = await self._reply(limits.command_seconds)
                if refusal is None and reply.code not in welcome:
                    refusal = _spoken(stage, reply)
                elif refusal is not None and reply.code == 354:
                    await self._say_nothing(limits)
            except Lost:
                if refusal is None:
                    raise
                return refusal  # it stands, however the line ended after it
            if reply.code == 421:
                return refusal
        return refusal

    async def _say_nothing(self, limits: Limits) -> None:
        """It waits for content although it took no recipient (RFC 2920 3.1): an empty message that goes to nobody."""
        self._say(b".\r\n")
        await self._reply(limits.command_seconds)

    async def _reset(self, limits: Limits) -> None:
        """Forget the letter that was turned away. A server that won't is not talked to again."""
        try:
            self._say(b"RSET\r\n")
            if (await self._reply(limits.command_seconds)).code // 100 != 2:
                self.close()
        except Lost:
            self.close()

    def _say(self, octets: bytes) -> None:
        if self._lost is not None:
            raise Lost(self._lost)
        self._transport.write(octets)

    async def _reply(self, seconds: float) -> Reply:
        if self._replies:  # the answers to what was said in one breath come together
            return self._replies.popleft()
        try:
            async with asyncio.timeout(seconds):
                while not self._replies:
                    if self._lost is not None:
                        raise Lost(self._lost)
                    self._waiter = asyncio.get_running_loop().create_future()
                    await self._waiter
        except TimeoutError:
            raise Lost(f"{seconds:g} 秒内没有应答 / no answer within {seconds:g} seconds") from None
        return self._replies.popleft()

    def _take_replies(self) -> None:
        """Move whole replies out of what has arrived. Raises ValueError for what is none."""
        while (end := _end_of_reply(self._unread)) is not None:
            lines = bytes(self._unread[:end]).splitlines()
            del self._unread[:end]
            words = " ".join(line[4:].decode("utf-8", "replace").strip() for line in lines)
            self._replies.append(Reply(int(lines[-1][:3]), words))
        if len(self._unread) > LONGEST_REPLY:
            raise ValueError("longer than any reply")

    def _lose(self, why: str) -> None:
        self._lost = self._lost or why
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


@dataclass
class _Progress:
    """How far a letter came, for when the line breaks under it."""

    stage: Stage = "MAIL"
    dotted: bool = False


def on_the_wire(raw: bytes) -> bytes:
    """A message as it is sent: CRLF everywhere, leading dots doubled, the final dot behind."""
    if _is_ready(raw):
        return raw + b".\r\n"
    lines = _LINE_END.split(raw)
    if lines[-1]:
        lines.append(b"")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b".\r\n"


def _is_ready(raw: bytes) -> bool:
    """Whether a message is made of whole CRLF lines of which none begins with a dot, as ours are: looking is cheap."""
    lines = raw.splitlines()  # at CR, LF and CRLF; if every line had two octets at its end, they were CRLF
    whole = len(b"".join(lines)) + 2 * len(lines) == len(raw)
    with_dots = raw[: raw.rfind(b".") + 1]  # the head of ours: their bodies have none, which is found out at once
    return whole and not with_dots.startswith(b".") and b"\n." not in with_dots


def fit_for_envelope(address: str) -> bool:
    """Whether an address can stand between angle brackets without becoming something else."""
    return bool(address) and not _UNFIT.search(address)


def _commands(sender: str, to: str) -> Commands:
    utf8 = "" if to.isascii() else " SMTPUTF8"
    return (
        ("MAIL", f"MAIL FROM:<{sender}>{utf8}\r\n".encode(), (250,)),
        ("RCPT", f"RCPT TO:<{to}>\r\n".encode(), (250, 251, 252)),
        ("DATA", b"DATA\r\n", (354,)),
    )


def _spoken(stage: Stage, reply: Reply, *, dotted: bool = False) -> Spoken:
    return Spoken(stage=stage, reply=reply, words=f"{SAID[stage]}: {reply.code} {reply.words}", dotted=dotted)


def _end_of_reply(unread: bytearray) -> int | None:
    """Where the first whole reply ends, None while it is still coming. Raises ValueError if it is none."""
    start = 0
    while (end := unread.find(b"\n", start)) != -1:
        line = unread[start : end + 1]
        if not line[:3].isdigit() or bytes(line[3:4]) not in (b" ", b"-", b"\r", b"\n"):
            raise ValueError(f"no reply: {bytes(line[:40])!r}")
        if line[3:4] != b"-":
            return end + 1
        start = end + 1
    return None

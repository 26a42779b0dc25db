"""What is said to a mail server after the greeting and the login: one letter after another, each up to its dot.

Knows SMTP and no sockets, TLS or passwords: it is put on a transport that is already open. It never sends a byte of
content before the gate said yes, so `Spoken.dotted` can be trusted. Where the server offers PIPELINING the next letter
is announced in one breath with a letter's content (RFC 2920), so that each letter is one journey.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from notifications.doors import DotGate, Parcel
from notifications.silence import Lost, Silence
from notifications.wire import Reply, ended, may_become_a_reply, on_the_wire, whole_replies

Stage = Literal["MAIL", "RCPT", "DATA", "dot"]
SAID: Mapping[Stage, str] = {
    "MAIL": "发件地址 MAIL", "RCPT": "收件地址 RCPT", "DATA": "正文之前 DATA", "dot": "正文之后 end of DATA",
}  # fmt: skip
"""At what point of a letter an answer came, for a secretariat and for whoever runs the server."""

Commands = tuple[tuple[Stage, bytes, tuple[int, ...]], ...]  # what is said, and which answers let it go on


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
    """One line to a server. `letters` counts those it has taken over this line.

    `announced` is the parcel that the server was told of with the content of the one before: it is handed over next, or
    the line is closed, because the server waits for its content.
    """

    def __init__(self, transport: asyncio.Transport, extensions: frozenset[str]) -> None:
        self.extensions = extensions
        self.letters = 0
        self.announced: Parcel | None = None
        self._transport = transport
        self._unread = b""
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._lost: str | None = None
        self._silence = Silence(self._wake)

    # --- the protocol asyncio talks to

    def data_received(self, data: bytes) -> None:
        replies, self._unread = whole_replies(self._unread + data)
        self._replies += replies
        if not may_become_a_reply(self._unread):
            self._lose("应答不合 SMTP 规则 / not an SMTP reply")
        self._wake()

    def eof_received(self) -> None:
        self._lose("对方关闭了连接 / the server closed the connection")

    def connection_lost(self, exc: Exception | None) -> None:
        self._lose(f"连接中断 / the connection broke{f': {exc}' if exc else ''}")

    # --- what the door uses

    @property
    def open(self) -> bool:
        """Whether anything can still be said."""
        return self._lost is None and not self._transport.is_closing()

    @property
    def usable(self) -> bool:
        """Open, and the server has said nothing it was not asked."""
        return self.open and not self._replies and not self._unread

    def close(self) -> None:
        """Break off at once; what was not dotted is not delivered."""
        self._lose("连接已关闭 / closed")
        self._transport.abort()

    async def quit(self, seconds: float) -> None:
        """Say goodbye. Whatever the server answers, nothing that was sent is changed by it."""
        try:
            if self.usable:
                self._silence.letter(seconds)
                self._say(b"QUIT\r\n")
                await self._reply(seconds)
        except Lost:
            pass
        finally:
            self.close()

    async def hand_over(
        self, parcel: Parcel, *, sender: str, limits: Limits, gate: DotGate, following: Callable[[], Parcel | None]
    ) -> Spoken:
        """Say one letter. Never raises for what a server does; a line that can't go on is closed.

        `following` is asked for the next one when this one's content is about to leave, if it can be `announced`.
        """
        progress = _Progress()
        self._silence.letter(limits.message_seconds)
        try:
            spoken = await self._hand_over(parcel, sender=sender, limits=limits, gate=gate, following=following,
                                           progress=progress)  # fmt: skip
        except Lost as error:
            self.close()
            words = f"{SAID[progress.stage]}: {error}"
            return Spoken(stage=progress.stage, reply=None, words=words, dotted=progress.dotted)
        except BaseException:
            self.close()
            raise
        if spoken.left_out or (spoken.reply is not None and spoken.reply.code == 421):
            self.close()
        return spoken

    async def _hand_over(
        self,
        parcel: Parcel,
        *,
        sender: str,
        limits: Limits,
        gate: DotGate,
        following: Callable[[], Parcel | None],
        progress: _Progress,
    ) -> Spoken:
        refusal = await self._announce(parcel, sender, limits, progress)
        if refusal is not None:
            return refusal
        if not await gate(parcel):
            return Spoken(stage="DATA", reply=None, words="", left_out=True)
        self._silence.check()
        if self._lost is not None:
            raise Lost(self._lost)  # while we were at the gate: nothing has left
        progress.stage, progress.dotted = "dot", True
        content = ended(parcel.raw) if parcel.ready else on_the_wire(parcel.raw)
        self.announced = following() if self._pipelines else None
        self._say(content + _in_one(_commands(sender, self.announced.to_address)) if self.announced else content)
        reply = await self._reply(limits.dot_seconds)
        self.letters += reply.code // 100 == 2
        return _spoken("dot", reply, dotted=True)

    @property
    def _pipelines(self) -> bool:
        return "pipelining" in self.extensions

    async def _announce(self, parcel: Parcel, sender: str, limits: Limits, progress: _Progress) -> Spoken | None:
        """MAIL, RCPT and DATA; the refusal, or None if the server now waits for content."""
        commands = _commands(sender, parcel.to_address)
        if not self._pipelines:
            refusal = await self._in_turn(commands, limits, progress)
        else:
            if self.announced is None:
                self._say(_in_one(commands))
            self.announced = None
            refusal = await self._answers(commands, limits, progress)
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

    async def _answers(self, commands: Commands, limits: Limits, progress: _Progress) -> Spoken | None:
        """What is answered to commands that were said in one breath; the first refusal counts."""
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
        if not self._replies:  # the answers to what was said in one breath come together
            self._silence.begins(seconds)
            while not self._replies:
                if self._lost is not None:
                    raise Lost(self._lost)
                self._silence.check()
                self._waiter = asyncio.get_running_loop().create_future()
                await self._waiter
            self._silence.ends()
        return self._replies.popleft()

    def _lose(self, why: str) -> None:
        self._lost = self._lost or why
        self._silence.over()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


@dataclass
class _Progress:
    """How far a letter came, for when the line breaks under it."""

    stage: Stage = "MAIL"
    dotted: bool = False


def _commands(sender: str, to: str) -> Commands:
    utf8 = "" if to.isascii() else " SMTPUTF8"
    return (
        ("MAIL", f"MAIL FROM:<{sender}>{utf8}\r\n".encode(), (250,)),
        ("RCPT", f"RCPT TO:<{to}>\r\n".encode(), (250, 251, 252)),
        ("DATA", b"DATA\r\n", (354,)),
    )


def _in_one(commands: Commands) -> bytes:
    """All of them in one packet."""
    return b"".join(command for _, command, _ in commands)


def _spoken(stage: Stage, reply: Reply, *, dotted: bool = False) -> Spoken:
    return Spoken(stage=stage, reply=reply, words=f"{SAID[stage]}: {reply.code} {reply.words}", dotted=dotted)

"""The outermost door of the desk: how much may come in, how long it may take, and when it has arrived.

A request reaches the app only when its last byte is here; that instant is `scope["state"]["at"]`, read before any lock
and compared with the deadlines. The app gets the whole body at once. Nothing here knows a route, a page or a person.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bangdan.desk import problems
from workflows.reasons import Reason

MEGABYTE = 1_000_000
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")
AGAIN_SECONDS = 2  # said in Retry-After when the door is full

Answer = tuple[Mapping[str, str], bytes]
Words = Callable[[Scope, int, Reason], Answer]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What the door allows. `of_route` may tell another number of bytes for a request; None keeps the general one."""

    json_bytes: int = MEGABYTE
    body_bytes: int = 10 * MEGABYTE  # forms and files
    seconds: float = 60.0  # for one whole body
    readers: int = 32  # bodies being read at the same time: what they can hold in memory together
    small_bytes: int = 64_000  # what needs no place among them: a form of a page, signing in
    linger_seconds: float = 1.0  # how long a refused sender is listened to, so that it hears the answer
    methods: tuple[str, ...] = METHODS
    of_route: Callable[[Scope], int | None] = field(default=lambda _: None)

    def bytes_for(self, scope: Scope, kind: str) -> int:
        """How many bytes the body of this request may have."""
        told = self.of_route(scope)
        if told is not None:
            return told
        return self.json_bytes if "json" in kind else self.body_bytes


class Turned(Exception):
    """A request that goes no further: the status, why, and headers beside."""

    def __init__(self, status: int, reason: Reason, headers: Mapping[str, str] | None = None) -> None:
        self.status, self.reason, self.headers = status, reason, dict(headers or {})
        super().__init__(str(reason))


class Gone(Exception):
    """The client hung up before its request was complete: nobody is there to answer."""


class Door:
    """ASGI middleware. `clock` gives the acceptance instant; `monotonic` measures how long a body takes."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
        words: Words = problems.door_answer,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app, self.clock, self.words, self.monotonic = app, clock, words, monotonic
        self.limits = limits or Limits()
        self.reading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            self._look_at(scope)
            body = await self._whole_body(scope, receive)
        except Turned as turned:
            await self._turn_away(scope, receive, send, turned)
        except Gone:
            return
        else:
            scope.setdefault("state", {})["at"] = self.clock()
            await self.app(scope, _replayed(body, receive), send)

    def _look_at(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if scope["method"] not in self.limits.methods:
            raise Turned(405, _method(scope["method"]), {"allow": ", ".join(self.limits.methods)})
        if override := next((name for name in OVERRIDES if name in headers), None):
            raise Turned(405, _override(override), {"allow": scope["method"]})

    async def _whole_body(self, scope: Scope, receive: Receive) -> bytes:
        headers = Headers(scope=scope)
        most = self.limits.bytes_for(scope, headers.get("content-type", "").lower())
        length = headers.get("content-length", "")
        said = int(length[:20]) if length.isascii() and length.isdigit() else None
        if said is not None and said > most:  # said beforehand: not a byte is read
            raise Turned(413, _too_large(most))
        if "transfer-encoding" not in headers and length in ("", "0"):
            return await self._read(receive, 0)  # nothing comes, so it takes no place
        small = min(self.limits.small_bytes, most)
        if said is not None and said <= small and "transfer-encoding" not in headers:
            return await self._read(receive, small)  # whoever uploads slowly keeps nobody from signing in
        if self.reading >= self.limits.readers:
            raise Turned(503, BUSY, {"retry-after": str(AGAIN_SECONDS)})
        self.reading += 1
        try:
            return await self._read(receive, most)
        finally:
            self.reading -= 1

    async def _read(self, receive: Receive, most: int) -> bytes:
        """The body, or Turned when it is too much or too slow. What is lied about its length makes no difference."""
        until = self.monotonic() + self.limits.seconds
        body, more = bytearray(), True
        while more:
            message = await self._next(receive, until)
            if message["type"] == "http.disconnect":
                raise Gone
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > most:
                raise Turned(413, _too_large(most))
        return bytes(body)

    async def _next(self, receive: Receive, until: float) -> Message:
        """The next piece. One that comes at once and too late is too late all the same."""
        left = until - self.monotonic()
        try:
            async with asyncio.timeout(max(left, 0)):
                message = await receive()
        except TimeoutError:
            left = 0
        if left <= 0:
            raise Turned(408, _slow(self.limits.seconds))
        return message

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send, turned: Turned) -> None:
        """Answer and close. A socket closed on a sender that is still sending resets, and its answer is lost."""
        headers, body = self.words(scope, turned.status, turned.reason)
        said = {**headers, **turned.headers, "content-length": str(len(body)), "connection": "close"}
        await send({"type": "http.response.start", "status": turned.status, "headers": _raw(said.items())})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(self.limits.linger_seconds):
                await _drained(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drained(receive: Receive) -> None:
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What the app receives: the whole body at once, afterwards what the server says (that the client hung up)."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def once_more() -> Message:
        return waiting.pop() if waiting else await receive()

    return once_more


def _raw(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


BUSY = Reason(
    code="API-18",
    zh="同时上传的人太多，本次内容没有保存；请稍后再试",
    en="too many uploads at the same time, NOT stored; try again in a moment",
)


def _too_large(most: int) -> Reason:
    size = f"{most / MEGABYTE:g} MB" if most >= MEGABYTE else f"{most / 1000:g} kB"
    return Reason(
        code="API-01",
        zh=f"提交的内容超过{size}，没有保存；请缩小文件或分几次提交",
        en=f"the body has more than {size}, NOT stored; make the file smaller, or send it in parts",
        facts={"most": most},
    )


def _slow(seconds: float) -> Reason:
    return Reason(
        code="API-07",
        zh=f"内容在{seconds:g}秒内没有传完，没有保存；请检查网络后重新提交",
        en=f"the body did not arrive within {seconds:g} seconds, NOT stored; check the network and send it again",
    )


def _method(method: str) -> Reason:
    shown = "".join(char if char.isascii() and char.isprintable() else "?" for char in method[:20])
    return Reason(code="API-13", zh=f"不接受 {shown} 方法", en=f"the method {shown} is not accepted")


def _override(header: str) -> Reason:
    return Reason(
        code="API-13",
        zh=f"不接受用 {header} 改换方法；请直接使用所需的方法",
        en=f"the method is not changed by {header}; use the method itself",
    )

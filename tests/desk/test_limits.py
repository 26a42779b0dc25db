"""The door of the desk: sizes, times and methods, asked as ASGI asks it and over a real wire."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from bangdan.desk.limits import Door, Limits

START = datetime(2025, 3, 10, 2, tzinfo=UTC)
SMALL = Limits(json_bytes=20, body_bytes=40, seconds=0.2, readers=2, linger_seconds=0.05)
JSON = {"content-type": "application/json"}


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Says what reached the app."""
    message = await receive()
    told = {"body": message["body"].decode(), "more": message["more_body"], "at": scope["state"]["at"].isoformat()}
    content = json.dumps(told).encode()
    headers = [(b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


class Wire:
    """A client that sends these pieces, each when it is asked for, and hears what is answered."""

    def __init__(self, *pieces: bytes, before: Callable[[], None] = lambda: None, ends: bool = True) -> None:
        self.pieces, self.before, self.ends = list(pieces), before, ends
        self.heard: list[Message] = []

    async def receive(self) -> Message:
        self.before()
        if not self.pieces:
            return {"type": "http.disconnect"}
        piece = self.pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or not self.ends}

    async def send(self, message: Message) -> None:
        self.heard.append(message)

    @property
    def status(self) -> int:
        return int(self.heard[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.heard[0]["headers"]}

    @property
    def answer(self) -> Any:
        return json.loads(b"".join(message["body"] for message in self.heard[1:]))


def scope_of(method: str = "POST", path: str = "/api/x", **headers: str) -> Scope:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "headers": raw, "query_string": b""}


def chunked(**headers: str) -> Scope:
    """A request that does not say how long it is."""
    return scope_of(**{**JSON, "transfer-encoding": "chunked", **headers})


def door(limits: Limits = SMALL, **more: Any) -> Door:
    return Door(echo, clock=lambda: START, limits=limits, **more)


async def asked(wire: Wire, scope: Scope, gate: Door | None = None) -> Wire:
    await (gate or door())(scope, wire.receive, wire.send)
    return wire


pytestmark = pytest.mark.anyio


async def test_the_app_gets_the_whole_body_at_once() -> None:
    wire = await asked(Wire(b"ab", b"", b"cd"), chunked())
    assert (wire.status, wire.answer) == (200, {"body": "abcd", "more": False, "at": START.isoformat()})


async def test_a_request_counts_as_accepted_when_its_last_byte_has_come() -> None:
    now = [START]

    def a_second_later() -> None:
        now[0] += timedelta(seconds=1)

    gate = Door(echo, clock=lambda: now[0], limits=SMALL)
    wire = await asked(Wire(b"a", b"b", b"c", before=a_second_later), chunked(), gate)
    assert wire.answer["at"] == (START + timedelta(seconds=3)).isoformat()


async def test_a_request_without_body_has_its_instant_too() -> None:
    wire = await asked(Wire(b""), scope_of("GET"))
    assert wire.answer["at"] == START.isoformat()


@pytest.mark.parametrize(
    ("kind", "size", "status"),
    [
        ("application/json", 20, 200),
        ("application/json", 21, 413),
        ("application/merge-patch+json; charset=utf-8", 21, 413),
        ("multipart/form-data; boundary=x", 40, 200),
        ("multipart/form-data; boundary=x", 41, 413),
        ("", 41, 413),
    ],
)
async def test_each_kind_of_body_has_its_limit(kind: str, size: int, status: int) -> None:
    """A01."""
    wire = await asked(Wire(b"x" * (size - 10), b"x" * 10), chunked(**{"content-type": kind}))
    assert wire.status == status


async def test_a_route_may_be_told_another_limit() -> None:
    gate = door(replace(SMALL, of_route=lambda scope: 3 if scope["path"] == "/api/small" else None))
    refused = await asked(Wire(b"1234"), {**chunked(), "path": "/api/small"}, gate)
    taken = await asked(Wire(b"1234"), chunked(), gate)
    assert (refused.status, taken.status) == (413, 200)


async def test_a_body_said_to_be_too_large_is_not_read() -> None:
    """A01: and whoever goes on sending is listened to only so long that he hears the answer."""
    wire = await asked(Wire(b"x" * 21), scope_of(**JSON, **{"content-length": "21"}))
    assert (wire.status, wire.headers["connection"]) == (413, "close")
    assert wire.answer["reasons"] == [
        {
            "code": "API-01",
            "zh": "提交的内容超过0.02 kB，没有保存；请缩小文件或分几次提交",
            "en": "the body has more than 0.02 kB, NOT stored; make the file smaller, or send it in parts",
            "facts": {"most": 20},
        }
    ]


async def test_what_is_lied_about_the_length_makes_no_difference() -> None:
    wire = await asked(Wire(b"x" * 15, b"x" * 15), scope_of(**JSON, **{"content-length": "15"}))
    assert wire.status == 413


async def test_an_endless_body_is_read_no_further_than_its_limit() -> None:
    class Endless(Wire):
        sent = 0

        async def receive(self) -> Message:
            self.sent += 1
            if self.heard:  # once answered, nothing more comes
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": b"x" * 8, "more_body": True}

    wire = Endless()
    await asked(wire, chunked())
    assert (wire.status, wire.sent) == (413, 4)


async def test_a_body_that_takes_too_long_in_all_is_given_up() -> None:
    """A02: however quickly its pieces follow each other."""
    now = [0.0]

    def twenty_seconds_later() -> None:
        now[0] += 20

    gate = door(replace(SMALL, seconds=60), monotonic=lambda: now[0])
    wire = await asked(Wire(b"a", b"b", b"c", b"d", b"e", before=twenty_seconds_later), chunked(), gate)
    assert (wire.status, wire.answer["code"], gate.reading) == (408, "API-07", 0)


async def test_no_more_bodies_are_read_at_the_same_time_than_there_are_places() -> None:
    gate = door()
    inner: list[Wire] = []

    class Asking(Wire):
        async def receive(self) -> Message:
            if len(inner) < 2:
                inner.append(Asking(b"x"))
                await asked(inner[-1], chunked(), gate)
            return await super().receive()

    outer = await asked(Asking(b"x"), chunked(), gate)
    full = inner[1]
    assert (outer.status, inner[0].status, full.status) == (200, 200, 503)
    assert (full.headers["retry-after"], full.answer["code"], gate.reading) == ("2", "API-18", 0)


async def test_who_uploads_slowly_keeps_nobody_from_signing_in() -> None:
    gate = door()
    gate.reading = gate.limits.readers
    statuses = [(await asked(Wire(b"x"), each, gate)).status for each in (scope_of(content_length="1"), chunked())]
    assert (statuses, gate.reading) == ([200, 503], gate.limits.readers)


async def test_who_hangs_up_is_not_answered_and_frees_the_place() -> None:
    gate = door()
    wire = await asked(Wire(b"a", ends=False), chunked(), gate)
    assert (wire.heard, gate.reading) == ([], 0)


@pytest.mark.parametrize("method", ["TRACE", "HEAD", "OPTIONS", "CONNECT", "PROPFIND", "G\x00T"])
async def test_methods_that_nothing_answers_are_refused(method: str) -> None:
    """A11."""
    wire = await asked(Wire(b""), scope_of(method))
    assert (wire.status, wire.headers["allow"]) == (405, "GET, POST, PUT, PATCH, DELETE")


@pytest.mark.parametrize("header", ["x-http-method-override", "x-http-method", "x-method-override"])
async def test_a_header_does_not_change_the_method(header: str) -> None:
    """A11."""
    wire = await asked(Wire(b""), scope_of(**{header: "DELETE"}))
    assert (wire.status, wire.answer["code"]) == (405, "API-13")


async def test_a_browser_is_answered_by_a_page() -> None:
    wire = await asked(Wire(b""), scope_of("TRACE", "/c/small/units", accept="text/html,*/*"))
    page = b"".join(message["body"] for message in wire.heard[1:]).decode()
    assert wire.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>不接受此方法</h1><p>不接受 TRACE 方法</p>" in page


async def test_other_kinds_of_scope_are_the_servers_business() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's signature
        seen.append(scope["type"])

    wire = Wire()
    await Door(app, clock=lambda: START)({"type": "lifespan"}, wire.receive, wire.send)
    assert seen == ["lifespan"]


@contextmanager
def served(limits: Limits) -> Iterator[int]:
    """The door on a real server; its port."""
    config = uvicorn.Config(door(limits), port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def say(port: int, *pieces: bytes) -> bytes:
    """Send all of it, and hear until the server closes."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        for piece in pieces:
            wire.sendall(piece)
        while some := wire.recv(65536):
            heard += some
    return heard


HEAD = b"POST /api/x HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served(Limits(json_bytes=1000, seconds=0.3, linger_seconds=0.2)) as number:
        yield number


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1f4\r\n" + b"x" * 500 + b"\r\n"] * 20], b"413"),
        ([HEAD + b"Content-Length: 1000001\r\n\r\n", b"x" * 100_000], b"413"),
        ([HEAD + b"Content-Length: 1000001\r\nExpect: 100-continue\r\n\r\n"], b"413"),
        ([HEAD + b"Content-Length: 20\r\n\r\nonly this"], b"408"),
        ([HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"], b"408"),
        ([HEAD.replace(b"POST", b"TRACE") + b"\r\n"], b"405"),
    ],
    ids=["endless", "said too large", "asked before sending", "less than said", "never ending", "trace"],
)
def test_over_a_real_wire_the_answer_arrives_and_the_connection_closes(
    port: int, request_: list[bytes], status: bytes
) -> None:
    heard = say(port, *request_)
    assert heard.startswith(b"HTTP/1.1 " + status)
    assert b"connection: close" in heard


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 60\r\n",
        b"Content-Length: 3\r\nContent-Length: 60\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ],
    ids=["both", "both the other way", "two lengths", "another coding", "a blank before the colon"],
)
def test_over_a_real_wire_no_request_hides_within_another(port: int, lengths: bytes) -> None:
    hidden = b"POST /api/hidden HTTP/1.1\r\nHost: desk\r\nContent-Length: 6\r\n\r\nhidden"
    heard = say(port, HEAD + lengths + b"\r\n" + b"3\r\nabc\r\n0\r\n\r\n" + hidden)
    # Either nothing is read of it, or it ends where its chunks end and the connection with it: never by the length.
    assert (heard.count(b'"body": "3'), heard.count(b"400 Bad Request") + heard.count(b'"body": "abc"')) == (0, 1)


def test_over_a_real_wire_more_than_was_said_is_not_part_of_the_body(port: int) -> None:
    heard = say(port, HEAD + b"Content-Length: 3\r\n\r\nabcdefgh")
    assert heard.count(b'"body": "abc"') == 1

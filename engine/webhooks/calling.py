"""The door to other people's servers, and the only importer of httpx2. One request, one answer, nothing kept open.

It does not retry, schedule, sign or store, follows no redirect, uses no proxy and reads nothing of what is answered but
the status. The name is looked up here and the number that was checked is the one that is called, so a name that changes
its number between the two leads nowhere.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import IPv6Address, ip_address

import httpx2

from engine.webhooks.addresses import PORTS, Network, Number, Target, permitted, private, read_url
from workflows.reasons import Refused

CONNECT_SECONDS = 5
ANSWER_SECONDS = 15
ALL_SECONDS = 20  # also where an answer comes byte by byte
LONGEST_WAIT = timedelta(days=1)  # that a server may ask for


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of one call: the status, or none and the words for why; how long the server asks to be left alone."""

    status: int | None
    zh: str
    en: str
    wait: timedelta | None = None

    @property
    def taken(self) -> bool:
        return self.status is not None and self.status // 100 == 2

    @property
    def gone(self) -> bool:
        """The server says that nobody listens there any more."""
        return self.status == 410


def call(url: str, *, body: bytes, headers: Mapping[str, str], networks: Sequence[Network] = ()) -> Answer:
    """POST to an address. Never raises for what the address or the server behind it does."""
    try:
        return asyncio.run(_call(read_url(url, networks=networks), body, headers, networks))
    except Refused as refused:
        return _failed(refused.reasons[0].zh, refused.reasons[0].en)


async def _call(target: Target, body: bytes, headers: Mapping[str, str], networks: Sequence[Network]) -> Answer:
    try:
        async with asyncio.timeout(ALL_SECONDS):
            number = await _look_up(target, networks)
            return await _post(target, number, body, headers)
    except (TimeoutError, httpx2.TimeoutException):
        return _failed(f"对方未在{ALL_SECONDS}秒内答复", f"no answer within {ALL_SECONDS} seconds")
    except socket.gaierror:
        return _failed(f"找不到主机 {target.host}", f"host {target.host} is not found")
    except ssl.SSLError:
        return _failed("对方证书无效", "the server's certificate is not valid")
    except (httpx2.HTTPError, OSError) as error:
        if _of_certificate(error):
            return _failed("对方证书无效", "the server's certificate is not valid")
        return _failed("连接失败", "no connection")


async def _look_up(target: Target, networks: Sequence[Network]) -> Number:
    """The number to call. Raises Refused (WHK-02) unless every number of that name may be called."""
    found = await asyncio.get_running_loop().getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    numbers = [ip_address(str(address[0]).partition("%")[0]) for *_, address in found]
    if not all(permitted(number, networks) for number in numbers):
        raise Refused(private(target.host))
    return numbers[0]


async def _post(target: Target, number: Number, body: bytes, headers: Mapping[str, str]) -> Answer:
    there = f"[{number}]" if isinstance(number, IPv6Address) else str(number)
    limits = httpx2.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    async with httpx2.AsyncClient(trust_env=False, verify=_trust(), timeout=limits) as client:
        request = client.build_request(
            "POST", f"{target.scheme}://{there}:{target.port}{target.path}", content=body,
            headers={**headers, "Host": _host(target)}, extensions={"sni_hostname": target.host},
        )  # fmt: skip
        response = await client.send(request, stream=True)
        await response.aclose()
    status = response.status_code
    return Answer(status=status, zh=f"HTTP {status}", en=f"HTTP {status}", wait=_wait(response.headers))


def _host(target: Target) -> str:
    name = f"[{target.host}]" if ":" in target.host else target.host
    return name if target.port == PORTS[target.scheme] else f"{name}:{target.port}"


def _wait(headers: httpx2.Headers) -> timedelta | None:
    """How long `Retry-After` asks for; a date instead of seconds is not read."""
    text = headers.get("retry-after", "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        return None
    return min(timedelta(seconds=int(text)), LONGEST_WAIT)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _of_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _failed(zh: str, en: str) -> Answer:
    return Answer(status=None, zh=zh, en=en)

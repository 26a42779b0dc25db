"""The door to a mail server. The only importer of aiosmtplib, which connects, secures the line and logs in.

It does not retry, schedule, store or render. After the login the conversation is our own: aiosmtplib has no place to
stop between the server's 354 and the content, which is where the dot is committed, and it waits for each command's
answer even where the server offers PIPELINING.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from socket import gaierror
from typing import Literal, cast

import aiosmtplib

from notifications.conversation import Conversation, Limits
from notifications.doors import DotGate, Parcel, Report, Stop, shortened
from notifications.errand import Errand, login_stop
from notifications.errors import SettingsRefused
from notifications.wire import fit_for_envelope

Step = Literal["connect", "tls", "hello", "login", "noop"]
LOOPBACK = ("localhost", "127.0.0.1", "::1")
FIRST_CODE, LAST_CODE = 200, 599  # of a reply; the library says -1 of what is none


@dataclass(frozen=True, kw_only=True, slots=True)
class SmtpSettings:
    """How to reach the mail server. Times in seconds, as RFC 5321 4.5.3.2 asks for.

    `envelope_sender` is where bounces go. `ca_file` names a certificate authority beside the system's. `patience` is
    how many connections in a row may break before the round ends. Raises `SettingsRefused`: MTA-01 for a password over
    an unencrypted line, MTA-02 for numbers or an envelope sender that make no sense.
    """

    host: str
    port: int
    envelope_sender: str
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    hello_name: str = ""
    connections: int = 4
    patience: int = 3
    connect_seconds: float = 60
    command_seconds: float = 300
    dot_seconds: float = 600
    message_seconds: float = 900
    goodbye_seconds: float = 2

    def __post_init__(self) -> None:
        if self.username and self.tls == "none" and self.host not in LOOPBACK:
            raise SettingsRefused(
                "MTA-01",
                "不能在未加密的连接上登录邮件服务器，请启用 TLS",
                "no login over an unencrypted line: switch TLS on",
            )
        if min(self.connections, self.patience, self.port) < 1 or not fit_for_envelope(self.envelope_sender):
            raise SettingsRefused(
                "MTA-02",
                "端口、连接数须为正数，退信地址须为有效邮箱",
                "port and connections must be positive, the envelope sender an address",
            )


class SmtpDoor:
    """A few connections to one server, each kept for many letters. Use with `async with`, which says goodbye.

    Belongs to the event loop it is used in: its lines don't outlive `asyncio.run`.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._idle: list[Conversation] = []

    async def __aenter__(self) -> SmtpDoor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(line.quit(self.settings.goodbye_seconds) for line in self._idle))
        self._idle.clear()

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        """See `Door`. Stops when no connection can be had, or when too many in a row break or are turned away."""
        errand = Errand(
            open_line=lambda: open_line(self.settings),
            envelope_sender=self.settings.envelope_sender,
            limits=_limits(self.settings),
            connections=self.settings.connections,
            patience=self.settings.patience,
            idle=self._idle,
            waiting=deque(parcels),
            dot=dot,
            report=report,
        )
        return await errand.run()


def _limits(settings: SmtpSettings) -> Limits:
    return Limits(
        command_seconds=settings.command_seconds,
        dot_seconds=settings.dot_seconds,
        message_seconds=settings.message_seconds,
    )


# --- opening a line -------------------------------------------------------------------------------------------------


async def open_line(settings: SmtpSettings) -> Conversation | Stop:
    """Connect, secure, log in: a line ready for letters, or why there is none."""
    client = _client(settings)
    try:
        async with asyncio.timeout(settings.connect_seconds):
            stop = await _introduce(client, settings)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        stop = _stop_for(error)
    except BaseException:
        _abandon(client)
        raise
    transport = cast(asyncio.Transport | None, client.transport)
    if stop is None and transport is not None:
        line = Conversation(transport, frozenset(client.esmtp_extensions))
        transport.set_protocol(line)
        return line
    _abandon(client)
    return stop or _unreachable("连接中断", "the connection broke")


def _abandon(client: aiosmtplib.SMTP) -> None:
    """Break off at once: a goodbye to a TLS line would wait for the other side, and outlive the event loop."""
    if client.transport is not None:
        cast(asyncio.Transport, client.transport).abort()
    client.close()


def _client(settings: SmtpSettings) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        use_tls=settings.tls == "implicit",
        start_tls=False,  # done below, where each step's failure has a meaning of its own
        tls_context=None if settings.tls == "none" else _tls(settings),
        local_hostname=settings.hello_name or settings.envelope_sender.rpartition("@")[2],
        timeout=settings.connect_seconds,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """How far a dialogue without a letter came: the steps that went well, in order, and why no further, if so.

    `offers` is what the server can do; `certificate_until` when the one it showed ends.
    """

    passed: tuple[Step, ...]
    stop: Stop | None
    offers: tuple[str, ...] = ()
    certificate_until: datetime | None = None


async def examine(settings: SmtpSettings) -> Examined:
    """Connect, secure, log in, say NOOP and goodbye; nothing is sent."""
    client, passed = _client(settings), list[Step]()
    try:
        async with asyncio.timeout(settings.connect_seconds):
            stop = await _introduce(client, settings, passed.append)
            if stop is None:
                await client.noop()
                passed.append("noop")
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        stop = _stop_for(error)
    offers, until = tuple(sorted(client.esmtp_extensions)), _certificate_until(client)
    with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
        async with asyncio.timeout(settings.goodbye_seconds):
            await client.quit()
    _abandon(client)
    return Examined(passed=tuple(passed), stop=stop, offers=offers, certificate_until=until)


def _certificate_until(client: aiosmtplib.SMTP) -> datetime | None:
    line = client.transport.get_extra_info("ssl_object") if client.transport is not None else None
    shown = line.getpeercert() if line is not None else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC) if shown else None


async def _introduce(
    client: aiosmtplib.SMTP, settings: SmtpSettings, passed: Callable[[Step], None] = lambda _: None
) -> Stop | None:
    await client.connect()
    passed("connect")
    if settings.tls == "implicit":
        passed("tls")
    await _hello(client)
    passed("hello")
    if settings.tls == "starttls":
        if not client.supports_extension("starttls"):
            return _tls_stop("服务器不提供 STARTTLS", "the server offers no STARTTLS")
        await client.starttls()
        await _hello(client)
        passed("tls")
    if settings.username:
        if not client.supported_auth_methods:
            return login_stop("服务器不提供可用的登录方式", "the server offers no way to log in that we know")
        await client.login(settings.username, settings.password)
        passed("login")
    return None


async def _hello(client: aiosmtplib.SMTP) -> None:
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError as error:
        if not client.is_connected or error.code // 100 != 5:
            raise
        await client.helo()


def _tls(settings: SmtpSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_file is not None:
        context.load_verify_locations(cafile=settings.ca_file)
    return context


def _stop_for(error: Exception) -> Stop:
    """What a failure to open a line means. Passwords and certificates are an alarm: waiting does not mend them."""
    words = shortened(f"{type(error).__name__}: {error}")
    causes = (error, error.__cause__)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code // 100 == 5:
        said = shortened(f"{error.code} {error.message}")
        return login_stop(said, said)
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError) for cause in causes):
        return _tls_stop(words, words)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _turned_away(error)
    if isinstance(error, (TimeoutError, aiosmtplib.SMTPTimeoutError)):
        return _unreachable("没有应答", "no answer")
    if isinstance(error.__cause__, ConnectionRefusedError):
        return _unreachable("对方拒绝连接", "the connection was refused")
    if isinstance(error.__cause__, gaierror):
        return _unreachable("找不到这个服务器名", "there is no host of that name")
    if isinstance(error, aiosmtplib.SMTPServerDisconnected) or "EOF" in words:
        return _unreachable("对方关闭了连接", "the server closed the connection")
    return _unreachable(words, words)


def _turned_away(error: aiosmtplib.SMTPResponseException) -> Stop:
    if not FIRST_CODE <= error.code <= LAST_CODE:
        return _unreachable("应答不合 SMTP 规则，端口可能不对", "what answers speaks no SMTP: perhaps the wrong port")
    words, final = shortened(f"{error.code} {error.message}"), error.code // 100 == 5
    en = f"the mail server turns us away: {words}"
    if final:
        return Stop(kind="refused", alarm=True, zh=f"邮件服务器拒绝受理：{words}", en=en)
    return Stop(kind="busy", alarm=False, zh=f"邮件服务器暂不受理：{words}", en=en)


def _unreachable(zh: str, en: str) -> Stop:
    return Stop(kind="unreachable", alarm=False, zh=f"连不上邮件服务器：{zh}", en=f"no connection: {en}")


def _tls_stop(zh: str, en: str) -> Stop:
    return Stop(kind="tls", alarm=True, zh=f"加密连接不可信：{zh}", en=f"the line can't be secured: {en}")

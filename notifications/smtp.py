"""The door to a mail server. The only importer of aiosmtplib, which connects, secures the line and logs in.

It does not retry, schedule, store or render. After the login the conversation is our own: aiosmtplib has no place to
stop between the server's 354 and the content, which is where the dot is committed, and it waits for each command's
answer even where the server offers PIPELINING.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

import aiosmtplib

from notifications.conversation import Conversation, Limits, Spoken, fit_for_envelope
from notifications.doors import Answer, DotGate, Parcel, Report, Stop, shortened
from notifications.errors import SettingsRefused

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LOGIN_NEEDED = (530, 534, 535, 538)


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
    """A few connections to one server, each kept for many letters. Use with `async with`, which says goodbye."""

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
        errand = _Errand(settings=self.settings, idle=self._idle, waiting=deque(parcels), dot=dot, report=report)
        return await errand.run()


@dataclass(kw_only=True)
class _Errand:
    """One call of `deliver`: what waits, what was lost in a row, and why it ends early if it does."""

    settings: SmtpSettings
    idle: list[Conversation]
    waiting: deque[Parcel]
    dot: DotGate
    report: Report
    losses: int = 0
    stop: Stop | None = None
    no_line: Stop | None = None

    async def run(self) -> Stop | None:
        # One line first: a server that is down is asked once a round, not once for each connection.
        first = await self._line() if self.waiting else None
        if first is not None:
            hands = min(self.settings.connections, len(self.waiting))
            try:
                async with asyncio.TaskGroup() as group:
                    for line in [first, *[None] * (hands - 1)]:
                        group.create_task(self._work(line))
            except ExceptionGroup as several:
                raise several.exceptions[0] from None  # whatever the gate raised
        return self.stop or (self.no_line if self.waiting else None)

    async def _work(self, line: Conversation | None) -> None:
        """Take parcels to one line until none is left, the round is stopped, or no line can be had."""
        while self.waiting and self.stop is None:
            if line is None or not line.usable:
                line = await self._line()
                if line is None:
                    return
                continue  # somebody may have taken the last parcel while we connected
            await self._take(line, self.waiting.popleft())
        if line is not None and line.usable:
            self.idle.append(line)

    async def _line(self) -> Conversation | None:
        while self.idle:
            line = self.idle.pop()
            if line.usable:
                return line
        opened = await open_line(self.settings)
        if isinstance(opened, Stop):
            self.no_line = opened
            return None
        return opened

    async def _take(self, line: Conversation, parcel: Parcel) -> None:
        if words := _unfit(line, parcel):
            self.report(parcel, Answer(kind="refused", words=words))
            return
        worn = line.letters > 0
        spoken = await line.hand_over(
            parcel.raw,
            sender=self.settings.envelope_sender,
            to=parcel.to_address,
            limits=_limits(self.settings),
            gate=lambda: self.dot(parcel),
        )
        if spoken.left_out:
            return
        if worn and spoken.stage == "MAIL" and _closed(spoken):
            self.waiting.appendleft(parcel)  # the server had enough of this line; a new one is asked before we judge
            return
        if (stop := _why_stop(spoken)) is not None:
            self.stop = self.stop or stop
            self.waiting.appendleft(parcel)
            return
        self.report(parcel, Answer(kind=_kind(spoken), words=shortened(spoken.words)))
        self._count(spoken)

    def _count(self, spoken: Spoken) -> None:
        turned_away = spoken.stage == "MAIL" and spoken.reply is not None and spoken.reply.code // 100 != 2
        self.losses = self.losses + 1 if _closed(spoken) or turned_away else 0
        if self.losses >= self.settings.patience:
            words = shortened(spoken.words)
            self.stop = self.stop or Stop(
                kind="busy",
                alarm=False,
                zh=f"邮件服务器连续 {self.losses} 次中断或拒绝：{words}",
                en=f"the mail server broke off or turned us away {self.losses} times in a row: {words}",
            )


def _limits(settings: SmtpSettings) -> Limits:
    return Limits(
        command_seconds=settings.command_seconds,
        dot_seconds=settings.dot_seconds,
        message_seconds=settings.message_seconds,
    )


def _unfit(line: Conversation, parcel: Parcel) -> str:
    """Why this parcel can't be offered over this line at all, empty if it can."""
    if not fit_for_envelope(parcel.to_address):
        return "ADR-01 不是有效的邮箱地址 / not a mail address"
    if not parcel.to_address.isascii() and "smtputf8" not in line.extensions:
        return "ADR-03 邮件服务器不支持此类地址，请索取英文邮箱 / the server can't take this; ask for an ASCII address"
    return ""


def _kind(spoken: Spoken) -> Literal["sent", "known_not_delivered", "refused", "unknown"]:
    """What the deciding answer means for the letter. No answer: it depends on whether the dot may have left."""
    if spoken.reply is None:
        return "unknown" if spoken.dotted else "known_not_delivered"
    first = spoken.reply.code // 100
    if spoken.dotted:
        kinds: dict[int, Literal["sent", "known_not_delivered", "refused"]]
        kinds = {2: "sent", 4: "known_not_delivered", 5: "refused"}
        return kinds.get(first, "unknown")
    return "refused" if first == 5 else "known_not_delivered"


def _closed(spoken: Spoken) -> bool:
    return spoken.reply is None or spoken.reply.code == 421


def _why_stop(spoken: Spoken) -> Stop | None:
    """An answer that is about us and not about this letter, so that every other letter would get it too."""
    if spoken.reply is None or spoken.dotted:
        return None
    words = shortened(spoken.words)
    if spoken.reply.code in LOGIN_NEEDED:
        return _login_stop(words)
    if spoken.stage == "MAIL" and spoken.reply.code // 100 == 5:
        return Stop(
            kind="sender",
            alarm=True,
            zh=f"邮件服务器不接受发件地址：{words}",
            en=f"the mail server does not accept our sender: {words}",
        )
    return None


# --- opening a line -------------------------------------------------------------------------------------------------


async def open_line(settings: SmtpSettings) -> Conversation | Stop:
    """Connect, secure, log in: a line ready for letters, or why there is none."""
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        use_tls=settings.tls == "implicit",
        start_tls=False,  # done below, where each step's failure has a meaning of its own
        tls_context=None if settings.tls == "none" else _tls(settings),
        local_hostname=settings.hello_name or settings.envelope_sender.rpartition("@")[2],
        timeout=settings.connect_seconds,
    )
    try:
        async with asyncio.timeout(settings.connect_seconds):
            stop = await _introduce(client, settings)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        stop = _stop_for(error)
    except BaseException:
        client.close()
        raise
    transport = cast(asyncio.Transport | None, client.transport)
    if stop is None and transport is not None:
        line = Conversation(transport, frozenset(client.esmtp_extensions))
        transport.set_protocol(line)
        return line
    client.close()
    return stop or _unreachable("连接中断 / the connection broke")


async def _introduce(client: aiosmtplib.SMTP, settings: SmtpSettings) -> Stop | None:
    await client.connect()
    await _hello(client)
    if settings.tls == "starttls":
        if not client.supports_extension("starttls"):
            return _tls_stop("服务器不提供 STARTTLS / the server offers no STARTTLS")
        await client.starttls()
        await _hello(client)
    if settings.username:
        if not client.supported_auth_methods:
            return _login_stop("服务器不提供可用的登录方式 / the server offers no way to log in that we know")
        await client.login(settings.username, settings.password)
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
        return _login_stop(shortened(f"{error.code} {error.message}"))
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError) for cause in causes):
        return _tls_stop(words)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Stop(
            kind="busy",
            alarm=error.code // 100 == 5,
            zh=f"邮件服务器拒绝服务：{error.code} {shortened(error.message)}",
            en=f"the mail server turns us away: {error.code} {shortened(error.message)}",
        )
    return _unreachable(words)


def _unreachable(words: str) -> Stop:
    return Stop(kind="unreachable", alarm=False, zh=f"连不上邮件服务器：{words}", en=f"no connection: {words}")


def _tls_stop(words: str) -> Stop:
    return Stop(kind="tls", alarm=True, zh=f"加密连接不可信：{words}", en=f"the line can't be secured: {words}")


def _login_stop(words: str) -> Stop:
    return Stop(kind="login", alarm=True, zh=f"邮件服务器登录失败：{words}", en=f"login refused: {words}")

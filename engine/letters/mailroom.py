"""How the settings furnish the mail room: who writes, and through which door. Knows nothing of letters or campaigns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.settings import Settings
from notifications.domain_limits import domain_limits
from notifications.doors import Door
from notifications.errors import SettingsRefused
from notifications.folder import FolderDoor
from notifications.letter import Sender, check_address
from notifications.pacing import NO_LIMITS, Limits
from notifications.smtp import SmtpDoor, SmtpSettings
from workflows.reasons import Reason, Refused

PORTS = {"starttls": 587, "implicit": 465, "none": 25}


def sender(settings: Settings) -> Sender:
    """In whose name letters go out."""
    reply_to = settings.mail_reply_to
    return Sender(
        name=settings.mail_from_name,
        address=check_address(settings.mail_from),
        reply_to=check_address(reply_to) if reply_to else None,
    )


def smtp(settings: Settings) -> SmtpSettings | None:
    """How to reach the mail server, None when there is none. Raises Refused (MTA-01: a login over an open line)."""
    if settings.smtp_host is None:
        return None
    try:
        return SmtpSettings(
            host=settings.smtp_host,
            port=settings.smtp_port or PORTS[settings.smtp_tls],
            envelope_sender=settings.mail_envelope or settings.mail_from,
            tls=settings.smtp_tls,
            username=settings.smtp_username,
            password=_password(settings),
            ca_file=str(settings.smtp_ca_file) if settings.smtp_ca_file else None,
            connections=settings.smtp_connections,
        )
    except SettingsRefused as error:
        raise Refused(Reason(code=error.code, zh=error.zh, en=error.en, where=error.where)) from error


def limits(settings: Settings) -> Limits:
    """How many letters may leave within a minute; a folder takes all."""
    server = smtp(settings)
    if server is None:
        return NO_LIMITS
    return Limits(
        relay=f"{server.host}:{server.port}", per_minute=settings.smtp_per_minute,
        domain_per_minute=settings.smtp_domain_per_minute, domains=domain_limits(settings.smtp_domain_limits),
    )  # fmt: skip


def _password(settings: Settings) -> str:
    if settings.smtp_password_file is not None:
        return settings.smtp_password_file.read_text(encoding="utf-8").rstrip("\r\n")
    return settings.smtp_password.get_secret_value() if settings.smtp_password is not None else ""


@asynccontextmanager
async def open_door(settings: Settings) -> AsyncIterator[Door]:
    """The mail server's door, or without one the folder's. Keeps its connections until it is left."""
    server = smtp(settings)
    if server is None:
        yield FolderDoor(settings.mail_folder)
        return
    async with SmtpDoor(server) as door:
        yield door

"""The mail server, by a real dialogue in which nothing is sent: each step's outcome in words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from engine.doctor.finding import Finding, error, ok, warning
from engine.letters import mailroom
from engine.settings import Settings
from notifications.smtp import Examined, SmtpSettings, Step, examine
from notifications.stops import TODO

SECONDS = 15.0
SOON = timedelta(days=21)
STEPS: Mapping[Step, tuple[str, str]] = {
    "connect": ("连接", "connecting"),
    "hello": ("应答 EHLO", "EHLO"),
    "tls": ("加密", "securing the line"),
    "login": ("登录", "logging in"),
    "noop": ("就绪 NOOP", "NOOP"),
}


def mail(told: Settings, *, at: datetime) -> Iterator[Finding]:
    """The dialogue with the mail server, or that there is none."""
    server = mailroom.smtp(told)
    if server is None:
        yield warning(
            "DOC-30",
            f"未设邮件服务器，信件存为文件：{told.mail_folder}",
            f"no mail server is set; letters are files in {told.mail_folder}",
            "正式使用前请设置 BANGDAN_SMTP_HOST",
            "set BANGDAN_SMTP_HOST before it counts",
        )
        return
    found = asyncio.run(examine(replace(server, connect_seconds=SECONDS)))
    yield _dialogue(server, found)
    if found.certificate_until is not None:
        yield _certificate(found.certificate_until, at)


def _dialogue(server: SmtpSettings, found: Examined) -> Finding:
    zh, en = ("、".join(STEPS[step][0] for step in found.passed), ", ".join(STEPS[step][1] for step in found.passed))
    where = f"{server.host}:{server.port}"
    if found.stop is None:
        offers = " ".join(found.offers)
        return ok(
            "DOC-30", f"邮件服务器 {where}：{zh}均正常（{offers}）", f"mail server {where}: {en} went well ({offers})"
        )
    went, went_en = (f"{zh}正常，随后", f"{en} went well, then: ") if zh else ("", "")
    return error(
        "DOC-30",
        f"邮件服务器 {where}：{went}{found.stop.zh}",
        f"mail server {where}: {went_en}{found.stop.en}",
        *TODO.get(found.stop.kind, ("", "")),
    )


def _certificate(until: datetime, at: datetime) -> Finding:
    day = until.date().isoformat()
    if until < at + SOON:
        return warning(
            "DOC-31",
            f"邮件服务器证书将于 {day} 到期",
            f"the mail server's certificate ends on {day}",
            "提醒邮件服务商更换证书",
            "remind whoever runs the mail server",
        )
    return ok("DOC-31", f"邮件服务器证书有效至 {day}", f"the mail server's certificate is good until {day}")

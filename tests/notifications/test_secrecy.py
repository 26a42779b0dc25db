"""Secrets in letters: what is kept has a mask, what leaves has the secret, and nothing else of the message changes."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

from notifications.letter import Address, Recipient, Sender
from notifications.message import Envelope, build
from notifications.rendering import Rendered
from notifications.secrecy import MASK, filled

SECRET = "wS3-cret_0123456789abcdef"
SENDER = Sender(name="秘书处", address=Address(local="office", domain="example.cn"))
TO = Recipient(name="张三", address=Address(local="zhang", domain="example.cn"))


def _message(text: str, calendar: bytes | None = None) -> bytes:
    envelope = Envelope(sender=SENDER, to=TO, message_id="<a@example.cn>", date=datetime(2025, 3, 10, tzinfo=UTC))
    rendered = Rendered(subject="登录", text=text, html=f"<p>{text}</p>")
    return build(envelope, rendered, calendar=calendar)


def _parts(raw: bytes) -> list[str]:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]


def test_every_mask_becomes_the_secret_and_the_rest_stays() -> None:
    text = f"请打开 https://desk.example.cn/signin/a.{MASK} 登录；{'很长的一行' * 60}。{MASK}\n"

    assert filled(_message(text, b"BEGIN:VCALENDAR"), SECRET) == _message(
        text.replace(MASK, SECRET), b"BEGIN:VCALENDAR"
    )


def test_what_is_filled_is_a_message_that_a_mail_program_reads() -> None:
    plain, html = _parts(filled(_message(f"{MASK}\n"), SECRET))

    assert (plain.strip(), html.strip()) == (SECRET, f"<p>{SECRET}\n</p>")


def test_a_letter_without_a_mask_leaves_as_it_was_frozen() -> None:
    raw = _message("没有秘密\n")

    assert filled(raw, SECRET) == raw

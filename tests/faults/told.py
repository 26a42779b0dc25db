"""What readers have been told of an end of a window, in the order in which it reached them.

told(keeping.kept)  # {"u1@example.cn": ["3月14日24:00", "3月21日24:00"], ...}
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage

END = re.compile(r"(?:截止时间|调整后|重新提交的期限)：\s*\d{4}年(\d+月\d+日)（周.）(\d\d:\d\d)")


def told(delivered: Iterable[tuple[datetime, str, bytes]]) -> dict[str, list[str]]:
    """The ends that each address was told, one for each letter that tells one (a correction: the new one)."""
    found: dict[str, list[str]] = {}
    for _, to, raw in delivered:
        if date := told_by(raw):
            found.setdefault(to, []).append(date)
    return found


def told_by(raw: bytes) -> str:
    """The end that one letter tells, as its reader reads it; empty for none."""
    date = END.search(text_of(raw))
    return date[1] + date[2] if date else ""


def text_of(raw: bytes) -> str:
    """What the reader of a message reads."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""

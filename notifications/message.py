"""The bytes of one letter, RFC 5322, made by hand.

`email.message.EmailMessage` costs fifty times as much, and on some Pythons a name like `=?utf-8?q?a=0D=0ABcc=3A…?=`
comes out of it as a header of its own. Here every part is base64, so no line is long, none begins with a dot and no
boundary can occur in it; and the header block is read back by its own strict rules and compared before it leaves.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from struct import unpack
from typing import TYPE_CHECKING

from notifications.errors import MessageRefused, shown
from notifications.letter import Recipient, Sender

if TYPE_CHECKING:
    from notifications.rendering import Rendered  # brings the template library; a message is built without

BASE64_LINE = 76  # characters of an encoded body line, as RFC 2045 has them
WORD_BYTES = 45  # of UTF-8 in one encoded word: 60 base64 characters, 72 with its frame, 75 allowed
PLAIN_LINE = 60  # characters of ASCII that stay one unencoded line behind any of our header names
MIXED, ALTERNATIVE = "=_bangdan_mixed", "=_bangdan_alternative"

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .,:()+-]*[A-Za-z0-9.)])?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+>")
_HEADER = re.compile(r"([A-Za-z-]+): ([^\r\n]*(?:\r\n [^\r\n]+)*)")
_WORD = re.compile(r"=\?utf-8\?B\?([A-Za-z0-9+/]+=*)\?=")


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """What a message says of itself. `message_id` with its angle brackets; `date` aware."""

    sender: Sender
    to: Recipient
    message_id: str
    date: datetime


def message_id(public_id: str, sender: Sender) -> str:
    """The Message-ID of a letter: the same however often it is asked for."""
    return f"<{public_id}@{sender.address.domain}>"


def build(envelope: Envelope, rendered: Rendered, *, calendar: bytes | None = None) -> bytes:
    """The whole message, CRLF lines, with the .ics attached if there is one.

    Raises `MessageRefused`: MSG-01 when a value may not stand in a header, MSG-02 when the result reads differently.
    """
    meant = _headers(envelope, rendered.subject)
    kind = f'multipart/mixed; boundary="{MIXED}"' if calendar else f'multipart/alternative; boundary="{ALTERNATIVE}"'
    meant += [("MIME-Version", "1.0"), ("Content-Type", kind)]
    block = "\r\n".join(f"{name}: {_written(name, value)}" for name, value in meant)
    if _read_back(block) != meant:
        raise MessageRefused("MSG-02", "邮件头写出后与原意不符，未发送", "the headers read back differently; not sent")
    # UTF-8 in a header only for an address that has no other form (RFC 6532); everything else is encoded words.
    return block.encode() + b"\r\n\r\n" + _body(rendered, calendar)


def _headers(envelope: Envelope, subject: str) -> list[tuple[str, str]]:
    sender, to = envelope.sender, envelope.to
    headers = [
        ("Date", _dated(envelope.date)),
        ("From", _mailbox(sender.name, str(sender.address))),
        ("To", _mailbox(to.name, str(to.address))),
        ("Subject", subject),
        ("Message-ID", envelope.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", "zh-CN"),
    ]
    if sender.reply_to is not None:
        headers.insert(3, ("Reply-To", f"<{sender.reply_to}>"))
    for name, value in headers:
        _check(name, value)
    if not _MESSAGE_ID.fullmatch(envelope.message_id):
        raise _refused("Message-ID", envelope.message_id)
    return headers


@lru_cache(maxsize=64)  # a batch has one date
def _dated(instant: datetime) -> str:
    return format_datetime(instant)


def _check(name: str, value: str) -> None:
    """No line end of any script, no NUL, nothing unseen, nothing that has no UTF-8."""
    if _FORBIDDEN.search(value):
        raise _refused(name, value)


def _refused(name: str, value: str) -> MessageRefused:
    return MessageRefused(
        "MSG-01",
        f"邮件头 {name} 中有不允许的字符：{shown(value)}",
        f"header {name} holds characters that may not stand there: {shown(value)}",
    )


def _mailbox(name: str, address: str) -> str:
    return f"{name.strip()} <{address}>" if name.strip() else f"<{address}>"


# --- writing --------------------------------------------------------------------------------------------------------


def _written(header: str, value: str) -> str:
    if header == "Subject":
        return value if len(value) <= PLAIN_LINE and _PLAIN.fullmatch(value) else _words(value)
    if header in ("From", "To"):
        name, _, address = value.rpartition(" ")
        plain = not name or (len(name) <= PLAIN_LINE and _PLAIN_NAME.fullmatch(name))
        return value if plain else f"{_words(name)}\r\n {address}"
    return value


@lru_cache(maxsize=1024)  # thousands of letters share sender and subject
def _words(text: str) -> str:
    """Encoded words of whole characters, one a line."""
    words, word = [], b""
    for char in text:
        octets = char.encode()
        if len(word) + len(octets) > WORD_BYTES:
            words.append(word)
            word = b""
        word += octets
    return "\r\n ".join(f"=?utf-8?B?{b64encode(word).decode('ascii')}?=" for word in [*words, word])


def _body(rendered: Rendered, calendar: bytes | None) -> bytes:
    alternative = _parts(
        ALTERNATIVE,
        _part('text/plain; charset="utf-8"', rendered.text.encode()),
        _part('text/html; charset="utf-8"', rendered.html.encode()),
    )
    if not calendar:
        return alternative
    kind = f'multipart/alternative; boundary="{ALTERNATIVE}"'
    return _parts(MIXED, b"Content-Type: " + kind.encode() + b"\r\n\r\n" + alternative, _calendar(calendar))


@lru_cache(maxsize=64)  # thousands of letters carry the same one
def _calendar(content: bytes) -> bytes:
    return _part('text/calendar; charset="utf-8"; method=PUBLISH;\r\n name="deadline.ics"', content, "deadline.ics")


def _part(kind: str, content: bytes, file_name: str = "") -> bytes:
    disposition = f'Content-Disposition: attachment; filename="{file_name}"\r\n' if file_name else ""
    head = f"Content-Type: {kind}\r\n{disposition}Content-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + encoded(content)


def encoded(content: bytes) -> bytes:
    """The lines in which a part's content is written."""
    whole = b64encode(content)  # in one go, then cut in one go: an encoder that goes by lines takes five times as long
    full, rest = divmod(len(whole), BASE64_LINE)
    lines = unpack(f"{BASE64_LINE}s" * full + f"{rest}s", whole)
    return b"\r\n".join(lines if rest else (*lines[:-1], b"")) + (b"\r\n" if rest else b"")


def _parts(boundary: str, *parts: bytes) -> bytes:
    line = b"--" + boundary.encode()
    return b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"


# --- reading back: shares nothing with the writing above ------------------------------------------------------------


def _read_back(block: str) -> list[tuple[str, str]]:
    """The headers as a strict reader takes them; empty if the block is anything but headers."""
    headers, place = [], 0
    while place <= len(block):
        line = _HEADER.match(block, place)
        if line is None:
            return []
        headers.append((line[1], _decoded(line[2])))
        place = line.end() + len("\r\n")
    return headers


@lru_cache(maxsize=1024)  # of most headers the value is the same in thousands of letters
def _decoded(value: str) -> str:
    """Unfolded, with adjacent encoded words run together (RFC 2047 6.2) and everything else a space apart."""
    pieces: list[tuple[bool, bytes]] = []
    for piece in value.split("\r\n "):
        word = _WORD.fullmatch(piece)
        content = b64decode(word[1]) if word else piece.encode()
        if word and pieces and pieces[-1][0]:
            pieces[-1] = (True, pieces[-1][1] + content)
        else:
            pieces.append((word is not None, content))
    return b" ".join(content for _, content in pieces).decode()

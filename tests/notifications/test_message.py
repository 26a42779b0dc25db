from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import MessageRefused
from notifications.letter import Recipient, Sender, check_address
from notifications.message import Envelope, build, message_id
from notifications.rendering import Rendered
from tests.notifications.samples import NOON, OFFICE

HEADERS = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
ADDRESS = check_address("zheng@unit.example")
LETTER = Rendered(subject="距申报截止还有 3 天", text="正文\n", html="<p>正文</p>\n")
FORBIDDEN = ["\r\n", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\u2029", "\ud800", "\x7f"]

text_ = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120)


def _build(
    *, name: str = "郑伯龙", rendered: Rendered = LETTER, sender: Sender = OFFICE, calendar: bytes | None = None
) -> bytes:
    envelope = Envelope(
        sender=sender,
        to=Recipient(name=name, address=ADDRESS),
        message_id=message_id("abc-_1", sender),
        date=NOON,
    )
    return build(envelope, rendered, calendar=calendar)


def _parse(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def _content(message: EmailMessage) -> list[tuple[str, str | None, str]]:
    parts = [part for part in message.walk() if not part.is_multipart()]
    return [(part.get_content_type(), part.get_filename(), part.get_content().replace("\r\n", "\n")) for part in parts]


def test_a_message_says_who_to_whom_what_and_when() -> None:
    message = _parse(_build())
    assert [(name, str(value)) for name, value in message.items()] == [
        ("Date", "Mon, 27 Nov 2023 04:00:00 +0000"),
        ("From", "秘书处 <office@host.example>"),
        ("To", "郑伯龙 <zheng@unit.example>"),
        ("Subject", "距申报截止还有 3 天"),
        ("Message-ID", "<abc-_1@host.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", "zh-CN"),
        ("MIME-Version", "1.0"),
        ("Content-Type", 'multipart/alternative; boundary="=_bangdan_alternative"'),
    ]


def test_a_message_has_text_and_html() -> None:
    assert _content(_parse(_build())) == [
        ("text/plain", None, "正文\n"),
        ("text/html", None, "<p>正文</p>\n"),
    ]


def test_an_invitation_is_attached() -> None:
    message = _parse(_build(calendar=b"BEGIN:VCALENDAR\r\n"))
    assert (message.get_content_type(), _content(message)[2]) == (
        "multipart/mixed",
        ("text/calendar", "deadline.ics", "BEGIN:VCALENDAR\n"),
    )


def test_answers_go_where_the_sender_wants_them() -> None:
    sender = Sender(name="秘书处", address=OFFICE.address, reply_to=check_address("answers@host.example"))
    assert _parse(_build(sender=sender))["Reply-To"] == "answers@host.example"


def test_nobody_without_a_name_gets_one() -> None:
    assert _parse(_build(name=" "))["To"] == "zheng@unit.example"


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?a=0D=0ABcc=3A evil@evil.example?=",
        "=?utf-8?b?YQ0KQmNjOiBldmlsQGV2aWwuZXhhbXBsZQ==?=",
        '"a" <evil@evil.example>, b',
        "a, evil@evil.example",
        "Bcc: evil@evil.example",
        "a\\",
        "(a",
    ],
)
def test_no_name_becomes_a_header_or_a_second_recipient(name: str) -> None:
    message = _parse(_build(name=name, rendered=Rendered(subject=name, text="t", html="h")))
    to = message["To"].addresses
    assert (list(message.keys()), [one.addr_spec for one in to]) == (HEADERS, ["zheng@unit.example"])


@given(name=text_, subject=text_.filter(bool))
def test_every_name_and_subject_reads_back_as_it_was(name: str, subject: str) -> None:
    message = _parse(_build(name=name, rendered=Rendered(subject=subject, text="t", html="h")))
    [to] = message["To"].addresses
    assert (list(message.keys()), to.addr_spec) == (HEADERS, "zheng@unit.example")
    assert _unfolded(str(message["Subject"])) == _unfolded(subject)


def _unfolded(text: str) -> str:
    """Without the spaces at either end, which no parser keeps."""
    return text.strip()


@given(text=st.text(max_size=300), html=st.text(max_size=300), calendar=st.none() | st.binary(min_size=1, max_size=300))
def test_every_line_can_be_sent_as_it_is(text: str, html: str, calendar: bytes | None) -> None:
    rendered = Rendered(subject="s", text=_storable(text), html=_storable(html))
    raw = _build(rendered=rendered, calendar=calendar)
    lines = raw.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line or line.startswith(b".") for line in lines)
    assert (max(map(len, lines)) <= 78, raw.isascii(), raw.endswith(b"\r\n")) == (True, True, True)


@given(text=st.text(max_size=300), html=st.text(max_size=300))
def test_every_body_reads_back_as_it_was(text: str, html: str) -> None:
    rendered = Rendered(subject="s", text=_storable(text), html=_storable(html))
    parts = [part.get_payload(decode=True) for part in _parse(_build(rendered=rendered)).iter_parts()]
    assert parts == [rendered.text.encode(), rendered.html.encode()]


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("forbidden", FORBIDDEN)
def test_no_line_end_of_any_script_gets_into_a_header(forbidden: str) -> None:
    spoilt = f"a{forbidden}Bcc: evil@evil.example"
    with pytest.raises(MessageRefused, match="MSG-01"):
        _build(name=spoilt)
    with pytest.raises(MessageRefused, match="MSG-01"):
        _build(rendered=Rendered(subject=spoilt, text="t", html="h"))


def test_a_letter_whose_header_does_not_read_back_is_not_sent() -> None:
    with pytest.raises(MessageRefused) as refused:
        _build(rendered=Rendered(subject="", text="t", html="h"))
    assert (refused.value.code, refused.value.zh, refused.value.en) == (
        "MSG-02",
        "邮件头写出后与原意不符，未发送",
        "the headers read back differently; not sent",
    )


def test_the_same_letter_has_the_same_bytes() -> None:
    assert _build() == _build()


def test_an_address_without_ascii_form_stands_as_it_is() -> None:
    envelope = Envelope(
        sender=OFFICE,
        to=Recipient(name="张三", address=check_address("张三@unit.example")),
        message_id="<a@host.example>",
        date=datetime(2023, 11, 27, tzinfo=UTC),
    )
    assert "<张三@unit.example>".encode() in build(envelope, LETTER)

"""The letters of a short campaign go over a real mail server, and each is what its reader should get."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import tomllib
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from bangdan import ROOT
from engine.clock import Clock
from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.office import Office
from engine.rehearsal.crew import Alone
from engine.rehearsal.play import Rehearsed, Size, rehearse
from engine.schema import bring_up
from notifications.letter import Sender, check_address
from notifications.smtp import SmtpDoor, SmtpSettings
from notifications.tables import LETTER

CHINESE = re.compile(r"[\u4e00-\u9fff]")
OFFICE = "office@secretariat.example.org"
WITH_DEADLINE = {"collection-opens", "collection-closes", "duties-due"}


class Keeper:
    """Takes every letter and keeps it with its envelope."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.kept.append(envelope)
        return "250 OK queued"


class Played:
    """A short rehearsal whose post went to a mail server, and what arrived there."""

    def __init__(self, rehearsed: Rehearsed, envelopes: list[Envelope]) -> None:
        self.office = rehearsed.theatre.office
        self.envelopes = envelopes
        self.messages = [_parsed(envelope) for envelope in envelopes]


def _parsed(envelope: Envelope) -> EmailMessage:
    raw = envelope.content
    assert isinstance(raw, bytes)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Fifteen units and forty nominations, from the opening to the last letter."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('mail') / 'short.sqlite3'}", durable=False)
    bring_up(database)
    office = Office(database=database)
    keeper = Keeper()
    with socket.create_server(("127.0.0.1", 0)) as probe:  # aiosmtpd can't be asked which free port it took
        port = probe.getsockname()[1]
    server = Controller(keeper, hostname="127.0.0.1", port=port)
    server.start()
    settings = SmtpSettings(host="127.0.0.1", port=port, tls="none", envelope_sender=OFFICE, connections=2)

    def post(clock: Clock) -> Post:
        return Post(
            office=office, open_door=lambda: SmtpDoor(settings), clock=clock, worker="scenario",
            sender=Sender(name="秘书处", address=check_address(OFFICE)),
            compose=compose(office.memory.latest, ROOT / "templates" / "letters"),
        )  # fmt: skip

    file = ROOT / "config" / "campaigns" / "kczg-2023.toml"
    words = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text("utf-8"))
    size = Size(units=15, nominations=40, extend=True)
    try:
        done = rehearse(office, file.read_text("utf-8"), name=file.name, words=words, size=size,
                        crew=lambda campaign: Alone(office=office, campaign=campaign, post=post))  # fmt: skip
    finally:
        server.stop()
    yield Played(done, keeper.kept)
    database.dispose()


def test_every_letter_that_was_sent_arrived_once(played: Played) -> None:
    with played.office.database.read() as connection:
        letters = connection.execute(LETTER.select()).all()
    sent = Counter(letter.message_id for letter in letters if letter.state == "sent")
    arrived = Counter(message["Message-ID"] for message in played.messages)
    assert arrived == sent
    assert {letter.state for letter in letters} <= {"sent", "cancelled"}
    assert {"collection-opens", "collection-closes", "submission-receipt", "deadline-moved", "lapsed", "review-ready",
            "duties-due", "duties-overdue", "duties-escalation", "decision", "published", "secretariat-digest",
            } <= {letter.template for letter in letters if letter.state == "sent"}  # fmt: skip


def test_every_letter_has_one_recipient_in_header_and_envelope(played: Played) -> None:
    for message, envelope in zip(played.messages, played.envelopes, strict=True):
        (to,) = message["To"].addresses
        assert [to.addr_spec] == envelope.rcpt_tos
        assert (message["Cc"], message["Bcc"]) == (None, None)


def test_every_letter_has_the_headers_of_one_written_by_a_machine(played: Played) -> None:
    for message in played.messages:
        (sender,) = message["From"].addresses
        assert (sender.display_name, sender.addr_spec) == ("秘书处", OFFICE)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Date"].datetime.tzinfo is not None
        assert message.defects == []


def test_every_letter_reads_in_chinese_as_text_and_as_html(played: Played) -> None:
    for message in played.messages:
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        assert isinstance(text, EmailMessage)
        assert isinstance(html, EmailMessage)
        assert CHINESE.search(message["Subject"])
        assert CHINESE.search(text.get_content())
        assert 'lang="zh-CN"' in html.get_content()


def test_a_deadline_at_the_end_of_a_day_reads_24_00(played: Played) -> None:
    closing = [message for message in played.messages if "申报推荐还有" in message["Subject"]]
    texts = [body.get_content() for message in closing if (body := message.get_body(("plain",)))]
    assert texts
    assert all("24:00" in text for text in texts)


def test_letters_about_a_deadline_carry_it_for_the_readers_calendar(played: Played) -> None:
    with played.office.database.read() as connection:
        template_of = {row.message_id: row.template for row in connection.execute(LETTER.select()) if row.message_id}
    carrying = {
        template_of[message["Message-ID"]]
        for message in played.messages
        if any(part.get_content_type() == "text/calendar" for part in message.walk())
    }
    assert carrying >= WITH_DEADLINE

"""Letters over a mail server that others wrote, with TLS and a login."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from notifications.delivery import Content, deliver_once
from notifications.invitation import Invitation, calendar_bytes
from notifications.letter import Recipient, check_address
from notifications.outbox import put
from notifications.rendering import templates_in
from notifications.smtp import SmtpDoor, SmtpSettings, examine
from tests.notifications.conftest import Transaction
from tests.notifications.samples import DEADLINE, LOOPBACK_PAIR, NOON, OFFICE, letter, states

pytestmark = pytest.mark.anyio

ANSWERS = {"full@unit.example": "452 4.2.2 mailbox full", "gone@unit.example": "550 5.1.1 no such user"}
INVITATION = Invitation(
    uid="closing@host.example",
    sequence=0,
    summary="申报截止",
    description="请按时提交",
    deadline=DEADLINE,
    zone="Asia/Shanghai",
    stamp=NOON,
)


class Keeper:
    """Keeps what arrives; some mailboxes don't take any."""

    def __init__(self) -> None:
        self.kept: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in ANSWERS:
            return ANSWERS[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.kept.append(envelope)
        return "250 OK queued"


def _login(_server: object, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    known = LoginPassword(login=b"bangdan", password="口令".encode())
    return AuthResult(success=data == known, handled=False)


@contextmanager
def _server(keeper: Keeper) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(LOOPBACK_PAIR)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    controller = Controller(
        keeper,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=_login,
        auth_required=True,
        server_hostname="localhost",
    )
    controller.start()
    yield port
    controller.stop()


def _settings(port: int, **changed: Any) -> SmtpSettings:
    facts: dict[str, Any] = {
        "host": "localhost",
        "port": port,
        "envelope_sender": "bounce@host.example",
        "ca_file": str(LOOPBACK_PAIR),
        "username": "bangdan",
        "password": "口令",
    }
    return SmtpSettings(**(facts | changed))


async def _deliver(transaction: Transaction, settings: SmtpSettings, folder: Path) -> str | None:
    templates = templates_in(folder)
    async with SmtpDoor(settings) as door:
        report = await deliver_once(
            transaction,
            door,
            open_look=transaction,
            sender=OFFICE,
            recheck=lambda _conn, letters, _at: [one.context for one in letters],
            compose=lambda one, context: Content(
                rendered=templates.render(one.template, context), calendar=calendar_bytes(INVITATION)
            ),
            clock=lambda: NOON,
            worker="w",
        )
    return report.stop.kind if report.stop else None


def _parse(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reminder.subject.j2").write_text("【提醒】距申报截止还有 {{ days }} 天")
    (tmp_path / "reminder.txt.j2").write_text("还有 {{ days }} 天。\n")
    (tmp_path / "reminder.html.j2").write_text("<p>还有 {{ days }} 天。</p>\n")
    return tmp_path


async def test_each_letter_arrives_parses_and_has_one_reader(sqlite_transaction: Transaction, folder: Path) -> None:
    keeper = Keeper()
    with sqlite_transaction() as conn:
        put(conn, [letter(number) for number in range(12)])
    with _server(keeper) as port:
        stop = await _deliver(sqlite_transaction, _settings(port), folder)
    with sqlite_transaction() as conn:
        assert (stop, states(conn)) == (None, ["sent"] * 12)
    messages = [_parse(envelope) for envelope in keeper.kept]
    assert {(envelope.mail_from, len(envelope.rcpt_tos)) for envelope in keeper.kept} == {("bounce@host.example", 1)}
    assert {str(message["Subject"]) for message in messages} == {"【提醒】距申报截止还有 3 天"}
    assert [[part.get_content_type() for part in message.walk()] for message in messages] == [
        ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    ] * 12
    assert [part.defects for message in messages for part in message.walk()] == [[]] * 60


async def test_one_mailbox_that_is_full_and_one_that_is_gone_hold_up_nobody(
    sqlite_transaction: Transaction, folder: Path
) -> None:
    keeper = Keeper()
    readers = ["full@unit.example", "zheng@unit.example", "gone@unit.example", "guo@unit.example"]
    with sqlite_transaction() as conn:
        people = [Recipient(name="", address=check_address(reader)) for reader in readers]
        put(conn, [letter(number, to=person) for number, person in enumerate(people)])
    with _server(keeper) as port:
        await _deliver(sqlite_transaction, _settings(port, connections=1), folder)
    with sqlite_transaction() as conn:
        assert states(conn) == ["ready", "sent", "failed", "sent"]
    assert [envelope.rcpt_tos for envelope in keeper.kept] == [["zheng@unit.example"], ["guo@unit.example"]]


@pytest.mark.parametrize(
    ("changed", "stop"), [({"password": "wrong"}, "login"), ({"ca_file": None}, "tls"), ({"username": ""}, "login")]
)
async def test_a_wrong_password_or_certificate_stops_the_round_and_charges_no_letter(
    sqlite_transaction: Transaction, folder: Path, changed: dict[str, Any], stop: str
) -> None:
    keeper = Keeper()
    with sqlite_transaction() as conn:
        put(conn, [letter(number) for number in range(3)])
    with _server(keeper) as port:
        assert await _deliver(sqlite_transaction, _settings(port, **changed), folder) == stop
    with sqlite_transaction() as conn:
        assert (states(conn), keeper.kept) == (["ready"] * 3, [])


async def test_a_dialogue_without_a_letter_says_how_far_it_came() -> None:
    keeper = Keeper()
    with _server(keeper) as port:
        well = await examine(_settings(port))
        wrong = await examine(_settings(port, password="wrong"))
        distrusted = await examine(_settings(port, ca_file=None))
    gone = await examine(_settings(port, connect_seconds=2.0))
    lost = await examine(_settings(port, host="mail.invalid"))

    assert [one.passed for one in (well, wrong, distrusted, gone)] == [
        ("connect", "hello", "tls", "login", "noop"), ("connect", "hello", "tls"), ("connect", "hello"), ()
    ]  # fmt: skip
    assert [one.stop.kind if one.stop else None for one in (well, wrong, distrusted, gone)] == [
        None, "login", "tls", "unreachable",
    ]  # fmt: skip
    assert [one.stop and one.stop.zh for one in (gone, lost)] == [
        "连不上邮件服务器：对方拒绝连接", "连不上邮件服务器：找不到这个服务器名",
    ]  # fmt: skip
    assert ("auth" in well.offers, well.certificate_until and well.certificate_until > NOON) == (True, True)
    assert keeper.kept == []

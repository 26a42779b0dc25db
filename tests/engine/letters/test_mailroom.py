"""The mail room as the settings furnish it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.letters import mailroom
from engine.settings import Settings
from notifications.folder import FolderDoor
from notifications.letter import Address, Sender
from notifications.pacing import Limits
from notifications.smtp import SmtpDoor, SmtpSettings
from workflows.reasons import Refused


def _server(**more: object) -> Settings:
    return Settings.model_validate({"smtp_host": "mail.example.cn", "mail_from": "office@example.cn", **more})


def test_the_mail_server_is_reached_as_it_is_set() -> None:
    settings = _server(smtp_username="office", smtp_password="open sesame", mail_envelope="bounce@example.cn")

    assert mailroom.smtp(settings) == SmtpSettings(
        host="mail.example.cn",
        port=587,
        envelope_sender="bounce@example.cn",
        tls="starttls",
        username="office",
        password="open sesame",
    )


def test_limits_are_of_the_server_and_of_the_domains() -> None:
    settings = _server(smtp_per_minute=60, smtp_domain_per_minute=20, smtp_domain_limits="QQ.com=5，例.中国=7")

    assert mailroom.limits(settings) == Limits(
        relay="mail.example.cn:587", per_minute=60, domain_per_minute=20, domains={"qq.com": 5, "xn--fsq.xn--fiqs8s": 7}
    )


def test_a_folder_has_no_limits() -> None:
    assert mailroom.limits(Settings()).none


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("implicit", 465), ("none", 25)])
def test_the_port_follows_the_way_the_line_is_secured(tls: str, port: int) -> None:
    server = mailroom.smtp(_server(smtp_tls=tls))

    assert server is not None
    assert (server.port, server.envelope_sender) == (port, "office@example.cn")


def test_the_password_may_lie_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("芝麻 开门 \n", encoding="utf-8")
    path.chmod(0o600)
    server = mailroom.smtp(_server(smtp_username="office", smtp_password_file=path))

    assert server is not None
    assert server.password == "芝麻 开门 "


def test_a_login_over_an_open_line_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        mailroom.smtp(_server(smtp_username="office", smtp_password="open sesame", smtp_tls="none"))

    assert [reason.code for reason in refusal.value.reasons] == ["MTA-01"]


def test_who_writes_is_set_too() -> None:
    settings = _server(mail_from_name="联合体秘书处", mail_reply_to="ask@example.cn")

    assert mailroom.sender(settings) == Sender(
        name="联合体秘书处",
        address=Address(local="office", domain="example.cn"),
        reply_to=Address(local="ask", domain="example.cn"),
    )


@pytest.mark.anyio
async def test_without_a_mail_server_letters_go_into_the_folder(tmp_path: Path) -> None:
    async with mailroom.open_door(Settings(mail_folder=tmp_path)) as door:
        assert isinstance(door, FolderDoor)
        assert door.folder == tmp_path


@pytest.mark.anyio
async def test_with_a_mail_server_letters_go_through_its_door() -> None:
    async with mailroom.open_door(_server()) as door:
        assert isinstance(door, SmtpDoor)
        assert door.settings == mailroom.smtp(_server())

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from notifications.doors import Answer, Parcel
from notifications.errors import SettingsRefused
from notifications.smtp import SmtpDoor, SmtpSettings
from tests.notifications.misbehaving import (
    ACCEPT_AND_DROP,
    DRIP,
    DROP,
    GARBAGE,
    HANG,
    Misbehaving,
    Script,
    Stage,
)
from tests.notifications.samples import LOOPBACK_PAIR, NOON

pytestmark = pytest.mark.anyio

QUICK = 0.2  # seconds after which a server that says nothing is given up, where that is what we wait for
LOGIN = ("PIPELINING", "STARTTLS", "AUTH PLAIN")


def _settings(port: int, **changed: Any) -> SmtpSettings:
    facts: dict[str, Any] = {"host": "127.0.0.1", "port": port, "envelope_sender": "bounce@host.example", "tls": "none"}
    return SmtpSettings(**(facts | {"connections": 1} | changed))


def _secure(port: int, **changed: Any) -> SmtpSettings:
    facts = {"host": "localhost", "tls": "starttls", "ca_file": str(LOOPBACK_PAIR), "username": "u", "password": "p"}
    return _settings(port, **(facts | changed))


def _server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(LOOPBACK_PAIR)
    return context


def _parcel(number: int, to: str = "") -> Parcel:
    return Parcel(
        id=number,
        public_id=f"id{number}",
        to_address=to or f"zheng{number}@unit.example",
        date=NOON,
        raw=b"Subject: %d\r\n\r\nbody\r\n" % number,
    )


class Round:
    """One `deliver`, and what it reported: answers by parcel, the parcels that reached the dot, why it stopped."""

    def __init__(self) -> None:
        self.answers: dict[int, Answer] = {}
        self.dotted: list[int] = []
        self.kept_back: set[int] = set()
        self.stop: str | None = None
        self.alarm = False

    async def dot(self, parcel: Parcel) -> bool:
        if parcel.id in self.kept_back:
            return False
        self.dotted.append(parcel.id)
        return True

    def report(self, parcel: Parcel, answer: Answer) -> None:
        assert parcel.id not in self.answers
        self.answers[parcel.id] = answer

    async def go(self, settings: SmtpSettings, parcels: Sequence[Parcel]) -> Round:
        async with SmtpDoor(settings) as door:
            stop = await door.deliver(parcels, dot=self.dot, report=self.report)
        if stop is not None:
            self.stop, self.alarm = stop.kind, stop.alarm
        return self

    def kinds(self) -> dict[int, str]:
        return {number: answer.kind for number, answer in sorted(self.answers.items())}


class Fault(NamedTuple):
    """What the server does at a stage, what becomes of the letter, why the round stops, whether that is an alarm."""

    stage: Stage
    todo: str
    letter: str | None
    stop: str | None = None
    alarm: bool = False


EVERY_FAULT = [
    Fault("connect", "421 4.3.2 down", None, "busy"),
    Fault("connect", "450 later", None, "busy"),
    Fault("connect", "554 5.7.1 go away", None, "refused", True),
    Fault("connect", DROP, None, "unreachable"),
    Fault("connect", HANG, None, "unreachable"),
    Fault("connect", DRIP, None, "unreachable"),
    Fault("connect", GARBAGE, None, "unreachable"),
    Fault("EHLO", "421 4.3.2 down", None, "busy"),
    Fault("EHLO", "451 later", None, "busy"),
    Fault("EHLO", DROP, None, "unreachable"),
    Fault("EHLO", HANG, None, "unreachable"),
    Fault("EHLO", DRIP, None, "unreachable"),
    Fault("STARTTLS", "454 4.7.0 no", None, "busy"),
    Fault("STARTTLS", "501 no", None, "refused", True),
    Fault("STARTTLS", DROP, None, "unreachable"),
    Fault("STARTTLS", HANG, None, "unreachable"),
    Fault("AUTH", "454 4.7.0 later", None, "busy"),
    Fault("AUTH", "535 5.7.8 wrong", None, "login", True),
    Fault("AUTH", DROP, None, "unreachable"),
    Fault("AUTH", HANG, None, "unreachable"),
    Fault("MAIL", "421 4.3.2 down", "known_not_delivered"),
    Fault("MAIL", "451 4.3.0 later", "known_not_delivered"),
    Fault("MAIL", "530 5.7.0 log in first", None, "login", True),
    Fault("MAIL", "550 5.7.1 not you", None, "sender", True),
    Fault("MAIL", DROP, "known_not_delivered"),
    Fault("MAIL", HANG, "known_not_delivered"),
    Fault("MAIL", DRIP, "known_not_delivered"),
    Fault("MAIL", GARBAGE, "known_not_delivered"),
    Fault("RCPT", "421 4.3.2 down", "known_not_delivered"),
    Fault("RCPT", "450 4.2.1 greylisted", "known_not_delivered"),
    Fault("RCPT", "550 5.1.1 no such user", "refused"),
    Fault("RCPT", DROP, "known_not_delivered"),
    Fault("RCPT", HANG, "known_not_delivered"),
    Fault("RCPT", GARBAGE, "known_not_delivered"),
    Fault("DATA", "421 4.3.2 down", "known_not_delivered"),
    Fault("DATA", "451 4.3.0 later", "known_not_delivered"),
    Fault("DATA", "554 5.5.1 no", "refused"),
    Fault("DATA", DROP, "known_not_delivered"),
    Fault("DATA", HANG, "known_not_delivered"),
    Fault("dot", "421 4.3.2 down", "known_not_delivered"),
    Fault("dot", "451 4.3.0 later", "known_not_delivered"),
    Fault("dot", "550 5.7.1 spam", "refused"),
    Fault("dot", "354 what?", "unknown"),
    Fault("dot", DROP, "unknown"),
    Fault("dot", ACCEPT_AND_DROP, "unknown"),
    Fault("dot", HANG, "unknown"),
    Fault("dot", DRIP, "unknown"),
    Fault("dot", GARBAGE, "unknown"),
    Fault("QUIT", "421 4.3.2 down", "sent"),
    Fault("QUIT", "550 no", "sent"),
    Fault("QUIT", DROP, "sent"),
    Fault("QUIT", HANG, "sent"),
    Fault("QUIT", GARBAGE, "sent"),
]


@pytest.mark.parametrize("extensions", [LOGIN, LOGIN[1:]], ids=["pipelining", "in-turn"])
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=lambda fault: f"{fault.stage}-{fault.todo}")
async def test_every_fault_at_every_stage_has_its_outcome(fault: Fault, extensions: Sequence[str]) -> None:
    silent = fault.todo in (HANG, DRIP)
    before_letters = "connect_seconds" if fault.letter is None else "command_seconds"
    limit = {"dot": "dot_seconds", "QUIT": "goodbye_seconds"}.get(fault.stage, before_letters)
    async with Misbehaving({fault.stage: fault.todo}, extensions=extensions, tls=_server_tls()) as server:
        done = await Round().go(_secure(server.port, **({limit: QUICK} if silent else {})), [_parcel(1)])
    assert (done.kinds(), done.stop, done.alarm) == ({1: fault.letter} if fault.letter else {}, fault.stop, fault.alarm)
    assert done.dotted == ([1] if fault.stage in ("dot", "QUIT") else [])


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "dot"])
async def test_a_letter_that_drips_on_for_ever_ends_at_its_total_limit(stage: Stage) -> None:
    async with Misbehaving({stage: DRIP}) as server:
        done = await Round().go(_settings(server.port, message_seconds=QUICK), [_parcel(1)])
    assert done.kinds() == {1: "unknown" if stage == "dot" else "known_not_delivered"}


async def test_letters_share_one_connection_without_a_reset_between_them() -> None:
    async with Misbehaving() as server:
        done = await Round().go(_settings(server.port), [_parcel(number) for number in range(5)])
    assert done.kinds() == dict.fromkeys(range(5), "sent")
    assert (server.connections, [line for line in server.commands if line == "RSET"]) == (1, [])
    assert server.delivered == [_parcel(number).raw for number in range(5)]


async def test_a_second_round_uses_the_connection_of_the_first() -> None:
    seen = Round()
    async with Misbehaving() as server, SmtpDoor(_settings(server.port)) as door:
        await door.deliver([_parcel(1)], dot=seen.dot, report=seen.report)
        await door.deliver([_parcel(2)], dot=seen.dot, report=seen.report)
        assert server.connections == 1


async def test_connections_are_bounded() -> None:
    async with Misbehaving() as server:
        done = await Round().go(_settings(server.port, connections=3), [_parcel(number) for number in range(20)])
    assert (server.connections <= 3, len(done.answers), len(server.delivered)) == (True, 20, 20)


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
async def test_one_refused_recipient_blocks_no_other(extensions: Sequence[str]) -> None:
    script: Script = {"RCPT": ["250 ok", "550 5.1.1 no", "451 later", "250 ok"]}
    async with Misbehaving(script, extensions=extensions) as server:
        done = await Round().go(_settings(server.port), [_parcel(number) for number in range(4)])
    assert done.kinds() == {0: "sent", 1: "refused", 2: "known_not_delivered", 3: "sent"}
    assert (server.recipients, server.connections) == (["zheng0@unit.example", "zheng3@unit.example"], 1)


async def test_no_content_goes_to_a_server_that_wants_it_for_a_refused_recipient() -> None:
    async with Misbehaving({"RCPT": "550 5.1.1 no", "dot": "554 5.5.1 no recipients"}) as server:
        done = await Round().go(_settings(server.port), [_parcel(1)])
    assert (done.kinds(), done.dotted, server.delivered) == ({1: "refused"}, [], [])


async def test_a_letter_kept_back_at_the_gate_is_not_delivered_and_not_reported() -> None:
    round_ = Round()
    round_.kept_back = {2}
    async with Misbehaving() as server:
        await round_.go(_settings(server.port), [_parcel(number) for number in (1, 2, 3)])
    assert (round_.kinds(), server.recipients) == (
        {1: "sent", 3: "sent"},
        ["zheng1@unit.example", "zheng3@unit.example"],
    )


async def test_a_worn_connection_that_closes_costs_no_attempt() -> None:
    script: Script = {"MAIL": ["250 ok", "421 4.7.0 too many in one session", "250 ok"]}
    async with Misbehaving(script) as server:
        done = await Round().go(_settings(server.port), [_parcel(1), _parcel(2)])
    assert (done.kinds(), server.connections) == ({1: "sent", 2: "sent"}, 2)


@pytest.mark.parametrize(
    ("script", "letters", "stop", "connections"),
    [
        ({"dot": ["550 5.7.1 spam", "250 queued"]}, {0: "refused", 1: "sent"}, None, 1),
        ({"dot": [DROP, "250 queued"]}, {0: "unknown", 1: "sent"}, None, 2),
        ({"dot": ["421 4.3.2 down", "250 queued"]}, {0: "known_not_delivered", 1: "sent"}, None, 2),
        ({"MAIL": ["250 ok", DROP, "250 ok"]}, {0: "sent", 1: "sent"}, None, 2),
        ({"MAIL": ["250 ok", "451 later"]}, {0: "sent", 1: "known_not_delivered"}, None, 1),
        ({"MAIL": ["250 ok", "550 5.7.1 not you"]}, {0: "sent"}, "sender", 1),
    ],
)
async def test_what_becomes_of_a_letter_is_not_charged_to_the_one_that_was_announced_with_it(
    script: Script, letters: dict[int, str], stop: str | None, connections: int
) -> None:
    async with Misbehaving(script) as server:
        done = await Round().go(_settings(server.port), [_parcel(number) for number in range(2)])
    assert (done.kinds(), done.stop, server.connections) == (letters, stop, connections)


@pytest.mark.parametrize("stage", ["MAIL", "dot"])
async def test_a_server_that_keeps_breaking_off_is_left_alone_after_a_few(stage: Stage) -> None:
    async with Misbehaving({stage: DROP}) as server:
        done = await Round().go(_settings(server.port, patience=3), [_parcel(number) for number in range(50)])
    assert (done.stop, len(done.answers), server.connections) == ("busy", 3, 3)


async def test_a_server_that_is_down_is_asked_once_a_round() -> None:
    async with Misbehaving({"connect": "421 4.3.2 down"}) as server:
        done = await Round().go(_settings(server.port, connections=8), [_parcel(number) for number in range(50)])
    assert (done.stop, done.answers, server.connections) == ("busy", {}, 1)


async def test_fewer_connections_than_wanted_will_do() -> None:
    async with Misbehaving({"connect": ["220 hello", "421 4.7.0 too many connections"]}) as server:
        done = await Round().go(_settings(server.port, connections=4), [_parcel(number) for number in range(6)])
    assert (done.stop, done.kinds()) == (None, dict.fromkeys(range(6), "sent"))


async def test_nobody_listening_is_no_alarm() -> None:
    async with Misbehaving() as server:
        pass
    done = await Round().go(_settings(server.port), [_parcel(1)])
    assert (done.stop, done.alarm, done.answers) == ("unreachable", False, {})


async def test_a_name_that_does_not_exist_is_no_alarm() -> None:
    done = await Round().go(_settings(25, host="mail.invalid"), [_parcel(1)])
    assert (done.stop, done.alarm) == ("unreachable", False)


@pytest.mark.parametrize("changed", [{"ca_file": None}, {"host": "127.0.0.1"}], ids=["unknown", "other-name"])
async def test_a_certificate_that_does_not_fit_is_an_alarm_and_no_password_is_said(changed: dict[str, Any]) -> None:
    async with Misbehaving(extensions=LOGIN, tls=_server_tls()) as server:
        done = await Round().go(_secure(server.port, **changed), [_parcel(1)])
    assert (done.stop, done.alarm, done.answers) == ("tls", True, {})
    assert not [line for line in server.commands if line.startswith("AUTH")]


async def test_a_server_without_starttls_is_an_alarm_and_nothing_is_said_in_the_clear() -> None:
    async with Misbehaving(extensions=("AUTH PLAIN",)) as server:
        done = await Round().go(_secure(server.port), [_parcel(1)])
    assert (done.stop, done.alarm) == ("tls", True)
    assert [line.split()[0] for line in server.commands] == ["EHLO"]


async def test_a_plain_server_on_a_port_meant_for_tls_is_an_alarm() -> None:
    async with Misbehaving() as server:
        done = await Round().go(_secure(server.port, tls="implicit"), [_parcel(1)])
    assert (done.stop, done.alarm) == ("tls", True)


async def test_a_server_without_a_way_to_log_in_is_an_alarm() -> None:
    async with Misbehaving(extensions=("STARTTLS",), tls=_server_tls()) as server:
        done = await Round().go(_secure(server.port), [_parcel(1)])
    assert (done.stop, done.alarm) == ("login", True)


async def test_letters_go_out_over_implicit_tls_with_a_login() -> None:
    async with Misbehaving(extensions=("PIPELINING", "AUTH PLAIN"), implicit=_server_tls()) as server:
        done = await Round().go(_secure(server.port, tls="implicit"), [_parcel(1)])
    assert (done.kinds(), server.delivered) == ({1: "sent"}, [_parcel(1).raw])


async def test_an_old_server_that_knows_only_helo_is_served() -> None:
    async with Misbehaving({"EHLO": "502 what?"}) as server:
        done = await Round().go(_settings(server.port), [_parcel(1)])
    assert done.kinds() == {1: "sent"}


@pytest.mark.parametrize(
    ("extensions", "kind", "words"),
    [((), "refused", "ADR-03"), (("SMTPUTF8",), "sent", "正文之后 end of DATA: 250 queued")],
)
async def test_a_chinese_local_part_needs_a_server_that_can(extensions: Sequence[str], kind: str, words: str) -> None:
    async with Misbehaving(extensions=extensions) as server:
        done = await Round().go(_settings(server.port), [_parcel(1, "张三@unit.example")])
    assert (done.kinds(), done.answers[1].words[: len(words)]) == ({1: kind}, words)
    assert server.recipients == (["张三@unit.example"] if kind == "sent" else [])


@pytest.mark.parametrize("address", ["a@unit.example>\r\nRSET", "a b@unit.example", "<a@unit.example>", ""])
async def test_an_address_that_would_end_the_command_is_not_said(address: str) -> None:
    async with Misbehaving() as server:
        done = await Round().go(
            _settings(server.port),
            [Parcel(id=1, public_id="id1", to_address=address, date=NOON, raw=b"Subject: 1\r\n\r\n")],
        )
    assert (done.kinds(), [line for line in server.commands if "RCPT" in line]) == ({1: "refused"}, [])


@pytest.mark.parametrize(
    ("raw", "received"),
    [
        (b"a\r\n.\r\nb\r\n", b"a\r\n.\r\nb\r\n"),
        (b"a\n.\nb\n", b"a\r\n.\r\nb\r\n"),
        (b"a\n.\r\nMAIL FROM:<x@y.example>\r\n", b"a\r\n.\r\nMAIL FROM:<x@y.example>\r\n"),
        (b"a\r.\rb", b"a\r\n.\r\nb\r\n"),
        (b"..a\r\n", b"..a\r\n"),
        (b"x" * 10_000, b"x" * 10_000 + b"\r\n"),
        (b"", b""),
    ],
)
async def test_no_content_can_end_the_message_early(raw: bytes, received: bytes) -> None:
    async with Misbehaving() as server:
        await Round().go(
            _settings(server.port),
            [Parcel(id=1, public_id="id1", to_address="a@unit.example", date=NOON, raw=raw)],
        )
    assert server.delivered == [received]


async def test_what_the_gate_raises_comes_out_and_nothing_was_delivered() -> None:
    async def broken(_: Parcel) -> bool:
        raise OSError("disk full")

    async with Misbehaving() as server, SmtpDoor(_settings(server.port)) as door:
        with pytest.raises(OSError, match="disk full"):
            await door.deliver([_parcel(1)], dot=broken, report=Round().report)
    assert server.delivered == []


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(_secure(25, password="secret"))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"host": "mail.example", "username": "u"}, "MTA-01"),
        ({"connections": 0}, "MTA-02"),
        ({"port": 0}, "MTA-02"),
        ({"envelope_sender": "a b@host.example"}, "MTA-02"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        _settings(**({"port": 25} | changed))
    assert refused.value.code == code

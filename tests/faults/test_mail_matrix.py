"""A mail server that fails in every way at every step, through the whole engine; the answers are in `mail_matrix.txt`.

Each line of that table is one test: the server does what the line says at that step, the engine beats at the instants
that it names itself, and what happened must read like the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from engine.live import Engine
from notifications.states import LetterState
from tests.faults.mail_house import LOGIN, MailHouse, fresh_houses, house_at, server_tls
from tests.notifications.misbehaving import (
    ACCEPT_AND_DROP,
    DRIP,
    DROP,
    GARBAGE,
    HANG,
    NO_HANDSHAKE,
    Misbehaving,
    in_a_thread,
)
from tests.small import DURING, said

TABLE = Path(__file__).parent / "mail_matrix.txt"
WORDS = {"drops": DROP, "hangs": HANG, "drips": DRIP, "garbage": GARBAGE, "takes it and drops": ACCEPT_AND_DROP,
         "220 and no handshake": NO_HANDSHAKE}  # fmt: skip
SILENT = (HANG, DRIP, NO_HANDSHAKE)
QUICK = 0.5  # seconds after which a server that says nothing is given up
LIMITS = {"MAIL": "command_seconds", "RCPT": "command_seconds", "DATA": "command_seconds", "dot": "dot_seconds",
          "QUIT": "goodbye_seconds"}  # fmt: skip
ROUNDS = 5  # after which a story that has not ended goes on for days
OPEN: tuple[LetterState, ...] = ("ready", "claimed", "dot")


class Line(NamedTuple):
    """A line of the table."""

    step: str
    server: str
    copies: str
    state: str
    again: str
    person: str
    reads: str
    stays: str
    mended: str


def _lines() -> Iterator[Line]:
    for text in TABLE.read_text(encoding="utf-8").splitlines():
        if text.strip() and not text.startswith(("#", " ")):
            yield Line(*(cell.strip() for cell in text.split("|")))


def _answer(words: str) -> str:
    return WORDS.get(words, words.replace("⏎", "\r\n"))


class Story:
    """One letter and one server, round after round."""

    def __init__(self, house: MailHouse, server: Misbehaving, engine: Engine) -> None:
        self.house, self.server, self.engine = house, server, engine
        self.following: datetime | None = DURING

    def round(self) -> str:
        """A beat at the instant that the engine named; the instant as the table writes it."""
        assert self.following is not None
        at, self.following = self.following, self.house.beat(self.engine, self.following)
        return said(at)[-5:]

    def waits(self) -> bool:
        """Whether there is more to come."""
        return self.house.letter().state in OPEN

    @property
    def copies(self) -> int:
        """Copies of the letter that the server took; that it took no other is part of it."""
        taken = self.server.copies()
        assert set(taken) <= {self.house.letter().message_id}
        return sum(taken.values())

    def end(self) -> str:
        """Further rounds until the letter's story ends, and how."""
        if not self.waits():
            return "—"
        instants = [self.round()]
        while self.waits() and len(instants) < ROUNDS:
            instants.append(self.round())
        more = " … and so on," if self.waits() else ""
        return f"{' '.join(instants)}{more} {self.house.letter().state} ×{self.copies}"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Makes a house of its own for each story; its database's address."""
    return fresh_houses(tmp_path_factory.mktemp("houses"))


def _told(line: Line, url: str, *, mended: bool) -> Line:
    """The line as it comes out; the end that is not asked for is copied."""
    todo = _answer(line.server)
    limit: dict[str, Any] = {LIMITS.get(line.step, "connect_seconds"): QUICK} if todo in SILENT else {}
    server = Misbehaving({line.step: todo}, extensions=LOGIN, tls=server_tls())  # type: ignore[dict-item]
    with house_at(url) as house, in_a_thread(server):
        story = Story(house, server, house.engine(server.port, **limit))
        story.round()
        came = line._replace(
            copies=str(story.copies), state=house.letter().state, person="now" if house.needs_a_person() else "no",
            again=said(story.following)[-5:] if story.waits() and story.following else "—", reads=house.reads(),
        )  # fmt: skip
        if mended:
            server.script.clear()
            came = came._replace(mended=story.end())
        else:
            came = came._replace(stays=story.end())
        _at_least_once_at_most_twice(house.letter().state, story.copies)
    return came


def _at_least_once_at_most_twice(state: str, copies: int) -> None:
    """The promise itself, whatever the table says."""
    assert copies <= 2
    assert copies >= 1 or state != "sent"


@pytest.mark.parametrize("line", list(_lines()), ids=lambda line: f"{line.step}: {line.server}")
def test_a_server_that_stays_like_that(line: Line, fresh: Callable[[], str]) -> None:
    assert _told(line, fresh(), mended=False) == line


@pytest.mark.parametrize(
    "line", [each for each in _lines() if each.mended != "—"], ids=lambda line: f"{line.step}: {line.server}"
)
def test_a_server_that_is_mended_before_the_second_round(line: Line, fresh: Callable[[], str]) -> None:
    assert _told(line, fresh(), mended=True) == line


def test_the_table_has_every_fault_at_every_step() -> None:
    kinds = [(line.step, _kind(line.server)) for line in _lines()]
    steps = ["connect", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "dot", "QUIT"]
    every = {(step, kind) for step in steps for kind in ("4xx", "5xx", "421", "drops", "hangs", "garbage", "drips")}
    assert (every - set(kinds), len(kinds) - len(set(kinds))) == (set(), 0)


def _kind(server: str) -> str:
    if server.startswith("421"):
        return "421"
    return f"{server[0]}xx" if server[:3].isdigit() and server != "220 and no handshake" else server

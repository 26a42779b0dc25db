"""A person who was erased is found nowhere: not in the database's file, its journal, the letters, an answer or a feed.

What is looked for are canaries, in every form in which they are stored: as they are, escaped in a JSON, packed in a
letter, and in pinyin. The history verifies as before, also against the head that was kept before.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel, col

from bangdan import ROOT
from engine import campaigns, nominations, schema, units
from engine.access import Actor
from engine.accounts import links, members, sessions
from engine.audit import seal, verify
from engine.database import Database
from engine.history import record
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.office import Office, once
from engine.personal.tables import EventWord
from engine.tables import Contact, Nomination
from engine.turn import turn
from notifications.folder import FolderDoor
from notifications.letter import Sender, check_address
from tests.builders import House, add_unit
from tests.small import CLOSES, DURING, FILE, OFFICE, OPENED, REVIEW, SWEPT
from workflows.nomination import Role

NAME, MAIL, PHONE = "令狐鸟", "canary-bird@example.org", "13912345678"
CANDIDATE, HIS_MAIL, HIS_PHONE = "欧阳雀", "sparrow-canary@example.org", "13787654321"
PINYIN = ("ouyangque", "linghuniao")


@dataclass(frozen=True)
class Lived:
    """A house in a folder, in which a contact and a candidate left traces wherever one can."""

    house: House
    folder: Path
    contact: str
    nomination: str
    head: str


def _lived(url: str, folder: Path, *, withdrawn: bool = True) -> Lived:
    office = Office(database=Database(url))
    schema.bring_up(office.database)
    campaigns.open_campaign(office, FILE.read_text(encoding="utf-8"), name="small.toml", actor=OFFICE, at=OPENED)
    house = House(office=office, campaign="small-2025")
    with house.write(OPENED) as work:
        unit = add_unit(work, "甲学会", people=[("甲管理员", "admin@example.org")])
        units.add_contact(work, name=NAME, phones=[PHONE], email=MAIL, unit_id=unit)
        contact = work.connection.execute(select(col(Contact.public_id)).where(col(Contact.name) == NAME)).scalar_one()
    acting = Actor(role=Role.UNIT, name=NAME, unit_id=unit)
    with house.write(DURING, acting) as work:
        key = nominations.draft(
            work, unit_id=unit, track="people", title=CANDIDATE, applicant=CANDIDATE,
            materials=["application", "letter"],
            applicant_contact=CANDIDATE, applicant_phones=HIS_PHONE, applicant_email=HIS_MAIL,
        ).id  # fmt: skip
        once(work, "first", {"who": CANDIDATE}, lambda: {"title": CANDIDATE, "by": NAME})
        nominations.submit(work, key)
    with house.write(DURING) as work:
        nominations.return_(work, key, reason=f"请{NAME}补充{CANDIDATE}的材料，致电{PHONE}")
        units.change_contact(work, contact, phones=f"{PHONE}、010-1")
        record(work, "campaign", work.campaign_id, "note", text=f"{NAME}（{MAIL}）来电")
    _sign_in(house)
    _live(house, folder, DURING)
    if withdrawn:
        with house.write(DURING, acting) as work:
            nominations.withdraw(work, key, reason=f"{CANDIDATE}本人要求")
    for at in (DURING, CLOSES, SWEPT, REVIEW) if withdrawn else ():
        _live(house, folder, at)
    with house.write(REVIEW) as work:
        seal(work)
    with house.read() as work:
        return Lived(house=house, folder=folder, contact=contact, nomination=key, head=verify(work).head)


def _sign_in(house: House) -> None:
    """The contact comes in: an account, a session, a link that was asked for."""
    with house.office.database.write() as connection:
        account = members.add(connection, name=NAME, address=check_address(MAIL), at=DURING)
        sessions.begin(connection, account, at=DURING, how="link", device="Firefox")
        links.ask(connection, check_address(MAIL), place="192.0.2.77", at=DURING, then="/")


def _live(house: House, folder: Path, at: datetime) -> None:
    turn(house.office, house.campaign, at=at)
    Post(
        office=house.office, open_door=lambda: nullcontext(FolderDoor(folder / "mail", durable=False)),
        sender=Sender(name="示例学会办公室", address=check_address("office@example.org")),
        compose=compose(house.office.memory.latest, ROOT / "templates" / "letters"), clock=lambda: at, worker="test",
    ).deliver()  # fmt: skip


def _forms(word: str) -> Iterator[tuple[str, bytes]]:
    """A word in every form in which something of it may be stored."""
    raw = word.encode()
    yield "plain", raw
    yield "escaped", json.dumps(word)[1:-1].encode()
    yield "quoted", "".join(f"={byte:02X}" for byte in raw).encode()
    for shift in range(3):
        packed = base64.b64encode(b"\0" * shift + raw)
        yield f"packed {shift}", packed[(0, 2, 3)[shift] : len(packed) // 4 * 4 - 4]


def _found(folder: Path, *words: str) -> list[tuple[str, str, str]]:
    """In which files which of the words stand, and how."""
    files = {path.relative_to(folder).as_posix(): _unfolded(path) for path in folder.rglob("*") if path.is_file()}
    return [(name, word, how) for name, content in sorted(files.items()) for word in words
            for how, form in _forms(word) if form in content or word.encode() in name.encode()]  # fmt: skip


def _unfolded(path: Path) -> bytes:
    """What is in it, and the same without ends of lines, which cut what is packed."""
    # By another process: closing a file lets go of the locks that this one has on it, and so of the journal.
    content = subprocess.run(["cat", str(path)], capture_output=True, check=True).stdout  # noqa: S607 - the system's own
    return content + content.replace(b"=\r\n", b"").replace(b"\r\n", b"")


def _bangdan(lived: Lived, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "BANGDAN_DATABASE_URL": lived.house.office.database.url.render_as_string(hide_password=False),
        "BANGDAN_MAIL_FOLDER": str(lived.folder / "mail"), "BANGDAN_LANG": "zh",
    }  # fmt: skip
    command = [sys.executable, "-m", "bangdan", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Lived]:
    made = _lived(f"sqlite:///{tmp_path / 'bangdan.sqlite3'}", tmp_path)
    yield made
    made.house.office.database.dispose()


def _proof(lived: Lived) -> tuple[str, ...]:
    with lived.house.read() as work:
        return verify(work, kept=[lived.head]).faults


def test_an_erased_contact_is_in_no_file_and_the_history_verifies(lived: Lived) -> None:
    before = _found(lived.folder, NAME, MAIL, PHONE)
    assert {how.split()[0] for _, _, how in before} == {"plain", "escaped", "packed", "quoted"}
    answer = _bangdan(lived, "erase", "contact", lived.contact, "--yes", "-r", f"{NAME}本人要求")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert _found(lived.folder, NAME, MAIL, PHONE, PINYIN[1]) == []
    assert _proof(lived) == ()
    checked = _bangdan(lived, "audit", "verify", "--kept", lived.head)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_an_erased_candidate_is_in_no_file_and_the_history_verifies(lived: Lived) -> None:
    answer = _bangdan(lived, "erase", "nomination", lived.nomination, "--yes", "-r", "本人要求")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert _found(lived.folder, CANDIDATE, HIS_MAIL, HIS_PHONE, PINYIN[0]) == []
    assert _proof(lived) == ()


def test_the_history_shows_that_words_were_erased_and_by_whom(lived: Lived) -> None:
    _bangdan(lived, "--as", "赵书", "erase", "contact", lived.contact, "--yes", "-r", "本人要求")
    history = _bangdan(lived, "history", "-n", "200").stdout
    assert ("[已删除]" in history, "删除个人信息" in history, "赵书" in history) == (True, True, True)


def test_what_is_shown_first_changes_nothing(lived: Lived) -> None:
    answer = _bangdan(lived, "erase", "contact", lived.contact, "-r", "本人要求")
    assert (answer.returncode, "将删除" in answer.stdout, "备份" in answer.stdout) == (1, True, True)
    assert (len(_found(lived.folder, NAME)) > 3, _proof(lived)) == (True, ())


def test_words_that_vanish_without_an_erasure_are_a_fault(lived: Lived) -> None:
    with lived.house.office.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM event_word WHERE value = ?", (NAME,))
    assert any("无删除记录" in fault for fault in _proof(lived))


def test_words_that_were_changed_are_a_fault(lived: Lived) -> None:
    with lived.house.office.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER event_word_never_update")
        connection.exec_driver_sql("UPDATE event_word SET value = '别人' WHERE value = ?", (NAME,))
    assert any("被改动" in fault for fault in _proof(lived))


def test_who_shares_the_name_keeps_it(lived: Lived) -> None:
    with lived.house.write(REVIEW) as work:
        other = add_unit(work, "乙学会", people=[(NAME, "other@example.org")])
        record(work, "unit", other, "note", text=f"{NAME}的事")
    _bangdan(lived, "erase", "contact", lived.contact, "--yes", "-r", "本人要求")
    with lived.house.read() as work:
        words = work.connection.execute(select(col(EventWord.value))).scalars().all()
        names = work.connection.execute(select(col(Contact.name)).where(col(Contact.unit_id) == other)).scalars().all()
    assert (names, f"{NAME}的事" in words, _found(lived.folder, MAIL, PHONE)) == ([NAME], True, [])


def test_what_is_under_way_is_not_erased(tmp_path: Path) -> None:
    lived = _lived(f"sqlite:///{tmp_path / 'bangdan.sqlite3'}", tmp_path, withdrawn=False)
    with lived.house.read() as work:
        state = work.connection.execute(select(col(Nomination.state))).scalar_one()
    answer = _bangdan(lived, "erase", "nomination", lived.nomination, "--yes", "-r", "本人要求")
    assert (state, answer.returncode, "ERS-01" in answer.stderr) == ("returned", 1, True)


def test_on_postgresql_an_erased_contact_is_in_no_row(postgres_database_url: str, tmp_path: Path) -> None:
    lived = _lived(postgres_database_url, tmp_path)
    answer = _bangdan(lived, "erase", "contact", lived.contact, "--yes", "-r", "本人要求")
    assert (answer.returncode, answer.stderr) == (0, "")
    with lived.house.office.database.read() as connection:
        tables = SQLModel.metadata.tables.values()
        rows = [str(tuple(row)) for table in tables for row in connection.execute(select(table))]
    assert [row for row in rows for word in (NAME, MAIL, PHONE) if word in row] == []
    assert _proof(lived) == ()
    lived.house.office.database.dispose()

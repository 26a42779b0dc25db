"""Backing up, restoring and muting, as somebody does it at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine.accounts.tables import SignInLink
from engine.database import Database
from tests.bangdan.cli.conftest import DATABASE, IN_TIME, Terminal


@pytest.fixture
def kept(opened: Terminal) -> Terminal:
    """The 2023 campaign with a submitted nomination, backed up, and its database lost."""
    opened("nomination", "submit", opened.draft("某企业"))
    assert opened("backup", "house.backup").code == 0
    for path in opened.folder.glob(f"{DATABASE}*"):
        path.rename(path.with_name(f"lost-{path.name}"))
    return opened


def test_a_backup_names_what_it_holds_and_what_to_keep(opened: Terminal) -> None:
    said = opened("backup", "house.backup")
    again = opened("backup", "house.backup", "--json")

    assert ("kczg-2023" in said.out, "house.backup" in said.out) == (True, True)
    assert (again.code, again.codes) == (1, ["BAK-02"])


def test_what_was_lost_is_there_again_and_says_nothing_to_anybody(kept: Terminal) -> None:
    said = kept("restore", "house.backup")
    kept("run", "--once")

    found = kept("nomination", "list", "--json").json["rows"]
    assert ([row["title"] for row in found], "unmute" in said.out) == (["某企业"], True)
    assert not list((kept.folder / "mail").glob("**/*.eml"))
    assert "静音" in kept("status").out


def test_letters_leave_again_when_somebody_says_so(kept: Terminal) -> None:
    kept("restore", "house.backup")
    refused = kept("unmute", answers="n\n")
    kept("run", "--once")
    before = list((kept.folder / "mail").glob("**/*.eml"))

    said = kept("unmute", "--due", "send", answers="y\n")
    kept("run", "--once")

    assert (refused.code, before, said.code) == (1, [], 0)
    assert list((kept.folder / "mail").glob("**/*.eml"))
    assert kept("unmute", "--yes", "--json").codes == ["MUT-01"]


def test_nothing_is_restored_over_what_is_there(opened: Terminal) -> None:
    opened("backup", "house.backup")

    assert opened("restore", "house.backup", "--json").codes == ["BAK-02"]


def test_a_house_is_muted_by_hand(opened: Terminal) -> None:
    told = [opened("mute", "--reason", "演练", "--json").json["new"] for _ in range(2)]
    history = opened("history", "--verb", "mute", "--json").json["events"]

    assert (told, [(event["actor"], event["details"]["reason"]) for event in history]) == (
        [True, False], [("徐春淼", "演练")],
    )  # fmt: skip


def test_a_file_that_is_no_backup_is_refused(terminal: Terminal) -> None:
    (terminal.folder / "some.file").write_bytes(b"none")

    said = terminal("restore", "some.file", "--json", at=IN_TIME)

    assert (said.code, said.codes, Path(terminal.folder / DATABASE).exists()) == (2, ["BAK-03"], False)


def test_a_copy_that_another_tool_made_is_shut_as_well(opened: Terminal) -> None:
    opened("admin", "add", "赵书", "zhao@office.example")

    said = opened("mute", "--copy", "--reason", "副本", "--json")

    assert (said.json["sessions"], "waiting" in said.json) == (0, True)
    assert "静音" in opened("status").out
    with Database(f"sqlite:///{opened.folder / DATABASE}").read() as connection:
        assert connection.execute(select(col(SignInLink.cancelled))).scalars().all() == ["restored"]

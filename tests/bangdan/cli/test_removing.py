"""`bangdan migrate-to` as a secretariat's IT types it."""

from __future__ import annotations

from pathlib import Path

from tests.bangdan.cli.conftest import DATABASE, Terminal


def test_it_says_what_it_would_do_and_does_nothing(opened: Terminal, postgres_database_url: str) -> None:
    checked = opened("migrate-to", postgres_database_url, "--check")

    assert checked.code == 0
    assert "其间本系统只能查看" in checked.out
    assert opened("status").code == 0


def test_the_house_is_moved_and_says_what_to_do_next(opened: Terminal, postgres_database_url: str) -> None:
    moved = opened("migrate-to", postgres_database_url, "--yes")
    afterwards = opened("status", "--json")

    assert moved.code == 0, moved.err
    assert f"BANGDAN_KEY_FILE={opened.folder / 'bangdan.key'}" in moved.out
    assert "逐行核对一致，历史核验无误" in moved.out
    assert "复制 campaign 1/1" in moved.err
    assert (afterwards.code, afterwards.codes) == (4, ["MOV-02"])


def test_a_program_gets_it_as_json(opened: Terminal, postgres_database_url: str) -> None:
    checked = opened("migrate-to", postgres_database_url, "--check", "--json")
    moved = opened("migrate-to", postgres_database_url, "--yes", "--json")
    again = opened("migrate-to", postgres_database_url, "--yes", "--json")

    assert (checked.json["begun"], moved.json["rows"]["campaign"], again.json["rows"]) == (False, 1, {})
    assert moved.json["key_file"] == str(opened.folder / "bangdan.key")
    assert list(moved.json["heads"]) == ["kczg-2023"]


def test_without_a_yes_nothing_is_begun(opened: Terminal, postgres_database_url: str) -> None:
    asked = opened("migrate-to", postgres_database_url, answers="n\n")
    given_up = opened("migrate-to", "--abandon", "--json")

    assert (asked.code, given_up.code, given_up.codes) == (1, 4, ["MOV-17"])


def test_another_database_than_postgresql_is_refused(opened: Terminal) -> None:
    refused = opened("migrate-to", "sqlite:///other.sqlite3", "--yes", "--json")

    assert (refused.code, refused.codes) == (4, ["MOV-10"])
    assert [path.name for path in Path(opened.folder).glob("*.sqlite3")] == [DATABASE]

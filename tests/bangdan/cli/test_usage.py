"""Wrong usage is told in the reader's language, and an exit code says what kind of no it was."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from bangdan import ROOT
from bangdan.cli.campaign_file import LARGEST
from tests.bangdan.cli.conftest import DATABASE, Terminal

FAILS_AT_THE_EVENT = """
CREATE TRIGGER fails BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "缺少'活动文件'"),
        (("nosuch",), "没有这个命令：'nosuch'"),
        (("status", "--nosuch"), "没有这个选项：--nosuch"),
        (("history", "--limit", "0"), "--limit"),
        (("history", "--subject", "track"), "--subject"),
        (("audit",), "用法：bangdan audit [选项] 命令 [参数]..."),
    ],
)
def test_a_wrong_usage_is_told_in_chinese(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    answer = terminal(*words)

    assert answer.code == 2
    assert said in answer.out + answer.err


def test_alone_it_shows_its_help(terminal: Terminal) -> None:
    answer = terminal()

    assert answer.code == 0
    assert answer.out.splitlines()[0].endswith("[选项] 命令 [参数]...")


def test_a_file_of_more_than_a_megabyte_is_not_read_to_its_end(terminal: Terminal) -> None:
    path = terminal.folder / "large.toml"
    path.write_bytes(b"#" * (LARGEST + 1))

    assert terminal("check", str(path), "--json").codes == ["FIL-03"]


def test_a_folder_is_no_file(terminal: Terminal) -> None:
    answer = terminal("check", str(terminal.folder), "--json")

    assert (answer.code, answer.codes) == (2, ["FIL-02"])
    assert "这是文件夹，请写出其中的活动文件" in answer.err


def test_a_setting_that_does_not_exist_is_not_passed_over(opened: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGDAN_DATABSE_URL", "sqlite:///other.sqlite3")

    answer = opened("status", "--json")

    assert (answer.code, answer.codes) == (4, ["SET-01"])


def test_a_database_that_fails_midway_is_told_and_nothing_is_stored(opened: Terminal) -> None:
    with closing(sqlite3.connect(opened.folder / DATABASE)) as database:
        database.execute(FAILS_AT_THE_EVENT)
    add = ("unit", "add", "NEW", "--name", "新学会", "--channel", "societies", "--json")

    answer = opened(*add)

    assert (answer.code, answer.codes) == (4, ["SYS-01"])
    (reason,) = json.loads(answer.err)["reasons"]
    assert (reason["zh"], reason["en"]) == (
        "系统或数据库不可用，本次操作未保存：database or disk is full",
        "the system or the database is not usable, NOT stored: database or disk is full",
    )
    assert "新学会" not in opened("unit", "list").out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_every_shell_gets_a_completion_script(terminal: Terminal, shell: str) -> None:
    answer = terminal("completion", shell)

    assert answer.code == 0
    assert "_BANGDAN_COMPLETE" in answer.out


def test_the_shell_is_told_the_commands() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "bangdan"],
        cwd=ROOT,
        env={"_BANGDAN_COMPLETE": "complete_bash", "COMP_WORDS": "bangdan stat", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.split() == ["status"]

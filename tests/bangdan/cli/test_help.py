"""Every command, argument and option has its help in both languages."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from bangdan import ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")
WALK = """
import json, sys
from typer.main import get_command
import bangdan.cli
found = {}
def walk(command, path):
    found[path] = command.help or ""
    for param in command.params:
        found[path + " " + param.name] = getattr(param, "help", "") or ""
    for name in getattr(command, "commands", {}):
        walk(command.commands[name], path + " " + name)
walk(get_command(bangdan.cli.app), "bangdan")
sys.stdout.buffer.write(json.dumps(found).encode())
"""


def _run(*words: str, **environment: str) -> str:
    answer = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env={"COLUMNS": "80", **environment}, capture_output=True, check=True
    )
    return answer.stdout.decode()


def _all_help(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(_run("-c", WALK, BANGDAN_LANG=language))
    return found


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    """Help in Chinese, by command and parameter."""
    return _all_help("zh")


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    """The same in English."""
    return _all_help("en")


def test_everything_has_help_in_chinese(chinese: dict[str, str]) -> None:
    assert [place for place, text in chinese.items() if not CHINESE.search(text)] == []


def test_everything_has_help_in_english(english: dict[str, str]) -> None:
    assert [place for place, text in english.items() if not text or CHINESE.search(text)] == []


@pytest.mark.parametrize(
    ("environment", "first"),
    [
        ({}, "用法：bangdan [选项] 命令 [参数]..."),
        ({"LANG": "C.UTF-8"}, "用法：bangdan [选项] 命令 [参数]..."),
        ({"LANG": "en_GB.UTF-8"}, "Usage: bangdan [OPTIONS] COMMAND [ARGS]..."),
        ({"LANG": "en_GB.UTF-8", "BANGDAN_LANG": "zh"}, "用法：bangdan [选项] 命令 [参数]..."),
        ({"LANG": "zh_CN.UTF-8", "BANGDAN_LANG": "en"}, "Usage: bangdan [OPTIONS] COMMAND [ARGS]..."),
    ],
)
def test_the_language_is_chinese_unless_the_locale_is_english(environment: dict[str, str], first: str) -> None:
    said = _run("-m", "bangdan", PYTHONIOENCODING="utf-8", **environment)

    assert said.splitlines()[0] == first


def test_help_needs_neither_the_database_nor_the_framework_of_the_tables() -> None:
    loaded = _run("-c", "import bangdan.cli, sys; print('sqlalchemy' in sys.modules, 'pydantic' in sys.modules)")

    assert loaded.split() == ["False", "False"]

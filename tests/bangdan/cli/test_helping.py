"""Help is aligned by columns, not by characters."""

from __future__ import annotations

import pytest

from bangdan.cli.helping import cells, wrapped


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("榜单", 4), ("（a）", 5), ("", 0)])
def test_a_chinese_character_takes_two_columns(text: str, columns: int) -> None:
    assert cells(text) == columns


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("提交申报项目", ["提交申报", "项目"]),
        ("列出单位，逐个", ["列出单位，", "逐个"]),
        ("one two three", ["one two", "three"]),
        ("见 bangdan open", ["见", "bangdan", "open"]),
        ("", [""]),
    ],
)
def test_lines_break_between_words_and_between_characters(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8) == lines

"""`bangdan diff` and `bangdan schema`: what changed for whom, and what editors read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bangdan import ROOT
from bangdan.cli import show_diff
from tests.bangdan.cli.conftest import DATABASE, Terminal

NOTICE = ROOT / "config" / "campaigns" / "kczg-2023.toml"


def amended(folder: Path, *edits: tuple[str, str]) -> str:
    """The notice with some edits; its path."""
    text = NOTICE.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


FEWER = ("limit = 5", "limit = 4")
NO_EXCLUSION = ("[exclusions.earlier-laureates]", "[exclusions.others]")


def test_changes_are_told_by_whom_they_concern(terminal: Terminal) -> None:
    said = terminal("diff", "kczg-2023", amended(terminal.folder, FEWER, NO_EXCLUSION))

    assert said.code == 0
    lists = "适用榜单“technologies”、“enterprises”、“organisations”、“managers”"
    assert [line.strip() for line in said.out.splitlines() if line][1:] == [
        "与推荐单位有关",
        "～ 推荐名额“enterprises”：名额由5改为4",
        "与推荐单位、申报人有关",
        f"－ 取消排除规则“earlier-laureates”：{lists}，可豁免是",
        f"＋ 新增排除规则“others”：{lists}，可豁免是",
    ]


def test_what_is_the_same_has_no_difference(terminal: Terminal) -> None:
    said = terminal("diff", "kczg-2023", "kczg-2023")

    assert (said.code, said.out.splitlines()[-1]) == (0, "没有差别。")


def test_an_english_reader_reads_english(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(show_diff, "say", lambda _zh, en: en)

    said = terminal("diff", "kczg-2023", amended(terminal.folder, FEWER))

    assert said.out.splitlines()[2:] == ["for units", '  ~ quota "enterprises": places 5 -> 4']


def test_programs_get_the_differences_as_json(terminal: Terminal) -> None:
    said = terminal("diff", "kczg-2023", amended(terminal.folder, FEWER), "--json")

    (one,) = said.json["differences"]
    assert (one["section"], one["key"], one["kind"], one["whom"]) == (
        "quotas", "enterprises", "changed", {"zh": "推荐单位", "en": "units"},
    )  # fmt: skip


def test_a_campaign_is_compared_as_it_was_opened(terminal: Terminal) -> None:
    mine = amended(terminal.folder, FEWER, ('key = "kczg-2023"', 'key = "mine"'))
    assert terminal("open", mine).code == 0

    said = terminal("diff", "mine", amended(terminal.folder, ("limit = 5", "limit = 3")), "--json")

    assert [each["zh"] for each in said.json["differences"]] == [
        "活动：代号由“mine”改为“kczg-2023”", "推荐名额“enterprises”：名额由4改为3",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [("nobody", "kczg-2023"), ("kczg-2023", "nobody")])
def test_what_is_not_there_is_refused_and_makes_no_database(terminal: Terminal, words: tuple[str, str]) -> None:
    said = terminal("diff", *words, "--json")

    assert (said.code, said.codes, (terminal.folder / DATABASE).exists()) == (2, ["FIL-01"], False)


def test_a_bad_file_is_refused_with_its_errors(terminal: Terminal) -> None:
    said = terminal("diff", "kczg-2023", amended(terminal.folder, ("limit = 5", "limit = -5")), "--json")

    assert (said.code, said.codes) == (2, ["CFG-26"])


def test_the_schema_is_printed_as_it_is_shipped(terminal: Terminal) -> None:
    assert terminal("schema").json == json.loads((ROOT / "config" / "campaign.schema.json").read_text("utf-8"))

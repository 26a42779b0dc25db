"""`bangdan check`: what the file says, or every error of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangdan import ROOT
from bangdan.cli import campaign_file, show_check
from tests.bangdan.cli.conftest import Terminal

NOTICE = ROOT / "config" / "campaigns" / "kczg-2023.toml"


def test_a_good_file_is_summed_up(terminal: Terminal) -> None:
    said = terminal("check", "kczg-2023")

    assert said.code == 0
    assert said.out.splitlines()[:2] == ["kczg-2023：可以使用", "2023年“科创中国”系列榜单（kczg-2023）"]
    rows = [line.split() for line in said.out.splitlines()]
    assert ["全国学会、协会、研究会", "每领域3", "5", "2", "2"] in rows
    assert ["2022年入选的技术经理人先锋人物", "—", "—", "—", "1"] in rows
    assert ["组织征集", "2023年10月7日00:00", "2023年11月30日24:00"] in rows


def test_each_part_of_the_file_has_its_table_and_an_empty_part_none(terminal: Terminal) -> None:
    rows = [line.split() for line in terminal("check", "kczg-2023").out.splitlines()]

    assert ["初评", "初评机构", "初评评审", "报送初评结果"] in rows
    assert ["终评", "秘书处", "终评评审", "终评评审"] in rows
    assert ["评审工作方案", "初评机构", "榜单/领域", "评审方案备案", "—"] in rows

    said = terminal("check", "striving-2023")
    assert "初评机构" not in said.out
    assert "不少于5个工作日（含首日）、须在“领取推荐号”开始前结束" in said.out


def test_all_errors_are_told_at_once_with_their_places(terminal: Terminal) -> None:
    text = NOTICE.read_text(encoding="utf-8")
    text = text.replace('closes = "2023-11-30 24:00"\nwording = [', 'closes = "2023-09-30 24:00"\nwording = [')
    text = text.replace("limit = 5", 'limit = "five"')
    path = terminal.folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    quota, closing = (text[: text.index(mark)].count("\n") + 1 for mark in ('limit = "five"', 'closes = "2023-09'))

    said = terminal("check", str(path))

    assert (said.code, said.err) == (2, "")
    assert [line for line in said.out.splitlines() if line.startswith("mine.toml:")] == [
        f"mine.toml:{quota}:1  错误 CFG-26",
        f"mine.toml:{closing}:1  错误 CFG-01",
    ]


def test_a_broken_letter_is_found_before_it_is_sent(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    for path in campaign_file.LETTERS.glob("*.j2"):
        (letters / path.name).write_bytes(path.read_bytes())
    (letters / "returned.txt.j2").write_text("{{ reson }}\n", encoding="utf-8")
    monkeypatch.setattr(show_check, "LETTERS", letters)

    said = terminal("check", "kczg-2023", "--json")

    assert (said.code, said.json["sound"], said.json["campaign"]) == (2, False, None)
    (error,) = said.json["errors"]
    assert (error["code"], error["line"], error["path"]) == ("TPL-02", None, None)
    assert "returned.txt.j2:1" in error["where"]


def test_programs_get_the_summary_as_json(terminal: Terminal) -> None:
    said = terminal("check", "kczg-2023", "--json")

    told = said.json
    campaign = told.pop("campaign")
    remarks = [each["code"] for each in told.pop("remarks")]
    assert told == {"file": "kczg-2023", "sound": True, "errors": [], "warnings": []}
    assert remarks == ["SND-15", "SND-13", "SND-12", "SND-11"]
    assert (campaign["key"], len(campaign["institutions"])) == ("kczg-2023", 8)
    assert [each["judge"] for each in campaign["stages"]] == ["institution", "secretariat"]
    assert {each["owed_by"] for each in campaign["duties"]} == {"institution"}


def test_a_file_of_ones_own_goes_before_an_embedded_one(terminal: Terminal) -> None:
    (terminal.folder / "kczg-2023").write_text("nonsense", encoding="utf-8")

    assert terminal("check", "kczg-2023").code == 2

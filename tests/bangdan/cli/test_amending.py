"""Amending a running campaign from the command line: the preview, the question, and what is kept."""

from __future__ import annotations

from datetime import timedelta

from bangdan import ROOT
from tests.bangdan.cli.conftest import CLOSES, Terminal

NOTICE = (ROOT / "config" / "campaigns" / "kczg-2023.toml").read_text(encoding="utf-8")
BEFORE = CLOSES - timedelta(hours=1)
LONGER = ('opens = "2023-10-07"\ncloses = "2023-11-30 24:00"', 'opens = "2023-10-07"\ncloses = "2023-12-04 24:00"')
ENTERPRISES = ("limit = 5", "limit = 6")


def _amended(opened: Terminal, *edits: tuple[str, str]) -> str:
    text = NOTICE
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = opened.folder / "amended.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_preview_says_what_changes_for_whom_and_what_would_happen(opened: Terminal) -> None:
    opened("run", "--once", at=CLOSES - timedelta(hours=2))
    file = _amended(opened, LONGER, ENTERPRISES)

    said = opened("amend", file, "--reason", "通知修订", at=BEFORE, answers="n\n")

    assert said.code == 1
    assert said.out.splitlines()[0] == "将修改：2023年“科创中国”系列榜单（活动文件第2版）"
    assert "与推荐单位、申报人有关" in said.out
    assert "  组织征集" in said.out
    assert "更正通知：邮件1封，电话0人（张三）" in said.out
    assert opened("versions", "--json", at=BEFORE).json["versions"][1:] == []


def test_an_amendment_is_in_force_and_in_the_history(opened: Terminal) -> None:
    file = _amended(opened, LONGER)

    done = opened("amend", file, "--reason", "通知修订", "--yes", "--json", at=BEFORE).json
    timeline = opened("timeline", at=BEFORE).out
    history = opened("history", "--verb", "amend", at=BEFORE).out
    kept = opened("versions", at=BEFORE).out
    first = opened("versions", "1", at=BEFORE).out

    assert (done["version"], [each["milestone"] for each in done["moved"]]) == (2, ["collection"])
    assert "2023年12月4日" in timeline
    assert [word in history for word in ("修改活动文件", "组织征集")] == [True, True]
    assert [word in kept for word in ("通知修订", "amended.toml")] == [True, True]
    assert first == NOTICE


def test_a_file_that_is_no_good_is_refused_with_every_error(opened: Terminal) -> None:
    file = _amended(opened, ("limit = 5", "limit = -5"), LONGER)

    said = opened("amend", file, "--reason", "通知修订", "--yes", "--json", at=BEFORE)

    assert (said.code, said.codes) == (2, ["CFG-26"])


def test_what_may_not_change_is_refused(opened: Terminal) -> None:
    file = _amended(opened, ('key = "kczg-2023"', 'key = "kczg-2024"'))

    said = opened("amend", file, "--reason", "通知修订", "--yes", "--json", at=BEFORE)

    assert (said.code, said.codes) == (1, ["AMD-01"])


def test_an_unknown_version_is_not_found(opened: Terminal) -> None:
    assert opened("versions", "7", at=BEFORE).code == 3

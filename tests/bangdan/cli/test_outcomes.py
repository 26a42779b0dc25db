"""What comes out, from the command line: levels, a list drawn from winners, a track with too few entries."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.bangdan.cli.conftest import Terminal
from tests.small import DURING, FILE, FINAL, OPENED, REVIEW, SWEPT

NAME, OTHER = 'name = "人物榜"\n', 'name = "发明榜"\n'
BOUNDED = (
    FILE.read_text(encoding="utf-8")
    .replace(NAME, NAME + 'winners = 1\nlevels.first = { name = "一等奖" }\n')
    .replace(OTHER, OTHER + "minimum = 3\n")
    + '\n[lists.special]\nname = "特别奖"\nenglish = "Special"\ndrawn_from = "people"\nwinners = 1\n'
    + '\n[lists.abroad]\nname = "国际榜"\nnominee = "project"\nelsewhere = "另行组织"\n'
)
PROCEEDED = datetime(2025, 3, 21, 2, 0, tzinfo=UTC)


def ids(terminal: Terminal) -> dict[str, str]:
    rows = terminal("nomination", "list", "--json", at=FINAL).json["rows"]
    return {row["title"]: row["id"] for row in rows}


@pytest.fixture
def final(terminal: Terminal) -> Terminal:
    """Two people in the last stage, and one invention that fell short of three."""
    path = terminal.folder / "bounded.toml"
    path.write_text(BOUNDED, encoding="utf-8")
    assert terminal("open", str(path), at=OPENED).code == 0
    header = ("单位编号", "推荐单位", "推荐渠道", "联系人", "手机", "邮箱")
    units = [(code, f"{code}学会", "societies", "张三", "13800138000", "") for code in ("A", "B")]
    assert terminal("unit", "import", terminal.csv("units.csv", header, *units), at=OPENED).code == 0
    rows = terminal.nominations(("A", "人物榜", "", "甲", "某所", "是"), ("B", "人物榜", "", "乙", "某所", "是"),
                                ("A", "发明榜", "水", "丙", "某所", "是"))  # fmt: skip
    assert terminal("nomination", "import", rows, "--submit", at=DURING).code == 0
    assert terminal("run", "--once", at=SWEPT).code == 0
    report = terminal.csv("report.csv", ("申报编号", "项目名称", "结论"),
                          *[(ids(terminal)[title], title, "通过") for title in ("甲", "乙")])  # fmt: skip
    assert terminal("report", report, at=REVIEW).code == 0
    return terminal


def decide(terminal: Terminal, *titles: str, level: str = "一等奖") -> list[str]:
    rows = [(ids(terminal)[title], title, "入榜", level) for title in titles]
    path = terminal.csv("decisions.csv", ("申报编号", "项目名称", "结论", "等级"), *rows)
    said = terminal("decide", path, "--yes", "--json", at=FINAL)
    return said.codes if said.code else []


def test_the_cap_and_the_levels_are_kept(final: Terminal) -> None:
    assert decide(final, "甲", "乙") == ["WIN-01"]
    assert decide(final, "甲", level="二等奖") == ["WIN-06"]
    assert decide(final, "甲") == []
    shown = final("nomination", "show", ids(final)["甲"], at=FINAL)
    assert "一等奖" in shown.out


def test_a_winner_is_drawn_and_taken_back(final: Terminal) -> None:
    decide(final, "甲")
    words = ("--list", "特别奖", "--reason", "突出")
    given = final("nomination", "distinguish", ids(final)["甲"], *words, at=FINAL)
    again = final("nomination", "distinguish", ids(final)["甲"], *words, "--json", at=FINAL)
    told, status = final("explain", ids(final)["甲"], at=FINAL), final("status", at=FINAL)
    back = final("nomination", "undistinguish", ids(final)["甲"], *words, at=FINAL)
    assert given.out.splitlines()[0] == "已评为特别奖；现有1（最多1）。"
    assert again.codes == ["WIN-12"]
    assert "一等奖、特别奖" in told.out
    assert "人物榜：1/1、一等奖 1" in status.out
    assert "WIN-12" in told.out
    assert back.out.splitlines()[0] == "已取消评为特别奖；现有0（最多1）。"


def test_a_short_track_is_told_and_let_through(final: Terminal) -> None:
    status = final("status", at=REVIEW)
    done = final("proceed", "inventions/water", "--reason", "照常评审", at=REVIEW)
    final("run", "--once", at=PROCEEDED)
    states = {row["title"]: row["state"] for row in final("nomination", "list", "--json", at=PROCEEDED).json["rows"]}
    assert "发明榜·水现有1项，少于3项，还差2项" in status.out.replace("\n", "").replace(" ", "")
    assert done.out.splitlines()[0] == "发明榜·水（1项，少于3项）将进入评审。"
    assert states["丙"] == "review"
    assert "同意进入评审" in final("history", "--verb", "proceed", at=PROCEEDED).out


def test_a_check_says_where_a_list_takes_its_entries_from(final: Terminal) -> None:
    said = final("check", str(final.folder / "bounded.toml"), at=OPENED).out
    assert "从人物榜的拟入榜者中产生" in said
    assert "不在此接受推荐（另行组织）" in said

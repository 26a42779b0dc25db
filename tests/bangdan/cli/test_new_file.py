"""`bangdan new`: a file from answers, from a dialogue, or from last year; good at once, and nothing is overwritten."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bangdan.cli.campaign_file import EMBEDDED, embedded
from tests.bangdan.cli.conftest import CLOSES, DATABASE, Said, Terminal
from tests.bangdan.cli.test_intake import DECEMBER, PUBLISHED, enterprise, fill
from tests.workflows.test_starting import ANSWERS

TODAY = datetime(2025, 11, 3, 2, 0, tzinfo=UTC)

# What a person types, question by question; an empty line takes what is offered.
TYPED = (
    ("20x6", "2026"), ("", "示例奖"), ("Bad Key", "prize"), ("示例学会",), ("",),
    ("技术榜、技术榜", "技术榜、人物榜"), ("东西", "项目"), ("电子，生物",), ("个人",), ("",),
    ("学会；高校",), ("0", "3"), ("1",),
    ("3月1日", "2026-03-01"), ("2026-02-01", "2026年4月30日24时"),
    ("初评、终评",), ("机构",), ("",), ("",), ("",), ("夏天", "2026-07-20 10:00"),
    ("",), ("张三",), ("",), ("", "nope", "zhang@example.cn"),
)  # fmt: skip


def test_a_file_is_made_from_answers_and_is_good(terminal: Terminal) -> None:
    Path("answers.toml").write_text(ANSWERS, encoding="utf-8")

    said = terminal("new", "prize.toml", "--answers", "answers.toml")

    assert (said.code, said.out.splitlines()[0]) == (0, "已写入 prize.toml，检查通过：2026年示例奖（prize-2026）")
    assert [line.split()[0] for line in said.out.splitlines() if "待填：机构" in line] == [
        "prize.toml:144",
        "prize.toml:151",
    ]
    assert Path("prize.toml").read_text(encoding="utf-8").startswith("#:schema ./campaign.schema.json\n")
    assert Path("campaign.schema.json").read_text(encoding="utf-8") == terminal("schema").out
    assert terminal("check", "prize.toml").code == 0


def test_wrong_answers_are_told_at_their_places_and_no_file_is_made(terminal: Terminal) -> None:
    Path("answers.toml").write_text(ANSWERS.replace("places = 1", "places = 0"), encoding="utf-8")

    said = terminal("new", "prize.toml", "--answers", "answers.toml", "--json")

    assert (said.code, said.codes, Path("prize.toml").exists()) == (2, ["CFG-26"], False)


def test_the_questions_are_asked_again_until_the_answer_can_be_taken(terminal: Terminal) -> None:
    answers = "\n".join(line for lines in TYPED for line in lines) + "\n"

    said = terminal("new", "prize.toml", answers=answers, at=TODAY)

    assert said.code == 0
    made = tomllib.loads(Path("prize.toml").read_text(encoding="utf-8"))
    assert (made["campaign"]["key"], made["campaign"]["notice"]) == ("prize", "关于推荐示例奖的通知")
    assert [each["name"] for each in made["lists"].values()] == ["技术榜", "人物榜"]
    assert [(each["channels"], each["limit"]) for each in made["quotas"].values()][::2] == [
        (["channel-1"], 3), (["channel-2"], 1),
    ]  # fmt: skip
    assert [each["judge"] for each in made["stages"].values()] == ["institution", "secretariat"]
    assert [each["window"] for each in made["milestones"].values() if "window" in each] == ["2026年5月", "2026年6月"]
    told = [
        line.split()[-2:][0]
        for line in said.err.replace(": ", "\n").splitlines()
        if line.strip().startswith(("CFG", "NEW"))
    ]
    assert len(told) == sum(len(lines) - 1 for lines in TYPED)


def test_nobody_at_the_terminal_is_refused(terminal: Terminal) -> None:
    said = terminal("new", "prize.toml", "--json")

    assert (said.code, "NEW-03" in said.err, Path("prize.toml").exists()) == (1, True, False)


@pytest.mark.parametrize("name", embedded())
def test_next_years_file_is_as_good_as_last_years_for_every_campaign_there_is(terminal: Terminal, name: str) -> None:
    before = terminal("check", name, "--json")

    said = terminal("new", "next.toml", "--from", name, "--json")

    assert (said.code, _codes(said)) == (before.code, _codes(before))
    assert {each["sort"] for each in said.json["carried"]} >= {"date", "number", "words"}
    assert (terminal("check", "next.toml").code, (terminal.folder / DATABASE).exists()) == (before.code, False)


def _codes(said: Said) -> list[str]:
    """The codes of the errors of a file that was checked."""
    return [each["code"] for each in said.json["errors"]]


def test_next_years_file_says_what_to_look_at(terminal: Terminal) -> None:
    said = terminal("new", "kczg-2024.toml", "--from", "kczg-2023")

    rows = [line.split()[1:] for line in said.out.splitlines()]
    assert said.out.splitlines()[0] == "已写入 kczg-2024.toml，检查通过：2024年“科创中国”系列榜单（kczg-2024）"
    assert ["milestones.collection.opens", '"2023-10-07"', '"2024-10-07"'] in rows
    assert ["quotas.enterprises.limit", "5", "照旧"] in rows
    assert "bangdan diff kczg-2023 kczg-2024.toml" in said.out


def test_a_campaign_is_renewed_as_it_was_announced(terminal: Terminal) -> None:
    text = (EMBEDDED / "kczg-2023.toml").read_text(encoding="utf-8").replace('key = "kczg-2023"', 'key = "mine"')
    Path("mine.toml").write_text(text, encoding="utf-8")
    terminal("open", "mine.toml")
    terminal("extend", "collection", "--to", "2023-12-05 24:00", "--reason", "顺延", "--yes")

    terminal("new", "next.toml", "--from", "mine")

    made = tomllib.loads(Path("next.toml").read_text(encoding="utf-8"))
    assert (made["campaign"]["key"], made["milestones"]["collection"]["closes"]) == ("mine-2024", "2024-11-30 24:00")


def test_a_later_edition_may_be_named(terminal: Terminal) -> None:
    terminal("new", "next.toml", "--from", "kczg-2023", "--edition", "2025")

    assert tomllib.loads(Path("next.toml").read_text(encoding="utf-8"))["campaign"]["key"] == "kczg-2025"


@pytest.mark.parametrize(
    ("words", "code", "codes"),
    [
        (("there.toml", "--from", "kczg-2023"), 1, ["NEW-01"]),
        (("new.toml", "--from", "kczg-2023", "--laureates", "there.toml"), 1, ["NEW-01"]),
        (("nowhere/new.toml", "--from", "kczg-2023"), 1, ["NEW-02"]),
        (("new.toml", "--from", "kczg-2023", "--edition", "2023"), 1, ["NEW-04"]),
        (("new.toml", "--from", "kczg-2023", "--laureates", "w.csv"), 1, ["NEW-05"]),
        (("new.toml", "--from", "nobody"), 2, ["FIL-01"]),
    ],
)
def test_what_can_not_be_made_is_refused_and_nothing_is_written(
    terminal: Terminal, words: tuple[str, ...], code: int, codes: list[str]
) -> None:
    Path("there.toml").write_text("mine", encoding="utf-8")

    said = terminal("new", *words, "--json")

    assert (said.code, said.codes) == (code, codes)
    assert ([path.name for path in Path().iterdir()], Path("there.toml").read_text("utf-8")) == (["there.toml"], "mine")


@pytest.mark.parametrize(
    "words", [("--edition", "2030"), ("--laureates", "w.csv"), ("--from", "kczg-2023", "--answers", "a.toml")]
)
def test_options_that_do_not_go_together_are_a_wrong_usage(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert (terminal("new", "new.toml", *words).code, Path("new.toml").exists()) == (2, False)


def test_winners_can_not_be_written_before_they_are_published(opened: Terminal) -> None:
    said = opened("new", "new.toml", "--from", "kczg-2023", "--laureates", "w.csv", "--json")

    assert (said.code, said.codes, Path("new.toml").exists()) == (1, ["NEW-06"], False)


def test_the_winners_are_carried_into_the_register_of_the_next_campaign(opened: Terminal) -> None:
    opened("nomination", "import", opened.nominations(enterprise("甲"), enterprise("乙", unit="CAST")), "--submit")
    opened("run", "--once", at=CLOSES + timedelta(minutes=5))
    fill(opened, "results", {"甲": "通过", "乙": "未通过"}, at=DECEMBER)
    opened("report", "results.csv", "--track", "新锐企业榜", at=DECEMBER)
    fill(opened, "decisions", {"甲": "入榜"}, at=DECEMBER)
    opened("decide", "decisions.csv", "--yes", at=DECEMBER)
    opened("choose", "publication", "--date", "2024-02-20 10:00", "--yes", at=DECEMBER)
    opened("publish", "--yes", at=PUBLISHED)

    made = opened("new", "next.toml", "--from", "kczg-2023", "--laureates", "w.csv", "--json", at=PUBLISHED)
    opened("open", "next.toml", at=PUBLISHED)
    taken = opened("laureate", "import", "w.csv", "--campaign", "kczg-2024", "--json", at=PUBLISHED)

    assert made.json["laureates"] == 1
    assert (
        Path("w.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith('2023,"新锐企业榜","甲","某公司","否"')
    )
    assert (taken.code, taken.json["counts"]["new"], taken.json["lines"][0]["name"]) == (0, 1, "甲")

"""Findings as people and programs get them: severities, places, the quoted line, and no secret in it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from bangdan import language
from bangdan.cli.excerpt import excerpt
from bangdan.cli.printing import PIPE_WIDTH
from tests.bangdan.cli.conftest import Terminal
from tests.small import FILE

SMALL = FILE.read_text(encoding="utf-8")

WRONG = SMALL.replace('zone = "Asia/Shanghai"', 'zone = "Asia/Beijing"').replace(
    'tracks = ["people"]', 'tracks = ["poeple"]'
)
PLAN = ('closes = "2025-03-14 24:00"\n[milestones.review]', 'closes = "2025-03-14 23:59"\n[milestones.review]')
ODD = SMALL.replace(*PLAN).replace('offsets = ["7天前", ', 'offsets = ["30天前", ')


def written(terminal: Terminal, text: str) -> str:
    (terminal.folder / "mine.toml").write_text(text, encoding="utf-8")
    return "mine.toml"


IN_CHINESE = """\
mine.toml：不能使用，请改正以下错误

mine.toml:13:1  错误 CFG-11
  calendar.zone：没有时区“Asia/Beijing”；你要的是“Asia/Shanghai”吗？
    13 │ zone = "Asia/Beijing"
       │ ^

mine.toml:120:11  错误 CFG-23
  institutions.guild.tracks[1]：没有名为 "poeple" 的赛道（榜单或榜单/领域）；已定义：inventions/water, \
inventions/light, people, inventions；是要写“people”吗？
   120 │ tracks = ["poeple"]
       │           ^

mine.toml:70:1  警告 CFG-31
  milestones.plan.closes：在 23:59:00 截止，其后到 24:00 之间不算在内；是要写 24:00 吗？
    70 │ closes = "2025-03-14 23:59"
       │ ^

2处错误，1处警告
"""

IN_ENGLISH = """\
mine.toml: not usable; mend these errors

mine.toml:13:1  error CFG-11
  calendar.zone: unknown zone "Asia/Beijing"; did you mean "Asia/Shanghai"?
    13 │ zone = "Asia/Beijing"
       │ ^

mine.toml:120:11  error CFG-23
  institutions.guild.tracks[1]: names track "poeple", defined: inventions/water, inventions/light, people, inventions; \
did you mean "people"?
   120 │ tracks = ["poeple"]
       │           ^

mine.toml:70:1  warning CFG-31
  milestones.plan.closes: ends at 23:59:00; did you mean 24:00?
    70 │ closes = "2025-03-14 23:59"
       │ ^

2 errors, 1 warning
"""


@pytest.mark.parametrize(("reader", "expected"), [("zh", IN_CHINESE), ("en", IN_ENGLISH)])
def test_errors_come_first_each_with_its_line_and_are_counted(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, reader: str, expected: str
) -> None:
    monkeypatch.setattr(language, "LANGUAGE", reader)

    said = terminal("check", written(terminal, WRONG.replace(*PLAN)))

    assert (said.code, said.err) == (2, "")
    assert [line.rstrip() for line in said.out.splitlines()] == expected.splitlines()


def test_warnings_and_remarks_do_not_refuse_a_file(terminal: Terminal) -> None:
    said = terminal("check", written(terminal, ODD))

    lines = said.out.splitlines()
    assert (said.code, lines[0], lines[-1]) == (0, "mine.toml：可以使用", "2处警告，4处备注")
    assert [line for line in lines if line.startswith("mine.toml:")] == [
        "mine.toml:70:1  警告 CFG-31",
        "mine.toml:105:1  警告 SND-38",
        "mine.toml:14:1  备注 SND-15",
        "mine.toml:83:1  备注 SND-13",
        "mine.toml:121:1  备注 SND-12",
        "mine.toml:142:12  备注 CFG-56",
    ]


def test_what_there_is_none_of_is_not_counted(terminal: Terminal) -> None:
    assert terminal("check", written(terminal, SMALL)).out.splitlines()[-1] == "1处警告，3处备注"


def test_programs_get_one_document_of_a_refused_file_too(terminal: Terminal) -> None:
    said = terminal("check", written(terminal, WRONG), "--json")

    assert (said.code, said.err) == (2, "")
    told = said.json
    assert list(told) == ["file", "sound", "errors", "warnings", "remarks", "campaign"]
    assert (told["file"], told["sound"], told["warnings"], told["campaign"]) == ("mine.toml", False, [], None)
    assert told["errors"][0] == {
        "severity": "error", "code": "CFG-11", "path": "calendar.zone", "where": "mine.toml:13:1", "line": 13,
        "column": 1, "zh": "calendar.zone：没有时区“Asia/Beijing”；你要的是“Asia/Shanghai”吗？",
        "en": 'calendar.zone: unknown zone "Asia/Beijing"; did you mean "Asia/Shanghai"?',
        "facts": {"read": "Asia/Beijing", "meant": "Asia/Shanghai"},
    }  # fmt: skip
    assert told["errors"][1]["facts"] == {
        "read": '"poeple"', "allowed": "inventions/water, inventions/light, people, inventions", "meant": "people",
    }  # fmt: skip


def test_programs_get_the_warnings_and_remarks_of_a_good_file(terminal: Terminal) -> None:
    said = terminal("check", written(terminal, ODD), "--json")

    assert (said.code, said.json["sound"], said.json["errors"]) == (0, True, [])
    assert [(each["severity"], each["code"], each["line"], each["column"])
            for each in said.json["warnings"] + said.json["remarks"]] == [
        ("warning", "CFG-31", 70, 1), ("warning", "SND-38", 105, 1), ("remark", "SND-15", 14, 1),
        ("remark", "SND-13", 83, 1), ("remark", "SND-12", 121, 1), ("remark", "CFG-56", 142, 12),
    ]  # fmt: skip
    assert said.json["campaign"]["key"] == "small-2025"


def test_all_errors_are_counted_though_not_all_are_told(terminal: Terminal) -> None:
    text = SMALL + "".join(f"odd-{number} = 1\n" for number in range(300))

    lines = terminal("check", written(terminal, text)).out.splitlines()

    assert sum(" 错误 CFG-20" in line for line in lines) == 200
    assert ("  还有100处错误未列出" in lines, lines[-1]) == (True, "300处错误")


def test_what_is_missing_from_a_file_is_told_without_a_line_of_it(terminal: Terminal) -> None:
    lines = terminal("check", written(terminal, "# 空\n")).out.splitlines()

    assert lines[2:5] == ["mine.toml:1:1  错误 CFG-22", "  campaign：缺少这一项", ""]


@pytest.mark.parametrize(("text", "told"), [("# 空\n", 1), (SMALL.replace("[office]", "[office2]"), 0)])
def test_who_lacks_most_tables_hears_how_to_begin(terminal: Terminal, text: str, told: int) -> None:
    lines = terminal("check", written(terminal, text)).out.splitlines()

    assert lines.count("各项齐备的文件可用 bangdan new 写出。") == told


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2"',
        "smtp_password = hunter2",
        'passwordd = "hunter2"',
        'odd = { a = 1, token = "hunter2" }',
        '"api-key"="hunter2',
    ],
)
def test_a_secret_is_neither_told_nor_quoted(terminal: Terminal, line: str) -> None:
    path = written(terminal, SMALL.replace("[campaign]\n", f"[campaign]\n{line}\n"))

    said = [terminal("check", path), terminal("check", path, "--json")]

    assert [each.code for each in said] == [2, 2]
    assert "hunter2" not in "".join(each.out + each.err for each in said)


def test_a_line_that_fits_is_quoted_whole_with_a_mark_below_the_column() -> None:
    assert excerpt('名称 = "甲"', 6, 40) == ('名称 = "甲"', " " * 7 + "^")


@pytest.mark.parametrize("room", [30, 60, 71, PIPE_WIDTH])
@pytest.mark.parametrize("line", ["x" * 300, "名" * 300, "a名" * 150])
@pytest.mark.parametrize("column", [1, 2, 40, 150, 299, 300, 301])
def test_a_long_line_is_cut_around_its_column(line: str, column: int, room: int) -> None:
    shown, mark = excerpt(line, column, room)

    assert cell_len(shown) <= room
    assert len(mark) <= room + 1
    at = next((place for place in range(len(shown) + 1) if cell_len(shown[:place]) == len(mark) - 1), None)
    assert at is not None
    assert shown[at : at + 1].strip("… ") in {line[column - 1 : column], ""}


def test_only_what_is_cut_is_marked_as_cut() -> None:
    assert excerpt(f"ab = {{ c = {'x' * 40} }}", 8, 30) == (f"ab = {{ c = {'x' * 18}…", " " * 7 + "^")


def test_what_would_move_the_cursor_is_not_printed() -> None:
    assert excerpt("a\tb\x1b[2J\u202e = 1", 1, 40)[0] == "a b�[2J� = 1"

"""Files from the command line: imported whole, previewed and confirmed, filled-in tables for results and decisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.sheets.specs import RESULTS
from tests.bangdan.cli.conftest import CLOSES, OPENED, UNIT_HEADER, UNITS, Terminal

A_MOMENT = timedelta(microseconds=1)
SETTLED = CLOSES + timedelta(minutes=5)
DECEMBER = datetime(2023, 12, 20, 2, 0, tzinfo=UTC)
PUBLISHED = datetime(2024, 2, 20, 2, 0, tzinfo=UTC)


def enterprise(title: str, unit: str = "EE") -> tuple[str, ...]:
    return (unit, "新锐企业榜", "", title, "某公司", "是")


def test_a_roster_is_previewed_and_confirmed(terminal: Terminal) -> None:
    terminal("open", "kczg-2023", at=OPENED)
    file = terminal.csv("units.csv", UNIT_HEADER, *UNITS)

    preview = terminal("unit", "import", file, "--preview", "--json").json
    nothing_yet = terminal("unit", "import", file, "--preview", "--json").json
    stored = terminal("unit", "import", file, "--confirm", preview["digest"], "--json").json

    assert preview == nothing_yet
    assert (stored["counts"], stored["preview"]) == ({"new": 2, "changed": 0, "same": 0}, False)


def test_another_file_than_the_one_confirmed_is_refused(terminal: Terminal) -> None:
    terminal("open", "kczg-2023", at=OPENED)
    digest = terminal("unit", "import", terminal.csv("u.csv", UNIT_HEADER, UNITS[0]), "--preview", "--json").json[
        "digest"
    ]

    said = terminal("unit", "import", terminal.csv("u.csv", UNIT_HEADER, *UNITS), "--confirm", digest, "--json")

    assert (said.code, said.codes) == (2, ["IMP-29"])


def test_the_same_file_again_is_there_already(opened: Terminal) -> None:
    said = opened("unit", "import", opened.csv("units.csv", UNIT_HEADER, *UNITS))

    assert (said.code, said.out.splitlines()[0]) == (0, "已导入：新增0，更改0，已有2")


@pytest.mark.parametrize(("at", "code"), [(CLOSES - A_MOMENT, 0), (CLOSES, 2), (CLOSES + A_MOMENT, 2)])
def test_one_microsecond_decides_about_a_whole_file(opened: Terminal, at: datetime, code: int) -> None:
    file = opened.nominations(enterprise("甲"), enterprise("乙", unit="CAST"))

    said = opened("nomination", "import", file, "--submit", "--json", at=at)

    assert said.code == code
    if code == 0:
        assert (said.json["counts"]["new"], said.json["at"]) == (2, at.isoformat())
    else:
        assert (said.codes, "2023年11月30日24:00" in said.err) == (["DLN-01"], True)


def test_errors_are_told_with_their_places_and_the_file_is_left_out(opened: Terminal) -> None:
    file = opened.nominations(enterprise("甲"), enterprise("乙", unit="XX"))

    said = opened("nomination", "import", file)

    assert said.code == 2
    assert said.err.splitlines() == [
        "文件有1处错误，未作任何改动：",
        "  nominations.csv:3 “单位编号”  IMP-31  没有编号为“XX”的推荐单位，或您无权查看；请先导入单位",
    ]


def test_a_missing_file_is_a_bad_file(opened: Terminal) -> None:
    said = opened("unit", "import", "nowhere.csv", "--json")

    assert (said.code, said.codes) == (2, ["FIL-02"])


@pytest.mark.parametrize("kind", ["units", "contacts", "laureates", "nominations"])
def test_an_empty_template_is_what_the_import_reads(opened: Terminal, kind: str) -> None:
    opened("template", kind, "--out", "t.csv")
    group = {"units": "unit", "contacts": "contact", "laureates": "laureate", "nominations": "nomination"}[kind]

    said = opened(group, "import", "t.csv", "--json")

    assert (said.code, said.codes) == (2, ["IMP-28"])


def test_results_decisions_and_publication_go_through_filled_in_tables(opened: Terminal) -> None:
    opened("nomination", "import", opened.nominations(enterprise("甲"), enterprise("乙", unit="CAST")), "--submit")
    opened("run", "--once", at=SETTLED)
    fill(opened, "results", {"甲": "通过", "乙": "未通过"}, at=DECEMBER)
    reported = opened("report", "results.csv", "--track", "新锐企业榜", "--json", at=DECEMBER).json
    fill(opened, "decisions", {"甲": "入榜"}, at=DECEMBER)

    asked = opened("decide", "decisions.csv", at=DECEMBER, answers="n\n")
    decided = opened("decide", "decisions.csv", "--yes", "--json", at=DECEMBER).json
    too_early = opened("publish", "--yes", "--json", at=DECEMBER)
    opened("choose", "publication", "--date", "2024-02-20 10:00", "--yes", at=DECEMBER)
    published = opened("publish", "--yes", "--json", at=PUBLISHED)
    promoted = opened("nomination", "promote", decided["lines"][0]["id"], "--note", "对接会", "--json", at=PUBLISHED)

    assert reported["judged"] == {"passed": 1, "failed": 1, "left": 0, "filed": ["新锐企业榜"]}
    assert (asked.code, decided["judged"]["passed"]) == (1, 1)
    assert (too_early.code, too_early.codes) == (1, ["PUB-01"])
    assert (published.json["published"], promoted.json["state"]) == (1, "promoted")


def fill(opened: Terminal, kind: str, verdicts: dict[str, str], *, at: datetime) -> None:
    """Fill the table in as a reviewer would."""
    path = Path(f"{kind}.csv")
    opened("template", kind, "--out", str(path), at=at)
    text = path.read_text(encoding="utf-8-sig")
    for title, verdict in verdicts.items():
        text = text.replace(f'"{title}",""', f'"{title}","{verdict}"')
    path.write_text(text, encoding="utf-8-sig")
    assert RESULTS[0].title in text


def test_earlier_laureates_mark_the_drafts_of_their_name(opened: Terminal) -> None:
    opened.draft("甲")
    file = opened.csv("l.csv", ("年度", "榜单", "名称"), ("2022", "新锐企业榜", "甲"))

    said = opened("laureate", "import", file, "--json").json

    assert (said["counts"]["new"], said["matched"]) == (1, 1)


def test_a_repeated_import_with_one_key_gives_the_first_answer(opened: Terminal) -> None:
    file = opened.nominations(enterprise("甲"))
    words = ("nomination", "import", file, "--submit", "--json", "--key", "k1")

    first = opened(*words)

    assert opened(*words, at=CLOSES).json == first.json

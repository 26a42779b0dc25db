"""Wrong campaign files of every kind, each with exactly the answers it gets: severity, line and column, code, words.

The table is tests/data/wrong-files.txt; each of its files is tests/data/prize-2030.toml with a few lines replaced.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.wrong_files import DATA, Wrong, table, told
from workflows.definition import Definition
from workflows.findings import Findings
from workflows.loading import examine

GOOD = (DATA / "prize-2030.toml").read_text(encoding="utf-8")
LETTERS = ("collection-closes", "secretariat-digest")
TABLE = table("wrong-files.txt", GOOD)

CLOSES = 'closes = "2030-04-30 24:00"'
INFINITE = 10**7  # bytes: a file that nobody means


def examined(data: str | bytes) -> tuple[Definition | None, list[str]]:
    """The campaign, and all that is said of its file."""
    findings = Findings(name="a.toml")
    definition = examine(data, findings, letters=LETTERS)
    return definition, told(findings)


def test_the_file_that_is_edited_gives_no_reason_for_anything() -> None:
    definition, said = examined(GOOD)
    assert (definition and definition.key, said) == ("prize-2030", [])


@pytest.mark.parametrize("wrong", TABLE, ids=[each.name for each in TABLE])
def test_a_wrong_file_gets_exactly_its_answers(wrong: Wrong) -> None:
    assert examined(wrong.text)[1] == wrong.answers


@pytest.mark.parametrize("wrong", TABLE, ids=[each.name for each in TABLE])
def test_a_file_is_refused_for_errors_and_for_nothing_else(wrong: Wrong) -> None:
    refused = any(line.startswith("error ") for line in wrong.answers)
    assert (examined(wrong.text)[0] is None) == refused


def test_no_wrong_file_is_in_the_table_twice() -> None:
    assert len({each.name for each in TABLE}) == len({each.text for each in TABLE}) == len(TABLE)


@pytest.mark.parametrize(
    "written",
    [
        '"2030-04-30"',  # C08: a date alone is the end of that day
        "2030-04-30",
        '"2030年4月30日前"',
        '"２０３０-04-30 ２４：００"',  # C19: full-width digits are the plain ones
        '"2030年4月30日24时"',
        '"2030-04-30 16:00 UTC"',
    ],
)
def test_an_end_may_be_written_in_these_ways(written: str) -> None:
    definition, said = examined(GOOD.replace(CLOSES, f"closes = {written}"))
    assert said == []
    assert definition
    assert definition.milestone_by_key["collection"].closes == datetime(2030, 4, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            GOOD.ljust(INFINITE, "#"),  # C44
            [
                "error a.toml:1:1 CFG-40",
                f"  文件有{INFINITE + len(GOOD.encode()) - len(GOOD)}字节，最多1000000字节（1 MB）",
                f"  the file has {INFINITE + len(GOOD.encode()) - len(GOOD)} bytes, at most 1000000 (1 MB)",
            ],
        ),
        (
            GOOD.encode("gbk"),
            [
                "error a.toml:3:13 CFG-41",
                "  第3行不是 UTF-8 编码，请另存为 UTF-8",
                "  line 3 is not UTF-8; save the file as UTF-8",
            ],
        ),
        (
            GOOD.replace('lists = "all"', "lists = " + "[" * 5000, 1),
            ["error a.toml:24:49 CFG-42", "  嵌套太深，读不了", "  nested too deeply to be read"],
        ),
    ],
    ids=["C44 too large", "GBK", "C44 nested"],
)
def test_a_file_that_can_not_be_read_at_all_gets_one_answer(data: str | bytes, said: list[str]) -> None:
    assert examined(data) == (None, said)


def test_the_first_200_errors_are_told_and_the_others_counted() -> None:
    _, said = examined(GOOD + "".join(f"odd-{number} = 1\n" for number in range(203)))
    assert len(re.findall(r"^error a\.toml:\d+:1 CFG-20$", "\n".join(said), re.MULTILINE)) == 200
    assert said[-3:] == ["error  CFG-99", "  还有3处错误未列出", "  3 more errors are not listed"]

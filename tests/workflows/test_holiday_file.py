"""The holidays of a year are copied from the State Council's notice, and every slip of the pen is found."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from workflows.holiday_file import read_holiday_year
from workflows.reasons import FileRefused
from workflows.workdays import Workdays

# Made up; nobody has published 2031.
WHOLE = """
year = 2031
source = "国务院办公厅关于2031年部分节假日安排的通知"

[[holidays]]
name = "元旦"
off = "1月1日"
days = 1

[[holidays]]
name = "春节"
off = "1月22日至28日"
days = 7
work = ["1月19日", "2031-02-01"]

[[holidays]]
name = "劳动节"
off = "2031-05-01/2031-05-05"
days = 5

[[holidays]]
name = "国庆节"
off = "2031年10月1日—10月7日"
days = 7
"""


def read(text: str) -> list[str]:
    """The codes of what is wrong with a file, and about which key."""
    with pytest.raises(FileRefused) as caught:
        read_holiday_year(tomllib.loads(text))
    return [f"{reason.code} {reason.facts['path']}" for reason in caught.value.reasons]


def test_a_file_in_the_words_of_the_notice_is_a_year() -> None:
    year = read_holiday_year(tomllib.loads(WHOLE))
    assert (year.year, year.source) == (2031, "国务院办公厅关于2031年部分节假日安排的通知")
    assert (len(year.holidays), sorted(year.makeups)) == (20, [date(2031, 1, 19), date(2031, 2, 1)])
    assert Workdays(overrides=(year,)).add(date(2031, 1, 21), 3) == date(2031, 1, 31)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"1月1日"', '"2030年12月31日至2031年1月1日"', ["CAL-02 holidays[1].off"]),
        ('"2031-02-01"', '"2031-02-03"', ["CAL-03 holidays[2].work"]),
        ('"2031-02-01"', '"2031-01-25"', ["CAL-04 holidays[2].work"]),
        ('"2031-02-01"', '"2031-01-19"', ["CAL-05 holidays[2].work"]),
        ('"2031-05-01/2031-05-05"', '"1月28日至2月1日"', ["CAL-05 holidays[3].off", "CAL-04 holidays[3].off"]),
        ('"1月1日"', '"1月1日0:00—12:00"', ["CAL-06 holidays[1].off"]),
        ("days = 5", "days = 3", ["CAL-07 holidays[3].off"]),
        ('"1月1日"', '"1月2日"', ["CAL-08 holidays"]),
        ('"1月1日"', '"1/1"', ["CFG-17 holidays[1].off"]),
        ('"1月1日"', '"2月30日"', ["CFG-05 holidays[1].off"]),
        ("work = ", "wrok = ", ["CFG-20 holidays[2].wrok"]),
        ("days = 1\n", "", ["CFG-22 holidays[1].days"]),
        ("days = 1\n", "days = true\n", ["CFG-26 holidays[1].days"]),
        ("year = 2031", 'year = "2031"', ["CFG-26 year"]),
        ('source = "国务院办公厅关于2031年部分节假日安排的通知"', "", ["CFG-22 source"]),
    ],
)
def test_each_slip_is_found(old: str, new: str, expected: list[str]) -> None:
    assert read(WHOLE.replace(old, new, 1)) == expected


def test_a_year_without_holidays_is_no_answer() -> None:
    assert read('year = 2031\nsource = "x"') == ["CFG-22 holidays"]


def test_all_errors_are_listed_at_once() -> None:
    text = (
        WHOLE.replace('"1月1日"', '"1月32日"').replace("days = 5", "days = 3").replace('"2031-02-01"', '"2031-02-03"')
    )
    assert [each.split()[0] for each in read(text)] == ["CFG-05", "CAL-03", "CAL-07"]


def test_the_documentation_names_every_code_and_its_example_is_a_year_begun() -> None:
    page = (Path(__file__).parents[2] / "docs" / "holidays.md").read_text("utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    assert read(example) == ["CAL-08 holidays", "CAL-08 holidays"]
    assert [code for code in (f"CAL-0{n}" for n in range(1, 9)) if code not in page] == []

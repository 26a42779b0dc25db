"""Dates and years are moved in every notation that a file may use."""

from __future__ import annotations

import pytest

from workflows.yearly import is_date, moved_date, moved_years, year_of


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2023-10-07", "2024-10-07"),
        ("2023-11-30 24:00", "2024-11-30 24:00"),
        ("2023-11-30 17:00 +08:00", "2024-11-30 17:00 +08:00"),
        ("2023-11-30 AoE", "2024-11-30 AoE"),
        ("2023年10月", "2024年10月"),
        ("2023年11月30日24时", "2024年11月30日24时"),
        ("２０２３年11月30日", "2024年11月30日"),
        ("2023-12-30前", "2024-12-30前"),
        ("2023年10月7日起", "2024年10月7日起"),
        ("2023年10月—2024年4月", "2024年10月—2025年4月"),
        ("2023-10-07/2023-11-30 24:00", "2024-10-07/2024-11-30 24:00"),
        ("2022年9月—10月31日", "2023年9月—10月31日"),
        ("2023年11月30日（周四）24:00", "2024年11月30日24:00"),
        ("2023-11-30 Thu 24:00", "2024-11-30 24:00"),
        ("2024-02-29", "2025-02-28"),
        ("2024年2月29日24时", "2025年2月28日24时"),
        ("2024年2月1日—29日", "2025年2月1日—28日"),
        ("2024-02-01/2024-02-29 24:00", "2025-02-01/2025-02-28 24:00"),
    ],
)
def test_a_date_is_moved_in_its_own_notation(text: str, moved: str) -> None:
    assert (is_date(text), moved_date(text, 1), is_date(moved)) == (True, moved, True)


def test_a_leap_day_stays_where_there_is_one() -> None:
    assert moved_date("2024-02-29", 4) == "2028-02-29"


@pytest.mark.parametrize(
    "text", ["08:30", "3天前", "11月30日", "2023", "关于2023年推荐的通知", "010-12345678", "kczg-2023"]
)
def test_what_is_no_date_with_a_year_is_none(text: str) -> None:
    assert not is_date(text)


def test_a_date_names_its_years() -> None:
    assert year_of("2023年10月—2024年4月") == [2023, 2024]


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2023年“科创中国”系列榜单", "2024年“科创中国”系列榜单"),
        ("of the 2022 edition", "of the 2023 edition"),
        ("2022—2023年度", "2023—2024年度"),
        ("“十四五”规划（2021—2025年）", "“十四五”规划（2021—2025年）"),
        ("科协办函〔2023〕15号", "科协办函〔2023〕15号"),
        ("电话 20231234、kczg-2023、v2023.5", "电话 20231234、kczg-2023、v2023.5"),
    ],
)
def test_in_a_sentence_only_the_years_of_the_edition_are_moved(text: str, moved: str) -> None:
    assert moved_years(text, 1, {2022, 2023}) == moved

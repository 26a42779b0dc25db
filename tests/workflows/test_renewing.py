"""Next year's file is last year's text: moved where a year stands, marked where a person must look."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflows.loading import load
from workflows.renewing import FIRST_LINE, MARK, Renewed, Sort, key_of, renew

ROOT = Path(__file__).parents[2]
CAMPAIGNS = sorted((ROOT / "config" / "campaigns").glob("*.toml"))
SMALL = (ROOT / "tests" / "scenario" / "small.toml").read_text(encoding="utf-8")


def renewed(text: str, *, by: int = 1) -> Renewed:
    old = load(text, name="old.toml").definition
    return renew(text, old, edition=old.edition + by)


def small(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


@pytest.mark.parametrize("path", CAMPAIGNS, ids=lambda path: path.stem)
def test_the_new_file_is_read_and_has_the_next_edition(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    old = load(text, name=path.name).definition

    new = load(renewed(text).text, name="new.toml").definition

    assert new.edition == old.edition + 1
    assert [each.key for each in new.milestones] == [each.key for each in old.milestones]
    both = zip(old.milestones, new.milestones, strict=True)
    moved = [(was.opens, now.opens) for was, now in both if was.opens is not None]
    assert {now.year - was.year for was, now in moved if now is not None} == {1}


@pytest.mark.parametrize("path", CAMPAIGNS, ids=lambda path: path.stem)
def test_nothing_is_lost_and_nothing_changes_its_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    lines = renewed(text).text.splitlines()

    kept = [line for line in lines if MARK not in line and f"{line}\n" != FIRST_LINE]
    assert len(kept) == sum(MARK not in line and f"{line}\n" != FIRST_LINE for line in text.splitlines())
    assert [line for line in kept if line.startswith(("#", "["))] == [
        line for line in text.splitlines() if line.startswith(("#", "[")) and MARK not in line
    ]


def test_every_wording_is_marked_once_however_often_the_file_is_renewed() -> None:
    text = small('name = "申报表"', 'name = "申报表"\n  wording = "2025年申报表"')

    once = renewed(text).text
    twice = renewed(once).text

    assert [line for line in once.splitlines() if MARK in line] == [
        f"  {MARK}2025年通知的原文 / to check: the words of the 2025 notice"
    ]
    assert [line for line in twice.splitlines() if MARK in line] == [
        f"  {MARK}2026年通知的原文 / to check: the words of the 2026 notice"
    ]
    assert twice.count(FIRST_LINE) == 1


def test_what_came_from_last_year_is_told_with_its_line_in_the_new_file() -> None:
    made = renewed(small("limit = 2", "limit = 2 # 2025年起"))

    lines = made.text.splitlines()
    told = [(each.sort, each.path, each.was, each.now) for each in made.carried]
    assert (Sort.DATE, "milestones.collection.opens", '"2025-03-03"', '"2026-03-03"') in told
    assert (Sort.NUMBER, "quotas.inventions.limit", "2", "2") in told
    assert (Sort.WORDS, "campaign.key", '"small-2025"', '"small-2026"') in told
    assert (Sort.COMMENT, "", "# 2025年起", "# 2025年起") in told
    assert [each for each in made.carried if each.now not in lines[each.line - 1]] == []


def test_the_edition_of_laureates_moves_and_other_years_stay() -> None:
    text = small(
        'name = "城市"', 'name = "2024年入选者（2021—2022年规划）"\nlaureates = { edition = 2024, list = "people" }'
    )

    new = load(renewed(text.replace('channels = "units"', 'channels = "all"')).text, name="new.toml").definition

    cities = new.channel_by_key["cities"]
    assert (cities.name, cities.laureates_edition) == ("2025年入选者（2021—2022年规划）", 2025)


def test_what_no_rule_can_move_is_told_as_it_stands() -> None:
    text = small('organiser = "示例学会"', 'organiser = "第三届组委会"').replace(
        'opens = "2025-03-03"', 'opens = "2025-03-03" # 周一'
    )

    told = [(each.sort, each.was) for each in renewed(text).carried if each.was == each.now]

    assert (Sort.WORDS, '"第三届组委会"') in told
    assert (Sort.COMMENT, "# 周一") in told


def test_several_years_are_moved_at_once() -> None:
    assert load(renewed(SMALL, by=3).text, name="new.toml").definition.key == "small-2028"


@pytest.mark.parametrize(
    ("key", "new"),
    [("kczg-2023", "kczg-2024"), ("2023a", "2024a"), ("prize", "prize-2024"), ("a-20231", "a-20231-2024")],
)
def test_a_key_moves_on_with_its_year(key: str, new: str) -> None:
    assert key_of(key, 2023, 2024) == new


def test_line_ends_of_another_system_are_read() -> None:
    assert renewed(SMALL.replace("\n", "\r\n")).text == renewed(SMALL).text

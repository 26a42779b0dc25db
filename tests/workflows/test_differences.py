"""What changes for whom between two files, in words that a secretariat can read out."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from workflows import definition as values
from workflows.definition import Definition
from workflows.differences import OWN, SECTIONS, SILENT, Difference, differences
from workflows.differing import LABELS
from workflows.loading import load

SMALL = (Path(__file__).parents[1] / "scenario" / "small.toml").read_text(encoding="utf-8")


MORE_LISTS = '''[quotas.more]
lists = ["people"]
channels = ["cities"]
per = "list"
limit = 1
[channels.cities]
name = "城市"
lists = "all"'''


def read(text: str) -> Definition:
    return load(text, name="small.toml").definition


def changed(*edits: tuple[str, str]) -> tuple[Difference, ...]:
    """The differences that some edits of the small campaign make."""
    text = SMALL
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return differences(read(SMALL), read(text))


def test_a_file_differs_in_nothing_from_itself() -> None:
    assert differences(read(SMALL), read(SMALL)) == ()


def test_words_that_bind_nobody_are_no_difference() -> None:
    assert changed(('name = "征集"\nenglish = "Collection"', 'name = "征集"\nenglish = "Call"\nwording = "新"')) == ()


@pytest.mark.parametrize(
    ("edit", "whom", "zh", "en"),
    [
        (
            ('closes = "2025-03-14 24:00"\n[milestones.plan]', 'closes = "2025-03-21 24:00"\n[milestones.plan]'),
            "推荐单位、申报人",
            "时间节点“征集”：截止由2025年3月14日24:00改为2025年3月21日24:00",
            'milestone "collection": closes 2025-03-14 24:00 (Asia/Shanghai) -> 2025-03-21 24:00 (Asia/Shanghai)',
        ),
        (
            ('per = "list"\nlimit = 1', 'per = "list"\nlimit = 3'),
            "推荐单位",
            "推荐名额“people”：名额由1改为3",
            'quota "people": places 1 -> 3',
        ),
        (
            ('[channels.cities]\nname = "城市"\nlists = ["inventions"]', MORE_LISTS),
            "推荐单位",
            "推荐渠道“城市”：适用榜单由“inventions”改为“inventions”、“people”",
            'channel "cities": lists inventions -> inventions, people',
        ),
        (
            ('closes = "2025-03-28"', 'closes = "2025-03-29"'),
            "评审机构",
            "时间节点“报送初评结果”：截止由2025年3月28日24:00改为2025年3月29日24:00",
            'milestone "results": closes 2025-03-28 24:00 (Asia/Shanghai) -> 2025-03-29 24:00 (Asia/Shanghai)',
        ),
        (
            ('offsets = ["7天前", "1天前", "3小时前"]', 'offsets = ["5天前"]'),
            "推荐单位",
            "提醒“collection-closes”：提前量由7天前、1天前、3小时前改为5天前",
            'reminder "collection-closes": offsets 7天前, 1天前, 3小时前 -> 5天前',
        ),
        (
            ('[exclusions.persons]\nlists = ["people"]\nwaivable = false', ""),
            "推荐单位、申报人",
            "取消排除规则“persons”：适用榜单“people”，可豁免否",
            'dropped exclusion "persons": lists people, waivable no',
        ),
    ],
)  # fmt: skip
def test_a_change_is_told_to_whom_it_concerns(edit: tuple[str, str], whom: str, zh: str, en: str) -> None:
    first = changed(edit)[0]
    assert (first.whom[0], first.zh, first.en) == (whom, zh, en)


def test_a_new_duty_says_what_it_is() -> None:
    duty = '\n[duties.more]\nname = "回避名单"\nstage = "review"\nfulfilment = "filing"\ndue = "plan"\n[duties.plan]'
    (found,) = changed(("\n[duties.plan]", duty))
    assert (found.kind, found.whom[1], found.zh) == (
        "added", "institutions", "新增报送、备案事项“回避名单”：阶段“review”，完成方式filing，期限“plan”",
    )  # fmt: skip


def test_every_field_of_every_part_has_a_name_in_a_sentence() -> None:
    parts = [values.RankingList, values.Attribute, values.Material, values.Channel, values.Quota, values.Exclusion,
             values.Rule, values.Milestone, values.Stage, values.DutyKind, values.Institution, values.Reminder,
             values.Daily, values.OwnLetter, values.Office, values.Who, values.Share]  # fmt: skip
    used = {each.name for part in parts for each in fields(part)} - SILENT - {"role"}
    assert sorted(name for name in used | set(OWN) if name not in LABELS) == []


def test_every_part_of_a_definition_is_compared() -> None:
    said = {*SECTIONS, *OWN, "office", "english", "attachments", "requirements", "wording"}
    assert {each.name for each in fields(Definition)} - said == set()

"""A starting file says what its author answered, and is sound; wrong answers are refused with its own reasons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workflows.answers import flaws, read_answers
from workflows.loading import load
from workflows.reasons import FileRefused
from workflows.starting import start
from workflows.vocabulary import Judge, Per
from workflows.workdays import Workdays

ANSWERS = """
name = "2026年示例奖"
key = "prize-2026"
edition = 2026
organiser = "示例学会"
notice = "关于推荐2026年“示例奖”的通知"
opens = "2026-03-01"
closes = "2026-04-30 24:00"
publication = "2026年8月"
lists = [{ name = "技术榜", nominee = "project", fields = ["电子", "生物"] }, { name = "人物榜", nominee = "person" }]
channels = [{ name = "全国学会", places = 3 }, { name = "高等学校", places = 1 }]
stages = [
    { name = "初评", judge = "institution", window = "2026年5月" },
    { name = "终评", judge = "secretariat", window = "2026年6月" },
]
[office]
name = "示例学会秘书处"
contact = "张三"
phone = "010-12345678"
"""


def test_the_file_says_what_was_answered() -> None:
    text = start(read_answers(ANSWERS, name="answers.toml"))

    read = load(text, name="new.toml", workdays=Workdays())
    it = read.definition
    assert (it.key, it.name, it.notice) == ("prize-2026", "2026年示例奖", "关于推荐2026年“示例奖”的通知")
    assert [(each.name, [field.name for field in each.fields]) for each in it.lists] == [
        ("技术榜", ["电子", "生物"]), ("人物榜", []),
    ]  # fmt: skip
    assert [(each.lists, each.channels, each.per, each.limit) for each in it.quotas] == [
        (("list-1",), ("channel-1",), Per.FIELD, 3), (("list-2",), ("channel-1",), Per.LIST, 3),
        (("list-1",), ("channel-2",), Per.FIELD, 1), (("list-2",), ("channel-2",), Per.LIST, 1),
    ]  # fmt: skip
    assert [(each.name, each.judge) for each in it.stages] == [("初评", Judge.INSTITUTION), ("终评", Judge.SECRETARIAT)]
    assert (it.office.contacts[0].name, it.milestone_by_key["publication"].to_choose) == ("张三", True)
    assert read.warnings == ()


@pytest.mark.parametrize("when", ["2026-08-01 10:00", "2026-08-01"])
def test_a_day_of_publication_is_one_and_is_not_chosen(when: str) -> None:
    text = start(read_answers(ANSWERS.replace("2026年8月", when), name="answers.toml"))

    publication = load(text, name="new.toml").definition.milestone_by_key["publication"]
    assert (publication.to_choose, publication.closes) == (False, None)


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ("edition = 2026", "edition = 26", ["CFG-26 edition"]),
        ('key = "prize-2026"', 'key = "Prize 2026"', ["CFG-43 key"]),
        ('closes = "2026-04-30 24:00"', 'closes = "2026-02-01"', ["CFG-01 closes"]),
        ('closes = "2026-04-30 24:00"', 'closes = "30.4.2026"', ["CFG-17 closes"]),
        ('publication = "2026年8月"', 'publication = "夏天"', ["CFG-05 publication"]),
        ('nominee = "person"', 'nominee = "people"', ["CFG-28 lists[2].nominee"]),
        ("places = 1", "places = 0", ["CFG-26 channels[2].places"]),
        ('window = "2026年6月"', 'window = "6月"', ["CFG-05 stages[2].window"]),
        ('phone = "010-12345678"', 'phone = "打给我"', ["CFG-57 office.phone"]),
        ('phone = "010-12345678"', 'email = "nobody"', ["CFG-58 office.email"]),
        ('phone = "010-12345678"', "", ["NEW-07 office.email"]),
        ('organiser = "示例学会"', "", ["CFG-22 organiser"]),
        ('organiser = "示例学会"', 'organizer = "示例学会"', ["CFG-22 organiser", "CFG-20 organizer"]),
        ("edition = 2026", "edition = ", ["CFG-42 "]),
    ],
)
def test_a_wrong_answer_is_refused_as_the_file_would_be(old: str, new: str, refused: list[str]) -> None:
    assert ANSWERS.count(old) == 1
    with pytest.raises(FileRefused) as caught:
        read_answers(ANSWERS.replace(old, new), name="answers.toml")
    assert sorted(f"{reason.code} {reason.facts['path']}" for reason in caught.value.reasons) == sorted(refused)


def test_one_answer_is_judged_beside_those_before_it() -> None:
    assert flaws("", "closes", {"opens": "2026-03-01", "closes": "2026-03-31"}) == []
    assert [each.code for each in flaws("", "closes", {"opens": "2026-03-01", "closes": "2026-02-01"})] == ["CFG-01"]


def test_the_answers_of_the_documentation_make_a_file() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "campaign-file.md").read_text(encoding="utf-8")
    (example,) = (each for each in re.findall(r"```toml\n(.+?)```", docs, flags=re.DOTALL) if "places = " in each)
    assert load(start(read_answers(example, name="docs.md")), name="new.toml").definition.key == "prize-2026"

"""The history as people read it: the newest last, page by page, of the whole campaign or of one thing."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import chain

import pytest

from bangdan import ROOT
from engine import nominations
from engine.access import Actor
from engine.queries.finding import row_of
from engine.queries.story import SUBJECTS, story, story_of, words
from tests.builders import COLLECTING, House, add_draft, add_submitted, add_unit
from workflows.nomination import Role
from workflows.reasons import NotFound


def test_the_newest_is_last_and_pages_go_back(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会")
        for number in range(5):
            add_draft(work, unit_id, f"{number}号")
    with house.read() as work:
        newest = story(work, subject="nomination", limit=2)
        before = story(work, subject="nomination", before=newest[0].number, limit=2)

    assert [line.name for line in newest] == ["3号", "4号"]
    assert [line.name for line in before] == ["1号", "2号"]


def test_filters_by_verb_and_by_time(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会")
        add_submitted(work, unit_id, "早")
    with house.write(at=COLLECTING + timedelta(days=1)) as work:
        add_submitted(work, unit_id, "晚")
    with house.read() as work:
        submitted = story(work, verb="submit")
        later = story(work, verb="submit", since=COLLECTING + timedelta(days=1))

    assert [line.name for line in submitted] == ["早", "晚"]
    assert [line.name for line in later] == ["晚"]


def test_one_thing_tells_its_own_story_in_words(house: House) -> None:
    with house.write() as work:
        draft = add_draft(work, add_unit(work, "甲学会"), "项目")
        nominations.withdraw(work, draft, reason="不报了")
    with house.read() as work:
        lines = story_of(work, *row_of(work, draft))

    assert [(line.verb_zh, line.target_zh, line.id) for line in lines] == [
        ("起草", "草稿", draft),
        ("退出", "已退出", draft),
    ]


def test_every_verb_of_a_whole_campaign_has_words(house: House) -> None:
    with house.write() as work:
        add_submitted(work, add_unit(work, "甲学会", people=[("张三", None)]), "项目")
    with house.read() as work:
        lines = story(work, limit=1000)

    assert [line.verb for line in lines if line.verb_zh == line.verb] == []


FLOORS = ("bangdan", "engine")
RECORDED = re.compile(r'\brecord\(\s*work, "(\w+)", [\w.]+, "([\w-]+)"')


def test_whatever_the_code_writes_down_has_words(house: House) -> None:
    sources = chain.from_iterable((ROOT / floor).rglob("*.py") for floor in FLOORS)
    written = {found for path in sources for found in RECORDED.findall(path.read_text(encoding="utf-8"))}
    with house.read() as work:
        silent = {(subject, verb) for subject, verb in written if words(work.shape, subject, verb)[0] == verb}

    assert len(written) > 40
    assert ({subject for subject, _ in written} - set(SUBJECTS), silent) == (set(), set())


def test_a_unit_reads_no_history_of_the_campaign_nor_of_others(house: House) -> None:
    with house.write() as work:
        draft = add_draft(work, add_unit(work, "甲学会"), "项目")
        stranger = add_unit(work, "乙学会")
    member = Actor(role=Role.UNIT, name="某", unit_id=stranger)
    with house.office.read(house.campaign, member, at=COLLECTING) as work:
        assert story(work) == []
        with pytest.raises(NotFound):
            row_of(work, draft)

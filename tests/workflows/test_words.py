"""A campaign's own names for states and roles, read from its file and used where people read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflows.definition import Definition, Term
from workflows.eligibility import Case, reasons_against_arrow
from workflows.loading import load
from workflows.nomination import Role, shape, shapes
from workflows.reasons import FileRefused

SMALL = (Path(__file__).parents[1] / "scenario" / "small.toml").read_text(encoding="utf-8")
WORDS = """
[words.states]
drafted = { name = "填写中", english = "being filled in" }
review = { name = "专家评议" }
[words.roles]
unit = { name = "提名单位", english = "nominating unit" }
"""


def _loaded(more: str) -> Definition:
    return load(SMALL + more, name="small.toml").definition


def test_states_are_called_as_the_campaign_calls_them() -> None:
    definition = _loaded(WORDS)
    named = shapes(definition).whole.state_by_key
    assert [(named[key].zh, named[key].en) for key in ("drafted", "review", "submitted")] == [
        ("填写中", "being filled in"), ("专家评议", "专家评议"), ("已提交", "submitted"),
    ]  # fmt: skip


def test_a_refusal_calls_roles_as_the_campaign_does() -> None:
    definition = _loaded(WORDS)
    submit = shape(definition.stages).words("submit")
    case = Case(state="drafted", at=definition.milestones[0].opens or pytest.fail("no start"))
    (reason,) = reasons_against_arrow(submit, case, role=Role.INSTITUTION, definition=definition)
    assert reason.zh == "“提交”须由提名单位或秘书处办理，您是初评机构"
    assert reason.en == '"submit" is for nominating unit or secretariat; you are institution'


def test_a_letter_of_ones_own_may_be_named_by_a_reminder() -> None:
    own = """
[letters.our-own]
subject = "主题"
title = "标题"
text = "正文"
english = "text"
[reminders.ours]
milestone = "collection"
edge = "closes"
offsets = ["2天前"]
audience = "units"
letter = "our-own"
useful = "1天"
"""
    loaded = load(SMALL + own, name="small.toml", letters=["collection-opens", "collection-closes", "duties-due",
                                                         "duties-escalation", "publication-due"])  # fmt: skip
    assert [each.name for each in loaded.definition.letters] == ["our-own"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('[words.states]\ndraftd = { name = "填写中" }', "CFG-20"),
        ('[words.roles]\nengine = { name = "系统" }', "CFG-20"),
        ("[words.states]\ndrafted = {}", "CFG-22"),
        ('[letters.x]\nsubject = "主题"\ntitle = "标题"\nenglish = "text"', "CFG-22"),
        ('[letters.x]\nsubject = "主题"\ntitle = "标题"\nenglish = "text"\ntext = "a\\u200bb"', "CFG-29"),
        ('[letters.x]\nsubject = "主题"\ntitle = "标题"\nenglish = "text"\ntext = " "', "CFG-25"),
    ],
)
def test_what_is_no_name_or_no_letter_is_refused(more: str, told: str) -> None:
    with pytest.raises(FileRefused) as refused:
        _loaded(f"\n{more}\n")
    assert [reason.code for reason in refused.value.reasons] == [told]


def test_a_term_without_english_is_read_in_chinese() -> None:
    assert dict(_loaded(WORDS).states)["review"] == Term(zh="专家评议", en="专家评议")

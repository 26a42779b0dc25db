"""The population of a rehearsal declares what fits the campaign's rules, but for a few."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from bangdan import ROOT
from engine.rehearsal.declared import fits
from engine.rehearsal.population import Population, make
from tests.builders import NOTICE
from tests.declaring import ATTRIBUTES, small_with
from workflows.definition import Definition
from workflows.loading import load
from workflows.matching import Subject

WORDS = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))
RULES = """
[attributes.gender]
name = "性别"
of = "nominee"
kind = "word"
values = ["男", "女"]
[attributes.members]
name = "会员数"
of = "unit"
kind = "number"
[attributes.discipline]
name = "学科"
of = "unit"
kind = "word"
values = ["水", "光"]
[attributes.sound]
name = "诚信"
of = "nominee"
kind = "flag"
[exclusions.other]
lists = "all"
award = "青年奖"
[rules.men]
name = "男性年龄"
lists = "all"
attribute = "born"
least = "1995-01-01"
for = { where = { gender = "男" } }
[rules.women]
name = "女性年龄"
lists = "all"
attribute = "born"
least = "1990-01-01"
most = "1994-12-31"
for = { where = { gender = "女" } }
[rules.members]
name = "会员数"
lists = "all"
attribute = "members"
least = 500
[rules.sound]
name = "诚信"
lists = "all"
attribute = "sound"
among = [true]
[rules.own]
name = "本学科"
lists = ["inventions"]
attribute = "discipline"
own_field = true
[rules.once]
name = "一次"
lists = "all"
once = "list"
"""


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load(small_with(ATTRIBUTES, RULES), name="a.toml").definition


def made(definition: Definition) -> Population:
    return make(definition, WORDS, seed=7, units=200, nominations=400)


def test_most_nominations_keep_the_rules_and_a_few_do_not(definition: Definition) -> None:
    kept = Counter(
        fits(definition, Subject(unit=unit.code, channels=unit.channels, track=plan.track,
                                 attributes={**unit.attributes, **plan.attributes}))
        for unit in made(definition).units
        for plan in unit.plans
    )  # fmt: skip

    assert (kept[False] > 0, kept[True] > 10 * kept[False]) == (True, True)


def test_somebody_is_nominated_twice_and_somebody_has_won_another_award(definition: Definition) -> None:
    population = made(definition)

    titles = Counter((plan.track.partition("/")[0], plan.title) for unit in population.units for plan in unit.plans)
    winners = [each.name for each in population.laureates if each.award == "青年奖"]

    assert max(titles.values()) > 1
    assert [any(name == title for _, title in titles) for name in winners] == [True]


def test_the_same_seed_declares_the_same(definition: Definition) -> None:
    assert made(definition) == made(definition)


def test_a_campaign_without_attributes_has_none() -> None:
    population = made(load(NOTICE.read_text(encoding="utf-8"), name="a.toml").definition)

    assert not any(unit.attributes or plan.attributes for unit in population.units for plan in unit.plans)

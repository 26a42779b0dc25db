"""What a file may declare of eligibility, what it may not, and how a rule answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.declaring import ATTRIBUTES, small_with
from workflows.definition import EVERYBODY, Definition, Exclusion, Rule, Who
from workflows.loading import load
from workflows.matching import Subject
from workflows.reasons import FileRefused
from workflows.rules import Breach, EarlierEntry, Excluded, Standing, breaches
from workflows.vocabulary import Once

MORE = """
[attributes.gender]
name = "性别"
of = "nominee"
kind = "word"
values = ["男", "女"]
[attributes.papers]
name = "论文数"
of = "nominee"
kind = "number"
[attributes.discipline]
name = "学部"
of = "unit"
kind = "word"
values = ["水", "light"]
"""


def read(*tables: str) -> Definition:
    return load(small_with(ATTRIBUTES, MORE, *tables), name="a.toml").definition


def rule(lines: str, head: str = 'name = "条件"\nlists = "all"') -> str:
    return f"[rules.age]\n{head}\n{lines}\n"


def test_age_limits_that_differ_by_gender_are_two_rules() -> None:
    text = rule('attribute = "born"\nleast = 1985-01-01\nfor = { where = { gender = "男" }, tracks = ["people"] }',
                'name = "男性年龄"\nenglish = "age of men"\nlists = ["people"]\nwaivable = true\n'
                'wording = "男性"')  # fmt: skip

    assert read(text).rules == (
        Rule(key="age", name="男性年龄", english="age of men", lists=("people",), attribute="born", least="1985-01-01",
             who=Who(tracks=("people",), attributes=(("gender", ("男",)),)), waivable=True, wording="男性"),
    )  # fmt: skip


def test_winners_of_another_award_may_be_excluded_for_some_editions() -> None:
    found = read('[exclusions.other]\nlists = ["people"]\naward = "青年奖"\nsince = 2020\nuntil = 2024\n'
                 'for = { channels = ["societies"] }')  # fmt: skip

    assert found.exclusions[-1] == Exclusion(
        key="other", lists=("people",), waivable=False, award="青年奖", since=2020, until=2024,
        who=Who(channels=("societies",)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (rule(""), "CFG-100"),
        (rule('attribute = "born"\nonce = "list"\nleast = "1985-01-01"'), "CFG-100"),
        (rule('once = "list"\nmost = 3'), "CFG-100"),
        (rule('once = "always"'), "CFG-28"),
        (rule('attribute = "borm"\nleast = "1985-01-01"'), "CFG-23"),
        (rule('attribute = "born"'), "CFG-101"),
        (rule('attribute = "born"\nleast = "1985-01-01"\namong = ["1985-01-01"]'), "CFG-101"),
        (rule('attribute = "gender"\nleast = "男"'), "CFG-102"),
        (rule('attribute = "born"\nleast = "1985-13-01"'), "CFG-62"),
        (rule('attribute = "papers"\nleast = 10\nmost = 9.5'), "CFG-103"),
        (rule('attribute = "born"\nleast = 1985-01-02\nmost = "1985-01-01"'), "CFG-103"),
        (rule('attribute = "gender"\namong = ["男", "无"]'), "CFG-62"),
        (rule('attribute = "gender"\namong = ["男", "男"]'), "CFG-55"),
        (rule('attribute = "gender"\namong = ["男", "女"]'), "CFG-104"),
        (rule('attribute = "discipline"\nown_field = true'), "CFG-105"),
        (rule('attribute = "gender"\nown_field = true', 'name = "条件"\nlists = ["inventions"]'), "CFG-105"),
        (rule('attribute = "discipline"\nown_field = false', 'name = "条件"\nlists = ["inventions"]'), "CFG-105"),
        ("[exclusions.age]\nlists = 'all'\nsince = 2020\nuntil = 2019\n", "CFG-106"),
        ("[exclusions.age]\nlists = 'all'\nsince = 2026\n", "CFG-26"),
        ("[exclusions.age]\nlists = 'all'\n" + rule('once = "campaign"'), "CFG-107"),
        (rule('once = "list"\nfor = { tracks = ["people"] }', 'name = "条件"\nlists = ["inventions"]'), "CFG-108"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: str, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(table)

    assert [reason.code for reason in refused.value.reasons] == [code]


def found(definition: Definition, subject: Subject, nominated: Sequence[str] = ()) -> list[tuple[str, str | None]]:
    answer = breaches(definition, subject, nominated=dict.fromkeys(nominated, True))
    return [(each.rule.key, each.value) for each in answer]


@pytest.mark.parametrize(
    ("lines", "value", "kept"),
    [
        ('attribute = "born"\nleast = "1985-01-01"', "1985-01-01", True),
        ('attribute = "born"\nleast = "1985-01-01"', "1984-12-31", False),
        ('attribute = "born"\nmost = "1985-01-01"', "1985-01-02", False),
        ('attribute = "papers"\nleast = 9\nmost = 10', "10", True),
        ('attribute = "papers"\nleast = 9\nmost = 10', "8.9", False),
        ('attribute = "gender"\namong = ["女"]', "女", True),
        ('attribute = "gender"\namong = ["女"]', "男", False),
        ('attribute = "gender"\namong = ["女"]', None, False),
    ],
)
def test_bounds_are_inclusive_and_what_is_not_declared_is_not_guessed(
    lines: str, value: str | None, kept: bool
) -> None:
    definition = read(rule(lines))
    key = str(definition.rules[0].attribute)
    subject = Subject(track="people", attributes={} if value is None else {key: value})

    assert found(definition, subject) == ([] if kept else [("age", value)])


def test_a_unit_nominates_only_in_its_own_field_by_key_or_by_name() -> None:
    definition = read(rule('attribute = "discipline"\nown_field = true', 'name = "本学部"\nlists = ["inventions"]'))

    def asks(track: str, discipline: str) -> bool:
        return bool(found(definition, Subject(track=track, attributes={"discipline": discipline})))

    assert [asks("inventions/water", "水"), asks("inventions/light", "light"), asks("people", "水")] == [False] * 3
    assert [asks("inventions/light", "水"), asks("inventions/water", "light")] == [True] * 2


def test_a_rule_asks_nothing_of_whom_it_is_not_for() -> None:
    definition = read(rule('once = "list"\nfor = { channels = ["cities"] }'))

    asked = [found(definition, Subject(track="people", channels=(held,)), ["age"]) for held in ("cities", "societies")]

    assert asked == [[("age", None)], []]


RULES = [
    Rule(key="old", name="老", english="old", lists=("people",), attribute="papers", least="5"),
    Rule(key="few", name="少", english="few", lists=("people",), attribute="papers", most="8", waivable=True),
    Rule(key="sex", name="女", english="women", lists=("people",), attribute="gender", among=("女",), waivable=True),
    Rule(key="once", name="一", english="once", lists=("people",), once=Once.LIST),
    Rule(key="free", name="自", english="free", lists=("people",), once=Once.CAMPAIGN, waivable=True),
]
BASE = read()


@given(st.permutations(RULES), st.sampled_from(["4", "6", "9", None]), st.sets(st.sampled_from(["once", "free"])))
def test_a_rules_answer_does_not_depend_on_the_order(order: list[Rule], papers: str | None, taken: set[str]) -> None:
    subject = Subject(track="people", attributes={"papers": papers} if papers else {})

    answers = [found(replace(BASE, rules=tuple(rules)), subject, sorted(taken)) for rules in (RULES, order)]

    assert sorted(answers[0], key=str) == sorted(answers[1], key=str)


ENTRY = EarlierEntry(edition=2024, list_name="人物榜", name="甲")
HARD = [Excluded(exclusion=Exclusion(key=f"x{n}", lists=("people",), waivable=n > 1, who=EVERYBODY), entry=ENTRY)
        for n in range(4)]  # fmt: skip
KEYS = [*(each.key for each in RULES), *(each.exclusion.key for each in HARD)]


@given(st.sets(st.sampled_from(range(len(RULES)))), st.sets(st.sampled_from(range(4))), st.sets(st.sampled_from(KEYS)))
def test_a_waiver_opens_its_own_rule_and_never_a_hard_one(rules: set[int], entries: set[int], waived: set[str]) -> None:
    broken = [RULES[n] for n in sorted(rules)]
    standing = Standing(
        excluded=tuple(HARD[n] for n in sorted(entries)),
        breaches=tuple(Breach(rule=each, value="7") for each in broken), waived=waived,
    )  # fmt: skip

    every: list[Exclusion | Rule] = [*(HARD[n].exclusion for n in sorted(entries)), *broken]
    shut = [each.key for each in every if not (each.waivable and each.key in waived)]
    assert [str(reason.facts["rule"]) for reason in standing.reasons(BASE)] == shut


def test_a_reason_says_what_was_read_what_is_allowed_and_whether_it_can_be_waived() -> None:
    definition = read(
        rule('attribute = "born"\nleast = "1985-01-01"\nmost = "2000-12-31"\nwaivable = true', 'name = "年龄"\n'
             'english = "age"\nlists = ["people"]')
        + '[rules.region]\nname = "地区"\nenglish = "region"\nlists = "all"\nattribute = "region"\namong = ["west"]\n'
        + '[rules.once]\nname = "一个渠道"\nenglish = "one channel"\nlists = "all"\nonce = "campaign"\n'
    )  # fmt: skip
    subject = Subject(track="people", attributes={"born": "1984-12-31", "region": "east"})

    told = Standing(breaches=breaches(definition, subject, nominated={"once": True})).reasons(definition)
    missing = Standing(breaches=breaches(definition, Subject(track="people"), nominated={})).reasons(definition)

    assert [(reason.code, reason.zh) for reason in (*told, *missing)] == [
        (
            "RUL-01",
            "不符合“年龄”：“出生日期”为 1984-12-31，须不早于 1985-01-01且不晚于 2000-12-31；可由秘书处说明理由后豁免",
        ),
        ("RUL-01", "不符合“地区”：推荐单位的“地区”为 east，须为 west；不可豁免"),
        ("RUL-03", "不符合“一个渠道”：该候选对象已在本次活动中由其他渠道推荐，只能推荐一次；不可豁免"),
        ("RUL-02", "不符合“年龄”：未登记“出生日期”（须不早于 1985-01-01且不晚于 2000-12-31），无法核对；请先登记"),
        ("RUL-02", "不符合“地区”：未登记推荐单位的“地区”（须为 west），无法核对；请先登记"),
    ]

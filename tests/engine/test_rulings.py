"""Rules and exclusions against real rows: submitting, waiving one by one, editing, coming back, importing, racing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import nominations, pending, taking, units
from engine.laureates import Entry
from engine.letters import unit_facts
from engine.office import Work
from engine.queries.explaining import explain
from engine.rosters import Upload, import_laureates, import_nominations
from engine.sheets.writing import write_csv
from engine.tables import Nomination
from tests.builders import House, add_draft, enter_laureates
from tests.declaring import ATTRIBUTES, small_with
from tests.small import DURING, faults, new_unit, small_house
from workflows.reasons import BangdanError, FileRefused

RULES = """
[exclusions.other-award]
lists = ["people"]
award = "青年奖"
since = 2020
[exclusions.own-again]
lists = ["people"]
waivable = true
[rules.age]
name = "年龄"
english = "age"
lists = ["people"]
attribute = "born"
least = "1985-01-01"
waivable = true
[rules.region]
name = "地区"
english = "region"
lists = "all"
attribute = "region"
among = ["west"]
for = { channels = ["cities"] }
[rules.one-person]
name = "一人一次"
english = "one person"
lists = ["people"]
once = "list"
[rules.one-channel]
name = "一个渠道"
english = "one channel"
lists = ["inventions"]
once = "campaign"
waivable = true
"""
OLD = '[exclusions.persons]\nlists = ["people"]\nwaivable = false\n'


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = small_house(database_url, small_with(ATTRIBUTES, RULES).replace(OLD, ""))
    yield opened
    opened.office.database.dispose()


def person(work: Work, unit: int, name: str = "张三", born: str = "1990-01-01", **values: Any) -> str:
    return add_draft(work, unit, name, track="people", materials=["application", "letter"],
                     attributes={"born": born}, **values)  # fmt: skip


def invention(work: Work, unit: int, title: str = "水泵") -> str:
    return add_draft(work, unit, title, track="inventions/water")


def refusal(house: House, do: Callable[[Work], object]) -> list[str]:
    try:
        with house.write(DURING) as work:
            do(work)
    except BangdanError as refused:
        return [reason.code for reason in refused.reasons]
    return []


def submitting(key: str) -> Callable[[Work], object]:
    return lambda work: nominations.submit(work, key)


def waiving(key: str, rule: str | None) -> Callable[[Work], object]:
    return lambda work: nominations.waive(work, key, rule=rule, reason="有突破")


OURS = Entry(edition=2024, list_name="人物榜", name="张三", person=True)
THEIRS = Entry(award="青年奖", edition=2025, list_name="青年奖", name="张三", person=True)


def undecided(work: Work) -> int:
    query = select(func.count()).select_from(Nomination).where(*pending.undecided_waivers(work))
    return int(work.connection.execute(query).scalar_one())


def test_every_broken_rule_is_told_and_a_waiver_opens_its_own_only(house: House) -> None:
    unit = new_unit(house)
    with house.write(DURING) as work:
        key = person(work, unit, born="1980-01-01")
        enter_laureates(work, OURS)
        waiting = undecided(work)

    before = refusal(house, lambda work: nominations.submit(work, key))
    refusal(house, lambda work: nominations.waive(work, key, rule="age", reason="成果突出"))
    between = refusal(house, lambda work: nominations.submit(work, key))
    with house.write(DURING) as work:
        nominations.waive(work, key, reason="有突破")
        kept, still = taking.locked(work, key).waiver, undecided(work)

    assert (before, between, waiting, still) == (["EXC-01", "RUL-01"], ["EXC-01"], 1, 0)
    assert kept == {"age": "成果突出", "own-again": "有突破"}
    assert refusal(house, lambda work: nominations.submit(work, key)) == []


def test_a_hard_exclusion_stays_whatever_else_is_waived(house: House) -> None:
    unit = new_unit(house)
    with house.write(DURING) as work:
        key = person(work, unit, born="1980-01-01")
        enter_laureates(work, OURS, THEIRS)
        waiting = undecided(work)

    asked = [refusal(house, waiving(key, rule))
             for rule in ("other-award", "region", "nothing", "one-channel", None, "age")]  # fmt: skip

    assert asked == [["RUL-05"], ["RUL-05"], ["RUL-04"], ["RUL-04"], [], ["RUL-06"]]
    assert (waiting, refusal(house, lambda work: nominations.submit(work, key))) == (0, ["EXC-04"])


def test_a_winner_of_another_award_waits_for_a_waiver_where_the_campaign_allows_one(database_url: str) -> None:
    waivable = RULES.replace("since = 2020\n", "since = 2020\nwaivable = true\n")
    house = small_house(database_url, small_with(ATTRIBUTES, waivable).replace(OLD, ""))
    unit = new_unit(house)
    with house.write(DURING) as work:
        key = person(work, unit)
        enter_laureates(work, THEIRS)
        (reason,) = taking.reasons_for(work, taking.locked(work, key), "submit")

    assert (reason.code, reason.zh, reason.en) == (
        "EXC-03",
        "“张三”已入选2025年青年奖，原则上不再推荐，可由秘书处说明理由后豁免",
        '"张三" is on the 2025 青年奖: not nominated again in principle; the secretariat may waive this with a reason',
    )
    assert (refusal(house, waiving(key, "other-award")), refusal(house, submitting(key))) == ([], [])
    house.office.database.dispose()


def test_a_unit_is_told_whether_a_draft_waits_for_a_waiver_or_is_out_for_good(house: House) -> None:
    unit = new_unit(house)
    with house.write(DURING) as work:
        person(work, unit)
        enter_laureates(work, OURS)
        (waits,) = unit_facts.facts(work, [unit])[unit]["drafts"]
        enter_laureates(work, THEIRS)
        (out,) = unit_facts.facts(work, [unit])[unit]["drafts"]

    told = [(line["waiver"], line["excluded"], line["ready"]) for line in (waits, out)]
    assert told == [(True, False, False), (False, True, False)]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (THEIRS, ["EXC-04"]),
        (Entry(award="青年奖", edition=2019, list_name="青年奖", name="张三"), []),
        (Entry(edition=2019, list_name="人物榜", name="张三"), ["EXC-01"]),
        (Entry(award="别的奖", edition=2024, list_name="别的奖", name="张三"), []),
    ],
)
def test_an_exclusion_looks_at_its_own_award_and_editions_only(house: House, entry: Entry, code: list[str]) -> None:
    unit = new_unit(house)
    with house.write(DURING) as work:
        enter_laureates(work, entry)
        key = person(work, unit)

    assert refusal(house, lambda work: nominations.submit(work, key)) == code


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"materials": ["application"]}, {"age", "own-again"}),
        ({"attributes": {"born": "1979-01-01"}}, {"own-again"}),
        ({"title": "李四"}, {"age"}),
        ({"title": "张 三"}, {"age", "own-again"}),
    ],
)
def test_a_waiver_falls_with_what_it_was_given_for(house: House, change: dict[str, Any], left: set[str]) -> None:
    unit = new_unit(house)
    with house.write(DURING) as work:
        key = person(work, unit, born="1980-01-01")
        enter_laureates(work, OURS)
        nominations.waive(work, key, reason="有突破")
        nominations.edit(work, key, **change)
        kept = taking.locked(work, key).waiver

    assert set(kept) == left


def test_what_a_rule_asks_about_is_declared_and_not_waived(house: House) -> None:
    unit = new_unit(house)
    with house.write(DURING) as work:
        key = add_draft(work, unit, "张三", track="people", materials=["application", "letter"])

    before = refusal(house, lambda work: nominations.submit(work, key))
    waived = refusal(house, lambda work: nominations.waive(work, key, reason="有突破"))
    wrong = refusal(house, lambda work: nominations.edit(work, key, attributes={"born": "1990/1/1", "region": "west"}))
    refusal(house, lambda work: nominations.edit(work, key, attributes={"出生日期": "1990-01-01"}))

    assert (before, waived, wrong) == (["RUL-02"], ["RUL-02"], ["ATT-02", "ATT-01"])
    assert refusal(house, lambda work: nominations.submit(work, key)) == []


def test_a_rule_about_units_reads_what_is_declared_of_the_unit(house: House) -> None:
    unit = new_unit(house, "甲市", "cities")
    with house.write(DURING) as work:
        key = invention(work, unit)

    def submitted(region: str) -> list[str]:
        with house.write(DURING) as work:
            units.change(work, unit, attributes={"region": region})
        return refusal(house, lambda work: nominations.submit(work, key))

    assert [submitted(region) for region in ("", "east", "west")] == [["RUL-02"], ["RUL-01"], []]


def test_what_must_be_declared_is_missing_until_it_is(database_url: str) -> None:
    needed = ATTRIBUTES.replace("\n[attributes.born]", "needed = true\n\n[attributes.born]\nneeded = true")
    house = small_house(database_url, small_with(needed))
    unit = new_unit(house)
    with house.write(DURING) as work:
        key = add_draft(work, unit, "水泵", track="inventions/water")
        (reason,) = taking.reasons_for(work, taking.locked(work, key), "submit")
        units.change(work, unit, attributes={"region": "west"})
        nominations.edit(work, key, attributes={"born": "1990-01-01"})

    assert (reason.code, reason.zh) == ("MAT-01", "材料不齐：出生日期、地区")
    assert refusal(house, lambda work: nominations.submit(work, key)) == []
    house.office.database.dispose()


def test_one_candidate_is_nominated_once_and_comes_back_only_to_a_free_place(house: House) -> None:
    first, second = new_unit(house), new_unit(house, "乙学会")
    with house.write(DURING) as work:
        mine, theirs = invention(work, first), invention(work, second, "水 泵")
        nominations.submit(work, mine)

    refused = refusal(house, lambda work: nominations.submit(work, theirs))
    refusal(house, lambda work: nominations.withdraw(work, mine, reason="改由乙推荐"))
    free = refusal(house, lambda work: nominations.submit(work, theirs))
    back = refusal(house, lambda work: nominations.reinstate(work, mine, reason="又报"))

    assert (refused, free, back) == (["RUL-03"], [], ["RUL-03"])


def test_two_persons_of_one_name_are_two_where_their_applicants_differ(house: House) -> None:
    first, second = new_unit(house), new_unit(house, "乙学会")
    third = new_unit(house, "丙学会")
    with house.write(DURING) as work:
        keys = [
            person(work, unit, applicant=where) for unit, where in ((first, "甲所"), (second, "乙所"), (third, "乙 所"))
        ]

    heard = [refusal(house, submitting(key)) for key in keys]
    assert heard == [[], [], ["RUL-03"]]


def test_many_channels_at_once_nominate_one_candidate_once(house: House) -> None:
    members = [new_unit(house, f"第{number}学会") for number in range(8)]
    with house.write(DURING) as work:
        keys = [invention(work, unit) for unit in members]
        withdrawn = invention(work, new_unit_in(work), "水泵")
        nominations.submit(work, withdrawn)
        nominations.withdraw(work, withdrawn, reason="不报了")
    start = Barrier(len(keys) + 2)

    def go(do: Callable[[Work], object]) -> str:
        start.wait(60)
        return (refusal(house, do) or ["taken"])[0]

    header = ("单位编号", "榜单", "领域", "项目名称", "申报单位", "材料齐全")
    upload = Upload(content=write_csv([("C", "发明榜", "水", "水泵", "某公司", "是")], header), name="a.csv")
    calls = [submitting(key) for key in keys]
    calls += [lambda work: nominations.reinstate(work, withdrawn, reason="又报"),
              lambda work: import_nominations(work, upload, submit=True)]  # fmt: skip
    with house.write(DURING) as work:
        units.add(work, code="C", name="丙学会", channels=["societies"])
    with ThreadPoolExecutor(len(calls)) as pool:
        heard = list(pool.map(go, calls))

    assert (Counter(heard), faults(house)) == ({"taken": 1, "RUL-03": 9}, ())


def new_unit_in(work: Work) -> int:
    return units.add(work, code="退", name="退", channels=["societies"])


def nominated(work: Work, row: Mapping[str, str]) -> list[str]:
    header = ("单位编号", "榜单", "领域", "项目名称", "申报单位", "材料齐全", "出生日期")
    upload = Upload(content=write_csv([tuple(row.get(name, "") for name in header)], header), name="a.csv")
    return [line.outcome.value for line in import_nominations(work, upload).lines]


def test_a_roster_of_nominations_declares_and_its_empty_cells_change_nothing(house: House) -> None:
    new_unit(house, "A")
    row = {"单位编号": "A", "榜单": "人物榜", "项目名称": "张三", "申报单位": "某所"}
    with house.write(DURING) as work:
        did = [nominated(work, {**row, "出生日期": day}) for day in ("1990-01-01", "", "1990-01-01", "1991-01-01")]
        kept = work.connection.execute(select(Nomination.attributes)).scalar_one()  # type: ignore[call-overload]

    assert (did, kept) == ([["new"], ["same"], ["same"], ["changed"]], {"born": "1991-01-01"})


def test_a_register_names_its_award_and_only_one_that_counts(house: House) -> None:
    def brought(award: str, year: str = "2025") -> list[str]:
        header = ("年度", "榜单", "名称", "奖项")
        upload = Upload(content=write_csv([(year, "青年奖", "张三", award)], header), name="l.csv")
        try:
            with house.write(DURING) as work:
                return [line.outcome.value for line in import_laureates(work, upload).lines]
        except FileRefused as refused:
            return [reason.code for reason in refused.reasons]

    assert [brought("青年奖"), brought("别的奖"), brought(""), brought("", "2024"), brought("青年奖", "2026")] == [
        ["new"], ["IMP-20"], ["IMP-38"], ["new"], ["IMP-38"],
    ]  # fmt: skip


def test_explain_names_the_broken_rules_and_whose_decision_a_waiver_is(house: House) -> None:
    unit = new_unit(house)
    with house.write(DURING) as work:
        key = person(work, unit, born="1980-01-01")
        told = explain(work, key)
        nominations.waive(work, key, reason="有突破")
        then = explain(work, key)

    assert [(must.who.zh, must.what.zh, [reason.code for reason in must.reasons]) for must in told.must] == [
        ("甲学会", "提交", ["RUL-01"]),
        ("秘书处", "决定是否豁免：年龄", []),
    ]
    assert ("出生日期", "1980-01-01") in [(fact.label.zh, getattr(fact.value, "zh", "")) for fact in told.facts]
    assert ("豁免“年龄”", "有突破") in [(fact.label.zh, getattr(fact.value, "zh", "")) for fact in then.facts]
    assert ("waive" in [verb.verb for verb in told.verbs], "waive" in [verb.verb for verb in then.verbs]) == (
        True,
        False,
    )

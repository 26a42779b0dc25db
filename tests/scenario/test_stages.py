"""Stages of other kinds: lists with stages of their own, corrections within a limit, notices with objections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import batches, nominations, noticing, objections, taking, units
from engine.access import ENGINE, Actor
from engine.batches import Result
from engine.queries.explaining import explain
from engine.queries.objections import corrections
from engine.queries.objections import objections as listed
from engine.tables import Nomination
from engine.turn import turn
from tests.builders import SECRETARIAT, House, letters
from tests.small import ACADEMY, FINAL, GUILD, OFFICE, SETTLE, TICK, events, faults, small_house, states, unit_actor
from tests.stages import CHECK, FILE, LIGHT, LIMIT, NOTICE, NOTICE_ENDS, PEOPLE, REVIEW, checked, passed, stages_house
from workflows.nomination import Role
from workflows.reasons import NotFound, Reason, Refused

OVER = NOTICE_ENDS + SETTLE
PUBLISHED = NOTICE_ENDS + timedelta(days=20)
JUDGED_CHECK = 'judge = "institution"\nwindow = "check"'
CHECKERS = """[institutions.guild]
name = "行会"
stage = "check"
tracks = ["inventions/water", "inventions/light", "people"]
contacts = [{ name = "孙工", phones = ["010-2"] }]
[institutions.academy]"""


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = stages_house(database_url)
    yield opened
    opened.office.database.dispose()


@pytest.fixture
def fast(sqlite_database_url: str) -> Iterator[House]:
    opened = stages_house(sqlite_database_url)
    yield opened
    opened.office.database.dispose()


def row(house: House, key: str) -> Any:
    with house.read() as work:
        return work.connection.execute(select(Nomination).where(col(Nomination.public_id) == key)).one()


def refused(house: House, at: datetime, do: Callable[..., object], *args: object, **given: object) -> list[str]:
    with pytest.raises(Refused) as no, house.write(at) as work:
        do(work, *args, **given)
    return [reason.code for reason in no.value.reasons]


def raised(house: House, key: str, at: datetime = NOTICE) -> str:
    with house.write(at) as work:
        return objections.object_(work, key, name="李真", contact="138 0000 0000", reason="成果归属有争议")


def settled(house: House, objection: str, at: datetime, **given: object) -> datetime | None:
    with house.write(at) as work:
        return objections.settle(work, objection, **{"upheld": False, "reason": "已核实", **given})  # type: ignore[arg-type]


# -- lists with stages of their own ----------------------------------------------------------------------------------


def test_each_list_goes_its_own_way_to_the_same_publication(house: House) -> None:
    (water,) = checked(house, "净水")
    with house.read() as work:
        shapes = work.shapes.by_list
        assert {key: shape.stages for key, shape in shapes.items()} == {
            "inventions": ("check", "review", "final", "notice"), "people": ("check", "final"),
        }  # fmt: skip
        assert [work.shape_of(track).stages[-1] for track in (LIGHT, PEOPLE)] == ["notice", "final"]
        assert work.shape.sources("publish") == ("notice", "final")
    passed(house, [water], into="notice")
    turn(house.office, house.campaign, at=OVER)
    assert (row(house, water).state, row(house, water).selected) == ("notice", True)
    assert faults(house) == ()


def test_a_list_without_the_review_goes_from_the_check_to_the_decision_and_is_selected_there(fast: House) -> None:
    (person,) = checked(fast, "王某", track=PEOPLE)
    with fast.write(CHECK) as work:
        batches.report(work, [Result(id=person, passed=True)])
    assert row(fast, person).state == "final"
    with fast.write(FINAL) as work:
        batches.decide(work, [Result(id=person, passed=True)], occasion="x")
    assert (row(fast, person).state, row(fast, person).selected, faults(fast)) == ("final", True, ())


def test_a_decision_tells_the_unit_who_passed_though_a_notice_is_still_to_come(fast: House) -> None:
    ids = checked(fast, "净水", "浊水")
    passed(fast, ids, into="final")
    with fast.write(FINAL) as work:
        results = [Result(id=ids[0], passed=True), Result(id=ids[1], passed=False)]
        judged = batches.decide(work, results, occasion="x")
    assert (judged.passed, judged.failed, judged.left, states(fast)) == (
        1, 1, 0, {"净水": "notice", "浊水": "eliminated"},
    )  # fmt: skip


# -- correction ------------------------------------------------------------------------------------------------------


def test_a_check_returns_for_five_working_days_and_it_comes_back_to_the_check(house: House) -> None:
    (key,) = checked(house, "净水")
    with house.write(CHECK) as work:
        nominations.return_(work, key, reason="缺章")
    there = row(house, key)
    assert (there.state, there.correct_by, there.returned_from) == ("returned", LIMIT, "check")
    unit = unit_actor(there.unit_id)
    with house.write(LIMIT - TICK, unit) as work:
        nominations.edit(work, key, applicant="改名公司")
        assert nominations.submit(work, key).state == "check"
    there = row(house, key)
    assert (there.state, there.correct_by, there.returned_from, faults(house)) == ("check", None, None, ())


def test_it_comes_back_to_the_stage_that_returned_it_not_to_the_first_one(fast: House) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="review")
    with fast.write(REVIEW, ACADEMY) as work:
        nominations.return_(work, key, reason="缺附图")
    with fast.write(REVIEW + timedelta(days=1)) as work:
        nominations.submit(work, key)
    with fast.write(REVIEW + timedelta(days=1, hours=1), ACADEMY) as work:
        nominations.return_(work, key, reason="仍缺附图")
    with fast.write(REVIEW + timedelta(days=2)) as work:
        assert nominations.submit(work, key).state == "review"
    with fast.read() as work:
        told = events(work, "return", "submit")
    assert told == [
        ("submit", "drafted", "submitted"), ("return", "review", "returned"), ("submit", "returned", "review"),
        ("return", "review", "returned"), ("submit", "returned", "review"),
    ]  # fmt: skip
    assert faults(fast) == ()


def test_when_the_limit_passes_it_lapses_and_the_office_may_bring_it_back_to_its_stage(house: House) -> None:
    (key,) = checked(house, "净水")
    with house.write(CHECK) as work:
        nominations.return_(work, key, reason="缺章")
    assert refused(house, LIMIT, nominations.submit, key) == ["DLN-01"]
    report = turn(house.office, house.campaign, at=LIMIT + SETTLE)
    there = row(house, key)
    assert (report.swept.lapsed, there.state, there.resume_state, there.returned_from) == (1, "lapsed", "check", None)
    with house.write(LIMIT + timedelta(days=1)) as work:
        assert nominations.reinstate(work, key, reason="系统故障").state == "check"
    assert faults(house) == ()


def test_the_engine_wakes_when_a_correction_is_over(fast: House) -> None:
    (key,) = checked(fast, "净水")
    with fast.write(CHECK) as work:
        nominations.return_(work, key, reason="缺章", correct_by=CHECK + timedelta(hours=1))
    assert turn(fast.office, fast.campaign, at=CHECK).next == CHECK + timedelta(hours=1) + SETTLE


def test_a_stage_without_correction_returns_nothing_and_an_institution_only_in_its_own(fast: House) -> None:
    (key,) = checked(fast, "净水")
    with pytest.raises(Refused) as no, fast.write(CHECK, ACADEMY) as work:
        nominations.return_(work, key, reason="缺章")
    assert [reason.code for reason in no.value.reasons] == ["ROL-01"]
    passed(fast, [key], into="final")
    assert refused(fast, FINAL, nominations.return_, key, reason="缺章") == ["STM-01"]


def test_an_institution_does_not_return_what_another_one_checks(sqlite_database_url: str) -> None:
    text = FILE.read_text(encoding="utf-8").replace('judge = "secretariat"\nwindow = "check"', JUDGED_CHECK)
    house = small_house(sqlite_database_url, text.replace("[institutions.academy]", CHECKERS))
    (key,) = checked(house, "净水")
    with pytest.raises(Refused) as no, house.write(CHECK, ACADEMY) as work:
        nominations.return_(work, key, reason="缺章")
    assert [(reason.code, reason.zh, reason.en) for reason in no.value.reasons] == [
        (
            "RET-02",
            "“形式审查”不由科学院评审，不能退回",
            '"formal check" is not judged by 科学院; it can\'t return anything there',
        )
    ]
    with house.write(CHECK, GUILD) as work:
        nominations.return_(work, key, reason="缺章")
    assert (row(house, key).correct_by, faults(house)) == (LIMIT, ())
    house.office.database.dispose()


def test_working_days_of_an_unpublished_year_are_not_counted_but_a_date_can_be_given(fast: House) -> None:
    (key,) = checked(fast, "净水")
    far = CHECK.replace(year=2099)
    assert refused(fast, far, nominations.return_, key, reason="缺章") == ["CAL-01"]
    with fast.write(far) as work:
        nominations.return_(work, key, reason="缺章", correct_by=far + timedelta(days=3))
    assert row(fast, key).correct_by == far + timedelta(days=3)


def test_while_it_is_corrected_its_institution_still_sees_it_and_the_office_that_the_unit_must_act(fast: House) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="review")
    with fast.write(REVIEW, ACADEMY) as work:
        nominations.return_(work, key, reason="缺附图")
    with fast.office.read(fast.campaign, ACADEMY, at=REVIEW) as work:
        told = explain(work, key)
        assert [(each.title, each.stage) for each in corrections(work)] == [("净水", "review")]
    assert [(must.who.zh, must.what.zh, must.by) for must in told.must] == [
        ("甲学会", "修改后重新提交", REVIEW.replace(hour=16, minute=0) + timedelta(days=3)),
    ]  # fmt: skip


# -- withdrawal ------------------------------------------------------------------------------------------------------


def test_until_review_nobody_withdraws_any_more_but_the_office_may_disqualify(fast: House) -> None:
    (key,) = checked(fast, "净水")
    assert refused(fast, CHECK, nominations.withdraw, key, reason="放弃") == ["STM-03"]
    with fast.write(CHECK) as work:
        assert nominations.disqualify(work, key, reason="失实").state == "disqualified"


# -- notice ----------------------------------------------------------------------------------------------------------


def test_what_nobody_objected_to_is_selected_by_the_clock_when_the_notice_is_over(house: House) -> None:
    ids = checked(house, "净水", "清水")
    passed(house, ids, into="notice")
    raised(house, ids[1])
    early = turn(house.office, house.campaign, at=OVER - TICK)
    assert (early.noticed, early.next) == (0, OVER)
    assert turn(house.office, house.campaign, at=OVER).noticed == 1
    assert [row(house, key).selected for key in ids] == [True, False]
    assert (turn(house.office, house.campaign, at=OVER).noticed, faults(house)) == (0, ())


def test_an_objection_that_is_dismissed_later_lets_its_nomination_go_with_the_next_turn(house: House) -> None:
    (key,) = checked(house, "净水")
    passed(house, [key], into="notice")
    objection = raised(house, key, NOTICE_ENDS - TICK)
    assert turn(house.office, house.campaign, at=OVER).noticed == 0
    settled(house, objection, OVER + timedelta(days=2))
    assert turn(house.office, house.campaign, at=OVER + timedelta(days=2)).noticed == 1
    assert (row(house, key).selected, faults(house)) == (True, ())


@pytest.mark.parametrize(("then", "state"), [("eliminate", "eliminated"), ("disqualify", "disqualified")])
def test_with_an_objection_that_is_upheld_the_nomination_ends_in_the_same_act(
    fast: House, then: str, state: str
) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="notice")
    settled(fast, raised(fast, key), NOTICE, upheld=True, then=then)
    assert (row(fast, key).state, faults(fast)) == (state, ())
    with fast.read() as work:
        (line,) = listed(work)
        assert (line.state, line.settlement, line.settled_by) == ("upheld", "已核实", SECRETARIAT.name)


def test_a_repeated_notice_runs_as_long_as_the_first_and_takes_objections_again(house: House) -> None:
    (key,) = checked(house, "净水")
    passed(house, [key], into="notice")
    end = settled(house, raised(house, key), NOTICE, upheld=True, repeat=True)
    assert end == NOTICE_ENDS + timedelta(days=2)  # five days from the 16th on
    assert turn(house.office, house.campaign, at=OVER).noticed == 0
    assert raised(house, key, NOTICE_ENDS)
    with house.read() as work:
        (open_one,) = listed(work, all_of_them=False)
    settled(house, open_one.id, NOTICE_ENDS + timedelta(hours=1))
    with house.read(OVER) as work:
        assert noticing.next_end(work) == end + SETTLE
    assert turn(house.office, house.campaign, at=end + SETTLE).noticed == 1
    assert faults(house) == ()


@pytest.mark.parametrize(
    ("at", "given", "code"),
    [
        (NOTICE, {"name": ""}, "OBJ-03"),
        (NOTICE, {"name": "匿名"}, "OBJ-03"),
        (NOTICE, {"contact": ""}, "OBJ-03"),
        (NOTICE, {"contact": "找我@"}, "OBJ-03"),
        (NOTICE, {"reason": " "}, "OBJ-04"),
        (FINAL, {}, "OBJ-05"),
        (NOTICE_ENDS, {}, "OBJ-06"),
    ],
)
def test_an_objection_is_refused_that_is_anonymous_groundless_early_or_late(
    fast: House, at: datetime, given: dict[str, str], code: str
) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="notice")
    said = {"name": "李真", "contact": "li@example.cn", "reason": "归属有争议", **given}
    assert refused(fast, at, objections.object_, key, **said) == [code]


def test_who_is_too_late_hears_both_instants_even_after_the_clock_has_passed_it_on(fast: House) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="notice")
    turn(fast.office, fast.campaign, at=OVER)
    with pytest.raises(Refused) as no, fast.write(OVER) as work:
        objections.object_(work, key, name="李真", contact="13800000000", reason="归属有争议")
    assert [reason.zh for reason in no.value.reasons] == [
        "公示至2025年4月18日24:00，收到时间2025年4月19日00:02，逾期异议不予受理"
    ]


def test_what_passes_no_notice_can_not_be_objected_to(fast: House) -> None:
    (person,) = checked(fast, "王某", track=PEOPLE)
    said = {"name": "李真", "contact": "13800000000", "reason": "归属有争议"}
    assert refused(fast, NOTICE, objections.object_, person, **said) == ["OBJ-07"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"then": "eliminate"}, "OBJ-09"),
        ({"upheld": True, "then": "eliminate", "repeat": True}, "OBJ-09"),
        ({"repeat": True, "until": NOTICE}, "OBJ-10"),
        ({"reason": ""}, "RSN-01"),
    ],
)
def test_a_settlement_that_contradicts_itself_is_refused(fast: House, given: dict[str, object], code: str) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="notice")
    objection = raised(fast, key)
    said = {"upheld": False, "reason": "已核实", **given}
    assert refused(fast, NOTICE, objections.settle, objection, **said) == [code]
    settled(fast, objection, NOTICE)
    assert refused(fast, NOTICE, objections.settle, objection, upheld=False, reason="再次") == ["OBJ-08"]


def test_only_the_office_and_who_sees_all_know_of_whom_an_objection_is(fast: House) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="notice")
    objection = raised(fast, key)
    unit = unit_actor(row(fast, key).unit_id)
    with fast.office.read(fast.campaign, unit, at=NOTICE) as work:
        assert (listed(work), "李真" in repr(explain(work, key))) == ([], False)
    with pytest.raises(Refused), fast.write(NOTICE, unit) as work:
        objections.object_(work, key, name="李真", contact="13800000000", reason="归属有争议")
    with pytest.raises(NotFound), fast.write(NOTICE) as work:
        objections.settle(work, f"{objection}x", upheld=False, reason="已核实")


def test_the_unit_is_told_what_was_objected_and_how_it_was_settled_but_not_by_whom(fast: House) -> None:
    (key,) = checked(fast, "净水")
    with fast.write(CHECK) as work:
        units.add_contact(work, name="周到", email="zhou@example.cn", unit_id=row(fast, key).unit_id)
    passed(fast, [key], into="notice")
    settled(fast, raised(fast, key), NOTICE)
    with fast.read() as work:
        told = [(each.template, each.context["reason"], "李真" in repr(each.context))
                for each in letters(work) if each.template.startswith("objection")]  # fmt: skip
    assert told == [("objection", "成果归属有争议", False), ("objection-settled", "已核实", False)]


def test_explain_says_until_when_a_notice_holds_what_nobody_objected_to(fast: House) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="notice")
    with fast.office.read(fast.campaign, OFFICE, at=NOTICE) as work:
        (waits,) = [verb for verb in explain(work, key).verbs if verb.verb == "select"]
    assert [(reason.code, reason.zh) for reason in waits.reasons] == [
        ("OBJ-02", "公示至2025年4月18日24:00，现在是2025年4月15日10:00，公示尚未期满")
    ]


def test_explain_says_who_must_settle_an_objection_and_that_the_clock_goes_on_by_itself(fast: House) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="notice")
    raised(fast, key)
    with fast.office.read(fast.campaign, OFFICE, at=NOTICE) as work:
        told = explain(work, key)
    assert [(must.who.zh, must.what.zh, must.by, must.itself) for must in told.must] == [
        ("秘书处", "处理1件异议", NOTICE_ENDS, False), ("系统", "公示期满且无待处理的异议，自动通过", OVER, True),
    ]  # fmt: skip
    (select_,) = [verb for verb in told.verbs if verb.verb == "select"]
    assert (select_.roles, [reason.code for reason in select_.reasons]) == ((Role.ENGINE,), ["OBJ-01"])


def test_what_comes_late_into_a_notice_has_one_of_its_own(fast: House) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="final")
    with fast.write(NOTICE_ENDS) as work:
        batches.decide(work, [Result(id=key, passed=True)], occasion="x")
    end = row(fast, key).hold_until
    assert end == NOTICE_ENDS + timedelta(days=6)  # the 20th to the 24th
    assert turn(fast.office, fast.campaign, at=OVER).noticed == 0
    assert raised(fast, key, end - TICK)


def test_the_clock_moves_whom_the_guard_lets_go_and_nobody_else(fast: House) -> None:
    ids = checked(fast, "净水", "清水")
    passed(fast, ids, into="notice")
    raised(fast, ids[0])
    for at in (NOTICE, NOTICE_ENDS, OVER):
        with fast.office.read(fast.campaign, ENGINE, at=at) as work:
            free = [row(fast, key).title for key in ids if not taking.reasons_for(work, row(fast, key), "select")]
            due = [each.verb for each in noticing.over(work)]
        assert (bool(due), free) == (at == OVER, ["清水"] if at >= NOTICE_ENDS else [])


def test_nobody_passes_a_nomination_out_of_a_notice_by_hand(fast: House) -> None:
    (key,) = checked(fast, "净水")
    passed(fast, [key], into="notice")
    codes = {each: [reason.code for reason in _against(fast, key, each)] for each in (OFFICE, ACADEMY)}
    assert codes == {OFFICE: ["ROL-01"], ACADEMY: ["ROL-01"]}


def _against(house: House, key: str, actor: Actor) -> tuple[Reason, ...]:
    with house.office.read(house.campaign, actor, at=OVER) as work:
        return taking.reasons_for(work, row(house, key), "select")

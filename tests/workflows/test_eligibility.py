"""Each guard's answer, to the letter, and how places add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from workflows.definition import Definition, Exclusion
from workflows.eligibility import GUARDS, Case, Joint, reasons_against, told
from workflows.loading import load
from workflows.nomination import Guard, Role, Shape, shape
from workflows.places import Part, Place
from workflows.reasons import Reason
from workflows.rules import EarlierEntry, Excluded, Standing

FILE = Path(__file__).parents[2] / "config" / "campaigns" / "kczg-2023.toml"
OPENS = datetime(2023, 10, 6, 16, tzinfo=UTC)
CLOSES = datetime(2023, 11, 30, 16, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DURING = datetime(2023, 10, 31, 1, tzinfo=UTC)
FULL = Place(scope="新锐企业榜", limit=5, used=5)
FREE = replace(FULL, used=4)
EARLIER = EarlierEntry(edition=2022, list_name="新锐企业榜", name="甲公司")
LISTED, BARRED = (
    Excluded(exclusion=Exclusion(key="earlier", lists=("enterprises",), waivable=waivable), entry=EARLIER)
    for waivable in (True, False)
)


def _shared(used: int) -> Place:
    return replace(FREE, parts=(Part(share="西部", inside=False, limit=3, used=used),))


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load(FILE.read_bytes(), name=FILE.name).definition


@pytest.fixture(scope="module")
def machine(definition: Definition) -> Shape:
    return shape(definition.stages)


def _case(state: str = "drafted", **values: Any) -> Case:
    given = {"at": DURING, "opens": OPENS, "closes": CLOSES, **values}
    return Case(state=state, **given)


@pytest.mark.parametrize(
    ("guard", "values", "code"),
    [
        (Guard.WINDOW, {"at": OPENS - TICK}, "DLN-02"),
        (Guard.WINDOW, {"at": OPENS}, None),
        (Guard.WINDOW, {"at": CLOSES - TICK}, None),
        (Guard.WINDOW, {"at": CLOSES}, "DLN-01"),
        (Guard.WINDOW, {"at": CLOSES - TICK, "closed": True}, "DLN-03"),
        (Guard.WINDOW, {"at": CLOSES, "closed": True}, "DLN-01"),
        (Guard.WINDOW, {"at": OPENS - TICK, "closed": True}, "DLN-02"),
        (Guard.WINDOW, {"opens": None, "closes": None}, None),
        (Guard.CLOSED, {"at": CLOSES - TICK}, "DLN-04"),
        (Guard.CLOSED, {"at": CLOSES}, None),
        (Guard.CLOSED, {"closes": None}, "DLN-04"),
        (Guard.COMPLETE, {}, None),
        (Guard.COMPLETE, {"missing": ("申报材料",)}, "MAT-01"),
        (Guard.QUOTA, {"places": (FULL,)}, "QTA-01"),
        (Guard.QUOTA, {"places": (replace(FULL, used=4),)}, None),
        (Guard.QUOTA, {"places": (replace(FULL, used=7),)}, "QTA-01"),
        (Guard.QUOTA, {"places": (replace(FULL, limit=0, used=0),)}, "QTA-02"),
        (Guard.QUOTA, {"places": (FULL,), "takes_place": False}, None),
        (Guard.CHANNEL, {"places": (replace(FULL, limit=0, used=0),)}, "QTA-02"),
        (Guard.QUOTA, {"places": (replace(FULL, limit=0, used=2),)}, "QTA-01"),
        (Guard.QUOTA, {"places": (replace(FULL, limit=None, used=999),)}, None),
        (Guard.QUOTA, {"places": (_shared(3),)}, "QTA-03"),
        (Guard.QUOTA, {"places": (_shared(2),)}, None),
        (Guard.CHANNEL, {"places": (FULL,)}, None),
        (Guard.JOINT, {}, None),
        (Guard.JOINT, {"joint": Joint(channel="院士", needed=3, there=("甲", "乙"))}, "JNT-01"),
        (Guard.JOINT, {"joint": Joint(channel="院士", needed=3, there=("甲", "乙", "丙"))}, None),
        (Guard.RULES, {}, None),
        (Guard.RULES, {"standing": Standing(excluded=(LISTED,))}, "EXC-01"),
        (Guard.RULES, {"standing": Standing(excluded=(LISTED,), waived=("earlier",))}, None),
        (Guard.RULES, {"standing": Standing(excluded=(BARRED,))}, "EXC-02"),
        (Guard.RULES, {"standing": Standing(excluded=(BARRED,), waived=("earlier",))}, "EXC-02"),
        (Guard.SELECTED, {"selected": False}, "SEL-01"),
        (Guard.SELECTED, {"selected": True}, None),
        (Guard.NOTICE, {"notice_ends": DURING + TICK}, None),
        (Guard.NOTICE, {"held": True, "notice_ends": DURING}, None),
        (Guard.NOTICE, {"held": True, "notice_ends": DURING, "objections": 1}, "OBJ-01"),
        (Guard.PUBLISHABLE, {"publication": None}, "PUB-01"),
        (Guard.PUBLISHABLE, {"publication": DURING + TICK}, "PUB-02"),
        (Guard.PUBLISHABLE, {"publication": DURING}, None),
        (Guard.REASON, {"reason": None}, "RSN-01"),
        (Guard.REASON, {"reason": " \n\u3000"}, "RSN-01"),
        (Guard.REASON, {"reason": "印章不清"}, None),
        (Guard.RESUMABLE, {"resume": None}, "RES-01"),
        (Guard.RESUMABLE, {"resume": "drafted"}, None),
        (Guard.RESUMABLE, {"resume": "drafted", "at": CLOSES}, "DLN-01"),
        (Guard.RESUMABLE, {"resume": "returned", "at": OPENS - TICK}, "DLN-02"),
        (Guard.RESUMABLE, {"resume": "final", "at": CLOSES}, None),
    ],
)  # fmt: skip
def test_the_answer_of_each_guard(
    guard: Guard, values: dict[str, Any], code: str | None, definition: Definition
) -> None:
    found = told(GUARDS[guard](_case(**values), definition))
    assert [reason.code for reason in found] == ([code] if code else [])


def test_every_guard_that_an_arrow_may_name_has_a_function() -> None:
    assert set(GUARDS) == set(Guard)


def test_a_late_submission_is_told_both_instants_to_the_microsecond(definition: Definition) -> None:
    (reason,) = told(GUARDS[Guard.WINDOW](_case(at=CLOSES + TICK), definition))
    assert reason == Reason(
        code="DLN-01",
        zh="截止时间为2023年11月30日24:00，收到时间2023年12月1日00:00:00.000001，已截止",
        en="the deadline is 2023-11-30 24:00 (Asia/Shanghai), received 2023-12-01 00:00:00.000001 (Asia/Shanghai): "
        "too late",
        facts={"closes": "2023-11-30T16:00:00+00:00", "received": "2023-11-30T16:00:00.000001+00:00"},
    )


def test_an_early_one_is_told_when_it_opens(definition: Definition) -> None:
    (reason,) = told(GUARDS[Guard.WINDOW](_case(at=OPENS - TICK), definition))
    assert reason.zh == "尚未开始：2023年10月7日00:00开始，收到时间2023年10月6日23:59:59.999999"
    assert reason.en == (
        "not open yet: opens 2023-10-07 00:00 (Asia/Shanghai), received 2023-10-06 23:59:59.999999 (Asia/Shanghai)"
    )


def test_a_notice_that_runs_is_told_with_its_end_and_the_present_instant(definition: Definition) -> None:
    (reason,) = told(GUARDS[Guard.NOTICE](_case(at=CLOSES - TICK, held=True, notice_ends=CLOSES), definition))
    assert reason == Reason(
        code="OBJ-02",
        zh="公示至2023年11月30日24:00，现在是2023年11月30日23:59:59.999999，公示尚未期满",
        en="the public notice runs until 2023-11-30 24:00 (Asia/Shanghai); "
        "it is 2023-11-30 23:59:59.999999 (Asia/Shanghai)",
        facts={"ends": "2023-11-30T16:00:00+00:00", "at": "2023-11-30T15:59:59.999999+00:00"},
    )


def test_a_notice_whose_end_is_still_to_be_announced_lets_nobody_go_on(definition: Definition) -> None:
    (reason,) = told(GUARDS[Guard.NOTICE](_case(held=True, notice_ends=None), definition))
    assert reason == Reason(code="OBJ-02", zh="公示截止时间尚未确定", en="the end of the public notice is not set yet")


def test_all_that_is_in_the_way_is_told_at_once_in_the_order_of_the_arrow(
    machine: Shape, definition: Definition
) -> None:
    case = _case(at=CLOSES, missing=("申报材料",), standing=Standing(excluded=(LISTED,)), places=(FULL,))
    found = reasons_against("submit", case, role=Role.UNIT, shape=machine, definition=definition)
    assert [reason.code for reason in found] == ["DLN-01", "MAT-01", "EXC-01", "QTA-01"]


def test_nothing_in_the_way_is_no_reason(machine: Shape, definition: Definition) -> None:
    case = _case(places=(replace(FULL, used=4),))
    assert reasons_against("submit", case, role=Role.UNIT, shape=machine, definition=definition) == ()


def test_the_wrong_role_hears_nothing_of_the_guards(machine: Shape, definition: Definition) -> None:
    case = _case("submitted", at=CLOSES)
    (reason,) = reasons_against("return", case, role=Role.UNIT, shape=machine, definition=definition)
    assert (reason.code, reason.zh) == ("ROL-01", "“退回修改”须由秘书处办理，您是推荐单位")


def test_a_verb_that_the_state_has_not_names_those_it_has(machine: Shape, definition: Definition) -> None:
    (reason,) = reasons_against("advance", _case(), role=Role.SECRETARIAT, shape=machine, definition=definition)
    assert (reason.code, reason.en) == (
        "STM-01",
        'state is "drafted", cannot advance; possible: edit, submit, waive, withdraw',
    )


def test_after_the_deadline_it_comes_before_the_state_it_has_caused(machine: Shape, definition: Definition) -> None:
    late = reasons_against("submit", _case("lapsed", at=CLOSES), role=Role.UNIT, shape=machine, definition=definition)
    early = reasons_against("submit", _case("lapsed"), role=Role.UNIT, shape=machine, definition=definition)
    assert [[reason.code for reason in found] for found in (late, early)] == [["DLN-01", "STM-01"], ["STM-01"]]


def test_a_final_state_has_nothing_else_to_offer(machine: Shape, definition: Definition) -> None:
    (reason,) = reasons_against(
        "promote", _case("withdrawn"), role=Role.SECRETARIAT, shape=machine, definition=definition
    )
    assert reason.en.endswith("possible: reinstate")

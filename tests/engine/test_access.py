"""The scoped door: who sees which row, who may do what to it, and that a row of others is as if it were not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from engine import batches, campaigns, duties, nominations, units
from engine.access import ENGINE, Actor, may_change, may_office, not_found, visible
from engine.batches import Result
from engine.office import Work
from engine.sweep import close
from engine.tables import Contact, Duty, Event, Laureate, Nomination, Unit
from tests.builders import House
from tests.small import (
    ACADEMY,
    AUDITOR,
    DURING,
    FILE,
    GUILD,
    OFFICE,
    OPENED,
    REVIEW,
    SWEPT,
    beijing,
    draft,
    new_unit,
    unit_actor,
)
from workflows.nomination import Role
from workflows.reasons import BangdanError, NotFound, Refused

REASON = "说明"


@dataclass(frozen=True, kw_only=True)
class People:
    """Two units with a submitted nomination each, and one draft of the first."""

    house: House
    mine: int
    other: int
    submitted: str
    draft: str
    of_other: str


@pytest.fixture
def people(quick: House) -> People:
    mine, other = new_unit(quick, "甲学会"), new_unit(quick, "乙学会")
    with quick.write(DURING) as work:
        submitted, kept, of_other = (
            draft(work, unit, title) for unit, title in ((mine, "甲一"), (mine, "甲二"), (other, "乙一"))
        )
        nominations.submit(work, submitted)
        nominations.submit(work, of_other)
    return People(house=quick, mine=mine, other=other, submitted=submitted, draft=kept, of_other=of_other)


VERBS: dict[str, Callable[[Work, str], Any]] = {
    "edit": lambda work, key: nominations.edit(work, key, applicant="丙公司"),
    "submit": nominations.submit,
    "recall": nominations.recall,
    "return": lambda work, key: nominations.return_(work, key, reason=REASON),
    "withdraw": lambda work, key: nominations.withdraw(work, key, reason=REASON),
    "disqualify": lambda work, key: nominations.disqualify(work, key, reason=REASON),
    "reinstate": lambda work, key: nominations.reinstate(work, key, reason=REASON),
    "waive": lambda work, key: nominations.waive(work, key, reason=REASON),
    "promote": lambda work, key: nominations.promote(work, key, note="推介"),
    "report": lambda work, key: batches.report(work, [Result(id=key, passed=True)]),
    "decide": lambda work, key: batches.decide(work, [Result(id=key, passed=True)], occasion="x"),
    "publish": lambda work, key: batches.publish(work, [key]),
}
MISSING = "AAAAAAAAAAAAAAAAAAAAAA"


def _answer(house: House, actor: Actor, verb: str, key: str) -> str:
    """What an actor hears: the whole text of the refusal, or nothing."""
    try:
        with house.write(DURING, actor) as work:
            VERBS[verb](work, key)
            work.connection.rollback()  # only the answer is wanted
    except BangdanError as refused:
        return str(refused)
    return ""


def _codes(house: House, actor: Actor, verb: str, key: str) -> list[str]:
    return re.findall(r"[A-Z]{3}-\d\d", _answer(house, actor, verb, key))


def test_a_row_of_others_and_none_at_all_get_the_same_words(people: People) -> None:
    actors = (unit_actor(people.mine), unit_actor(None), ACADEMY, GUILD)
    heard = {
        verb: {
            _answer(people.house, actor, verb, key).replace(key, "ID")
            for actor in actors for key in (people.of_other, MISSING)
        }
        | {_answer(people.house, OFFICE, verb, MISSING).replace(MISSING, "ID")}
        for verb in VERBS if verb != "publish"
    }  # fmt: skip
    same = "NFD-01 没有这个编号，或您无权查看：'ID' / no such id, or not yours: 'ID'"
    assert heard == {verb: {same} for verb in heard}


def test_whom_publishing_is_not_for_hears_so_whichever_row_it_is(people: People) -> None:
    own = unit_actor(people.mine)
    heard = {_answer(people.house, own, "publish", key) for key in (people.submitted, people.of_other, MISSING)}
    assert heard == {'ROL-01 “发布”须由秘书处办理，您是推荐单位 / "publish" is for secretariat; you are unit'}
    assert _codes(people.house, OFFICE, "publish", MISSING) == ["NFD-01"]


HEARD_OF_A_SUBMISSION = {  # by the unit itself and by the secretariat
    "edit": (["STM-01"], ["STM-01"]),
    "submit": (["STM-01"], ["STM-01"]),
    "recall": ([], []),
    "return": (["ROL-01"], []),
    "withdraw": ([], []),
    "disqualify": (["ROL-01"], []),
    "reinstate": (["STM-01"], ["STM-01"]),
    "waive": (["STM-01"], ["STM-01"]),
    "promote": (["STM-01"], ["STM-01"]),
    "report": (["RES-02"], ["RES-02"]),
    "decide": (["RES-02"], ["RES-02"]),
    "publish": (["ROL-01"], ["STM-01"]),
}


def test_what_each_role_hears_of_a_submission(people: People) -> None:
    own = unit_actor(people.mine)
    heard = {
        verb: (_codes(people.house, own, verb, people.submitted), _codes(people.house, OFFICE, verb, people.submitted))
        for verb in VERBS
    }
    assert heard == HEARD_OF_A_SUBMISSION


def test_an_auditor_is_refused_every_verb(people: People) -> None:
    heard = {verb: _codes(people.house, AUDITOR, verb, people.submitted) for verb in VERBS}
    assert heard == {verb: ["ROL-02"] for verb in VERBS}


def test_an_auditor_sees_everything_and_can_open_nothing_for_change(people: People) -> None:
    with people.house.office.read(people.house.campaign, AUDITOR, at=DURING) as work:
        seen = {table: _count(work, table) for table in (Unit, Nomination, Contact, Duty)}
        before = work.connection.execute(select(func.count()).select_from(Event)).scalar_one()
    assert seen == {Unit: 2, Nomination: 3, Contact: 3, Duty: 6}
    with pytest.raises(Refused, match="ROL-02"), people.house.write(DURING, AUDITOR):
        pass
    with people.house.read() as work:
        assert work.connection.execute(select(func.count()).select_from(Event)).scalar_one() == before


def _count(work: Work, table: Any) -> int:
    return len(work.connection.execute(visible(select(col(table.id)), table, work.actor, work.definition)).all())


def _seen(house: House, actor: Actor, *tables: Any) -> list[int]:
    with house.office.read(house.campaign, actor, at=DURING) as work:
        return [_count(work, table) for table in tables]


def test_each_sees_what_is_its_own(people: People) -> None:
    with people.house.write(DURING) as work:
        units.add_contact(work, name="张三", unit_id=people.mine)
    tables = (Unit, Nomination, Contact, Duty)
    assert {
        who: _seen(people.house, actor, *tables)
        for who, actor in {
            "secretariat": OFFICE, "engine": ENGINE, "unit": unit_actor(people.mine), "of no unit": unit_actor(None),
            "academy": ACADEMY, "guild": GUILD, "of no institution": Actor(role=Role.INSTITUTION, name="?"),
            "of an unknown one": Actor(role=Role.INSTITUTION, name="?", institution="nonsense"),
        }.items()
    } == {
        "secretariat": [2, 3, 4, 6], "engine": [2, 3, 4, 6], "unit": [1, 2, 1, 0], "of no unit": [0, 0, 0, 0],
        "academy": [0, 0, 1, 4], "guild": [0, 0, 1, 2], "of no institution": [0, 0, 0, 0],
        "of an unknown one": [0, 0, 0, 0],
    }  # fmt: skip


def test_what_no_rule_speaks_of_is_seen_by_the_office_alone(people: People) -> None:
    seen = [_seen(people.house, actor, Laureate) for actor in (unit_actor(people.mine), ACADEMY)]
    assert seen == [[0], [0]]


def _visible_titles(house: House, actor: Actor) -> list[str]:
    with house.office.read(house.campaign, actor, at=REVIEW) as work:
        query = select(col(Nomination.title)).order_by(col(Nomination.id))
        return list(work.connection.execute(visible(query, Nomination, actor, work.definition)).scalars())


def test_an_institution_sees_its_tracks_from_the_review_on_and_nothing_that_ended_before(small: House) -> None:
    unit = new_unit(small, "甲学会", "societies", "cities")
    with small.write(DURING) as work:
        ids = {title: draft(work, unit, title) for title in ("送审", "退出草稿", "取消", "逾期", "审中退出", "淘汰")}
        ids["别的榜"] = draft(work, unit, "别的榜", track="people")
        for title in ("送审", "取消", "审中退出", "淘汰", "别的榜"):
            nominations.submit(work, ids[title])
        nominations.withdraw(work, ids["退出草稿"], reason=REASON)
        nominations.disqualify(work, ids["取消"], reason=REASON)
    before = [_visible_titles(small, actor) for actor in (ACADEMY, GUILD)]
    close(small.office, small.campaign, at=SWEPT)
    with small.write(REVIEW) as work:
        nominations.withdraw(work, ids["审中退出"], reason=REASON)
        batches.report(work, [Result(id=ids["淘汰"], passed=False)])
    after = [_visible_titles(small, actor) for actor in (ACADEMY, GUILD)]
    assert (before, after) == ([[], []], [["送审", "审中退出", "淘汰"], ["别的榜"]])


def test_a_unit_drafts_for_itself_alone(people: People) -> None:
    answers = []
    for unit_id in (people.other, 999_999):
        with (
            pytest.raises(NotFound) as refused,
            people.house.write(DURING, unit_actor(people.mine)) as work,
        ):
            draft(work, unit_id, "越权")
        answers.append(str(refused.value).replace(str(unit_id), "ID"))
    assert answers[0] == answers[1] == "NFD-01 没有这个编号，或您无权查看：'ID' / no such id, or not yours: 'ID'"
    with people.house.write(DURING, unit_actor(people.mine)) as work:
        assert nominations.edit(work, draft(work, people.mine, "自己的"), applicant="丙").state == "drafted"


def test_a_unit_of_another_campaign_is_no_unit_here(quick: House) -> None:
    text = FILE.read_text(encoding="utf-8").replace('"small-2025"', '"second"', 1)
    second = campaigns.open_campaign(quick.office, text, name="second.toml", actor=OFFICE, at=OPENED)
    stranger = new_unit(House(office=quick.office, campaign=second), "外校")
    with pytest.raises(NotFound), quick.write(DURING) as work:
        draft(work, stranger, "串门")


@pytest.mark.parametrize("actor", [unit_actor(1), ACADEMY], ids=["unit", "institution"])
def test_what_is_for_the_secretariat_is_refused_to_everybody_else(people: People, actor: Actor) -> None:
    asked: list[Callable[[Work], Any]] = [
        lambda work: units.add(work, code="新", name="新", channels=["societies"]),
        lambda work: units.add_contact(work, name="新"),
        lambda work: campaigns.extend(work, "collection", closes=beijing("2025-03-20 00:00"), reason=REASON),
        lambda work: campaigns.choose_date(work, "publication", date=beijing("2025-04-20 10:00")),
    ]
    codes = []
    for ask in asked:
        with pytest.raises(Refused) as refused, people.house.write(DURING, actor, alone=True) as work:
            ask(work)
        codes += [reason.code for reason in refused.value.reasons]
    assert codes == ["ROL-03"] * len(asked)


def test_units_and_institutions_name_their_own_contacts_and_nobody_elses(people: People) -> None:
    own: dict[Actor, dict[str, Any]] = {
        unit_actor(people.mine): {"unit_id": people.mine},
        ACADEMY: {"institution": "academy"},
    }
    for actor, owner in own.items():
        with people.house.write(DURING, actor) as work:
            added = units.add_contact(work, name="新人", email="new@a.example", **owner)
            units.change_contact(work, added, active=False)
    for actor, owner in zip(own, reversed(own.values()), strict=True):
        with pytest.raises(Refused, match="ROL-03"), people.house.write(DURING, actor) as work:
            units.add_contact(work, name="新人", **owner)
    heard = set()
    for actor, key in ((GUILD, added), (unit_actor(people.other), added), (GUILD, MISSING)):
        with pytest.raises(NotFound) as refused, people.house.write(DURING, actor) as work:
            units.change_contact(work, key, phones="1")
        heard.add(str(refused.value).replace(key, "ID"))
    assert heard == {"NFD-01 没有这个编号，或您无权查看：'ID' / no such id, or not yours: 'ID'"}


def test_the_clock_may_do_what_the_secretariat_may_and_an_auditor_nothing() -> None:
    may_office(OFFICE)
    may_office(ENGINE)
    may_change(ENGINE)
    for check in (may_change, may_office):
        with pytest.raises(Refused, match="ROL-02"):
            check(AUDITOR)


def _duty(house: House, track: str, kind: str) -> str:
    with house.read() as work:
        query = select(col(Duty.public_id)).where(col(Duty.track) == track, col(Duty.kind) == kind)
        return str(work.connection.execute(query).scalar_one())


def test_a_duty_of_another_institution_is_none(quick: House) -> None:
    theirs = _duty(quick, "people", "plan")
    heard = set()
    for actor in (ACADEMY, unit_actor(1)):
        for key in (theirs, MISSING):
            with pytest.raises(NotFound) as refused, quick.write(DURING, actor) as work:
                duties.file(work, key, document="方案")
            heard.add(str(refused.value).replace(key, "ID"))
    assert heard == {"NFD-01 没有这个编号，或您无权查看：'ID' / no such id, or not yours: 'ID'"}


def test_an_institution_files_and_only_the_office_answers(quick: House) -> None:
    own = _duty(quick, "people", "plan")
    with quick.write(DURING, GUILD) as work:
        duties.file(work, own, document="方案")
    with pytest.raises(Refused, match="ROL-01"), quick.write(DURING, GUILD) as work:
        duties.accept(work, own)
    with quick.write(DURING) as work:
        duties.accept(work, own)


def test_an_institution_reports_for_its_own_tracks_only(people: People) -> None:
    close(people.house.office, people.house.campaign, at=SWEPT)
    result = Result(id=people.submitted, passed=True, place="第2行")
    with pytest.raises(Refused) as refused, people.house.write(REVIEW, GUILD) as work:
        batches.report(work, [result])
    with people.house.write(REVIEW, ACADEMY) as work:
        assert batches.report(work, [result]).passed == 1
    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [("NFD-01", "第2行")]


def test_what_is_named_in_a_refusal_is_shortened_and_quoted() -> None:
    (reason,) = not_found("x\n" * 100).reasons
    assert reason.en == "no such id, or not yours: " + repr("x\n" * 30)


def test_a_campaign_that_is_not_there(quick: House) -> None:
    with pytest.raises(NotFound), quick.office.write("nonsense", OFFICE, at=OPENED):
        pass
    with pytest.raises(NotFound), quick.office.read("nonsense", OFFICE, at=OPENED):
        pass

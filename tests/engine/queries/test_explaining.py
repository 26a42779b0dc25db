"""`explain` says what the refusal says, and who must act by when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import batches, duties, nominations
from engine.batches import Result
from engine.queries.explaining import explain
from engine.queries.explanation import Explanation
from engine.queries.owed import duties as owed
from engine.turn import turn
from tests.builders import (
    CLOSING,
    COLLECTING,
    House,
    add_draft,
    add_laureate,
    add_submitted,
    add_unit,
    calls,
    letters,
    mark_letters,
)
from workflows.reasons import NotFound, Refused

AN_HOUR = timedelta(hours=1)


def _codes(found: Explanation, verb: str) -> list[str]:
    [possible] = [each for each in found.verbs if each.verb == verb]
    return [reason.code for reason in possible.reasons]


def test_what_blocks_a_submission_is_what_would_refuse_it(house: House) -> None:
    with house.write() as work:
        add_laureate(work, "旧企业")
        draft = add_draft(work, add_unit(work, "甲学会"), "旧企业", complete=False)
    with house.read() as work:
        found = explain(work, draft)
    with pytest.raises(Refused) as refusal, house.write() as work:
        nominations.submit(work, draft)

    [submitting, waiving] = found.must
    assert submitting.reasons == refusal.value.reasons
    assert [each.reasons for each in found.verbs if each.verb == "submit"] == [refusal.value.reasons]
    assert (submitting.who.zh, submitting.by, waiving.what.zh) == ("甲学会", CLOSING, "决定是否豁免：历年入选")


def test_a_submission_waits_for_the_clock_and_for_nobody(house: House) -> None:
    with house.write() as work:
        submitted = add_submitted(work, add_unit(work, "甲学会"), "项目")
    with house.read() as work:
        found = explain(work, submitted)

    [must] = found.must
    assert (must.itself, must.by) == (True, CLOSING + work.definition.settle)
    assert _codes(found, "begin") == ["DLN-04"]
    assert [line.verb for line in found.history] == ["draft", "submit"]


def test_in_review_the_institution_must_act_and_is_late_after_its_date(house: House) -> None:
    with house.write() as work:
        submitted = add_submitted(work, add_unit(work, "甲学会"), "项目")
    turn(house.office, house.campaign, at=CLOSING + AN_HOUR)
    with house.read(at=CLOSING + timedelta(days=31)) as work:
        found = explain(work, submitted)

    [must] = found.must
    assert (found.state.zh, must.who.zh, must.late) == ("初评中", "新锐企业榜初评机构", True)


def test_selected_the_secretariat_must_publish_and_is_told_what_is_missing(house: House) -> None:
    with house.write() as work:
        submitted = add_submitted(work, add_unit(work, "甲学会"), "项目")
    turn(house.office, house.campaign, at=CLOSING + AN_HOUR)
    with house.write(at=CLOSING + 2 * AN_HOUR) as work:
        batches.report(work, [Result(id=submitted, passed=True)])
        batches.decide(work, [Result(id=submitted, passed=True)], occasion="终评")
    with house.read(at=CLOSING + 3 * AN_HOUR) as work:
        found = explain(work, submitted)

    [must] = found.must
    assert (must.who.zh, must.what.zh, [reason.code for reason in must.reasons]) == ("秘书处", "发布", ["PUB-01"])


def test_an_ended_nomination_asks_nobody(house: House) -> None:
    with house.write() as work:
        draft = add_draft(work, add_unit(work, "甲学会"), "项目")
        nominations.withdraw(work, draft, reason="不报了")
    with house.read() as work:
        found = explain(work, draft)

    assert (found.must, _codes(found, "reinstate"), found.history[-1].details) == ((), [], {"reason": "不报了"})


def test_a_duty_of_results_says_how_many_are_missing_as_its_filing_would(house: House) -> None:
    with house.write() as work:
        add_submitted(work, add_unit(work, "甲学会"), "项目")
        [duty] = [line.id for line in owed(work, institution="enterprises") if line.kind == "results"]
    with house.read() as work:
        found = explain(work, duty)
    with pytest.raises(Refused) as refusal, house.write() as work:
        duties.file(work, duty, document="结果")

    [filing] = found.verbs
    assert filing.reasons == refusal.value.reasons
    assert [reason.code for reason in filing.reasons] == ["DUT-01"]


def test_a_stuck_letter_is_for_the_secretariat(house: House) -> None:
    with house.write() as work:
        add_submitted(work, add_unit(work, "甲学会", people=[("张三", "zhang@example.org")]), "项目")
        mark_letters(work, "parked")
        [letter] = letters(work, "submission-receipt")
    with house.read() as work:
        found = explain(work, letter.public_id)

    assert (found.kind, found.state.zh, [must.who.zh for must in found.must]) == (
        "letter",
        "结果未知，待人工确认",
        ["秘书处"],
    )
    assert "“项目”" in str([fact.value for fact in found.facts])


def test_a_call_says_whom_to_ring_up_until_when(house: House) -> None:
    with house.write() as work:
        add_submitted(work, add_unit(work, "甲学会", people=[("张三", None)]), "项目")
        [call] = calls(work)
    with house.read() as work:
        found = explain(work, call.public_id)

    assert (found.kind, found.name, found.must[0].by) == ("call", "张三", call.useful_until)


def test_what_is_not_there_is_not_found(house: House) -> None:
    with house.read(at=COLLECTING) as work, pytest.raises(NotFound):
        explain(work, "nothing")

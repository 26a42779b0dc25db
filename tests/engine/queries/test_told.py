"""Until a track is decided its units see that it is under review, and nothing tells what goes on from what is out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from engine import batches, nominations, turn
from engine.access import Actor
from engine.batches import Result
from engine.queries import details, explaining
from engine.queries.funnel import funnel
from engine.queries.listing import nominations as listed
from tests.builders import House
from tests.small import ACADEMY, DURING, FINAL, OFFICE, REVIEW, SWEPT, draft, new_unit, unit_actor
from workflows.reasons import NotFound

PASSED, FAILED, KEPT = "净水", "滤水", "草稿"


@dataclass(frozen=True, kw_only=True)
class Judged:
    house: House
    unit: Actor
    keys: dict[str, str]


@pytest.fixture
def judged(quick: House) -> Judged:
    """Two nominations of one unit on one track: the institution passed the first and failed the second."""
    unit = new_unit(quick, "甲学会")
    with quick.write(DURING) as work:
        keys = {title: draft(work, unit, title) for title in (PASSED, FAILED, KEPT)}
        for title in (PASSED, FAILED):
            nominations.submit(work, keys[title])
    turn.turn(quick.office, quick.campaign, at=SWEPT)
    with quick.write(REVIEW, ACADEMY) as work:
        batches.report(work, [Result(id=keys[PASSED], passed=True, score=9), Result(id=keys[FAILED], passed=False)])
    return Judged(house=quick, unit=unit_actor(unit), keys=keys)


def _states(judged: Judged, actor: Actor, *states: str) -> dict[str, str]:
    with judged.house.write(FINAL, actor) as work:
        return {line.title: line.state for line in listed(work, states=states).rows}


def _decide(judged: Judged) -> None:
    with judged.house.write(FINAL, OFFICE) as work:
        batches.decide(work, [Result(id=judged.keys[PASSED], passed=True)], occasion="1")


def test_both_are_under_review_to_their_unit_and_what_they_are_to_the_office(judged: Judged) -> None:
    assert _states(judged, OFFICE) == {PASSED: "final", FAILED: "eliminated", KEPT: "lapsed"}
    assert _states(judged, judged.unit) == {PASSED: "under_review", FAILED: "under_review", KEPT: "lapsed"}


def test_no_filter_tells_them_apart(judged: Judged) -> None:
    assert _states(judged, judged.unit, "eliminated") == {}
    assert _states(judged, judged.unit, "final") == {}
    assert _states(judged, judged.unit, "under_review") == {PASSED: "under_review", FAILED: "under_review"}
    assert _states(judged, judged.unit, "lapsed", "eliminated") == {KEPT: "lapsed"}


def test_numbers_don_t_either(judged: Judged) -> None:
    with judged.house.write(FINAL, judged.unit) as work:
        found = funnel(work)

    assert (found.total.counts, found.channels) == ({"under_review": 2, "lapsed": 1}, ())


def test_everything_that_is_told_of_both_is_the_same(judged: Judged) -> None:
    told = []
    with judged.house.write(FINAL, judged.unit) as work:
        for title in (PASSED, FAILED):
            found = explaining.nomination(work, judged.keys[title])
            full = details.nomination(work, judged.keys[title])
            story = tuple((line.verb, line.target) for line in found.history)
            told.append((found.state, found.must, found.verbs, story, full.rank, full.score, full.resume_state))

    assert told[0] == told[1]
    assert [one.verb for one in told[0][2]] == ["withdraw"]
    assert told[0][3] == (("draft", "drafted"), ("submit", "submitted"), ("begin", "review"))


def test_with_the_decision_its_unit_knows(judged: Judged) -> None:
    _decide(judged)

    assert _states(judged, judged.unit) == {PASSED: "final", FAILED: "eliminated", KEPT: "lapsed"}
    assert _states(judged, judged.unit, "eliminated") == {FAILED: "eliminated"}


def test_the_score_stays_with_the_reviewers(judged: Judged) -> None:
    _decide(judged)
    with judged.house.write(FINAL, judged.unit) as work:
        mine = details.nomination(work, judged.keys[PASSED])
    with judged.house.write(FINAL, ACADEMY) as work:
        theirs = details.nomination(work, judged.keys[PASSED])

    assert (mine.score, theirs.score) == (None, 9)


def test_who_was_taken_out_for_another_reason_was_told(judged: Judged) -> None:
    with judged.house.write(FINAL, OFFICE) as work:
        nominations.eliminate(work, judged.keys[PASSED], reason="单位撤销推荐函")

    assert _states(judged, judged.unit) == {PASSED: "eliminated", FAILED: "under_review", KEPT: "lapsed"}


def test_another_unit_sees_none_of_them(judged: Judged) -> None:
    other = replace(judged.unit, unit_id=new_unit(judged.house, "乙学会"))

    with judged.house.write(FINAL + timedelta(days=1), other) as work:
        assert listed(work, states=("under_review",)).rows == ()
        with pytest.raises(NotFound):
            explaining.nomination(work, judged.keys[PASSED])

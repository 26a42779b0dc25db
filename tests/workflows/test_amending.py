"""What another file may not take away, by what is in use: each refusal with its number and its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from workflows.amending import Filed, InUse, Step, forbidden
from workflows.definition import Definition, Level, RankingList, Stage
from workflows.loading import load
from workflows.nomination import shapes
from workflows.reasons import Reason
from workflows.vocabulary import Nominee

FILE = Path(__file__).parents[1] / "scenario" / "small.toml"
SMALL = load(FILE.read_bytes(), name="small.toml").definition
GRAND = RankingList(key="grand", name="特别榜", english="Grand", nominee=Nominee.PERSON, drawn_from="people")


def _with_lists(*more: RankingList, **people: Any) -> Definition:
    lists = [replace(each, **people) if each.key == "people" else each for each in SMALL.lists]
    return replace(SMALL, lists=(*lists, *more))


def _with_final(**values: Any) -> Definition:
    stages = [replace(each, **values) if each.key == "final" else each for each in SMALL.stages]
    return replace(SMALL, stages=tuple(stages))


def _told(old: Definition, new: Definition, **used: Any) -> list[tuple[str, Any, Any]]:
    reasons: tuple[Reason, ...] = forbidden(old, new, shapes(new), InUse(**used))
    return [(each.code, each.facts["what"], each.facts["count"]) for each in reasons]


def test_nothing_is_forbidden_where_nothing_is_in_use() -> None:
    less = replace(SMALL, channels=(), materials=(), institutions=(), duties=())
    assert forbidden(SMALL, less, shapes(less), InUse()) == ()


def test_a_drawn_list_with_somebody_on_it_stays_and_is_drawn_from_the_same() -> None:
    old, other = _with_lists(GRAND), _with_lists(replace(GRAND, drawn_from="inventions"))
    assert _told(old, SMALL, distinctions={"grand": 2}) == [("AMD-03", "grand", 2)]
    assert _told(old, other, distinctions={"grand": 2}) == [("AMD-03", "grand", 2)]
    assert _told(old, old, distinctions={"grand": 2}) == []


def test_a_level_that_was_given_stays() -> None:
    gold, silver = (Level(key=key, name=key, english=key) for key in ("gold", "silver"))
    old, new = _with_lists(levels=(gold, silver)), _with_lists(levels=(silver,))
    assert _told(old, new, levels={("people", "gold"): 3, ("people", "silver"): 1}) == [("AMD-04", "people.gold", 3)]


def test_a_list_that_is_organised_elsewhere_now_has_none_of_its_nominations() -> None:
    assert _told(SMALL, _with_lists(elsewhere="他处"), tracks={"people": 1}) == [("AMD-03", "people", 1)]


def test_a_channel_of_units_is_none_of_persons() -> None:
    new = replace(SMALL, channels=tuple(replace(each, persons=True) for each in SMALL.channels))
    assert _told(SMALL, new, channels={"cities": 4}) == [("AMD-07", "cities", 4)]


def test_a_stage_takes_objections_as_long_as_one_is_open() -> None:
    old, new = _with_final(objections=True), _with_final(objections=False)
    assert _told(old, new, objections={"final": 1}) == [("AMD-08", "final", 1)]


@pytest.mark.parametrize(
    ("step", "stages", "codes"),
    [
        (Step(track="people", verb="begin", source="submitted", target="review"), ("final",), ["AMD-08"]),
        (Step(track="people", verb="begin", source="submitted", target="review"), ("review",), []),
        (Step(track="people", verb="advance", source="review", target="final"), ("final", "review"), ["AMD-08"]),
        (Step(track="people", verb="select", source="final", target="final"), ("final", "review"), ["AMD-08"]),
        (Step(track="people", verb="draft", source=None, target="drafted"), ("final",), []),
    ],
)
def test_stages_may_change_as_far_as_no_step_is_lost(step: Step, stages: tuple[str, ...], codes: list[str]) -> None:
    kept: tuple[Stage, ...] = tuple(SMALL.stage_by_key[key] for key in stages)
    new = replace(SMALL, stages=kept)
    assert [each.code for each in forbidden(SMALL, new, shapes(new), InUse(steps={step: 1}))] == codes


def test_papers_of_an_institution_stay_with_their_duty_and_track() -> None:
    filed = {Filed(institution="academy", duty="plan", track="inventions/light"): 1}
    fewer = [replace(each, tracks=("inventions/water",)) if each.key == "academy" else each
             for each in SMALL.institutions]  # fmt: skip
    less = replace(SMALL, institutions=tuple(fewer))
    assert _told(SMALL, less, filed=filed) == [("AMD-09", "academy/plan/inventions/light", 1)]
    assert _told(SMALL, replace(SMALL, duties=SMALL.duties[1:]), filed=filed)[0][0] == "AMD-09"


def test_papers_of_units_stay_with_their_duty() -> None:
    filed = {Filed(institution="", duty="plan", track=""): 5}
    assert _told(SMALL, SMALL, filed=filed) == [("AMD-09", "plan", 5)]

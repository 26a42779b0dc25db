"""The nomination's machine, generated from a campaign's stages: nothing unreachable, no dead end, the right hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from workflows.definition import Length, Stage
from workflows.nomination import BACK, DRAFT, FIXED_STATES, LAST_STAGE, RESUME, STAGES, Role, Shape, leads_to, shape
from workflows.vocabulary import Judge

INSTITUTION, SECRETARIAT = Judge.INSTITUTION, Judge.SECRETARIAT


def _stage(key: str, judge: Judge = SECRETARIAT) -> Stage:
    return Stage(key=key, name=f"{key}评", english=f"{key} review", judge=judge, window="w", due="w")


def _shape(*judges: Judge) -> Shape:
    return shape([_stage(f"s{number}", judge) for number, judge in enumerate(judges, 1)])


SHAPES = {
    1: _shape(SECRETARIAT),
    2: shape([_stage("preliminary", INSTITUTION), _stage("final")]),
    4: _shape(SECRETARIAT, INSTITUTION, SECRETARIAT, INSTITUTION),
    3: shape([replace(_stage("check"), correction=Length(text="3天", days=3)), _stage("final"),
              replace(_stage("notice", Judge.CLOCK), objections=True)]),
}  # fmt: skip


@pytest.fixture(params=SHAPES, ids=lambda number: f"{number} stages")
def any_shape(request: pytest.FixtureRequest) -> Shape:
    number: int = request.param
    return SHAPES[number]


def _targets(machine: Shape, state: str) -> set[str]:
    """Where one step may lead from a state."""
    found: set[str] = set()
    for arrow in machine.arrows_from(state):
        found |= set(machine.targets(arrow, state))
    return found - {state}


def _reached(machine: Shape) -> set[str]:
    reached, ahead = set(), {machine.initial}
    while ahead:
        reached |= ahead
        ahead = set[str]().union(*(_targets(machine, state) for state in ahead)) - reached
    return reached


def _verbs(machine: Shape, state: str) -> list[str]:
    return [arrow.verb for arrow in machine.arrows_from(state)]


def _main_line(machine: Shape) -> Iterator[str]:
    """The states of a nomination that succeeds, one after the other."""
    state = DRAFT.target or ""
    yield state
    for verb in ["submit", "begin", *["advance"] * (len(machine.stages) - 1), "select", "publish", "promote"]:
        arrow = machine.arrow(verb, state)
        assert arrow is not None
        if arrow.target:
            yield (state := arrow.target)


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (1, "drafted submitted s1 published promoted"),
        (2, "drafted submitted preliminary final published promoted"),
        (4, "drafted submitted s1 s2 s3 s4 published promoted"),
    ],
)
def test_the_stages_of_the_file_stand_in_the_middle_of_the_main_line(number: int, line: str) -> None:
    assert list(_main_line(SHAPES[number])) == line.split()


def test_states_are_shown_in_the_order_in_which_they_are_passed() -> None:
    assert [(state.key, state.zh) for state in SHAPES[2].states] == [
        ("drafted", "草稿"), ("returned", "退回修改"), ("submitted", "已提交"), ("preliminary", "preliminary评中"),
        ("final", "final评中"), ("published", "已发布"), ("promoted", "推广中"), ("withdrawn", "已退出"),
        ("lapsed", "逾期失效"), ("eliminated", "未入围"), ("disqualified", "取消资格"),
    ]  # fmt: skip


def test_every_state_can_be_reached(any_shape: Shape) -> None:
    assert _reached(any_shape) == {state.key for state in any_shape.states}


def test_every_state_that_is_not_final_can_be_left_or_is_the_last_of_the_main_line(any_shape: Shape) -> None:
    stuck = [state.key for state in any_shape.states if not state.final and not _targets(any_shape, state.key)]
    assert stuck == []
    assert _targets(any_shape, "promoted") == {"disqualified"}


def test_a_final_state_is_left_only_by_reinstating(any_shape: Shape) -> None:
    final = [state.key for state in any_shape.states if state.final]
    assert {key: _verbs(any_shape, key) for key in final} == {key: ["reinstate"] for key in final}


def test_no_placeholder_is_left_and_every_end_of_an_arrow_is_a_state(any_shape: Shape) -> None:
    known = set(any_shape.state_by_key)
    ends = {source for arrow in any_shape.arrows for source in arrow.sources}
    ends |= {arrow.target for arrow in any_shape.arrows if arrow.target}
    assert ends - known == {RESUME, BACK}
    assert {STAGES, LAST_STAGE, RESUME, BACK}.isdisjoint(known)


def test_a_verb_leads_to_one_place_from_each_state(any_shape: Shape) -> None:
    pairs = [(arrow.verb, source) for arrow in any_shape.arrows for source in arrow.sources]
    assert sorted(pairs) == sorted(set(pairs))


def test_what_takes_a_place_of_the_quota(any_shape: Shape) -> None:
    assert set(any_shape.counted) == {
        "returned", "submitted", *any_shape.stages, "published", "promoted", "eliminated",
    }  # fmt: skip


def test_a_result_is_given_by_whoever_judges_the_stage() -> None:
    both = (Role.INSTITUTION, Role.SECRETARIAT)
    machine = SHAPES[4]
    given = {
        (arrow.verb, arrow.sources[0]): arrow.roles
        for arrow in machine.arrows
        if arrow.verb in ("advance", "select", "eliminate")
    }
    assert given == {
        ("advance", "s1"): (Role.SECRETARIAT,), ("eliminate", "s1"): (Role.SECRETARIAT,),
        ("advance", "s2"): both, ("eliminate", "s2"): both,
        ("advance", "s3"): (Role.SECRETARIAT,), ("eliminate", "s3"): (Role.SECRETARIAT,),
        ("select", "s4"): both, ("eliminate", "s4"): both,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (Role.UNIT, {"edit", "submit", "recall", "withdraw"}),
        (Role.INSTITUTION, {"advance", "eliminate"}),
        (Role.ENGINE, {"lapse", "begin"}),
        (Role.AUDITOR, set()),
        (Role.SECRETARIAT, {"edit", "submit", "recall", "withdraw", "return", "waive", "advance", "eliminate", "select",
                            "publish", "promote", "disqualify", "reinstate"}),
    ],
)  # fmt: skip
def test_which_verbs_are_whose(role: Role, verbs: set[str]) -> None:
    assert {arrow.verb for arrow in SHAPES[2].arrows if role in arrow.roles} == verbs


def test_the_clock_passes_a_notice_and_the_secretariat_only_ends_a_nomination_there() -> None:
    roles = {arrow.verb: arrow.roles for arrow in SHAPES[3].arrows_from("notice")}
    assert roles == {
        "select": (Role.ENGINE,), "eliminate": (Role.SECRETARIAT,), "publish": (Role.SECRETARIAT,),
        "withdraw": (Role.UNIT, Role.SECRETARIAT), "disqualify": (Role.SECRETARIAT,),
    }  # fmt: skip


def test_what_is_returned_goes_back_to_where_it_can_have_come_from() -> None:
    arrow = SHAPES[3].arrow("submit", "returned")
    assert arrow is not None
    assert (arrow.target, SHAPES[3].targets(arrow, "returned")) == (BACK, ("submitted", "check"))
    back = [leads_to(arrow, state="returned", resume=None, returned_from=each) for each in (None, "check")]
    assert back == ["submitted", "check"]


def test_the_clock_alone_lapses_and_begins() -> None:
    roles = {arrow.verb: arrow.roles for arrow in SHAPES[2].arrows if arrow.verb in ("lapse", "begin")}
    assert roles == {"lapse": (Role.ENGINE,), "begin": (Role.ENGINE,)}


def test_a_shape_is_equal_to_another_of_the_same_stages_and_so_shares_its_machine() -> None:
    assert (_shape(INSTITUTION), hash(_shape(INSTITUTION))) == (_shape(INSTITUTION), hash(_shape(INSTITUTION)))
    assert _shape(INSTITUTION) != _shape(SECRETARIAT)


def test_an_unknown_verb_has_no_words() -> None:
    with pytest.raises(KeyError, match="fly"):
        SHAPES[2].words("fly")


def test_the_fixed_states_name_no_stage() -> None:
    fixed = {state.key for state in FIXED_STATES}
    assert [fixed & set(machine.stages) for machine in SHAPES.values()] == [set()] * len(SHAPES)

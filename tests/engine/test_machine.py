"""The library's machine goes exactly where the shape's arrows go, for every verb in every state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.machine import machine, step
from workflows import duty
from workflows.definition import Length, Stage
from workflows.nomination import BACK, RESUME, Shape, shape
from workflows.vocabulary import Judge

STAGES = [
    Stage(key=key, name=key, english=key, judge=judge, window="w", due="w")
    for key, judge in (("check", Judge.SECRETARIAT), ("expert", Judge.INSTITUTION), ("vote", Judge.INSTITUTION))
]
CORRECTED = [replace(stage, correction=Length(text="3天", days=3)) for stage in STAGES[:2]]
SHAPES = {"one stage": shape(STAGES[:1]), "three stages": shape(STAGES), "corrected": shape(CORRECTED),
          "duty": duty.SHAPE}  # fmt: skip


@pytest.fixture(params=SHAPES)
def any_shape(request: pytest.FixtureRequest) -> Shape:
    return SHAPES[request.param]


def _expected(of: Shape, verb: str, state: str, resume: str | None) -> str | None:
    """Where the arrow leads; None where there is none, or nowhere to go back to."""
    arrow = of.arrow(verb, state)
    if arrow is None:
        return None
    if arrow.target not in (RESUME, BACK):
        return arrow.target or state
    return resume if resume in of.targets(arrow, state) else None


def _went(of: Shape, verb: str, state: str, resume: str | None) -> str | None:
    try:
        return step(of, verb, state=state, resume=resume)
    except LookupError:
        return None


def test_every_verb_in_every_state_leads_where_the_shape_says(any_shape: Shape) -> None:
    states = list(any_shape.state_by_key)
    asked = [
        (verb, state, resume)
        for verb in sorted({arrow.verb for arrow in any_shape.arrows} | {"fly"})
        for state in states
        for resume in (None, *states)
    ]
    wrong = [each for each in asked if _went(any_shape, *each) != _expected(any_shape, *each)]
    assert wrong == []


@pytest.mark.parametrize(
    ("verb", "resume", "said"),
    [
        ("submit", None, "no arrow 'submit' from 'lapsed'"),
        ("fly", None, "no arrow 'fly' from 'lapsed'"),
        ("reinstate", None, "'reinstate' from 'lapsed' leads nowhere (resume None)"),
        ("reinstate", "withdrawn", "'reinstate' from 'lapsed' leads nowhere (resume 'withdrawn')"),
    ],
)
def test_a_step_that_is_none_is_an_error_that_says_which(verb: str, resume: str | None, said: str) -> None:
    with pytest.raises(LookupError) as error:
        step(SHAPES["one stage"], verb, state="lapsed", resume=resume)
    assert str(error.value) == said


def test_one_machine_serves_every_equal_shape_and_registers_no_model() -> None:
    one, other = machine(shape(STAGES)), machine(shape(STAGES))
    before = len(one.models)
    step(shape(STAGES), "submit", state="drafted")
    assert (one is other, len(one.models) - before) == (True, 0)

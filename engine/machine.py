"""Where a verb leads: the state machine on the `transitions` library, generated from the shape.

One shared machine per shape; the model is a slip that carries a state, so that a step costs microseconds and no row is
ever registered with the machine. Guards are not in here: `workflows.eligibility` answers them with reasons first.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from transitions import Machine, MachineError

from workflows.nomination import BACK, RESUME, Shape


class Slip:
    """What the machine moves: a state, and the state to go back to."""

    __slots__ = ("resume", "state")

    def __init__(self, state: str, resume: str | None) -> None:
        self.state = state
        self.resume = resume


def _resumes_to(state: str) -> Any:
    return lambda event: event.model.resume == state


def _transitions(shape: Shape) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for arrow in shape.arrows:
        for source in arrow.sources:
            base = {"trigger": arrow.verb, "source": source}
            if arrow.target in (RESUME, BACK):
                back = shape.targets(arrow, source)
                found += [{**base, "dest": key, "conditions": _resumes_to(key)} for key in back]
            else:
                found.append({**base, "dest": arrow.target or "="})
    return found


@cache
def machine(shape: Shape) -> Machine:
    """The library's machine of a shape, made once."""
    return Machine(
        model=None, states=[state.key for state in shape.states], transitions=_transitions(shape),
        initial=shape.initial, auto_transitions=False, send_event=True, queued=False,
    )  # fmt: skip


@cache
def step(shape: Shape, verb: str, *, state: str, resume: str | None = None) -> str:
    """The state after `verb`. Raises LookupError when the shape has no such arrow, which guards have ruled out.

    There are few steps in a shape, so the library is asked once for each.
    """
    slip = Slip(state, resume)
    try:
        moved = machine(shape).events[verb].trigger(slip)
    except (MachineError, KeyError) as error:
        raise LookupError(f"no arrow {verb!r} from {state!r}") from error
    if not moved:
        raise LookupError(f"{verb!r} from {state!r} leads nowhere (resume {resume!r})")
    return slip.state

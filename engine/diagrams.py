"""The machines as Mermaid text: Chinese labels, ASCII ids, because Mermaid takes no other ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.calling import ROLES
from workflows.definition import Term
from workflows.nomination import RESUME, Arrow, Shape

OURS: Mapping[str, Term] = {}


def mermaid(shape: Shape, *, roles: Mapping[str, Term] = OURS, english: bool = False) -> str:
    """A state diagram of everything that can happen; each arrow names the verb and who takes it.

    `roles` are a campaign's own names for some of them.
    """
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in _lines(shape, roles, english))]) + "\n"


def _lines(shape: Shape, roles: Mapping[str, Term], english: bool) -> Iterator[str]:
    for state in shape.states:
        yield f'state "{state.en if english else state.zh}" as {_id(state.key)}'
    yield f"[*] --> {_id(shape.initial)}"
    for arrow in shape.arrows:
        terms = (roles.get(role) or ROLES[role] for role in arrow.roles)
        who = "/".join(term.en if english else term.zh for term in terms)
        label = f"{arrow.en} ({who})" if english else f"{arrow.zh}（{who}）"
        for source in arrow.sources:
            for target in _targets(shape, arrow, source):
                yield f"{_id(source)} --> {_id(target)} : {label}"
    for state in shape.states:
        if state.final or not shape.arrows_from(state.key):
            yield f"{_id(state.key)} --> [*]"


def _targets(shape: Shape, arrow: Arrow, source: str) -> tuple[str, ...]:
    """Where an arrow leads. Reinstating is drawn to the first state only: to all, nobody could read it."""
    return (shape.initial,) if arrow.target == RESUME else shape.targets(arrow, source)


def _id(key: str) -> str:
    return key.replace("-", "_")

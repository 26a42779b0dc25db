"""What an explanation is made of, and the part that is the same for everything with states: what can happen next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.access import Actor
from engine.office import Work
from engine.queries.story import Happened
from workflows.calling import called
from workflows.nomination import Arrow, Guard, Role, Shape, leads_to
from workflows.reasons import Reason
from workflows.vocabulary import Edge

STORY = 200  # lines of history
GIVEN = "—"  # stands for the reason that whoever acts will give: that one is asked for blocks nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


def same(text: str) -> Words:
    """A name, which has one language."""
    return Words(zh=text, en=text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something about the thing. An instant is given as such, with the edge it is of."""

    label: Words
    value: Words | datetime
    edge: Edge = Edge.OPENS


@dataclass(frozen=True, kw_only=True, slots=True)
class Possible:
    """A verb that leads on from here: who may take it, where it leads, what blocks it now."""

    verb: str
    words: Words
    roles: tuple[Role, ...]
    target: Words
    needs_reason: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Must:
    """Somebody who must act; `by` is None where no date is known. What blocks them stands in `reasons`.

    With `itself` it happens by itself at that instant, and nobody has to do anything.
    """

    who: Words
    what: Words
    by: datetime | None = None
    late: bool = False
    itself: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """Why a thing is where it is, who must act, and what can happen next; without `must` nobody has to."""

    kind: str
    id: str
    name: str
    state: Words
    since: datetime
    facts: tuple[Fact, ...]
    must: tuple[Must, ...] = ()
    verbs: tuple[Possible, ...] = ()
    history: tuple[Happened, ...] = ()


OFFICE = Words(zh="秘书处", en="the secretariat")

Ask = Callable[..., tuple[Reason, ...]]


def state_words(shape: Shape, key: str) -> Words:
    """What a state is called."""
    state = shape.state_by_key[key]
    return Words(zh=state.zh, en=state.en)


def possible(work: Work, shape: Shape, row: Row[Any], ask: Ask) -> tuple[Possible, ...]:
    """Every verb that leads on from the row's state; `ask` is the subject's `reasons_for`."""
    acting = {role: acting_as(work, role) for role in Role}
    return tuple(_possible(acting[arrow.roles[0]], shape, row, arrow, ask) for arrow in shape.arrows_from(row.state))


def acting_as(work: Work, role: Role) -> Work:
    """The same work asked by another role: what blocks a verb is asked for those whose verb it is."""
    return replace(work, actor=Actor(role=role, name=work.actor.name))


def _possible(work: Work, shape: Shape, row: Row[Any], arrow: Arrow, ask: Ask) -> Possible:
    target = leads_to(arrow, state=row.state, resume=getattr(row, "resume_state", None),
                      returned_from=getattr(row, "returned_from", None))  # fmt: skip
    return Possible(
        verb=arrow.verb, words=Words(zh=arrow.zh, en=arrow.en), roles=arrow.roles,
        target=state_words(shape, target or row.state), needs_reason=Guard.REASON in arrow.guards,
        reasons=ask(work, row, arrow.verb, reason=GIVEN),
    )  # fmt: skip


def unit_words(work: Work) -> Words:
    """What the campaign calls a recommending unit."""
    term = called(work.definition, Role.UNIT)
    return Words(zh=term.zh, en=term.en)


def must_by(work: Work, who: Words, what: Words, by: datetime | None, reasons: tuple[Reason, ...] = ()) -> Must:
    """That they must, late once the instant is past."""
    return Must(who=who, what=what, by=by, late=by is not None and by <= work.at, reasons=reasons)

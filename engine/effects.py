"""What a verb did beside its own answer: the dates that are others now, and what was on its way and is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import func, select
from sqlmodel import col

from engine import calendars, classes
from engine.letters import movement
from engine.letters.movement import Before
from engine.office import Work
from engine.tables import Call
from notifications.mailbook import count_by_state
from workflows.definition import Definition
from workflows.targets import classes_of
from workflows.timeline import Calendar, InForce
from workflows.vocabulary import Edge

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """An edge of the calendar that is another now; None is an instant that is not known.

    `earlier`: somebody has less time than was announced, to do what they have to do by that instant.
    """

    milestone: str
    name: str
    english: str
    edge: Edge
    old: datetime | None
    new: datetime | None
    earlier: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect(Generic[T]):
    """The verb's `answer`, the dates that moved, and the letters and calls about old dates that were stopped."""

    answer: T
    shifts: tuple[Shift, ...]
    letters_stopped: int
    calls_stopped: int


def watched(work: Work, do: Callable[[], T]) -> Effect[T]:
    """Carry `do` out and say what else is another now."""
    before, letters, calls = movement.now(work), _letters(work), _calls(work)
    ends = {key: _announced_end(work, standing) for key, standing in before.calendar.items()}
    answer = do()
    return Effect(answer=answer, shifts=tuple(_shifts(work, before, ends)), letters_stopped=_letters(work) - letters,
                  calls_stopped=_calls(work) - calls)  # fmt: skip


def _letters(work: Work) -> int:
    return count_by_state(work.connection, campaign_id=work.campaign_id).get("cancelled", 0)


def _calls(work: Work) -> int:
    query = select(func.count()).where(col(Call.campaign_id) == work.campaign_id, col(Call.state) == "cancelled")
    return int(work.connection.execute(query).scalar_one())


def _announced_end(work: Work, standing: InForce) -> datetime | None:
    """The end that people go by: of a suspended milestone the one announced last, of a date still to choose none."""
    if work.definition.milestone_by_key[standing.milestone].to_choose and standing.chosen is None:
        return None
    if not standing.suspended:
        return standing.edge(Edge.CLOSES)
    rows = calendars.revisions(work.connection, work.campaign_id, standing.milestone)
    return next((row.closes for row in reversed(rows) if row.closes), None)


def _shifts(work: Work, before: Before, ends: dict[str, datetime | None]) -> Iterator[Shift]:
    named = before.definition.milestone_by_key | work.definition.milestone_by_key
    ours = acted_by(before.definition) | acted_by(work.definition)
    for key, each in named.items():
        old, new = (_standing(calendar, key, each.of) for calendar in (before.calendar, work.calendar))
        for edge, was, now in _moved(old, new):
            end = edge is Edge.CLOSES or (new is not None and new.chosen is not None)
            known = ends.get(key) if key in before.calendar else _latest(before, ends, each.of)
            yield Shift(milestone=key, name=each.name, english=each.english, edge=edge, old=was, new=now,
                        earlier=end and key in ours and _less(now, known))  # fmt: skip


def _standing(calendar: Calendar, key: str, parent: str | None) -> InForce | None:
    """How it stands; a class that there is not (yet, or any more) has the date of its parent."""
    return calendar.get(key) or calendar.get(parent or "")


def _moved(old: InForce | None, new: InForce | None) -> Iterator[tuple[Edge, datetime | None, datetime | None]]:
    """The edges that are others now. A chosen date stands for both; a class that has its parent's is told with it."""
    if any(each is not None and each.chosen for each in (old, new)):
        was, now = (each.chosen if each else None for each in (old, new))
        if was != now:
            yield Edge.OPENS, was, now
        return
    for edge in Edge:
        was, now = (each.edge(edge) if each else None for each in (old, new))
        if was != now and not (old and new and old.edge_of(edge) and new.edge_of(edge)):
            yield edge, was, now


def _less(now: datetime | None, announced: datetime | None) -> bool:
    return now is not None and announced is not None and now < announced


def _latest(before: Before, ends: dict[str, datetime | None], parent: str | None) -> datetime | None:
    """The latest end that anybody of a new class may have had until now: it takes people from every class beside it."""
    if parent is None:
        return None
    family = (parent, *(each.key for each in classes_of(before.definition, parent)))
    return max((end for key in family if (end := ends.get(key))), default=None)


def acted_by(definition: Definition) -> frozenset[str]:
    """The milestones by whose end somebody has to act. What a unit asks of its applicants is the unit's own affair."""
    ends = {
        definition.collection,
        *(each.window for each in definition.stages),
        *(each.due for each in definition.stages),
    }
    ends |= {each.due for each in definition.duties if each.due}
    return frozenset(
        each.key
        for each in definition.milestones
        if each.key in ends or (each.of in ends and not each.key.startswith(f"{each.of}/{classes.OWN}"))
    )

"""Acting for a unit: its rights and no others, with both names in the history, and a letter to the unit about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import func, select
from sqlmodel import col

from engine import units
from engine.access import Actor, may_office
from engine.letters import for_unit
from engine.letters.for_unit import Deed
from engine.office import Work
from engine.queries.story import told_of
from engine.tables import Event
from workflows.nomination import Role


def on_behalf(work: Work, code: str) -> Actor:
    """The secretariat's person as that unit: only what the unit may do, only to what is the unit's.

    Raises NotFound, Refused (ROL-02, ROL-03).
    """
    may_office(work.actor)
    unit = units.find(work, code)
    return replace(work.actor, role=Role.UNIT, unit_id=unit.id, behalf=f"{code} {unit.name}")


@contextmanager
def acting_for(work: Work, code: str | None) -> Iterator[None]:
    """What is done in the block is done for that unit, and its contacts are told in the same transaction.

    None: the actor acts for themselves. Raises NotFound, Refused.
    """
    if code is None:
        yield
        return
    work.actor = on_behalf(work, code)
    before = work.connection.execute(select(func.max(col(Event.id)))).scalar() or 0
    yield
    _tell(work, before)


def _tell(work: Work, before: int) -> None:
    mine = (
        col(Event.id) > before, col(Event.campaign_id) == work.campaign_id, col(Event.at) == work.at,
        col(Event.behalf) != "",
    )  # fmt: skip
    rows = work.connection.execute(select(Event).where(*mine).order_by(col(Event.id))).all()
    both = (work.actor.behalf, work.actor.name)
    done = [line for line in told_of(work, rows) if (line.behalf, line.actor) == both]
    deeds = [Deed(zh=line.verb_zh, en=line.verb_en, name=line.name) for line in done]
    if deeds and work.actor.unit_id is not None:
        for_unit.tell(work, work.actor.unit_id, deeds, by=work.actor.name, number=done[0].number)

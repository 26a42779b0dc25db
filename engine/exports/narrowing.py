"""What an export is narrowed to, as somebody says it; and whether what is left is long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from engine import units
from engine.access import visible
from engine.exports import call_sheet, nominations
from engine.exports.catalogue import What, must_be_offered
from engine.exports.nominations import Wanted
from engine.exports.sheet import Say
from engine.office import Work
from engine.queries import told
from engine.queries.calls import OPEN
from engine.queries.choosing import Chosen, ids_of
from engine.queries.listing import DRAFTED
from engine.queries.naming import state_named, tracks_named
from engine.tables import Call, Event
from workflows.nomination import Role, State

AT_ONCE = 5_000  # rows: some seconds of work, and what the import reads; more is ordered, and made aside


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrowed:
    """List or field, state, unit's code, part of a name: as they were given, empty where not. `settled`: of calls."""

    track: str = ""
    state: str = ""
    unit: str = ""
    text: str = ""
    settled: bool = False

    def wanted(self, work: Work) -> Wanted:
        """The same as the engine knows it. Raises Refused (FLT-01)."""
        return Wanted(
            tracks=tracks_named(work.definition, self.track) if self.track else None,
            states=(_state(work, self.state),) if self.state else (),
            unit=self.unit.strip() or None, text=self.text.strip(),
        )  # fmt: skip


def in_words(work: Work, say: Say, what: What, narrowed: Narrowed) -> str:
    """What an export is narrowed to, in words; empty where it is of everything. Raises Refused (FLT-01)."""
    if what is What.CALLS:
        return call_sheet.chosen(say, settled=narrowed.settled)
    return say("、", ", ").join(nominations.in_words(work, say, narrowed.wanted(work)))


def states_offered(work: Work) -> tuple[State, ...]:
    """The states that the actor may be shown, and so may look for."""
    return told.every_state(work) if work.actor.role is Role.UNIT else work.shape.states


def is_long(work: Work, what: What, narrowed: Narrowed) -> bool:
    """Whether it has more rows than are given at once. Raises NotFound, Refused (FLT-01)."""
    must_be_offered(work.actor, what)
    match what:
        case What.NOMINATIONS:
            return _nominations(work, narrowed.wanted(work)) > AT_ONCE
        case What.HISTORY:
            return _count(work, select(col(Event.id)).where(col(Event.campaign_id) == work.campaign_id)) > AT_ONCE
        case What.CALLS:
            mine = visible(select(col(Call.id)), Call, work.actor, work.definition)
            asked = mine.where(col(Call.campaign_id) == work.campaign_id)
            return _count(work, asked if narrowed.settled else asked.where(col(Call.state) == OPEN)) > AT_ONCE
        case What.FUNNEL | What.RECOMMENDED:  # a line for each field; what one unit recommends
            return False


def _nominations(work: Work, wanted: Wanted) -> int:
    unit_id = units.find(work, wanted.unit).id if wanted.unit else None
    chosen = Chosen(tracks=wanted.tracks, states=wanted.states, unit_id=unit_id, text=wanted.text)
    return len(ids_of(work, chosen, DRAFTED, after=None, count=AT_ONCE + 1))


def _count(work: Work, query: Select[Any]) -> int:
    few = query.limit(AT_ONCE + 1).subquery()
    return int(work.connection.execute(select(func.count()).select_from(few)).scalar_one())


def _state(work: Work, text: str) -> str:
    """The key of the state that is meant. Raises Refused (FLT-01)."""
    return text if text in {state.key for state in states_offered(work)} else state_named(work.shape, text)

"""When things were really done: the first and the last time of each verb, and of judging in each stage.

The history only grows, so what was read of it once is remembered, and the next look reads what came since; on
PostgreSQL also what was on its way then, whose numbers may be lower.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, Text, cast, func, literal, select
from sqlmodel import col

from engine.access import sees_all, visible
from engine.audit import LOOK_BEHIND
from engine.office import Moves, Work
from engine.tables import Event, MilestoneActual

E = Event
Span = tuple[datetime, datetime]
A_MOMENT = 1_000  # events: a transaction may take the number of an event a moment before it has one of its own
JUDGING = ("advance", "eliminate", "select")


def moves(work: Work) -> dict[str, Span]:
    """First and last of some verbs, and of judging by stage (the state that was left). For a reading transaction.

    Only who sees the whole campaign sees it; to others nothing was done.
    """
    if not sees_all(work.actor.role):
        return {}
    known = work.memory.moves.get(work.campaign_id, Moves())
    newest, ended, begun = _now(work)
    since = max(known.since, known.newest - LOOK_BEHIND[work.connection.dialect.name])
    # By number and nothing that has an index of its own, which would be read from its beginning.
    query: Select[*tuple[Any, ...]] = (
        select(col(E.subject), col(E.verb), col(E.from_state), func.min(col(E.at)), func.max(col(E.at)))
        .where(col(E.campaign_id) == work.campaign_id, col(E.id) > since)
        .group_by(col(E.subject), col(E.verb), col(E.from_state))
    )
    rows = work.connection.execute(visible(query, E, work.actor, work.definition))
    found = _merged(known.found, (
        (source if verb in JUDGING else verb, (first, last))
        for subject, verb, source, first, last in rows
        if subject == "nomination"
    ))  # fmt: skip
    # What is on its way now began after the look before, whose newest event is older, if all from before it has ended.
    since = known.newest - A_MOMENT if ended >= known.begun else known.since
    work.memory.moves[work.campaign_id] = Moves(found=found, newest=newest, begun=begun, since=since)
    return found


def _now(work: Work) -> tuple[int, int, int]:
    """The newest event; below which number every transaction has ended, and from which on none has begun."""
    found = work.connection.execute(_NOW if work.connection.dialect.name == "postgresql" else _NEWEST).one()
    return found[0] or 0, found[1], found[2]


_NEWEST: Select[*tuple[Any, ...]] = select(func.max(col(E.id)), literal(0), literal(0))
_SNAPSHOT = func.pg_current_snapshot()
_NOW: Select[*tuple[Any, ...]] = select(
    func.max(col(E.id)),
    *(cast(cast(end(_SNAPSHOT), Text), BigInteger) for end in (func.pg_snapshot_xmin, func.pg_snapshot_xmax)),
)


def _merged(known: Mapping[str, Span], more: Iterable[tuple[str, Span]]) -> dict[str, Span]:
    found = dict(known)
    for key, (first, last) in more:
        before = found.get(key, (first, last))
        found[key] = (min(first, before[0]), max(last, before[1]))
    return found


def spans(work: Work, filed: Mapping[str, Span]) -> dict[str, Span]:
    """When the work of each milestone was really done; `filed` says when each kind of duty was handed in."""
    definition, done = work.definition, moves(work)
    found: dict[str, Span] = {}
    if "draft" in done and (last := done.get("submit") or done["draft"]):
        found[definition.collection] = (done["draft"][0], last[1])
    for stage in definition.stages:
        if judged := done.get(stage.key):
            found[stage.window] = judged
    windows = {stage.window for stage in definition.stages}
    for kind in definition.duties:
        if kind.key in filed and kind.due is not None:
            own = {} if kind.due in windows else found
            found |= _merged({kind.due: own[kind.due]} if kind.due in own else {}, [(kind.due, filed[kind.key])])
    if promoted := done.get("promote"):
        found[definition.promotion] = promoted
    for key, at in _happened(work):
        found.setdefault(key, (at, at))
    return found


def _happened(work: Work) -> list[tuple[str, datetime]]:
    query: Select[*tuple[Any, ...]] = select(col(MilestoneActual.milestone), col(MilestoneActual.at)).where(
        col(MilestoneActual.campaign_id) == work.campaign_id
    )
    return list(work.connection.execute(visible(query, MilestoneActual, work.actor, work.definition)))

"""When things were really done: the first and the last time of each verb, and of judging in each stage.

The history only grows, so what was read of it once is remembered, and the next look reads what came since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from engine.access import sees_all, visible
from engine.audit import LOOK_BEHIND
from engine.office import Work
from engine.tables import Event, MilestoneActual

E = Event
Span = tuple[datetime, datetime]
JUDGING = ("advance", "eliminate", "select")


def moves(work: Work) -> dict[str, Span]:
    """First and last of some verbs, and of judging by stage (the state that was left). For a reading transaction.

    Only who sees the whole campaign sees it; to others nothing was done.
    """
    if not sees_all(work.actor.role):
        return {}
    reached, known = work.memory.moves.get(work.campaign_id, (0, {}))
    newest = work.connection.execute(select(func.max(col(E.id)))).scalar_one() or 0
    since = reached - LOOK_BEHIND[work.connection.dialect.name]  # what commits late has a lower number
    # By number and nothing that has an index of its own, which would be read from its beginning.
    query: Select[*tuple[Any, ...]] = (
        select(col(E.subject), col(E.verb), col(E.from_state), func.min(col(E.at)), func.max(col(E.at)))
        .where(col(E.campaign_id) == work.campaign_id, col(E.id) > since)
        .group_by(col(E.subject), col(E.verb), col(E.from_state))
    )
    rows = work.connection.execute(visible(query, E, work.actor, work.definition))
    found = _merged(known, (
        (source if verb in JUDGING else verb, (first, last))
        for subject, verb, source, first, last in rows
        if subject == "nomination"
    ))  # fmt: skip
    work.memory.moves[work.campaign_id] = (newest, found)
    return found


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

"""What a letter tells a recommending unit of its own affairs: places, drafts and what they lack, submissions.

Read for many units at once: four queries, however many units there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlmodel import col

from engine.cases import missing_of
from engine.letters.letterhead import when
from engine.office import Work
from engine.rulings import keeps_out
from engine.tables import Nomination, Unit, UnitChannel, UnitTally
from workflows.definition import Definition
from workflows.eligibility import places, scope_of
from workflows.vocabulary import Edge

Tally = Mapping[tuple[str, str], int]  # how many, by track and state
N = Nomination


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Over which tracks places are counted together; `track` is any of them."""

    name: str
    counter: str
    track: str
    tracks: tuple[str, ...]


def scopes(definition: Definition) -> tuple[Scope, ...]:
    """Every scope of the campaign's quotas, in the order of the file."""
    found: dict[tuple[str, ...], Scope] = {}
    for key, track in definition.tracks.items():
        name, tracks = scope_of(definition, key)
        found.setdefault(tracks, Scope(name=name, counter=track.list.counter, track=key, tracks=tracks))
    return tuple(found.values())


def facts(work: Work, units: Collection[int] | None = None) -> dict[int, dict[str, Any]]:
    """The affairs of each unit (all of the campaign, or those named), as plain values by row id."""
    mine = (col(Unit.campaign_id) == work.campaign_id, *([] if units is None else [col(Unit.id).in_(units)]))
    persons: dict[Any, bool] = dict(work.connection.execute(select(col(Unit.id), col(Unit.person)).where(*mine)).all())
    channels, tallies, drafts = _channels(work, mine), _tallies(work, mine), _drafts(work, mine)
    known = scopes(work.definition)
    return {
        unit_id: {"person": person, **_facts(work, known, channels[unit_id], tallies[unit_id], drafts[unit_id])}
        for unit_id, person in persons.items()
    }


def _facts(
    work: Work, known: tuple[Scope, ...], channels: list[str], tally: Tally, drafts: list[Row[Any]]
) -> dict[str, Any]:
    rows = [_place(work, scope, channels, tally) for scope in known]
    full = {track for row, scope in zip(rows, known, strict=True) if row["left"] <= 0 for track in scope.tracks}
    held = [row for row in rows if row["limit"]]
    named = work.definition.channel_by_key
    lines = [_draft(work, row, full) for row in drafts]
    return {
        "channels": [named[key].name for key in named if key in channels],
        "places": held,
        "totals": {name: sum(row[name] for row in held) for name in ("limit", "used", "left")},
        "drafts": lines,
        "ready": sum(line["ready"] for line in lines),
        "submitted": sum(n for (_, state), n in tally.items() if state in _handed_in(work)),
    }


def _handed_in(work: Work) -> set[str]:
    return set(work.shape.counted) - set(work.shape.sources("submit"))


def _place(work: Work, scope: Scope, channels: list[str], tally: Tally) -> dict[str, Any]:
    limit = places(work.definition, track=scope.track, channels=channels)
    used = sum(n for (track, state), n in tally.items() if track in scope.tracks and state in work.shape.counted)
    return {"name": scope.name, "counter": scope.counter, "limit": limit, "used": used, "left": max(0, limit - used)}


def _draft(work: Work, row: Row[Any], full: Collection[str]) -> dict[str, Any]:
    returned = work.shape.state_by_key[row.state].counted  # it keeps its place while it is corrected
    missing = list(missing_of(work, row.track, row.materials, row.applicant, row.attributes))
    no_place = not returned and row.track in full
    waiver, excluded = row.undecided is not None, keeps_out(row) and row.undecided is None
    return {
        "title": row.title, "applicant": row.applicant, "track": work.definition.tracks[row.track].name,
        "state": work.shape.state_by_key[row.state].zh, "returned": returned, "missing": missing,
        "waiver": waiver, "excluded": excluded, "no_place": no_place,
        "ready": not (missing or waiver or excluded or no_place),
        "correct_by": when(work, row.correct_by, Edge.CLOSES)["zh"] if row.correct_by else "",
    }  # fmt: skip


def _channels(work: Work, mine: tuple[ColumnElement[bool], ...]) -> dict[int, list[str]]:
    query: Select[*tuple[Any, ...]] = (
        select(col(Unit.id), col(UnitChannel.channel))
        .join(UnitChannel, col(UnitChannel.unit_id) == col(Unit.id))
        .where(*mine)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for unit_id, channel in work.connection.execute(query):
        found[unit_id].append(channel)
    return found


def _tallies(work: Work, mine: tuple[ColumnElement[bool], ...]) -> dict[int, dict[tuple[str, str], int]]:
    query = (
        select(col(UnitTally.unit_id), col(UnitTally.track), col(UnitTally.state), col(UnitTally.n))
        .join(Unit, col(Unit.id) == col(UnitTally.unit_id))
        .where(*mine, col(UnitTally.n) != 0)
    )
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for unit_id, track, state, n in work.connection.execute(query):
        found[unit_id][track, state] = n
    return found


_DRAFT_COLUMNS = (col(N.unit_id), col(N.title), col(N.applicant), col(N.track), col(N.state), col(N.materials),
                  col(N.attributes), col(N.earlier), col(N.waiver), col(N.undecided), col(N.correct_by))  # fmt: skip


def _drafts(work: Work, mine: tuple[ColumnElement[bool], ...]) -> dict[int, list[Row[Any]]]:
    """What is still to be submitted: returned ones first, then in the order of the tracks."""
    query = (
        select(*_DRAFT_COLUMNS)
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(*mine, col(N.campaign_id) == work.campaign_id, col(N.state).in_(work.shape.sources("submit")))
        .order_by(col(N.id))
    )
    order = {key: place for place, key in enumerate(work.definition.tracks)}
    counted = work.shape.counted
    rows = sorted(work.connection.execute(query), key=lambda row: (row.state not in counted, order[row.track]))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return found

"""Counters by track and by unit, kept in the transaction that moves a nomination; the quota and the funnel read them.

Rows are touched in a fixed order, so that two transactions never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Insert, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from engine.office import Work
from engine.tables import Nomination, TrackTally, Unit, UnitTally
from workflows.eligibility import Place, places, scope_of


def move(work: Work, unit_id: int, track: str, source: str | None, target: str) -> None:
    """One nomination of `unit_id` on `track` went from `source` (None: it is new) to `target`."""
    if source == target:
        return
    changes = sorted(([(source, -1)] if source else []) + [(target, 1)])
    connection = work.connection
    unit_rows = [{"unit_id": unit_id, "track": track, "state": state, "n": by} for state, by in changes]
    track_rows = [{"campaign_id": work.campaign_id, "track": track, "state": state, "n": by} for state, by in changes]
    connection.execute(_ADD_UNIT[connection.dialect.name], unit_rows)
    connection.execute(_ADD_TRACK[connection.dialect.name], track_rows)


def move_groups(work: Work, groups: Iterable[tuple[int, str, int]], source: str, target: str) -> None:
    """Many at once: `groups` are (unit row id, track, how many) that went from `source` to `target`."""
    connection = work.connection
    by_unit = sorted(groups)
    by_track: dict[str, int] = {}
    for _, track, n in by_unit:
        by_track[track] = by_track.get(track, 0) + n
    signs = ((source, -1), (target, 1))
    unit_rows = [{"unit_id": unit, "track": track, "state": state, "n": n * sign}
                 for unit, track, n in by_unit for state, sign in sorted(signs)]  # fmt: skip
    track_rows = [{"campaign_id": work.campaign_id, "track": track, "state": state, "n": n * sign}
                  for track, n in sorted(by_track.items()) for state, sign in sorted(signs)]  # fmt: skip
    if unit_rows:
        connection.execute(_ADD_UNIT[connection.dialect.name], unit_rows)
        connection.execute(_ADD_TRACK[connection.dialect.name], track_rows)


def _adding(table: type[UnitTally] | type[TrackTally], key: list[str], dialect: str) -> Insert:
    statement: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    adding: Insert = statement.on_conflict_do_update(
        index_elements=key, set_={"n": col(table.n) + statement.excluded.n}
    )
    return adding


_ADD_UNIT = {d: _adding(UnitTally, ["unit_id", "track", "state"], d) for d in ("sqlite", "postgresql")}
_ADD_TRACK = {d: _adding(TrackTally, ["campaign_id", "track", "state"], d) for d in ("sqlite", "postgresql")}

_LOCK_UNIT = select(col(Unit.id)).where(col(Unit.id) == bindparam("unit")).with_for_update()
_USED = select(func.coalesce(func.sum(col(UnitTally.n)), 0)).where(
    col(UnitTally.unit_id) == bindparam("unit"),
    col(UnitTally.track).in_(bindparam("tracks", expanding=True)),
    col(UnitTally.state).in_(bindparam("states", expanding=True)),
)


def lock_unit(work: Work, unit_id: int) -> None:
    """Hold the unit's row until this transaction ends, so that nobody else counts its places meanwhile.

    On SQLite a writing transaction holds everything already.
    """
    if work.connection.dialect.name == "postgresql":
        work.connection.execute(_LOCK_UNIT, {"unit": unit_id})


def used(work: Work, unit_id: int, tracks: Iterable[str]) -> int:
    """How many places the unit's nominations take on `tracks` together. Exact while the unit is locked."""
    parameters = {"unit": unit_id, "tracks": list(tracks), "states": work.shape.counted}
    return int(work.connection.execute(_USED, parameters).scalar_one())


def place(work: Work, unit_id: int, track: str, channels: Iterable[str]) -> Place:
    """The unit's places where `track` counts."""
    scope, tracks = scope_of(work.definition, track)
    return Place(scope=scope, limit=places(work.definition, track=track, channels=channels),
                 used=used(work, unit_id, tracks))  # fmt: skip


def disagreements(work: Work) -> list[str]:
    """Where the counters differ from the rows they count; empty when all is well."""
    rows = select(col(Nomination.track), col(Nomination.state), func.count()).where(
        col(Nomination.campaign_id) == work.campaign_id
    )
    counted = {
        (t, s): n for t, s, n in work.connection.execute(rows.group_by(col(Nomination.track), col(Nomination.state)))
    }
    query = select(col(TrackTally.track), col(TrackTally.state), col(TrackTally.n)).where(
        col(TrackTally.campaign_id) == work.campaign_id, col(TrackTally.n) != 0
    )
    kept = {(track, state): n for track, state, n in work.connection.execute(query)}
    by_unit = (
        select(col(UnitTally.track), col(UnitTally.state), func.sum(col(UnitTally.n)))
        .join(Unit, col(Unit.id) == col(UnitTally.unit_id))
        .where(col(Unit.campaign_id) == work.campaign_id)
        .group_by(col(UnitTally.track), col(UnitTally.state))
    )
    units = {(track, state): int(n) for track, state, n in work.connection.execute(by_unit) if n}
    places_ = sorted(counted.keys() | kept.keys() | units.keys())
    return [
        f"{track} {state}: rows {counted.get((track, state), 0)}, track counter {kept.get((track, state), 0)}, "
        f"unit counters {units.get((track, state), 0)}"
        for track, state in places_
        if not counted.get((track, state), 0) == kept.get((track, state), 0) == units.get((track, state), 0)
    ]

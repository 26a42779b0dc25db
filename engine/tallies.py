"""Counters by track and by unit, kept in the transaction that moves a nomination; the quota and the funnel read them.

Rows are touched in a fixed order, so that two transactions never wait for each other in a circle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import FromClause, Insert, Row, Select, bindparam, func, literal, select, true, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from engine import endorsements
from engine.database import insert_into
from engine.locks import lock_batches
from engine.office import Work
from engine.tables import Nomination, TrackTally, Unit, UnitTally
from notifications.clauses import Among
from notifications.prepared import Asked, Prepared

Counters = type[UnitTally] | type[TrackTally]


def move(work: Work, unit_id: int, track: str, source: str | None, target: str) -> None:
    """One nomination of `unit_id` on `track` went from `source` (None: it is new) to `target`."""
    if source != target:
        move_groups(work, [(unit_id, track, 1)], source, target)


def move_groups(work: Work, groups: Iterable[tuple[int, str, int]], source: str | None, target: str) -> None:
    """Many at once: `groups` are (unit row id, track, how many) that went from `source` to `target`."""
    by_unit = sorted(groups)
    by_track: dict[str, int] = {}
    for _, track, n in by_unit:
        by_track[track] = by_track.get(track, 0) + n
    unit_rows = [{"unit_id": unit, "track": track, "state": state, "n": n * sign}
                 for unit, track, n in by_unit for state, sign in _signs(source, target)]  # fmt: skip
    if unit_rows:
        _add(work, UnitTally, unit_rows)
        _add_tracks(work, by_track, source, target)


def of_units(work: Work, rows: FromClause, source: str, target: str) -> Insert:
    """Counts by unit that all of `rows`, nominations with their unit and track, go from `source` to `target`.

    They are counted where they lie: whoever runs it sees to it that these are the rows that go.
    """
    of_each = select(rows.c.unit_id, rows.c.track, func.count().label("n"))
    of_each_unit = of_each.group_by(rows.c.unit_id, rows.c.track).subquery()
    both = [
        select(literal(state).label("state"), literal(sign).label("sign")) for state, sign in _signs(source, target)
    ]
    signs = union_all(*both).subquery()
    key = (of_each_unit.c.unit_id, of_each_unit.c.track, signs.c.state)
    counted = select(*key, of_each_unit.c.n * signs.c.sign).select_from(of_each_unit.join(signs, true())).order_by(*key)
    plain = insert_into(work.connection, UnitTally)
    return _upsert(UnitTally, plain.from_select(["unit_id", "track", "state", "n"], counted))


def of_tracks(rows: FromClause) -> Select[str, int]:
    """How many of `rows` are of each track, for `move_tracks`."""
    return select(rows.c.track, func.count()).group_by(rows.c.track)


def move_tracks(work: Work, numbers: Mapping[str, int], source: str, target: str) -> None:
    """So many of each track went from `source` to `target`. The last thing, for everybody counts in these rows."""
    if source != target:
        _add_tracks(work, numbers, source, target)


def _signs(source: str | None, target: str) -> list[tuple[str, int]]:
    return sorted(([(source, -1)] if source else []) + [(target, 1)])


def _add_tracks(work: Work, numbers: Mapping[str, int], source: str | None, target: str) -> None:
    rows = [{"campaign_id": work.campaign_id, "track": track, "state": state, "n": n * sign}
            for track, n in sorted(numbers.items()) for state, sign in _signs(source, target)]  # fmt: skip
    if rows:
        _add(work, TrackTally, rows)


def _add(work: Work, table: Counters, rows: list[dict[str, Any]]) -> None:
    """Count, in the order of the rows: from one state to another in one statement, any other number one by one."""
    one, two = _ADDING[table, work.connection.dialect.name]
    if len(rows) == 2:
        two.ask(work.connection, {f"{name}_{n}": value for n, row in enumerate(rows) for name, value in row.items()})
    else:
        work.connection.execute(one, rows)


def _adding(table: Counters, dialect: str) -> tuple[Insert, Prepared]:
    """The statement for a row, and for two."""
    columns = table.__table__.columns  # type: ignore[union-attr]
    first, second = (select(*(bindparam(f"{each.name}_{n}", type_=each.type) for each in columns)) for n in range(2))
    plain: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    # Not as two VALUES, which would be put together anew each time.
    both = plain.from_select(columns.keys(), first.union_all(second))
    return _upsert(table, plain), Prepared(_upsert(table, both))


def _upsert(table: Counters, statement: Any) -> Insert:
    adding: Insert = statement.on_conflict_do_update(
        index_elements=list(table.__table__.primary_key),  # type: ignore[union-attr]
        set_={"n": col(table.n) + statement.excluded.n},
    )
    return adding


_ADDING = {(table, d): _adding(table, d) for table in (UnitTally, TrackTally) for d in ("sqlite", "postgresql")}

_LOCK_UNITS = (
    select(col(Unit.id)).where(Among(col(Unit.id), "units")).order_by(col(Unit.id)).with_for_update(key_share=True)
)
_OF_UNIT = Prepared(
    select(col(UnitTally.track), col(UnitTally.state), col(UnitTally.n)).where(
        col(UnitTally.unit_id) == bindparam("unit")
    )
)


def lock_units(work: Work, units: Collection[int]) -> None:
    """Hold the units' rows until this transaction ends, so that nobody else counts their places meanwhile.

    What only names a unit, as a closing does that counts for it, is not held up: it might hold what we wait for next.
    On SQLite a writing transaction holds everything already.
    """
    if units and work.connection.dialect.name == "postgresql":
        work.connection.execute(_LOCK_UNITS, {"units": sorted(units)})


def hold(work: Work, *, units: Collection[int], tracks: Collection[str]) -> None:
    """Hold at once what a batch of moves will touch, in one order: call it before the first of them.

    A single move holds its unit before it counts, and counts in the order of the states; a batch that took the same
    rows one by one would sooner or later wait for somebody who waits for it. Batches go one after the other.
    """
    if work.connection.dialect.name != "postgresql":
        return
    lock_batches(work.connection, work.campaign_id)
    lock_units(work, {*units, *endorsements.of_units(work, units)})
    states = sorted(work.shape.state_by_key)
    rows = [{"campaign_id": work.campaign_id, "track": track, "state": state, "n": 0}
            for track in sorted(tracks) for state in states]  # fmt: skip
    if rows:
        _add(work, TrackTally, rows)


def asked(work: Work, unit_id: int) -> Asked:
    """The counters of the unit, for `taken`: asked for before something else is, both are one journey."""
    return _OF_UNIT.ask(work.connection, {"unit": unit_id})


def taken(work: Work, unit_id: int, counters: Asked | None = None) -> Mapping[str, int]:
    """How many places of the unit are taken, by track: by its nominations and by those that it joined.

    Exact while the unit is locked.
    """
    counted_states, found = work.shape.counted, Counter[str]()
    for row in (counters or asked(work, unit_id)).rows:
        if row.state in counted_states:
            found[row.track] += row.n
    for _, track, n in endorsements.taken(work, unit_id):
        found[track] += n
    return found


def counted(work: Work, track: str) -> int:
    """How many nominations of a track were handed in and have not been taken out again."""
    query = select(func.coalesce(func.sum(col(TrackTally.n)), 0)).where(
        col(TrackTally.campaign_id) == work.campaign_id, col(TrackTally.track) == track,
        col(TrackTally.state).in_(work.shape.counted),
    )  # fmt: skip
    return int(work.connection.execute(query).scalar_one())


def disagreements(work: Work) -> list[str]:
    """Where the counters differ from the rows they count; empty when all is well. By unit too: quotas read those."""
    n, u, t = Nomination, UnitTally, TrackTally
    rows = select(col(n.unit_id), col(n.track), col(n.state), func.count()).where(
        col(n.campaign_id) == work.campaign_id
    )
    by_unit = (
        select(col(u.unit_id), col(u.track), col(u.state), col(u.n))
        .join(Unit, col(Unit.id) == col(u.unit_id))
        .where(col(Unit.campaign_id) == work.campaign_id, col(u.n) != 0)
    )
    by_track = select(col(t.track), col(t.state), col(t.n)).where(col(t.campaign_id) == work.campaign_id, col(t.n) != 0)
    there = _numbers(work.connection.execute(rows.group_by(col(n.unit_id), col(n.track), col(n.state))))
    summed: Counter[tuple[Any, ...]] = Counter()
    for (_, track, state), number in there.items():
        summed[track, state] += number
    return [
        f"{name} {' '.join(map(str, key))}: rows {rows_.get(key, 0)}, counter {kept.get(key, 0)}"
        for name, rows_, kept in (
            ("unit", there, _numbers(work.connection.execute(by_unit))),
            ("track", summed, _numbers(work.connection.execute(by_track))),
        )
        for key in sorted(rows_.keys() | kept.keys())
        if rows_.get(key, 0) != kept.get(key, 0)
    ]


def _numbers(rows: Iterable[Row[Any]]) -> dict[tuple[Any, ...], int]:
    """The last column by the others."""
    return {tuple(row[:-1]): int(row[-1]) for row in rows}

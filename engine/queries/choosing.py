"""Which nominations a list shows, and in which order: row ids, a page at a time, whatever the campaign's size.

Filters and orders are answered from narrow indexes, so that only the rows of the page itself are read. Where a text is
looked for, at most `MOST_FOUND` are put in order: who gets more should say more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, literal, or_, select, tuple_, union_all
from sqlmodel import col

from engine.access import visible
from engine.office import Work
from engine.pending import objected, undecided_waivers
from engine.queries import told
from engine.queries.paging import Mark, Order, wrong_cursor
from engine.queries.searching import finds_nomination, words_of
from engine.searching.tables import NominationKey, UnitKey
from engine.tables import Nomination, UnitChannel
from notifications.clauses import Among, at_most

MOST_FOUND = 2000  # nominations that a text finds, the newest ones; more are not put in order
FEW = 15_000  # rows that are sorted at once; of more, the order's own index is walked
MOST_STRETCHES = 200  # of the index that a page is put together from; SQLite takes 500
LONGEST_STRIDE = 2000  # rows of a walk that are looked at together, once they turn out to be rarely chosen
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # stands for no instant at all

ORDERS = ("drafted", "changed", "submitted", "title", "unit", "state")
WAITING = ("waiver", "objection")
N = Nomination
Found = list[tuple[int, str]]  # row id, and the value that the order looks at
After = tuple[Mark, int] | None  # the last row of the page before, and its row id
Query = Select[*tuple[Any, ...]]
Where = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What a list is narrowed to. `unit_id` is a row id, `waiting` one of `WAITING`, `since` when it last changed."""

    tracks: Collection[str] | None = None
    states: Collection[str] = ()
    unit_id: int | None = None
    channel: str | None = None
    waiting: str | None = None
    since: datetime | None = None
    text: str = ""


def ids_of(work: Work, chosen: Chosen, order: Order, *, after: After, count: int) -> Found:
    """The first `count` row ids behind `after`, each with its value in that order."""
    where = _where(work, chosen)
    if order.by == "state" and told.untold(work):  # an order would tell what the words don't
        order = Order(by="drafted", down=order.down)
    few_anyway = chosen.unit_id or chosen.waiting or work.actor.unit_id
    anchored = where if few_anyway else [col(N.campaign_id) == work.campaign_id, *where]
    if words := words_of(chosen.text):
        few = bool(where) and _few(work, anchored)
        found = _found_among(work, anchored, words) if few else _found(work, where, words)
        return _sorted(work, [col(N.id).in_(found)], order, after, count)
    if order.by == "state":
        return list(islice(_by_state(work, anchored, order, after, count), count))
    if order.by in WALKED and not (where and _few(work, anchored)):
        return list(islice(WALKED[order.by](work, where, order, after, count), count))
    if order.by == "drafted" and not where:
        anchored = [col(N.campaign_id) + 0 == work.campaign_id]  # no index for it: the rows lie in that order
    elif order.by == "drafted" and not few_anyway and len(_stretches(work, chosen)) in range(1, MOST_STRETCHES):
        return _merged(work, chosen, order, after, count)
    return _sorted(work, anchored, order, after, count)


def _where(work: Work, chosen: Chosen) -> Where:
    """The filters but for campaign and text. A unit, and what waits, leads to few rows by an index of its own."""
    found: list[ColumnElement[bool]] = []
    if chosen.unit_id is not None:
        found.append(col(N.unit_id) == chosen.unit_id)
    if chosen.waiting is not None:
        found += undecided_waivers(work) if chosen.waiting == "waiver" else objected(work)
    tracks = work.definition.tracks if chosen.states and chosen.tracks is None else chosen.tracks
    if tracks is not None:  # with states always, because the index begins with them
        found.append(col(N.track).in_(list(tracks)))
    if chosen.states:
        found.append(_in_states(work, tracks or (), chosen.states))
    if chosen.channel is not None:
        held = select(col(UnitChannel.unit_id)).where(col(UnitChannel.channel) == chosen.channel)
        found.append(col(N.unit_id).in_(held))
    if chosen.since is not None:
        found.append(col(N.changed_at) >= chosen.since)
    return found


def _in_states(work: Work, tracks: Collection[str], states: Collection[str]) -> ColumnElement[bool]:
    """In one of `states` as the actor is shown them: before a track is decided, some look alike to its units."""
    by_states: dict[tuple[str, ...], list[str]] = {}
    for track in tracks:
        by_states.setdefault(told.looked_for(work, track, states), []).append(track)
    if len(by_states) == 1:
        return col(N.state).in_(next(iter(by_states)))
    return or_(false(), *(col(N.track).in_(alike) & col(N.state).in_(each) for each, alike in by_states.items()))


def _seen(work: Work, query: Select[Any]) -> Select[Any]:
    return visible(query, N, work.actor, work.definition)


def _found(work: Work, where: Where, words: list[str]) -> list[int]:
    """The newest that the text finds; what else is asked of them is looked up one by one."""
    its = _seen(work, select(literal(1)).select_from(N)).where(col(N.id) == col(NominationKey.nomination_id), *where)
    query = select(col(NominationKey.nomination_id)).where(
        col(NominationKey.campaign_id) == work.campaign_id, finds_nomination(work, words), its.exists()
    )
    newest = query.order_by(col(NominationKey.nomination_id).desc()).limit(at_most(MOST_FOUND))
    return [row_id for row_id in work.connection.execute(newest).scalars() if row_id]


def _found_among(work: Work, where: Where, words: list[str]) -> list[int]:
    """The same where little else is chosen: the text is looked for in that alone."""
    query = select(col(N.id)).join(NominationKey, col(NominationKey.nomination_id) == col(N.id))
    newest = query.where(*where, finds_nomination(work, words)).order_by(col(N.id).desc()).limit(at_most(MOST_FOUND))
    return [row_id for row_id in work.connection.execute(_seen(work, newest)).scalars() if row_id]


def _few(work: Work, where: Where) -> bool:
    some = _seen(work, select(col(N.id))).where(*where).limit(at_most(FEW + 1)).subquery()
    return work.connection.execute(select(func.count()).select_from(some)).scalar_one() <= FEW


def _sorted(
    work: Work, where: Where, order: Order, after: After, count: int
) -> Found:  # fmt: skip
    """Everything that is chosen, put in order; the database keeps no more of it than the page needs."""
    value = _value(work, order.by)
    chosen = _joined(_seen(work, select(col(N.id), _told(order.by)).select_from(N)).where(*where), order.by)
    if after:
        chosen = chosen.where(_behind(work, value, order, after))
    ends = [value, col(N.id)] if value is not None else [col(N.id)]
    ordered = chosen.order_by(*[end.desc() if order.down else end for end in ends]).limit(at_most(count))
    return [(row[0], _text(row[1])) for row in work.connection.execute(ordered)]


def _stretches(work: Work, chosen: Chosen) -> list[tuple[str, str]]:
    """The stretches of the index of states that are chosen, each in the order of drafting: a track and a state."""
    tracks = work.definition.tracks if chosen.tracks is None else chosen.tracks
    states = chosen.states or tuple(work.shape.state_by_key)
    return [(track, state) for track in tracks for state in told.looked_for(work, track, states)]


def _merged(work: Work, chosen: Chosen, order: Order, after: After, count: int) -> Found:
    """The first of each stretch, put in order together: so a page costs the same however long the stretches are."""
    where = [col(N.campaign_id) == work.campaign_id, *_where(work, replace(chosen, tracks=None, states=()))]
    row_id = col(N.id)
    end = row_id.desc() if order.down else row_id
    behind = [_behind(work, None, order, after)] if after else []
    heads = [
        _seen(work, select(row_id.label("id"))).where(*where, col(N.track) == track, col(N.state) == state, *behind)
        .order_by(end).limit(at_most(count)).subquery()
        for track, state in _stretches(work, chosen)
    ]  # fmt: skip
    every = union_all(*(select(head.c.id) for head in heads)).subquery()
    ordered = select(every.c.id).order_by(every.c.id.desc() if order.down else every.c.id).limit(at_most(count))
    return [(found, "") for found in work.connection.execute(ordered).scalars()]


def _joined(query: Query, by: str) -> Query:
    if by == "title":
        return query.join(NominationKey, col(NominationKey.nomination_id) == col(N.id))
    return query.join(UnitKey, col(UnitKey.unit_id) == col(N.unit_id)) if by == "unit" else query


def _value(work: Work, by: str) -> ColumnElement[Any] | None:
    """What an order looks at before the row id, which is the order of drafting. States stand as in the chain."""
    if by == "submitted":
        return func.coalesce(col(N.submitted_at), _instant(NEVER))
    if by == "state":
        return case(_places_of_states(work), value=col(N.state), else_=0)
    return _COLUMNS.get(by)


def _told(by: str) -> ColumnElement[Any]:
    """The same as it is told in a cursor."""
    value: ColumnElement[Any] = _COLUMNS.get(by, literal(""))
    return value


_COLUMNS: dict[str, Any] = {
    "changed": col(N.changed_at), "submitted": col(N.submitted_at), "state": col(N.state),
    "title": col(NominationKey.title_order), "unit": col(UnitKey.name_order),
}  # fmt: skip


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else value or ""


def _behind(
    work: Work, value: ColumnElement[Any] | None, order: Order, after: tuple[Mark, int]
) -> ColumnElement[bool]:  # fmt: skip
    last_of_page, row_id = after
    if value is None:
        return col(N.id) < row_id if order.down else col(N.id) > row_id
    here, last = tuple_(value, col(N.id)), tuple_(_limit(work, order.by, last_of_page.value), literal(row_id))
    return here < last if order.down else here > last


def _limit(work: Work, by: str, value: str) -> ColumnElement[Any]:
    """A cursor's value as the database compares it. Raises Refused (PAG-01)."""
    if by == "state":
        if value not in work.shape.state_by_key:
            raise wrong_cursor("续页标记所指的状态不存在", "this cursor names no state")
        return literal(_places_of_states(work)[value])
    if by not in ("changed", "submitted"):
        return literal(value)
    try:
        return _instant(datetime.fromisoformat(value).astimezone(UTC) if value else NEVER)
    except (ValueError, OverflowError):
        raise wrong_cursor("续页标记所指的时间无效", "this cursor names no instant") from None


def _instant(at: datetime) -> ColumnElement[Any]:
    return literal(at, type_=N.__table__.c.changed_at.type)  # type: ignore[attr-defined]  # SQLModel makes it


def _places_of_states(work: Work) -> dict[str, int]:
    return {state.key: place for place, state in enumerate(work.shape.states, start=1)}


def _by_state(work: Work, where: Where, order: Order, after: After, count: int) -> Iterator[tuple[int, str]]:
    """One state after the other, as they follow in the chain, each along its stretch of the index."""
    states = [state.key for state in work.shape.states][:: -1 if order.down else 1]
    if after:
        _limit(work, "state", after[0].value)
        states = states[states.index(after[0].value) :]
    tracks, drafted = col(N.track).in_(list(work.definition.tracks)), Order(by="drafted", down=order.down)
    for state in states:
        begun = after if after and after[0].value == state else None
        mine = [*where, tracks, col(N.state) == state]
        yield from ((row_id, state) for row_id, _ in _sorted(work, mine, drafted, begun, count))


def _by_title(
    work: Work, where: Where, order: Order, after: After, count: int
) -> Iterator[tuple[int, str]]:  # fmt: skip
    """Many nominations by title: along the index of titles, leaving out what is not chosen."""
    key, row_id = col(NominationKey.title_order), col(NominationKey.nomination_id)
    walk = select(row_id, key).where(col(NominationKey.campaign_id) == work.campaign_id)
    here, ends = tuple_(key, row_id), [end.desc() if order.down else end for end in (key, row_id)]
    last, stride = (after[0].value, after[1]) if after else None, count
    while True:
        behind = walk if last is None else walk.where(here < last if order.down else here > last)
        stretch = work.connection.execute(behind.order_by(*ends).limit(at_most(stride))).all()
        kept = _kept(work, where, [row[0] for row in stretch])
        yield from ((row[0], row[1]) for row in stretch if row[0] in kept)
        if len(stretch) < stride:
            return
        last, stride = (stretch[-1][1], stretch[-1][0]), min(2 * stride, LONGEST_STRIDE)


def _kept(work: Work, where: Where, ids: list[int]) -> set[int]:
    query = _seen(work, select(col(N.id))).where(*where, Among(col(N.id), ids))
    return {row_id for row_id in work.connection.execute(query).scalars() if row_id}


def _by_unit(
    work: Work, where: Where, order: Order, after: After, count: int
) -> Iterator[tuple[int, str]]:  # fmt: skip
    """Many nominations by unit: the units that have any, then those of one name after the other."""
    name = col(UnitKey.name_order)
    theirs = _seen(work, select(literal(1)).select_from(N)).where(col(N.unit_id) == col(UnitKey.unit_id), *where)
    units = select(name, col(UnitKey.unit_id)).where(col(UnitKey.campaign_id) == work.campaign_id, theirs.exists())
    if after:
        units = units.where(name <= after[0].value if order.down else name >= after[0].value)
    rows = work.connection.execute(units.order_by(name.desc() if order.down else name))
    drafted = Order(by="drafted", down=order.down)
    for shown, alike in groupby(rows, key=lambda row: str(row[0])):
        mine = [*where, col(N.unit_id).in_([row[1] for row in alike])]
        begun = after if after and after[0].value == shown else None
        yield from ((row_id, shown) for row_id, _ in _sorted(work, mine, drafted, begun, count))


WALKED = {"title": _by_title, "unit": _by_unit}

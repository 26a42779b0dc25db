"""Pages of nominations and units: filtered, searched, in an order, and going on where the one before ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, tuple_
from sqlmodel import col

from engine.access import not_found, visible
from engine.awards import Award, awards
from engine.office import Work
from engine.pending import unreachable_units
from engine.queries import told
from engine.queries.choosing import Chosen, ids_of
from engine.queries.paging import Mark, Order, Page, cursor, mark, page_size, wrong_cursor
from engine.queries.searching import finds_unit, words_of
from engine.searching.tables import UnitKey
from engine.tables import Nomination, Unit, UnitAttribute, UnitChannel, UnitTally
from notifications.clauses import Among, at_most
from workflows.nomination import State

DRAFTED, ENTERED = Order(by="drafted"), Order(by="entered")
MOST_DIGITS = 9  # of a number in a cursor
UNIT_ORDERS = ("entered", "code", "name", "drafts", "placed")
N = Nomination
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class NominationLine:
    """A nomination as a list shows it. `award` is its level and what was drawn from its list."""

    id: str
    title: str
    applicant: str
    track: str
    track_name: str
    unit: str
    unit_name: str
    state: str
    state_zh: str
    state_en: str
    selected: bool
    award: Award
    submitted_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitLine:
    """A unit as a list shows it: its channels by key, what is declared of it, and how many of its nominations take a
    place or are drafts.
    """

    id: str
    code: str
    name: str
    person: bool
    channels: tuple[str, ...]
    attributes: Mapping[str, str]
    placed: int
    drafts: int


def nominations(
    work: Work, *, tracks: Collection[str] | None = None, states: Collection[str] = (), unit: str | None = None,
    channel: str | None = None, waiting: str | None = None, since: datetime | None = None, text: str = "",
    order: Order = DRAFTED, after: str | None = None, limit: int = 50,
) -> Page[NominationLine]:  # fmt: skip
    """The nominations that are chosen, in an order of `choosing.ORDERS`; `after` is the cursor of the page before.

    `unit` is a code, `waiting` what of `choosing.WAITING` they wait for, `since` when they last changed, `text` what
    is looked for in title, applicant and unit. Raises NotFound for `unit`, Refused: PAG-01 and PAG-02 for a cursor or
    a size that is none, SEA-01 for a text that is too long.
    """
    count = page_size(limit)
    unit_id = None if unit is None else _unit_row(work, unit)
    chosen = Chosen(tracks=tracks, states=states, unit_id=unit_id, channel=channel, waiting=waiting, since=since,
                    text=text)  # fmt: skip
    found = ids_of(work, chosen, order, after=_after(work, order, after), count=count + 1)
    lines = _lines(work, [row_id for row_id, _ in found[:count]])
    more = cursor(order, found[count - 1][1], lines[-1].id) if len(found) > count else None
    return Page(rows=tuple(lines), after=more)


def _after(work: Work, order: Order, text: str | None) -> tuple[Mark, int] | None:
    if text is None:
        return None
    last = mark(order, text)
    query = select(col(N.id)).where(col(N.campaign_id) == work.campaign_id, col(N.public_id) == last.id)
    row_id = work.connection.execute(visible(query, N, work.actor, work.definition)).scalar()
    if row_id is None:
        raise wrong_cursor("续页标记所指的项目不存在，或您无权查看", "this cursor names no row, or not yours")
    return last, int(row_id)


def _lines(work: Work, ids: Sequence[int]) -> list[NominationLine]:
    """The lines of those rows, in that order; which of them may be seen was asked when they were chosen."""
    query = select(*_LINE).join(Unit, col(Unit.id) == col(N.unit_id)).where(Among(col(N.id), ids))
    rows = {row.id: row for row in work.connection.execute(query)}
    given, shown = awards(work, list(rows.values())), told.states_shown(work, list(rows.values()))
    return [_nomination(work, rows[row_id], given[row_id], shown[row_id]) for row_id in ids]


_LINE: tuple[Any, ...] = (
    col(N.id), col(N.public_id), col(N.title), col(N.applicant), col(N.track), col(N.state), col(N.selected),
    col(N.level),
    col(N.submitted_at), col(N.changed_at), col(Unit.code).label("unit"), col(Unit.name).label("unit_name"),
)  # fmt: skip


def _nomination(work: Work, row: Row[Any], award: Award, state: State) -> NominationLine:
    return NominationLine(
        id=row.public_id, title=row.title, applicant=row.applicant, track=row.track,
        track_name=work.definition.tracks[row.track].name, unit=row.unit, unit_name=row.unit_name, state=state.key,
        state_zh=state.zh, state_en=state.en, selected=row.selected, award=award, submitted_at=row.submitted_at,
        changed_at=row.changed_at,
    )  # fmt: skip


def units(
    work: Work, *, channel: str | None = None, text: str = "", unreachable: bool = False, order: Order = ENTERED,
    after: str | None = None, limit: int = 50,
) -> Page[UnitLine]:  # fmt: skip
    """Units in an order of `UNIT_ORDERS`; `after` is the cursor of the page before.

    `unreachable` leaves those without a contact. Raises Refused: PAG-01, PAG-02, SEA-01.
    """
    count, value = page_size(limit), _unit_value(work, order.by)
    query = _chosen_units(work, channel=channel, text=text, unreachable=unreachable)
    if after is not None:
        query = query.where(_behind_unit(work, value, order, after))
    ends = [end.desc() if order.down else end for end in (value, col(Unit.id))]
    rows = work.connection.execute(
        query.add_columns(value.label("value")).order_by(*ends).limit(at_most(count + 1))
    ).all()
    more = cursor(order, str(rows[count - 1].value), rows[count - 1].public_id) if len(rows) > count else None
    return Page(rows=tuple(_unit_lines(work, rows[:count])), after=more)


def _chosen_units(work: Work, *, channel: str | None, text: str, unreachable: bool) -> Query:
    from_units: Query = select(col(Unit.id), col(Unit.public_id), col(Unit.code), col(Unit.name), col(Unit.person))
    query: Query = visible(from_units, Unit, work.actor, work.definition)
    query = query.join(UnitKey, col(UnitKey.unit_id) == col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id)
    if channel is not None:
        query = query.where(
            col(Unit.id).in_(select(col(UnitChannel.unit_id)).where(col(UnitChannel.channel) == channel))
        )
    if unreachable:
        query = query.where(*unreachable_units(work))
    return query.where(finds_unit(words_of(text)))


def _unit_value(work: Work, by: str) -> ColumnElement[Any]:
    """What an order of units looks at before the row id."""
    if by in ("drafts", "placed"):
        states = (work.shape.initial,) if by == "drafts" else work.shape.counted
        total = select(func.coalesce(func.sum(col(UnitTally.n)), 0)).where(col(UnitTally.unit_id) == col(Unit.id))
        return total.where(col(UnitTally.state).in_(states)).scalar_subquery()
    value: Any = {"code": col(Unit.code), "name": col(UnitKey.name_order)}.get(by, literal(0))
    return cast("ColumnElement[Any]", value)


def _behind_unit(work: Work, value: ColumnElement[Any], order: Order, after: str) -> ColumnElement[bool]:
    last = mark(order, after)
    query = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id, col(Unit.public_id) == last.id)
    row_id = work.connection.execute(visible(query, Unit, work.actor, work.definition)).scalar()
    if row_id is None:
        raise wrong_cursor("续页标记所指的单位不存在，或您无权查看", "this cursor names no unit, or not yours")
    here, there = tuple_(value, col(Unit.id)), tuple_(literal(_told_value(order, last.value)), literal(row_id))
    return here < there if order.down else here > there


def _told_value(order: Order, told: str) -> str | int:
    if order.by in ("code", "name"):
        return told
    if told.isascii() and told.isdigit() and len(told) <= MOST_DIGITS:
        return int(told)
    raise wrong_cursor("续页标记所指的数目无效", "this cursor names no number")


def _unit_lines(work: Work, rows: Sequence[Row[Any]]) -> list[UnitLine]:
    ids = [row.id for row in rows]
    channels: dict[int, list[str]] = {}
    theirs = Among(col(UnitChannel.unit_id), ids)
    held = select(col(UnitChannel.unit_id), col(UnitChannel.channel)).where(theirs)
    for unit_id, channel in work.connection.execute(held):
        channels.setdefault(unit_id, []).append(channel)
    tallies = select(col(UnitTally.unit_id), col(UnitTally.state), func.sum(col(UnitTally.n))).where(
        Among(col(UnitTally.unit_id), ids)
    )
    counts: dict[int, dict[str, int]] = {}
    grouped = tallies.group_by(col(UnitTally.unit_id), col(UnitTally.state))
    for unit_id, state, n in work.connection.execute(grouped):
        counts.setdefault(unit_id, {})[state] = int(n)
    known, declared = work.definition.channel_by_key, _declared(work, ids)
    return [
        UnitLine(
            id=row.public_id, code=row.code, name=row.name, person=row.person,
            channels=tuple(key for key in known if key in channels.get(row.id, ())),
            attributes=declared.get(row.id, {}),
            placed=sum(n for state, n in counts.get(row.id, {}).items() if state in work.shape.counted),
            drafts=counts.get(row.id, {}).get(work.shape.initial, 0),
        )
        for row in rows
    ]  # fmt: skip


def _declared(work: Work, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """What is declared of those units, by attribute key in the order of the file."""
    found: dict[int, dict[str, str]] = {}
    query = select(UnitAttribute).where(Among(col(UnitAttribute.unit_id), ids))
    rows = work.connection.execute(query).all() if work.definition.attributes else []
    order = list(work.definition.attribute_by_key)
    for row in sorted(rows, key=lambda row: order.index(row.attribute)):
        found.setdefault(row.unit_id, {})[row.attribute] = row.value
    return found


def _unit_row(work: Work, code: str) -> int:
    query = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id, col(Unit.code) == code)
    return _only(work, visible(query, Unit, work.actor, work.definition), code)


def _only(work: Work, query: Query, what: str) -> int:
    found = work.connection.execute(query).scalar()
    if found is None:
        raise not_found(what)
    return int(found)

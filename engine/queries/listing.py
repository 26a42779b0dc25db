"""Pages of nominations and units. A page goes on after the public id that ended the one before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, false, func, or_, select, union_all
from sqlmodel import col

from engine.access import not_found, visible
from engine.awards import Award, awards
from engine.office import Work
from engine.queries import told
from engine.sheets.cleaning import match_key
from engine.tables import Contact, Nomination, Unit, UnitAttribute, UnitChannel, UnitTally
from workflows.nomination import State

MOST = 1000  # rows a page
T = TypeVar("T")
N = Nomination
Query = Select[*tuple[Any, ...]]
Where = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the id to go on after; None when there are no more."""

    rows: tuple[T, ...]
    after: str | None


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
    text: str = "", after: str | None = None, limit: int = 50,
) -> Page[NominationLine]:  # fmt: skip
    """Nominations in the order they were drafted. `unit` is a code, `text` a part of title, applicant or unit name.

    Raises NotFound when `after` or `unit` is nothing the actor may see.
    """
    where: list[ColumnElement[bool]] = []
    if unit is not None:
        where.append(col(N.unit_id) == _unit_row(work, unit))
    if text:
        where.append(_like(text))
    if after is not None:
        where.append(col(N.id) > _nomination_row(work, after))
    count = min(max(limit, 1), MOST)
    rows = work.connection.execute(_chosen(work, tracks, states, where, count + 1)).all()
    given, shown = awards(work, rows), told.states_shown(work, rows)
    return _paged([_nomination(work, row, given[row.id], shown[row.id]) for row in rows], count)


def _chosen(
    work: Work,
    tracks: Collection[str] | None,
    states: Collection[str],
    where: Sequence[ColumnElement[bool]],
    count: int,
) -> Query:
    """With states, each track and state is read along its own stretch of the index, and the stretches are merged."""
    lines = select(*_LINE).join(Unit, col(Unit.id) == col(N.unit_id)).order_by(col(N.id))
    scoped = visible(lines, N, work.actor, work.definition).where(col(N.campaign_id) == work.campaign_id, *where)
    if not states:
        chosen = scoped if tracks is None else scoped.where(col(N.track).in_(tracks))
        return chosen.limit(count)
    stretches = [
        scoped.with_only_columns(col(N.id)).where(col(N.track) == track, col(N.state) == state).limit(count).subquery()
        for track in (tracks if tracks is not None else work.definition.tracks)
        for state in told.looked_for(work, track, states)
    ]
    if not stretches:
        return scoped.where(false())
    merged = union_all(*[select(stretch.c.id) for stretch in stretches]).subquery()
    first = select(merged.c.id).order_by(merged.c.id).limit(count)
    return lines.where(col(N.id).in_(first))


_LINE: tuple[Any, ...] = (
    col(N.id), col(N.public_id), col(N.title), col(N.applicant), col(N.track), col(N.state), col(N.selected),
    col(N.level),
    col(N.submitted_at), col(N.changed_at), col(Unit.code).label("unit"), col(Unit.name).label("unit_name"),
)  # fmt: skip


def _like(text: str) -> ColumnElement[bool]:
    key = match_key(text)
    return or_(
        col(N.title_key).contains(key, autoescape=True),
        col(Unit.name_key).contains(key, autoescape=True),
        col(N.applicant).contains(text, autoescape=True),
    )


def _nomination(work: Work, row: Row[Any], award: Award, state: State) -> NominationLine:
    return NominationLine(
        id=row.public_id, title=row.title, applicant=row.applicant, track=row.track,
        track_name=work.definition.tracks[row.track].name, unit=row.unit, unit_name=row.unit_name, state=state.key,
        state_zh=state.zh, state_en=state.en, selected=row.selected, award=award, submitted_at=row.submitted_at,
        changed_at=row.changed_at,
    )  # fmt: skip


def units(
    work: Work, *, channel: str | None = None, text: str = "", unreachable: bool = False, after: str | None = None,
    limit: int = 50,
) -> Page[UnitLine]:  # fmt: skip
    """Units in the order they were entered; `after` is a unit's code, `unreachable` leaves those without a contact."""
    from_units: Query = select(col(Unit.id), col(Unit.public_id), col(Unit.code), col(Unit.name), col(Unit.person))
    query: Query = visible(from_units, Unit, work.actor, work.definition).where(
        col(Unit.campaign_id) == work.campaign_id
    )
    if channel is not None:
        query = query.where(
            col(Unit.id).in_(select(col(UnitChannel.unit_id)).where(col(UnitChannel.channel) == channel))
        )
    if text:
        query = query.where(
            or_(col(Unit.name_key).contains(match_key(text), autoescape=True), col(Unit.code) == text.strip())
        )
    if unreachable:
        query = query.where(~_has_contact())
    if after is not None:
        query = query.where(col(Unit.id) > _unit_row(work, after))
    count = min(max(limit, 1), MOST)
    rows = work.connection.execute(query.order_by(col(Unit.id)).limit(count + 1)).all()
    return _paged(_unit_lines(work, rows), count, by="code")


def _has_contact() -> ColumnElement[bool]:
    from_contacts = select(col(Contact.id)).where(col(Contact.unit_id) == col(Unit.id), col(Contact.active))
    return from_contacts.exists()


def _unit_lines(work: Work, rows: Sequence[Row[Any]]) -> list[UnitLine]:
    ids = [row.id for row in rows]
    channels: dict[int, list[str]] = {}
    held = select(col(UnitChannel.unit_id), col(UnitChannel.channel)).where(col(UnitChannel.unit_id).in_(ids))
    for unit_id, channel in work.connection.execute(held):
        channels.setdefault(unit_id, []).append(channel)
    tallies = select(col(UnitTally.unit_id), col(UnitTally.state), func.sum(col(UnitTally.n))).where(
        col(UnitTally.unit_id).in_(ids)
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
    query = select(UnitAttribute).where(col(UnitAttribute.unit_id).in_(ids))
    rows = work.connection.execute(query).all() if work.definition.attributes else []
    order = list(work.definition.attribute_by_key)
    for row in sorted(rows, key=lambda row: order.index(row.attribute)):
        found.setdefault(row.unit_id, {})[row.attribute] = row.value
    return found


def _paged(lines: Sequence[Any], count: int, *, by: str = "id") -> Page[Any]:
    shown = tuple(lines[:count])
    return Page(rows=shown, after=getattr(shown[-1], by) if len(lines) > count else None)


def _unit_row(work: Work, code: str) -> int:
    query = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id, col(Unit.code) == code)
    return _only(work, visible(query, Unit, work.actor, work.definition), code)


def _nomination_row(work: Work, public_id: str) -> int:
    query = select(col(N.id)).where(col(N.campaign_id) == work.campaign_id, col(N.public_id) == public_id)
    return _only(work, visible(query, N, work.actor, work.definition), public_id)


def _only(work: Work, query: Query, what: str) -> int:
    found = work.connection.execute(query).scalar()
    if found is None:
        raise not_found(what)
    return int(found)

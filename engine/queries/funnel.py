"""The funnel: how many nominations of each list, field or channel are in which state. Read from the counters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from engine.access import visible
from engine.office import Work
from engine.queries import told
from engine.tables import Nomination, TrackTally, Unit, UnitChannel, UnitTally
from workflows.nomination import Role

Counts = Mapping[str, int]
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One list, field or channel: `counts` by state, in the order of the states, without zeros."""

    key: str
    name: str
    english: str
    total: int
    counts: Counts


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """Numbers by list, by track and by channel. A unit in several channels is counted in each of them."""

    total: Line
    lists: tuple[Line, ...]
    tracks: tuple[Line, ...]
    channels: tuple[Line, ...]


def funnel(
    work: Work, *, tracks: Collection[str] | None = None, channel: str | None = None, channels: bool = True
) -> Funnel:  # fmt: skip
    """The numbers as they stand; `tracks` and `channel` (keys) narrow them. By channel only if `channels` are asked:

    those are added up from the counters of every unit.
    """
    definition = work.definition
    wanted = [key for key in definition.tracks if tracks is None or key in tracks]
    counted = by_track(work, channel)
    per_track = {key: Counter({s: n for (track, s), n in counted.items() if track == key}) for key in wanted}
    per_list: dict[str, Counter[str]] = {}
    for key in wanted:
        per_list.setdefault(definition.tracks[key].list.key, Counter()).update(per_track[key])
    everything = sum(per_track.values(), Counter[str]())
    named = definition.list_by_key
    return Funnel(
        total=_line(work, "", "合计", "Total", everything),
        lists=tuple(_line(work, key, named[key].name, named[key].english, n) for key, n in per_list.items()),
        tracks=tuple(_line(work, key, *_words(work, key), per_track[key]) for key in wanted),
        channels=_channels(work, wanted, channel) if channels else (),
    )


def _words(work: Work, key: str) -> tuple[str, str]:
    track = work.definition.tracks[key]
    english = f"{track.list.english}: {track.field.english or track.field.name}" if track.field else track.list.english
    return track.name, english


def _line(work: Work, key: str, name: str, english: str, counts: Counter[str]) -> Line:
    shown = {state.key: counts[state.key] for state in told.every_state(work) if counts[state.key]}
    return Line(key=key, name=name, english=english, total=counts.total(), counts=shown)


def by_track(work: Work, channel: str | None = None) -> Counter[tuple[str, str]]:
    """The numbers alone, by track and state."""
    if work.actor.role is Role.INSTITUTION:
        query = _of_institution(work)
    elif work.actor.role is Role.UNIT or channel is not None:
        query = _of_units(work, channel)
    else:
        query = select(col(TrackTally.track), col(TrackTally.state), col(TrackTally.n)).where(
            col(TrackTally.campaign_id) == work.campaign_id
        )
    counts = Counter({(track, state): int(n) for track, state, n in work.connection.execute(query) if n})
    return told.counted_as_shown(work, counts)


def _of_units(work: Work, channel: str | None) -> Query:
    query: Query = (
        select(col(UnitTally.track), col(UnitTally.state), func.sum(col(UnitTally.n)))
        .join(Unit, col(Unit.id) == col(UnitTally.unit_id))
        .where(col(Unit.campaign_id) == work.campaign_id)
        .group_by(col(UnitTally.track), col(UnitTally.state))
    )
    if channel is not None:
        held = select(col(UnitChannel.unit_id)).where(col(UnitChannel.channel) == channel)
        query = query.where(col(Unit.id).in_(held))
    return visible(query, Unit, work.actor, work.definition)


def _of_institution(work: Work) -> Query:
    """Counted from the rows: an institution sees a part of its tracks, of which no counter is kept."""
    query: Query = (
        select(col(Nomination.track), col(Nomination.state), func.count())
        .where(col(Nomination.campaign_id) == work.campaign_id)
        .group_by(col(Nomination.track), col(Nomination.state))
    )
    return visible(query, Nomination, work.actor, work.definition)


def _channels(work: Work, tracks: Collection[str], channel: str | None) -> tuple[Line, ...]:
    if work.actor.role in (Role.INSTITUTION, Role.UNIT):  # a unit's own channels all have the same numbers
        return ()
    query: Query = (
        select(col(UnitChannel.channel), col(UnitTally.state), func.sum(col(UnitTally.n)))
        .join(Unit, col(Unit.id) == col(UnitTally.unit_id))
        .join(UnitChannel, col(UnitChannel.unit_id) == col(Unit.id))
        .where(col(Unit.campaign_id) == work.campaign_id, col(UnitTally.track).in_(tracks))
        .group_by(col(UnitChannel.channel), col(UnitTally.state))
    )
    counts: dict[str, Counter[str]] = {}
    for key, state, n in work.connection.execute(visible(query, Unit, work.actor, work.definition)):
        counts.setdefault(key, Counter())[state] += int(n)
    return tuple(
        _line(work, each.key, each.name, each.english, counts.get(each.key, Counter()))
        for each in work.definition.channels
        if channel in (None, each.key)
    )

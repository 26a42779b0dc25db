"""How many nominations got how far, by list, field and channel: from the history, not from where they stand now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, distinct, func, select
from sqlmodel import col

from bangdan.language import Words
from engine.access import visible
from engine.office import Work
from engine.tables import Event, Nomination, TrackTally, Unit, UnitChannel

N, E = Nomination, Event
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the way in; `key` is the state that is reached."""

    key: str
    words: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One list, field or channel: `reached` by step, `out` by state that is no step, `units` that nominated."""

    name: Words
    reached: Mapping[str, int]
    out: Mapping[str, int]
    units: int = 0
    level: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """The whole way of a campaign's nominations."""

    steps: tuple[Step, ...]
    outs: tuple[Step, ...]
    total: Line
    lists: tuple[Line, ...]
    lines: tuple[Line, ...]
    channels: tuple[Line, ...]


def funnel(work: Work) -> Funnel:
    """The numbers of every list and field, and of every channel."""
    steps, outs = steps_of(work), _outs(work)
    reached, out = _reached(work, steps), _out(work, outs)
    lists, lines = [], []
    for each in (one for one in work.definition.lists if one.takes_nominations):
        tracks = [key for key, track in work.definition.tracks.items() if track.list.key == each.key]
        whole = _line(Words(each.name, each.english), tracks, reached, out)
        lists.append(whole)
        lines.append(whole)
        if each.fields:
            named = [work.definition.tracks[key].field for key in tracks]
            lines += [
                _line(Words(field.name, field.english or field.name), [key], reached, out, level=1)
                for field, key in zip(named, tracks, strict=True)
                if field
            ]
    total = _line(Words("合计", "Total"), list(work.definition.tracks), reached, out)
    return Funnel(steps=steps, outs=outs, total=total, lists=tuple(lists), lines=tuple(lines),
                  channels=_channels(work, steps))  # fmt: skip


def steps_of(work: Work) -> tuple[Step, ...]:
    """Draft, submission, each stage, publication, promotion."""
    stages = work.definition.stage_by_key
    said = {
        "drafted": Words("起草", "drafted"), "submitted": Words("提交", "submitted"),
        **{key: Words(f"进入{stage.name}", f"in {stage.english}") for key, stage in stages.items()},
        "published": Words("入榜发布", "published"), "promoted": Words("有推广", "promoted"),
    }  # fmt: skip
    return tuple(Step(key=key, words=words) for key, words in said.items())


def _outs(work: Work) -> tuple[Step, ...]:
    """The ways out: the final states."""
    return tuple(Step(key=state.key, words=Words(state.zh, state.en)) for state in work.shape.states if state.final)


def _reached(work: Work, steps: Sequence[Step]) -> Counter[tuple[str, str]]:
    query: Query = (
        select(col(N.track), col(E.to_state), func.count(distinct(col(E.subject_id))))
        .select_from(Event)
        .join(Nomination, col(N.id) == col(E.subject_id))
        .where(*_about_nominations(work), col(E.to_state).in_([step.key for step in steps]))
        .group_by(col(N.track), col(E.to_state))
    )
    rows = work.connection.execute(visible(query, Nomination, work.actor, work.definition))
    return Counter({(track, state): n for track, state, n in rows})


def _about_nominations(work: Work) -> tuple[Any, ...]:
    return col(E.campaign_id) == work.campaign_id, col(E.subject) == "nomination"


def _out(work: Work, outs: Sequence[Step]) -> Counter[tuple[str, str]]:
    query: Query = select(col(TrackTally.track), col(TrackTally.state), col(TrackTally.n)).where(
        col(TrackTally.campaign_id) == work.campaign_id, col(TrackTally.state).in_([out.key for out in outs])
    )
    rows = work.connection.execute(visible(query, TrackTally, work.actor, work.definition))
    return Counter({(track, state): n for track, state, n in rows})


def _line(
    name: Words, tracks: Sequence[str], reached: Counter[tuple[str, str]], out: Counter[tuple[str, str]], level: int = 0
) -> Line:
    def summed(counted: Counter[tuple[str, str]]) -> dict[str, int]:
        found: Counter[str] = Counter()
        for (track, state), n in counted.items():
            found[state] += n if track in tracks else 0
        return dict(found)

    return Line(name=name, reached=summed(reached), out=summed(out), level=level)


def _channels(work: Work, steps: Sequence[Step]) -> tuple[Line, ...]:
    """By channel; what a unit in several channels nominated is counted in each of them."""
    reached: dict[str, dict[str, int]] = {}
    nominating: dict[str, int] = {}
    query: Query = (
        select(col(UnitChannel.channel), col(E.to_state), func.count(distinct(col(E.subject_id))),
               func.count(distinct(col(N.unit_id))))
        .select_from(Event)
        .join(Nomination, col(N.id) == col(E.subject_id))
        .join(UnitChannel, col(UnitChannel.unit_id) == col(N.unit_id))
        .where(*_about_nominations(work), col(E.to_state).in_([step.key for step in steps]))
        .group_by(col(UnitChannel.channel), col(E.to_state))
    )  # fmt: skip
    for channel, state, n, units in work.connection.execute(visible(query, Nomination, work.actor, work.definition)):
        reached.setdefault(channel, {})[state] = n
        if state == "submitted":
            nominating[channel] = units
    held = _units_of_channels(work)
    return tuple(
        Line(name=Words(each.name, each.english or each.name), reached=reached.get(each.key, {}),
             out={"units": held[each.key]}, units=nominating.get(each.key, 0))
        for each in work.definition.channels
    )  # fmt: skip


def _units_of_channels(work: Work) -> Counter[str]:
    query: Query = (
        select(col(UnitChannel.channel), func.count())
        .join(Unit, col(Unit.id) == col(UnitChannel.unit_id))
        .where(col(Unit.campaign_id) == work.campaign_id)
        .group_by(col(UnitChannel.channel))
    )
    return Counter(dict(work.connection.execute(visible(query, Unit, work.actor, work.definition)).all()))

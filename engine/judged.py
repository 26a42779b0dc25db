"""Which results are given in which stage of a track: reported as they come, or decided for the list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, or_
from sqlmodel import col

from engine.office import Work
from engine.tables import Nomination
from workflows.definition import RankingList
from workflows.nomination import Role
from workflows.vocabulary import Judge

ByTrack = Mapping[str, tuple[str, ...]]  # keys of stages, by track, in the order of the file


def reported(work: Work) -> ByTrack:
    """What an institution judges, or what the secretariat does before it decides."""
    found = {}
    for key, track in work.definition.tracks.items():
        last = work.definition.deciding(track.list.key)
        stages = [stage for stage in work.definition.stages_of(track.list.key) if stage.judge is not Judge.CLOCK]
        found[key] = tuple(
            stage.key for stage in stages if stage.judge is Judge.INSTITUTION or (last and stage.key != last.key)
        )
    return found


def reported_by(work: Work) -> ByTrack:
    """The same as far as the actor may report it: an institution's is its own, not another institution's."""
    institution = work.definition.institution_by_key.get(work.actor.institution or "")
    if work.actor.role is Role.INSTITUTION and institution:
        return dict.fromkeys(work.definition.tracks, (institution.stage,))
    return reported(work)


def decided(work: Work) -> ByTrack:
    """The stage of each track in which somebody decides who is to be on the list."""
    last = {key: work.definition.deciding(track.list.key) for key, track in work.definition.tracks.items()}
    return {key: (stage.key,) if stage else () for key, stage in last.items()}


def is_decision(work: Work, row: Row[Any]) -> bool:
    """Whether passing its stage makes the nomination a winner, even if the clock lets a notice pass before it is."""
    return row.state in (decided(work)[row.track] or work.shape_of(row.track).stages[-1:])


def behind(work: Work, ranking: RankingList) -> tuple[str, ...]:
    """The stages of a list that come after its decision: notices that the clock ends."""
    stages = work.definition.stages_of(ranking.key)
    last = work.definition.deciding(ranking.key)
    return tuple(stage.key for stage in stages[stages.index(last) + 1 :]) if last else ()


def before(work: Work, track: str) -> tuple[str, ...]:
    """The stages of a track that come before its decision."""
    stages = work.shape_of(track).stages
    (last,) = decided(work)[track] or ("",)
    return stages[: stages.index(last)] if last else ()


def standing_in(stages: ByTrack, tracks: Collection[str]) -> ColumnElement[bool]:
    """The nominations of these tracks that stand in one of the stages of their track."""
    return _any_of((stages[track], track) for track in tracks)


def _any_of(pairs: Iterable[tuple[tuple[str, ...], str]]) -> ColumnElement[bool]:
    together: dict[tuple[str, ...], list[str]] = {}
    for states, track in pairs:
        together.setdefault(states, []).append(track)
    parts = [
        and_(col(Nomination.track).in_(tracks), col(Nomination.state).in_(states))
        for states, tracks in together.items()
    ]
    return or_(false(), *parts)

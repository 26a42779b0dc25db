"""How many nominations of each track still wait for a stage's result, from the counters."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlmodel import col

from engine.office import Work
from engine.tables import Nomination, TrackTally
from workflows.nomination import Shape


def waiting_states(shape: Shape, stage: str) -> tuple[str, ...]:
    """Where a nomination stands that the stage has not judged yet: submitted, or in any stage up to this one."""
    counted = tuple(key for key in shape.counted if not shape.state_by_key[key].final)
    return counted[: counted.index(stage) + 1]


def by_track(work: Work, stage: str) -> Counter[str]:
    """The number by track key; a track where nothing waits is absent or 0."""
    query = (
        select(col(TrackTally.track), func.sum(col(TrackTally.n)))
        .where(col(TrackTally.campaign_id) == work.campaign_id)
        .where(col(TrackTally.state).in_(waiting_states(work.shape, stage)))
        .group_by(col(TrackTally.track))
    )
    found = Counter({track: int(n) for track, n in work.connection.execute(query)})
    if stage in work.shape.sources("publish"):  # who is selected there stays until the list is published
        found.subtract(_selected(work, stage))
    found.subtract(_returned_later(work, stage))
    return found


def _returned_later(work: Work, stage: str) -> dict[str, int]:
    """What a later stage has returned was judged in this one."""
    stages = work.shape.stages
    later = set(stages[stages.index(stage) + 1 :]) & set(work.shape.sources("return"))
    if not later:
        return {}
    query = (
        select(col(Nomination.track), func.count())
        .where(col(Nomination.campaign_id) == work.campaign_id)
        .where(col(Nomination.state) == work.shape.words("return").target, col(Nomination.returned_from).in_(later))
        .group_by(col(Nomination.track))
    )
    return dict(work.connection.execute(query).all())


def _selected(work: Work, stage: str) -> dict[str, int]:
    query = (
        select(col(Nomination.track), func.count())
        .where(col(Nomination.campaign_id) == work.campaign_id)
        .where(col(Nomination.state) == stage, col(Nomination.selected))
        .group_by(col(Nomination.track))
    )
    return dict(work.connection.execute(query).all())

"""Tracks with fewer entries than their list asks for: at the closing they do not enter review by themselves.

The secretariat extends the collection, whose closing then decides again, or lets such a track proceed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from engine.access import may_office
from engine.database import insert_into
from engine.history import record
from engine.office import Work
from engine.tables import Done, TrackTally
from engine.texts import reason_of
from engine.windows import track_is_closed
from workflows.reasons import Reason, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Short:
    """A track that is short: it has `there` entries, and needs `minimum`."""

    track: str
    name: str
    there: int
    minimum: int

    @property
    def missing(self) -> int:
        return self.minimum - self.there


def short(work: Work) -> Mapping[str, Short]:
    """The tracks that have too few entries now, and of which none is in review or was let into it."""
    asked = {key: track for key, track in work.definition.tracks.items() if track.list.minimum}
    if not asked:
        return {}
    there, begun, let = _entries(work), _begun(work), _let(work)
    return {
        key: Short(track=key, name=track.name, there=there[key], minimum=track.list.minimum)
        for key, track in asked.items()
        if there[key] < track.list.minimum and key not in begun and key not in let
    }


def closed_short(work: Work) -> tuple[Short, ...]:
    """Those that the last closing left out, and that wait for the secretariat."""
    return tuple(each for each in short(work).values() if track_is_closed(work, each.track))


def proceed(work: Work, track: str, *, reason: str) -> Short:
    """Let a track enter review although it is short; the next turn moves it. Raises Refused (ROL-03, RSN-01, MIN-…)."""
    may_office(work.actor)
    if not (reason := reason_of(reason)):
        raise Refused(Reason(code="RSN-01", zh="须说明理由", en="a reason must be given"))
    left_out = next((each for each in closed_short(work) if each.track == track), None)
    if left_out is None:
        raise Refused(_not_left_out(work, track))
    values = {"campaign_id": work.campaign_id, "occasion": _key(track), "revision": 1, "at": work.at,
              "outcome": "done", "letters": 0, "calls": 0}  # fmt: skip
    work.connection.execute(insert_into(work.connection, Done).on_conflict_do_nothing(), values)
    record(work, "campaign", work.campaign_id, "proceed", track=track, there=left_out.there,
           minimum=left_out.minimum, reason=reason)  # fmt: skip
    return left_out


def _not_left_out(work: Work, track: str) -> Reason:
    name = work.definition.tracks[track].name
    if not track_is_closed(work, track):
        return Reason(code="MIN-01", zh="征集尚未截止，截止处理之后才能决定", en="the collection is not closed yet",
                      facts={"track": track})  # fmt: skip
    return Reason(
        code="MIN-02", zh=f"{name}不缺申报数量，或已进入评审，无须另行同意",
        en=f"{track} is not short of entries, or is in review already: there is nothing to let through",
        facts={"track": track},
    )  # fmt: skip


def _key(track: str) -> str:
    return f"proceed:{track}"


def _let(work: Work) -> set[str]:
    query = select(col(Done.occasion)).where(
        col(Done.campaign_id) == work.campaign_id, col(Done.occasion).startswith("proceed:")
    )
    return {occasion.partition(":")[2] for occasion in work.connection.execute(query).scalars()}


def _entries(work: Work) -> Counter[str]:
    """How many were handed in and have not been taken out again."""
    return _summed(work, work.shape.counted)


def _begun(work: Work) -> set[str]:
    before = {*work.shape.sources("submit"), *work.shape.sources("begin")}
    return {track for track, n in _summed(work, set(work.shape.counted) - before).items() if n}


def _summed(work: Work, states: tuple[str, ...] | set[str]) -> Counter[str]:
    query = select(col(TrackTally.track), col(TrackTally.n)).where(
        col(TrackTally.campaign_id) == work.campaign_id, col(TrackTally.state).in_(states)
    )
    found: Counter[str] = Counter()
    for track, n in work.connection.execute(query):
        found[track] += int(n)
    return found

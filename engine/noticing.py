"""Stages that the clock judges (公示): when the notice is over, all that nothing holds up go on, by sets.

As with the closing a settling time passes after the end, the work is done in bounded chunks, each its own transaction,
and what is left to do is read from the rows: an objection that is settled later lets its nomination go with the next
turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from engine import gates, sets, sweep
from engine.access import ENGINE
from engine.noticed import OPEN
from engine.office import Office, Work
from engine.tables import Nomination, Objection
from workflows.definition import Stage
from workflows.timeline import InForce
from workflows.vocabulary import Edge, Judge

N = Nomination


@dataclass(frozen=True, kw_only=True, slots=True)
class Passing:
    """Nominations of one track that the clock moves out of a stage, by `verb`."""

    stage: Stage
    track: str
    verb: str


def over(work: Work) -> tuple[Passing, ...]:
    """Where somebody waits whose notice is over and whom nothing holds up."""
    return tuple(each for each in _passings(work) if _anyone(work, each))


def pass_on(
    office: Office, campaign: str, waiting: tuple[Passing, ...], *, at: datetime, pause: Callable[[], None] | None
) -> int:
    """Let them go on, in the order of the stages; says how many. `pause` is called between chunks."""
    moved = 0
    for each in waiting:
        while count := _chunk(office, campaign, each, at=at):
            moved += count
            if pause:
                pause()
    return moved


def next_end(work: Work) -> datetime | None:
    """The first instant after now at which a notice is over and settled."""
    ends = [work.calendar[stage.window].edge(Edge.CLOSES) for stage in _stages(work)]
    if ends:
        ends += [work.connection.execute(select(func.min(col(N.hold_until))).where(*_held(work))).scalar()]
    known = [end + work.definition.settle for end in ends if end]
    return min((end for end in known if end > work.at), default=None)


def _held(work: Work) -> tuple[ColumnElement[bool], ...]:
    states = [stage.key for stage in _stages(work)]
    still = work.at - work.definition.settle
    tracks = col(N.track).in_(work.definition.tracks)  # with the state the index answers it
    return col(N.campaign_id) == work.campaign_id, tracks, col(N.state).in_(states), col(N.hold_until) > still


def _stages(work: Work) -> list[Stage]:
    return [stage for stage in work.definition.stages if stage.judge is Judge.CLOCK]


def _passings(work: Work) -> Iterator[Passing]:
    """Every track of every stage whose window has ended, settling time included."""
    for stage in _stages(work):
        if _ended(work, work.calendar[stage.window]):
            for key, track in work.definition.tracks.items():
                if stage.passed_by(track.list.key):
                    last = work.shape_of(key).stages[-1] == stage.key
                    yield Passing(stage=stage, track=key, verb="select" if last else "advance")


def _ended(work: Work, standing: InForce) -> bool:
    end = standing.edge(Edge.CLOSES)
    return end is not None and end + work.definition.settle <= work.at


def _free(work: Work, each: Passing) -> tuple[ColumnElement[bool], ...]:
    """The same as the guard of the single step asks, of rows: no open objection or paper, own notice is over."""
    objected = select(col(Objection.id)).where(col(Objection.nomination_id) == col(N.id), col(Objection.state) == OPEN)
    own_end = col(N.hold_until).is_(None) | (col(N.hold_until) <= work.at - work.definition.settle)
    first = work.shape_of(each.track).stages[0] == each.stage.key
    return (
        col(N.campaign_id) == work.campaign_id, col(N.track) == each.track, col(N.state) == each.stage.key,
        ~col(N.selected), own_end, ~objected.exists(), *(gates.free(work) if first else ()),
    )  # fmt: skip


def _anyone(work: Work, each: Passing) -> bool:
    return work.connection.execute(select(col(N.id)).where(*_free(work, each)).limit(1)).first() is not None


def _chunk(office: Office, campaign: str, each: Passing, *, at: datetime) -> int:
    with office.write(campaign, ENGINE, at=at, alone=True) as work:
        standing = work.calendar[each.stage.window]
        if not _ended(work, standing):  # moved while this was under way
            return 0
        free = _free(work, each)
        ids = select(col(N.id)).where(*free).order_by(col(N.id)).limit(sweep.CHUNK).subquery()
        first, last = work.connection.execute(select(func.min(ids.c.id), func.max(ids.c.id))).one()
        if first is None:
            return 0
        details = {"milestone": standing.milestone, "revision": standing.closes_revision}
        return sets.move(
            work, (*free, col(N.id).between(first, last)), machine=work.shape_of(each.track), verb=each.verb,
            source=each.stage.key, details=details,
        )  # fmt: skip

"""Tracks with too few entries, in a rehearsal: extended alone where there is time, then let into review as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlmodel import col

from engine import campaigns, nominations, shortfall
from engine.office import Work
from engine.rehearsal.script import Script
from engine.rehearsal.theatre import Action
from engine.tables import Nomination
from workflows.definition import Length, Who
from workflows.instants import zone_of
from workflows.lengths import end_after
from workflows.workdays import YearUnknown

MORNING, LATER = timedelta(hours=10), timedelta(days=1)
LONGER = Length(text="5个工作日", working=5)
COMING = 0.7  # share of the drafts that are submitted when their track is open again
REASON = "申报数量不足，延长5个工作日 / too few entries"


@dataclass(kw_only=True)
class ShortTracks:
    """What the secretariat does about them after the closing."""

    script: Script

    def plan(self) -> None:
        """Look on the morning after the closing, where some list asks for so many entries."""
        if any(each.minimum for each in self.script.definition.lists):
            action = self.script.office("extend", "申报不足", self._extend, alone=True)
            self.script.theatre.plan(self.script.closes + MORNING, action)

    def _extend(self, work: Work) -> None:
        tracks = tuple(each.track for each in shortfall.closed_short(work))
        until = self._until(work)
        if tracks and until:
            campaigns.extend(work, work.definition.collection, closes=until, reason=REASON, who=Who(tracks=tracks))
            self._submit_some(work, tracks, until)
        proceed = self.script.office("proceed", "申报不足", _proceed)
        self.script.theatre.plan((until or self.script.closes) + LATER, proceed)

    def _until(self, work: Work) -> datetime | None:
        """Until when there is time, if the review has not begun by then."""
        try:
            until = end_after(work.at, LONGER, zone=zone_of(work.definition.zone), workdays=work.workdays)
        except YearUnknown:
            return None
        begins = work.calendar[work.definition.stages[0].window].opens
        return until if begins is None or until + LATER < begins else None

    def _submit_some(self, work: Work, tracks: tuple[str, ...], until: datetime) -> None:
        query = select(col(Nomination.public_id), col(Nomination.unit_id), col(Nomination.title)).where(
            col(Nomination.campaign_id) == work.campaign_id, col(Nomination.track).in_(tracks),
            col(Nomination.state).in_(work.shape.sources("submit")),
        )  # fmt: skip
        for row in work.connection.execute(query.order_by(col(Nomination.id))).all():
            if self.script.random.random() < COMING:
                at = self.script.waking(work.at + (until - work.at) * self.script.random.random())
                submit = partial(_submit, nomination=row.public_id)
                actor = self.script.somebody_of(row.unit_id)
                self.script.theatre.plan(at, Action(actor=actor, verb="submit", what=row.title, do=submit))


def _submit(work: Work, *, nomination: str) -> None:
    nominations.submit(work, nomination)


def _proceed(work: Work) -> None:
    for each in shortfall.closed_short(work):
        shortfall.proceed(work, each.track, reason="经研究，照常评审 / judged as it is")

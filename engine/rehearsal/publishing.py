"""The publication in a rehearsal, and what is done for laureates after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlmodel import col

from engine import batches, campaigns, nominations, winners
from engine.office import Work
from engine.rehearsal.script import Script, need
from engine.tables import Nomination
from workflows.vocabulary import Edge

DAY = timedelta(days=1)
LATER = timedelta(days=12)  # after the publication, what was decided late is published too


@dataclass(kw_only=True)
class Publishing:
    """Writes the day on which the list is published, and the months after it."""

    script: Script

    def plan(self) -> None:
        """The date is chosen early in its window, the list published on it, and laureates promoted afterwards."""
        key = self.script.definition.publication
        window = self.script.theatre.calendar()[key]
        at = need(window.edge(Edge.OPENS))
        if self.script.definition.milestone_by_key[key].to_choose:
            end = window.closes or at + 20 * DAY
            date = at + (end - at) * 0.66
            date = max(at, date.replace(hour=2, minute=0, second=0, microsecond=0))  # ten o'clock in Beijing
            choose = partial(campaigns.choose_date, milestone=key, date=date)
            early = self.script.waking(at + 4 * DAY)
            when = early if early < date else at - DAY
            self.script.theatre.plan(when, self.script.office("choose", "发布日期", choose, alone=True))
            at = date
        self.script.theatre.plan(at, self.script.office("publish", "榜单", self._publish, alone=True))
        self.script.theatre.plan(
            at + LATER, self.script.office("publish", "榜单（增补）", self._publish_rest, alone=True)
        )

    def _publish_rest(self, work: Work) -> None:
        """What was decided after the day of publication."""
        if any(row.selected for each in work.definition.lists for row in winners.of_list(work, each)
               if row.state in work.shape.sources("publish")):  # fmt: skip
            self._publish(work)

    def _publish(self, work: Work) -> None:
        batches.publish(work)
        query = select(col(Nomination.public_id), col(Nomination.title)).where(
            col(Nomination.campaign_id) == work.campaign_id, col(Nomination.state) == "published",
            col(Nomination.changed_at) == work.at,
        )  # fmt: skip
        for found in work.connection.execute(query.order_by(col(Nomination.id))).all():
            if self.script.chance("promoted"):
                at = self.script.waking(self.script.theatre.now + DAY * self.script.random.uniform(3, 60))
                note = self.script.random.choice(("融资对接会", "媒体专访", "园区落地对接", "成果路演", "产学研签约"))
                do = partial(nominations.promote, nomination=found.public_id, note=note)
                self.script.theatre.plan(at, self.script.office("promote", found.title, do))

"""What happens in a stage beside its judging: some come back for correction, and some are objected to.

A stage without corrections and objections has nothing of this, and nothing made up for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine import nominations, objections, taking
from engine.access import Actor
from engine.office import Work
from engine.rehearsal.script import Script
from engine.rehearsal.theatre import Action
from engine.tables import Nomination, Unit
from workflows.definition import Stage
from workflows.nomination import Role
from workflows.vocabulary import Edge

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RETURNED, OBJECTED = 0.08, 2  # share of a stage that comes back for correction; how many are objected to


@dataclass(kw_only=True)
class Review:
    """One stage of a rehearsal; `judging` is all by which a stage is judged."""

    script: Script
    stage: Stage
    judging: Callable[[Stage], list[Action]]
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.stage.key)  # noqa: S311 - a rehearsal must be repeatable

    def plan(self) -> None:
        """Write into the theatre what goes beside the judging."""
        theatre = self.script.theatre
        standing, closing = theatre.calendar()[self.stage.window], theatre.calendar()[self.script.definition.collection]
        opens, ends = standing.edge(Edge.OPENS), theatre.calendar()[self.stage.due].edge(Edge.CLOSES)
        if opens is None or ends is None or not opens < ends:
            return
        begun = max(opens, (closing.closes or opens) + HOUR)
        if self.stage.correction:
            self._plan(begun + (ends - begun) * 0.2, "return", self._return_some)
        over = standing.edge(Edge.CLOSES)
        if self.stage.objections and over:
            self._plan(opens + (over - opens) * 0.4, "object", partial(self._object_to_some, over))
            self._plan(over + HOUR, "object", self._object_too_late)

    def _plan(
        self, at: datetime, verb: str, do: Callable[..., Any], actor: Actor | None = None, *, alone: bool = False
    ) -> None:
        actor = actor or self.script.secretariat
        self.script.theatre.plan(at, Action(actor=actor, verb=verb, what=self.stage.name, do=do, alone=alone))

    # -- correction --------------------------------------------------------------------------------------------------

    def _return_some(self, work: Work) -> None:
        """The judge returns some; all but the first come back in time, and are judged then."""
        here = _standing(work, self.stage)
        if not here:
            return
        chosen = self.random.sample(here, max(1, round(len(here) * RETURNED)))
        for number, row in enumerate(chosen):
            reason = "佐证材料不全，请补正 / a supporting document is missing"
            nominations.return_(work, row.public_id, reason=reason)
            limit = taking.locked(work, row.public_id).correct_by
            if limit and (number or len(chosen) == 1):
                self._come_back(row, work.at + (limit - work.at) * self.random.uniform(0.2, 0.8))
        self._judge_again(taking.locked(work, chosen[0].public_id).correct_by or work.at)

    def _come_back(self, row: Row[Any], at: datetime) -> None:
        unit = Actor(role=Role.UNIT, name=str(row.unit), unit_id=row.unit_id)
        self._plan(at, "submit", partial(nominations.submit, nomination=row.public_id), unit)

    def _judge_again(self, limit: datetime) -> None:
        """Whoever came back after the results were given is judged when the last of them can have come, step by step.

        Stages whose results are due later find them by themselves.
        """
        stages = self.script.definition.stages
        at = limit + 2 * HOUR
        for stage in stages[stages.index(self.stage) :]:
            for action in self._judging(stage):
                self.script.theatre.plan(at, action)
            at += HOUR

    def _judging(self, stage: Stage) -> list[Action]:
        due = self.script.theatre.calendar()[stage.due].edge(Edge.CLOSES)
        if stage is not self.stage and (due is None or due > self.script.theatre.now):
            return []
        return self.judging(stage)

    # -- objections --------------------------------------------------------------------------------------------------

    def _object_to_some(self, ends: datetime, work: Work) -> None:
        """One objection is dismissed, another upheld if enough are left; both are settled before the notice is over."""
        here = _standing(work, self.stage)
        for number, row in enumerate(self.random.sample(here, min(OBJECTED, len(here)))):
            key = objections.object_(
                work, row.public_id, name="程知行", contact="13800000000",
                reason="成果归属存在疑问，附合同复印件 / the ownership is in doubt",
            )  # fmt: skip
            upheld = number == 1 and len(here) > OBJECTED
            settle = partial(
                objections.settle, objection=key, upheld=upheld, then="eliminate" if upheld else None,
                reason="经核实，归属确有争议" if upheld else "经核实，材料属实",
            )  # fmt: skip
            at = work.at + (ends - work.at) * (0.3 + 0.3 * number)
            self._plan(at, "settle", settle, alone=True)

    def _object_too_late(self, work: Work) -> None:
        """Somebody who missed the notice is told so."""
        last = work.shape.sources("publish")
        chosen = _standing(work, self.stage) or [
            row for key in last for row in _standing(work, work.definition.stage_by_key[key])
        ]
        if chosen:
            objections.object_(work, chosen[0].public_id, name="程知行", contact="13800000000", reason="有异议")


def _standing(work: Work, stage: Stage) -> list[Row[Any]]:
    """Who stands in the stage."""
    query: Select[*tuple[Any, ...]] = (
        select(col(Nomination.public_id), col(Nomination.unit_id), col(Unit.name).label("unit"))
        .join(Unit, col(Unit.id) == col(Nomination.unit_id))
        .where(col(Nomination.campaign_id) == work.campaign_id, col(Nomination.state) == stage.key)
    )
    return list(work.connection.execute(query.order_by(col(Nomination.id))).all())

"""How nominations go through the stages of review in a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlmodel import col

from engine import batches, gates
from engine.batches import Result
from engine.office import Work
from engine.rehearsal.outcomes import within
from engine.rehearsal.reviewing import Review
from engine.rehearsal.script import Script, action, of_institution
from engine.rehearsal.theatre import Action
from engine.tables import Nomination
from workflows.classes import closings
from workflows.definition import Institution, Stage
from workflows.vocabulary import Edge, Judge

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATEST = timedelta(days=4)  # how late the institution reports that is late


@dataclass(kw_only=True)
class Judging:
    """Writes the results of every stage, and of those who came into it late."""

    script: Script

    def plan(self) -> None:
        """Each stage is judged by whom the file names, or by the clock; of the institutions one reports late."""
        for stage in self.script.definition.stages:
            if stage.judge is Judge.INSTITUTION:
                self._institutions_report(stage)
            elif stage.judge is Judge.SECRETARIAT:
                at = max(self.script.waking(self.script.edge(stage.due) - self._ahead(stage, 6 * DAY)), self.in_review)
                over = self.script.edge(stage.window) + HOUR
                self.script.theatre.plan(max(at, over) if stage.held else at, self.decision(stage))
            Review(script=self.script, stage=stage, judging=self.judging).plan()
        self._latecomers()

    @property
    def in_review(self) -> datetime:
        """When the last nomination has come in and its closing was carried out."""
        calendar, definition = self.script.theatre.calendar(), self.script.definition
        ends = [each.closes for each in closings(definition, calendar) if each.closes]
        return max([self.script.closes, *ends]) + definition.settle + HOUR

    def _latecomers(self) -> None:
        """Whoever came into a stage when its results were given already is judged when all are due, step by step."""
        at = max(
            [self.in_review, *(self.script.edge(stage.due) + LATEST + DAY for stage in self.script.definition.stages)]
        )
        for stage in self.script.definition.stages:
            for each in self.judging(stage):
                at += HOUR
                self.script.theatre.plan(at, each)

    def judging(self, stage: Stage) -> list[Action]:
        """Everything by which a stage is judged; nothing where the clock does it."""
        if stage.judge is Judge.CLOCK:
            return []
        if stage.judge is Judge.SECRETARIAT:
            return [self.decision(stage)]
        return [
            self.reporting(each, stage, track) for each in self.script.institutions(stage.key) for track in each.tracks
        ]

    def decision(self, stage: Stage) -> Action:
        """The secretariat judges what stands in the stage."""
        return self.script.office("decide", stage.name, partial(self._decide, stage=stage))

    def _ahead(self, stage: Stage, wanted: timedelta) -> timedelta:
        """How long before its due date a result comes: as wanted, but well within the stage."""
        opens = self.script.theatre.calendar()[stage.window].edge(Edge.OPENS)
        due = self.script.edge(stage.due)
        return min(wanted, (due - opens) * 0.4) if opens and opens < due else wanted

    def _institutions_report(self, stage: Stage) -> None:
        due = self.script.edge(stage.due)
        institutions = self.script.institutions(stage.key)
        late = self.script.random.choice(institutions)
        for institution in institutions:
            for track in institution.tracks:
                early = DAY * self.script.random.uniform(0.2, 11)
                at = due + LATEST if institution is late else due - self._ahead(stage, early)
                self.script.theatre.plan(
                    max(self.script.waking(at), self.in_review), self.reporting(institution, stage, track)
                )

    def reporting(self, institution: Institution, stage: Stage, track: str) -> Action:
        """The institution reports what stands in the stage on a track."""
        report = partial(self._report, stage=stage, track=track)
        return action(of_institution(institution), "report", self.script.definition.tracks[track].name, report)

    def _report(self, work: Work, *, stage: Stage, track: str) -> None:
        found = _free(work, _in_stage(work, stage.key, track))
        if not found:
            return
        scored = [(round(self.script.random.gauss(75, 9), 1), key) for key in found]
        scored.sort(key=lambda each: each[0], reverse=True)  # not by their ids, which are other ones each time
        wanted = max(1, round(len(scored) * self.script.behaviour["passes"]))
        results = [Result(id=key, passed=place < wanted, score=score) for place, (score, key) in enumerate(scored)]
        batches.report(work, within(work, results))

    def _decide(self, work: Work, *, stage: Stage) -> None:
        if results := self._results(work, stage, last=False):
            batches.report(work, within(work, results))
        if results := self._results(work, stage, last=True):
            batches.decide(work, within(work, results), occasion=stage.key)

    def _results(self, work: Work, stage: Stage, *, last: bool) -> list[Result]:
        """Of the tracks whose list is decided in this stage (`last`), or of the others."""
        results: list[Result] = []
        share = self.script.behaviour["listed" if last else "passes"]
        for key, track in self.script.definition.tracks.items():
            if (self.script.definition.deciding(track.list.key) is stage) is not last:
                continue
            found = _free(work, _in_stage(work, stage.key, key))
            self.script.random.shuffle(found)
            wanted = max(1, round(len(found) * share)) if found else 0
            results += [
                Result(id=each, passed=place < wanted, rank=place + 1 if place < wanted else None)
                for place, each in enumerate(found)
            ]
        return results


def _in_stage(work: Work, stage: str, track: str) -> list[str]:
    """Those of a track that stand in the stage and are not judged yet."""
    query = select(col(Nomination.public_id)).where(
        col(Nomination.campaign_id) == work.campaign_id, col(Nomination.track) == track,
        col(Nomination.state) == stage, ~col(Nomination.selected),
    )  # fmt: skip
    return list(work.connection.execute(query.order_by(col(Nomination.id))).scalars())


def _free(work: Work, found: list[str]) -> list[str]:
    """Those that no unsettled duty holds up."""
    query = select(col(Nomination.public_id)).where(col(Nomination.public_id).in_(found), *gates.free(work))
    free = set(work.connection.execute(query).scalars())
    return [key for key in found if key in free]

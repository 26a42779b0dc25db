"""Milestones in their order: for every list and class of deadline, whatever date is chosen.

The way of a nomination is walked from the last instant at which it can be submitted to its publication; where the next
step is due before the one before it has ended, no path fits into the calendar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from workflows.definition import Definition, DutyKind, Milestone, RankingList, Stage
from workflows.findings import Findings
from workflows.instants import show, show_en, zone_of
from workflows.lines import Path
from workflows.soundness.bounds import Bounds
from workflows.vocabulary import Fulfilment, Gate, Party

Known = Mapping[str, Bounds]


def prove(definition: Definition, bounds: Known, findings: Findings) -> None:
    """SND-20 … 29."""
    walk = Walk(definition, bounds, findings)
    for each in definition.lists:
        if each.takes_nominations:
            walk.list(each)
    walk.promotion()
    for duty in definition.duties:
        walk.duty(duty)
    for milestone in definition.milestones:
        walk.applicants(milestone)


class Walk:
    """The rules of one definition; each finding is told once, however many lists share it."""

    def __init__(self, definition: Definition, bounds: Known, findings: Findings) -> None:
        self.definition, self.bounds, self.findings = definition, bounds, findings
        self.zone = zone_of(definition.zone)
        self.told: set[tuple[str, Path]] = set()

    def list(self, each: RankingList) -> None:
        """One list from the end of its collection through its stages to the publication."""
        before, ended = self.last_submission(each)
        for stage in stages_of(self.definition, each):
            self.stage(stage, before, ended)
            due = self.bounds[stage.due].ends_latest
            before, ended = (stage.due, due) if due else (before, ended)
        self.publication(before, ended)

    def last_submission(self, each: RankingList) -> tuple[str, datetime | None]:
        """The milestone at whose end the last nomination for the list comes in, and that instant."""
        collection = self.definition.collection
        keys = [collection, *(one.key for one in self.definition.milestones if _takes(one, collection, each))]
        known = [(end, key) for key in keys if (end := self.bounds[key].ends_latest)]
        end, key = max(known, default=(None, collection))
        return key, end

    def stage(self, stage: Stage, before: str, ended: datetime | None) -> None:
        window, due = self.bounds[stage.window], self.bounds[stage.due]
        if due.ends and ended and due.ends <= ended:
            self.error(
                "SND-20", ("stages", stage.key, "due"),
                f"“{stage.name}”的结果期限是{self.end(due.ends)}，而之前的“{self.name(before)}”到{self.end(ended)}才结束；"
                "请推后期限",
                f"its results are due at {self.end_en(due.ends)}, but \"{before}\", which comes first, ends at"
                f" {self.end_en(ended)}; set a later date",
            )  # fmt: skip
        elif window.begins and ended and window.begins < ended:
            self.warning(
                "SND-21", ("stages", stage.key, "window"),
                f"“{stage.name}”{self.start(window.begins)}就开始，而之前的“{self.name(before)}”到{self.end(ended)}才结束",
                f"begins at {self.start_en(window.begins)}, before \"{before}\" ends at {self.end_en(ended)}",
            )  # fmt: skip
        if due.ends and window.begins and due.ends <= window.begins:
            self.error(
                "SND-22", ("stages", stage.key, "due"),
                f"“{stage.name}”的结果期限{self.end(due.ends)}不晚于其开始时间{self.start(window.begins)}；请改其中之一",
                f"its results are due at {self.end_en(due.ends)}, not after it begins at"
                f" {self.start_en(window.begins)}; change one of them",
            )  # fmt: skip

    def publication(self, before: str, ended: datetime | None) -> None:
        key = self.definition.publication
        bound = self.bounds[key]
        if not (ended and bound.begins):
            return
        path = ("milestones", key)
        if bound.begins_latest and bound.begins_latest < ended:
            self.error(
                "SND-23", path,
                f"最迟{self.start(bound.begins_latest)}发布，而“{self.name(before)}”到{self.end(ended)}才结束；请推后发布",
                f"the list is out at {self.start_en(bound.begins_latest)} at the latest, but \"{before}\" ends at"
                f" {self.end_en(ended)}; publish later",
            )  # fmt: skip
        elif bound.begins < ended:
            self.warning(
                "SND-24", path,
                f"若选在{self.end(ended)}之前发布，“{self.name(before)}”还没有结束；最早可能是{self.start(bound.begins)}",
                f"a date before {self.end_en(ended)}, when \"{before}\" ends, would be too early; the window begins at"
                f" {self.start_en(bound.begins)}",
            )  # fmt: skip

    def promotion(self) -> None:
        """The promotion does not begin before there is something to promote."""
        first, then = (self.bounds[key].begins for key in (self.definition.publication, self.definition.promotion))
        if first and then and then < first:
            self.error(
                "SND-25", ("calendar", "promotion"), f"推介{self.start(then)}开始，早于发布{self.start(first)}；请推后",
                f"the promotion begins at {self.start_en(then)}, before the publication at {self.start_en(first)};"
                " let it begin later",
            )  # fmt: skip

    def duty(self, duty: DutyKind) -> None:
        """What opens a door is due before the door closes; results are due within their stage."""
        due = self.bounds[duty.due].ends if duty.due else None
        if due is None:
            return
        last = self.bounds[self.definition.collection].ends_latest
        if duty.gate in (Gate.DRAFT, Gate.SUBMIT) and last and due > last:
            self.error(
                "SND-26", ("duties", duty.key, "due"),
                f"没有“{duty.name}”不能填报或提交，而它的期限{self.end(due)}晚于征集截止{self.end(last)}；请提前",
                f"nothing can be handed in without it, but it is due at {self.end_en(due)}, after the collection"
                f" closes at {self.end_en(last)}; set an earlier date",
            )  # fmt: skip
        stage = self.definition.stage_by_key.get(duty.stage or "")
        wanted = self.bounds[stage.due].ends if stage else None
        if stage and duty.fulfilment is Fulfilment.RESULTS and wanted and due > wanted:
            self.warning(
                "SND-27", ("duties", duty.key, "due"),
                f"“{duty.name}”的期限{self.end(due)}晚于“{stage.name}”阶段的期限{self.end(wanted)}",
                f"is due at {self.end_en(due)}, after its stage is at {self.end_en(wanted)}",
            )  # fmt: skip

    def applicants(self, milestone: Milestone) -> None:
        """An applicant's deadline that is later than the unit's is of no use."""
        if milestone.of != self.definition.collection or milestone.who.role is not Party.APPLICANT:
            return
        own, outer = self.bounds[milestone.key].ends, self.bounds[self.definition.collection].ends_latest
        if own and outer and own > outer:
            parent, _, name = milestone.key.partition("/")
            self.warning(
                "SND-28", ("milestones", parent, "classes", name, "closes"),
                f"申报人的截止时间{self.end(own)}晚于推荐单位的{self.end(outer)}，多出的时间没有用处",
                f"applicants may write until {self.end_en(own)}, after units may submit ({self.end_en(outer)})",
            )  # fmt: skip

    def error(self, code: str, path: Path, zh: str, en: str) -> None:
        if (code, path) not in self.told:
            self.told.add((code, path))
            self.findings.error(code, path, zh, en)

    def warning(self, code: str, path: Path, zh: str, en: str) -> None:
        if (code, path) not in self.told:
            self.told.add((code, path))
            self.findings.warning(code, path, zh, en)

    def name(self, milestone: str) -> str:
        return self.definition.milestone_by_key[milestone].name

    def start(self, at: datetime) -> str:
        return show(at, zone=self.zone, edge="start")

    def end(self, at: datetime) -> str:
        return show(at, zone=self.zone, edge="end")

    def start_en(self, at: datetime) -> str:
        return show_en(at, zone=self.zone, edge="start")

    def end_en(self, at: datetime) -> str:
        return show_en(at, zone=self.zone, edge="end")


def stages_of(definition: Definition, each: RankingList) -> Sequence[Stage]:
    """The stages that the nominations of a list pass, in order."""
    return [stage for stage in definition.stages if not stage.lists or each.key in stage.lists]


def _takes(milestone: Milestone, collection: str, each: RankingList) -> bool:
    """Whether a class of the collection's deadline is one until which nominations for the list are submitted."""
    if milestone.of != collection or milestone.who.role is Party.APPLICANT:
        return False
    tracks = milestone.who.tracks
    return not tracks or any(key.partition("/")[0] == each.key for key in tracks)

"""What people do in a rehearsal: units nominate, institutions review, the secretariat decides. All of it by verbs.

The script is written from the definition, so that any campaign file can be rehearsed: every instant below is a place
in one of its windows. People behave by the shares of config/rehearsal.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from engine import batches, campaigns, duties, endorsing, gates, nominations, units, winners
from engine.access import Actor
from engine.batches import Result
from engine.office import Work
from engine.rehearsal.declared import fits
from engine.rehearsal.issuing import all_issued
from engine.rehearsal.outcomes import within
from engine.rehearsal.population import Plan, Population, UnitPlan
from engine.rehearsal.reviewing import Review
from engine.rehearsal.theatre import Action, Theatre
from engine.sheets.cleaning import match_key
from engine.tables import Contact, Duty, Laureate, Nomination
from workflows.classes import closings, window_for
from workflows.definition import Definition, DutyKind, Institution, Stage
from workflows.instants import zone_of
from workflows.nomination import Role
from workflows.places import binding
from workflows.timeline import Calendar
from workflows.vocabulary import Edge, Fulfilment, Judge, Owner, Party

MICROSECOND = timedelta(microseconds=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATEST = timedelta(days=4)  # how late the institution reports that is late
LATER = timedelta(days=12)  # after the publication, what was decided late is published too
HASTY = 0.1  # share of joint nominations that are submitted before everybody has joined
EXTENSION = timedelta(days=5)


@dataclass(kw_only=True)
class Script:
    """Writes the actions of one rehearsal into a theatre."""

    theatre: Theatre
    definition: Definition
    population: Population
    behaviour: Mapping[str, float]
    random: Random
    extend: bool = False
    unit_ids: dict[str, int] = field(default_factory=dict)
    to_be_returned: set[str] = field(default_factory=set)
    hasty: int = 0
    closes: datetime = field(init=False)
    announced: Calendar = field(init=False)

    @property
    def secretariat(self) -> Actor:
        people = self.definition.office.contacts
        return Actor(role=Role.SECRETARIAT, name=people[0].name if people else self.definition.office.name)

    def waking(self, at: datetime) -> datetime:
        """The same day, between eight in the morning and ten at night; what came first still does."""
        local = at.astimezone(zone_of(self.definition.zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + 8 * HOUR + (local - midnight) * (14 / 24)

    def chance(self, what: str) -> bool:
        return self.random.random() < self.behaviour[what]

    # -- before the collection ---------------------------------------------------------------------------------------

    def enter_roster(self, work: Work) -> None:
        """The secretariat's preparation: earlier laureates and the roster of units, in one transaction."""
        rows = [
            {"campaign_id": work.campaign_id, "award": each.award, "edition": each.edition, "list_name": each.list_name,
             "name": each.name, "name_key": match_key(each.name), "organisation": each.organisation,
             "person": each.person}
            for each in self.population.laureates
        ]  # fmt: skip
        work.connection.execute(insert(Laureate), rows)
        self._give_addresses(work)
        for unit in self.population.units:
            # A unit of a roster file is there already; then this only finds it.
            self.unit_ids[unit.code] = row_id = units.add(
                work, code=unit.code, name=unit.name, channels=unit.channels, person=unit.person,
                attributes=unit.attributes,
            )  # fmt: skip
            for someone in unit.contacts:
                units.add_contact(work, name=someone.name, phones=[someone.phone], email=someone.email, unit_id=row_id)

    def _give_addresses(self, work: Work) -> None:
        """A notice prints telephone numbers; here the secretariat and most institutions have an address as well."""
        query = select(col(Contact.public_id), col(Contact.institution)).where(
            col(Contact.campaign_id) == work.campaign_id, col(Contact.unit_id).is_(None), col(Contact.email).is_(None)
        )
        for number, someone in enumerate(work.connection.execute(query.order_by(col(Contact.id))).all()):
            if someone.institution is None or number % 4:
                place = someone.institution or "secretariat"
                units.change_contact(work, someone.public_id, email=f"contact{number}@{place}.example.org")

    # -- collection --------------------------------------------------------------------------------------------------

    def collection(self) -> None:
        """Every unit drafts, completes and submits; some too late, some too many, some never."""
        self.announced = self.theatre.calendar()
        window = self.announced[self.definition.collection]
        opens, closes = _need(window.opens), _need(window.closes)
        if self.extend:
            self.theatre.plan(closes - 30 * HOUR, self.office("extend", "延期", self._extend(closes), alone=True))
            closes += EXTENSION
        self.closes = closes
        for unit in self.population.units:
            for plan in unit.plans:
                self._nominate(unit, plan, opens, self.closing(unit, plan))
        self._photo_finish()

    def closing(self, unit: UnitPlan, plan: Plan) -> datetime:
        """Until when the unit may submit that: units of some classes earlier or later than others."""
        subject = replace(unit.subject, track=plan.track, role=Party.UNIT)
        window = window_for(self.definition, self.announced, subject)
        return self.closes if window.closing == self.definition.collection else _need(window.closes)

    def _extend(self, closes: datetime) -> Callable[[Work], None]:
        reason = "应部分推荐单位要求 / at the request of several units"

        def do(work: Work) -> None:
            campaigns.extend(work, self.definition.collection, closes=closes + EXTENSION, reason=reason)

        return do

    def _nominate(self, unit: UnitPlan, plan: Plan, opens: datetime, closes: datetime) -> None:
        issued = all_issued(self.definition, self.theatre.calendar())
        submit_at = self._submit_at(issued or opens, closes)
        latest = min(submit_at or closes, closes) - 5 * MINUTE
        draft_at = opens + (latest - opens) * self.random.betavariate(2, 1.4)
        incomplete = self.chance("incomplete_first")
        self._draft(unit, plan, self.waking(draft_at), submit_at, closes, incomplete=incomplete)

    def _submit_at(self, opens: datetime, closes: datetime) -> datetime | None:
        """When a unit gets round to submitting, or None."""
        dice, shares = self.random.random(), self.behaviour
        if dice < shares["never"]:
            return None
        if dice < shares["never"] + shares["late"]:
            return closes + timedelta(seconds=self.random.expovariate(1 / 900))
        if dice < shares["never"] + shares["late"] + shares["rush"]:
            return closes - min(timedelta(hours=3) * self.random.betavariate(1, 2.2) + MICROSECOND, 3 * HOUR)
        if self.chance("early"):
            return self.waking(opens + (closes - opens) * 0.7 * self.random.random())
        return self.waking(closes - 3 * HOUR - (closes - opens) * 0.3 * self.random.betavariate(1, 2.5))

    def _draft(
        self, unit: UnitPlan, plan: Plan, at: datetime, submit_at: datetime | None, closes: datetime, *,
        incomplete: bool,
    ) -> None:  # fmt: skip
        """A draft, which others join, which is completed, and which is submitted at `submit_at`, if ever."""
        materials = self.definition.tracks[plan.track].list.materials
        actor = self._of_unit(unit)

        def do(work: Work) -> None:
            answer = nominations.draft(
                work, unit_id=self.unit_ids[unit.code], track=plan.track, title=plan.title, applicant=plan.applicant,
                applicant_contact=plan.contact.name, applicant_phones=plan.contact.phone,
                applicant_email=plan.contact.email, materials=() if incomplete else materials,
                attributes=plan.attributes,
            )  # fmt: skip
            if plan.partners and submit_at is not None:
                self._ask_others(actor, plan, answer.id, at=at, submit_at=submit_at, closes=closes)
            if submit_at is not None:
                if incomplete:
                    complete = partial(nominations.edit, nomination=answer.id, materials=list(materials))
                    between = at + (submit_at - at) * self.random.random()
                    self.theatre.plan(min(between, submit_at), _action(actor, "edit", plan.title, complete))
                self.theatre.plan(submit_at, self._submission(actor, plan.title, answer.id, closes))

        self.theatre.plan(at, Action(actor=actor, verb="draft", what=plan.title, do=do))

    def _ask_others(
        self, actor: Actor, plan: Plan, nomination: str, *, at: datetime, submit_at: datetime, closes: datetime
    ) -> None:
        """Whoever nominates jointly joins before the submission; some, and the first, submit before all have."""
        known = {each.code: each for each in self.population.units}
        joins = [
            _action(self._of_unit(known[code]), "join", plan.title,
                    partial(endorsing.join, nomination=nomination, unit_id=self.unit_ids[code]))
            for code in plan.partners
        ]  # fmt: skip
        if not self.hasty or self.random.random() < HASTY:
            self.hasty += 1
            self.theatre.plan(submit_at + 10 * MINUTE, joins.pop())
            self.theatre.plan(submit_at + 20 * MINUTE, self._submission(actor, plan.title, nomination, closes))
        for join in joins:
            self.theatre.plan(at + (min(submit_at, closes) - at) * self.random.random(), join)

    def _submission(self, actor: Actor, title: str, nomination: str, closes: datetime) -> Action:
        def do(work: Work) -> None:
            nominations.submit(work, nomination)
            self._afterwards(actor, title, nomination, closes)

        return Action(actor=actor, verb="submit", what=title, do=do)

    def _afterwards(self, actor: Actor, title: str, nomination: str, closes: datetime) -> None:
        """What becomes of a submission while it could still be submitted: mostly nothing."""
        soon = self.waking(self.theatre.now + timedelta(hours=self.random.uniform(12, 60)))
        if soon < closes and nomination not in self.to_be_returned and self.chance("returned"):
            self.to_be_returned.add(nomination)
            reason = "附件不清晰，请重新上传 / an attachment is not legible, please upload it again"
            back = partial(nominations.return_, nomination=nomination, reason=reason)
            self.theatre.plan(soon, self.office("return", title, back))
            if self.random.random() < 0.8:
                self.theatre.plan(soon + DAY, self._submission(actor, title, nomination, closes))
        elif soon < closes and self.chance("recalled"):
            self.theatre.plan(soon, _action(actor, "recall", title, self._recalling(actor, title, nomination, closes)))
        elif soon < closes and self.chance("withdrawn"):
            leave = partial(nominations.withdraw, nomination=nomination, reason="申报单位放弃 / the applicant gave up")
            self.theatre.plan(soon, _action(actor, "withdraw", title, leave))
        elif self.chance("disqualified"):
            reason = "知识产权存在争议 / ownership is disputed"
            out = partial(nominations.disqualify, nomination=nomination, reason=reason)
            self.theatre.plan(soon + 10 * DAY, self.office("disqualify", title, out))

    def _recalling(self, actor: Actor, title: str, nomination: str, closes: datetime) -> Callable[[Work], None]:
        def do(work: Work) -> None:
            nominations.recall(work, nomination)
            self.theatre.plan(self.theatre.now + 3 * HOUR, self._submission(actor, title, nomination, closes))

        return do

    def _photo_finish(self) -> None:
        """Two more submissions, one in the last microsecond and one at the deadline itself, both with a place free."""
        free = [(unit, plan) for unit in self.population.units for plan in unit.plans if self._has_place(unit, plan)]
        for offset, mark in ((-MICROSECOND, "最后一微秒"), (timedelta(), "截止瞬间")):
            if free:
                unit, plan = self.random.choice(free)
                finish, closes = replace(plan, title=f"{plan.title}（{mark}）"), self.closing(unit, plan)
                self._draft(unit, finish, closes - 2 * HOUR, closes + offset, closes, incomplete=False)

    def _has_place(self, unit: UnitPlan, plan: Plan) -> bool:
        """Whether the rules let the plan in, and the unit leaves places free for both finishes."""
        subject = replace(unit.subject, track=plan.track, attributes={**unit.attributes, **plan.attributes})
        return fits(self.definition, subject) and all(
            scope.limit is None or sum(each.track in scope.tracks for each in unit.plans) <= scope.limit - 2
            for scope in binding(self.definition, unit.subject, plan.track)
        )

    def waivers(self) -> None:
        """Once a week the secretariat looks at drafts that an earlier edition listed already, and waives some."""
        window = self.theatre.calendar()[self.definition.collection]
        opens, closes = _need(window.opens), _need(window.closes)
        at = self.waking(opens + 4 * DAY)
        while at < closes:
            self.theatre.plan(at, self.office("waive", "历年入选", self._waive_some))
            at += 7 * DAY

    def _waive_some(self, work: Work) -> None:
        query = select(col(Nomination.public_id), col(Nomination.title)).where(
            col(Nomination.campaign_id) == work.campaign_id,
            col(Nomination.state) == "drafted",
            col(Nomination.undecided).is_not(None),
        )
        for found in work.connection.execute(query.order_by(col(Nomination.id))).all():
            if self.random.random() < 0.5:
                reason = "较上届有重大技术突破 / a substantial advance since then"
                nominations.waive(work, found.public_id, reason=reason)

    # -- duties and stages -------------------------------------------------------------------------------------------

    def duties(self) -> None:
        """Institutions file what they owe; the last of them is late, and one filing comes back once."""
        for kind in self.definition.duties:
            if kind.fulfilment is Fulfilment.FILING and kind.stage and kind.owed_by is Owner.INSTITUTION:
                institutions = self._institutions(kind.stage)
                for number, institution in enumerate(institutions):
                    self._file(kind, institution, number, late=number == len(institutions) - 1)

    def _file(self, kind: DutyKind, institution: Institution, number: int, *, late: bool) -> None:
        due = self._edge(kind.due or self.definition.stage_by_key[institution.stage].due)
        at = due + 2 * DAY if late else due - DAY * self.random.uniform(1, 20)
        actor = _of_institution(institution)

        def do(work: Work) -> None:
            for duty in _duties_of(work, institution, kind):
                duties.file(work, duty, document=f"{institution.name}{kind.name}.pdf")
                if number == 0 and kind is self.definition.duties[-1]:
                    reason = "缺少专家回避规定 / rules on conflicts of interest are missing"
                    back = partial(duties.send_back, duty=duty, reason=reason)
                    again = partial(duties.file, duty=duty, document=f"{institution.name}{kind.name}（修订）.pdf")
                    self.theatre.plan(self.theatre.now + 4 * HOUR, self.office("send-back", kind.name, back))
                    self.theatre.plan(self.theatre.now + 3 * DAY, _action(actor, "file", kind.name, again))
                    self.theatre.plan(self.theatre.now + 4 * DAY, self._accepting(kind, duty))
                else:
                    self.theatre.plan(self.theatre.now + DAY, self._accepting(kind, duty))

        self.theatre.plan(self.waking(at), Action(actor=actor, verb="file", what=kind.name, do=do))

    def _accepting(self, kind: DutyKind, duty: str) -> Action:
        return self.office("accept", kind.name, partial(duties.accept, duty=duty))

    def stages(self) -> None:
        """Each stage is judged by whom the file names, or by the clock; of the institutions one reports late."""
        for stage in self.definition.stages:
            if stage.judge is Judge.INSTITUTION:
                self._institutions_report(stage)
            elif stage.judge is Judge.SECRETARIAT:
                at = max(self.waking(self._edge(stage.due) - self._ahead(stage, 6 * DAY)), self.in_review)
                over = self._edge(stage.window) + HOUR
                self.theatre.plan(max(at, over) if stage.held else at, self.decision(stage))
            Review(script=self, stage=stage).plan()
        self._latecomers()

    @property
    def in_review(self) -> datetime:
        """When the last nomination has come in and its closing was carried out."""
        calendar, definition = self.theatre.calendar(), self.definition
        ends = [each.closes for each in closings(definition, calendar) if each.closes]
        return max([self.closes, *ends]) + definition.settle + HOUR

    def _latecomers(self) -> None:
        """Whoever came into a stage when its results were given already is judged when all are due, step by step."""
        at = max([self.in_review, *(self._edge(stage.due) + LATEST + DAY for stage in self.definition.stages)])
        for stage in self.definition.stages:
            for action in self.judging(stage):
                at += HOUR
                self.theatre.plan(at, action)

    def judging(self, stage: Stage) -> list[Action]:
        """Everything by which a stage is judged; nothing where the clock does it."""
        if stage.judge is Judge.CLOCK:
            return []
        if stage.judge is Judge.SECRETARIAT:
            return [self.decision(stage)]
        return [self.reporting(each, stage, track) for each in self._institutions(stage.key) for track in each.tracks]

    def decision(self, stage: Stage) -> Action:
        """The secretariat judges what stands in the stage."""
        return self.office("decide", stage.name, partial(self._decide, stage=stage))

    def _ahead(self, stage: Stage, wanted: timedelta) -> timedelta:
        """How long before its due date a result comes: as wanted, but well within the stage."""
        opens = self.theatre.calendar()[stage.window].edge(Edge.OPENS)
        due = self._edge(stage.due)
        return min(wanted, (due - opens) * 0.4) if opens and opens < due else wanted

    def _institutions_report(self, stage: Stage) -> None:
        due = self._edge(stage.due)
        institutions = self._institutions(stage.key)
        late = self.random.choice(institutions)
        for institution in institutions:
            for track in institution.tracks:
                early = DAY * self.random.uniform(0.2, 11)
                at = due + LATEST if institution is late else due - self._ahead(stage, early)
                self.theatre.plan(max(self.waking(at), self.in_review), self.reporting(institution, stage, track))

    def reporting(self, institution: Institution, stage: Stage, track: str) -> Action:
        """The institution reports what stands in the stage on a track."""
        report = partial(self._report, stage=stage, track=track)
        return _action(_of_institution(institution), "report", self.definition.tracks[track].name, report)

    def _report(self, work: Work, *, stage: Stage, track: str) -> None:
        found = _free(work, _in_stage(work, stage.key, track))
        if not found:
            return
        scores = sorted(((round(self.random.gauss(75, 9), 1), key) for key in found), reverse=True)
        wanted = max(1, round(len(scores) * self.behaviour["passes"]))
        results = [Result(id=key, passed=place < wanted, score=score) for place, (score, key) in enumerate(scores)]
        batches.report(work, within(work, results))

    def _decide(self, work: Work, *, stage: Stage) -> None:
        if results := self._results(work, stage, last=False):
            batches.report(work, within(work, results))
        if results := self._results(work, stage, last=True):
            batches.decide(work, within(work, results), occasion=stage.key)

    def _results(self, work: Work, stage: Stage, *, last: bool) -> list[Result]:
        """Of the tracks whose list is decided in this stage (`last`), or of the others."""
        results: list[Result] = []
        share = self.behaviour["listed" if last else "passes"]
        for key, track in self.definition.tracks.items():
            if (self.definition.deciding(track.list.key) is stage) is not last:
                continue
            found = _free(work, _in_stage(work, stage.key, key))
            self.random.shuffle(found)
            wanted = max(1, round(len(found) * share)) if found else 0
            results += [
                Result(id=each, passed=place < wanted, rank=place + 1 if place < wanted else None)
                for place, each in enumerate(found)
            ]
        return results

    # -- publication and after ---------------------------------------------------------------------------------------

    def publication(self) -> None:
        """The date is chosen early in its window, the list published on it, and laureates promoted afterwards."""
        key = self.definition.publication
        window = self.theatre.calendar()[key]
        at = _need(window.edge(Edge.OPENS))
        if self.definition.milestone_by_key[key].to_choose:
            end = window.closes or at + 20 * DAY
            date = at + (end - at) * 0.66
            date = max(at, date.replace(hour=2, minute=0, second=0, microsecond=0))  # ten o'clock in Beijing
            choose = partial(campaigns.choose_date, milestone=key, date=date)
            early = self.waking(at + 4 * DAY)
            when = early if early < date else at - DAY
            self.theatre.plan(when, self.office("choose", "发布日期", choose, alone=True))
            at = date
        self.theatre.plan(at, self.office("publish", "榜单", self._publish, alone=True))
        self.theatre.plan(at + LATER, self.office("publish", "榜单（增补）", self._publish_rest, alone=True))

    def _publish_rest(self, work: Work) -> None:
        """What was decided after the day of publication."""
        if any(row.selected for each in work.definition.lists for row in winners.of_list(work, each)
               if row.state in work.shape.sources("publish")):  # fmt: skip
            self._publish(work)

    def _publish(self, work: Work) -> None:
        batches.publish(work)
        query = select(col(Nomination.public_id), col(Nomination.title)).where(
            col(Nomination.campaign_id) == work.campaign_id, col(Nomination.state) == "published"
        )
        for found in work.connection.execute(query.order_by(col(Nomination.id))).all():
            if self.chance("promoted"):
                at = self.waking(self.theatre.now + DAY * self.random.uniform(3, 60))
                note = self.random.choice(("融资对接会", "媒体专访", "园区落地对接", "成果路演", "产学研签约"))
                do = partial(nominations.promote, nomination=found.public_id, note=note)
                self.theatre.plan(at, self.office("promote", found.title, do))

    # -- small things ------------------------------------------------------------------------------------------------

    def office(self, verb: str, what: str, do: Callable[..., Any], *, alone: bool = False) -> Action:
        """Something that the secretariat does."""
        return _action(self.secretariat, verb, what, do, alone=alone)

    def _of_unit(self, unit: UnitPlan) -> Actor:
        person = unit.contacts[0].name if unit.contacts else ""
        return Actor(role=Role.UNIT, name=f"{unit.name} {person}".strip(), unit_id=self.unit_ids[unit.code])

    def somebody_of(self, unit_id: int) -> Actor:
        """A person of the unit with that row id."""
        return next(self._of_unit(unit) for unit in self.population.units if self.unit_ids[unit.code] == unit_id)

    def _institutions(self, stage: str) -> list[Institution]:
        return [each for each in self.definition.institutions if each.stage == stage]

    def _edge(self, milestone: str) -> datetime:
        standing = self.theatre.calendar()[milestone]
        return _need(standing.closes or standing.opens)


def _action(actor: Actor, verb: str, what: str, do: Callable[..., Any], *, alone: bool = False) -> Action:
    return Action(actor=actor, verb=verb, what=what, do=lambda work: do(work) and None, alone=alone)


def _of_institution(institution: Institution) -> Actor:
    name = institution.contacts[0].name if institution.contacts else institution.name
    return Actor(role=Role.INSTITUTION, name=name, institution=institution.key)


def _duties_of(work: Work, institution: Institution, kind: DutyKind) -> list[str]:
    query = select(col(Duty.public_id)).where(
        col(Duty.campaign_id) == work.campaign_id, col(Duty.institution) == institution.key, col(Duty.kind) == kind.key
    )
    return list(work.connection.execute(query.order_by(col(Duty.id))).scalars())


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


def _need(at: datetime | None) -> datetime:
    """An instant that a campaign must have to be rehearsed."""
    if at is None:
        raise ValueError("the calendar leaves this instant open")
    return at

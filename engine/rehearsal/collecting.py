"""How units come through the collection in a rehearsal: early, in the rush, too late, or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlmodel import col

from engine import campaigns, endorsing, nominations
from engine.access import Actor
from engine.office import Work
from engine.rehearsal.declared import fits
from engine.rehearsal.issuing import all_issued
from engine.rehearsal.population import Plan, UnitPlan
from engine.rehearsal.script import Script, action, need
from engine.rehearsal.theatre import Action
from engine.tables import Nomination
from workflows.classes import window_for
from workflows.places import binding
from workflows.timeline import Calendar
from workflows.vocabulary import Gate, Party

MICROSECOND = timedelta(microseconds=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HASTY = 0.1  # share of joint nominations that are submitted before everybody has joined
EXTENSION = timedelta(days=5)


@dataclass(kw_only=True)
class Collecting:
    """Writes drafts, submissions and what becomes of them while the collection is open."""

    script: Script
    to_be_returned: set[str] = field(default_factory=set)
    hasty: int = 0
    announced: Calendar = field(init=False)

    def plan(self) -> None:
        """Every unit drafts, completes and submits; some too late, some too many, some never."""
        self.announced = self.script.theatre.calendar()
        window = self.announced[self.script.definition.collection]
        opens, closes = need(window.opens), need(window.closes)
        if self.script.extend:
            self.script.theatre.plan(
                closes - 30 * HOUR, self.script.office("extend", "延期", self._extend(closes), alone=True)
            )
            closes += EXTENSION
        self.script.closes = closes
        for unit in self.script.population.units:
            for plan in unit.plans:
                self._nominate(unit, plan, opens, self.closing(unit, plan))
        self._photo_finish()
        self._waivers()

    def closing(self, unit: UnitPlan, plan: Plan) -> datetime:
        """Until when the unit may submit that: units of some classes earlier or later than others."""
        subject = replace(unit.subject, track=plan.track, role=Party.UNIT)
        window = window_for(self.script.definition, self.announced, subject)
        return self.script.closes if window.closing == self.script.definition.collection else need(window.closes)

    def writing(self, unit: UnitPlan, plan: Plan) -> datetime:
        """Until when that can be filled in: applicants of some classes have less time than their unit."""
        subject = replace(unit.subject, track=plan.track, role=Party.APPLICANT)
        window, closes = window_for(self.script.definition, self.announced, subject), self.closing(unit, plan)
        own = window.closes_of != self.script.definition.collection
        return min(closes, need(window.closes)) if own else closes

    def _extend(self, closes: datetime) -> Callable[[Work], None]:
        reason = "应部分推荐单位要求 / at the request of several units"

        def do(work: Work) -> None:
            campaigns.extend(work, self.script.definition.collection, closes=closes + EXTENSION, reason=reason)

        return do

    def _nominate(self, unit: UnitPlan, plan: Plan, opens: datetime, closes: datetime) -> None:
        definition, calendar = self.script.definition, self.script.theatre.calendar()
        begun = all_issued(definition, calendar, Gate.DRAFT) or opens
        submit_at = self._submit_at(all_issued(definition, calendar, Gate.DRAFT, Gate.SUBMIT) or opens, closes)
        latest = min(submit_at or closes, self.writing(unit, plan)) - 5 * MINUTE
        draft_at = begun + (latest - begun) * self.script.random.betavariate(2, 1.4)
        incomplete = self.script.chance("incomplete_first")
        self._draft(unit, plan, self.script.waking(draft_at), submit_at, closes, incomplete=incomplete)

    def _submit_at(self, opens: datetime, closes: datetime) -> datetime | None:
        """When a unit gets round to submitting, or None."""
        dice, shares = self.script.random.random(), self.script.behaviour
        if dice < shares["never"]:
            return None
        if dice < shares["never"] + shares["late"]:
            return closes + timedelta(seconds=self.script.random.expovariate(1 / 900))
        if dice < shares["never"] + shares["late"] + shares["rush"]:
            return closes - min(timedelta(hours=3) * self.script.random.betavariate(1, 2.2) + MICROSECOND, 3 * HOUR)
        if self.script.chance("early"):
            return self.script.waking(opens + (closes - opens) * 0.7 * self.script.random.random())
        return self.script.waking(closes - 3 * HOUR - (closes - opens) * 0.3 * self.script.random.betavariate(1, 2.5))

    def _draft(
        self, unit: UnitPlan, plan: Plan, at: datetime, submit_at: datetime | None, closes: datetime, *,
        incomplete: bool,
    ) -> None:  # fmt: skip
        """A draft, which others join, which is completed, and which is submitted at `submit_at`, if ever."""
        materials = self.script.definition.tracks[plan.track].list.materials
        actor = self.script.of_unit(unit)

        def do(work: Work) -> None:
            answer = nominations.draft(
                work, unit_id=self.script.unit_ids[unit.code], track=plan.track, title=plan.title,
                applicant=plan.applicant, applicant_contact=plan.contact.name, applicant_phones=plan.contact.phone,
                applicant_email=plan.contact.email, materials=() if incomplete else materials,
                attributes=plan.attributes,
            )  # fmt: skip
            if plan.partners and submit_at is not None:
                self._ask_others(actor, plan, answer.id, at=at, submit_at=submit_at, closes=closes)
            if submit_at is not None:
                if incomplete:
                    complete = partial(nominations.edit, nomination=answer.id, materials=list(materials))
                    between = at + (min(submit_at, self.writing(unit, plan)) - at) * self.script.random.random()
                    self.script.theatre.plan(min(between, submit_at), action(actor, "edit", plan.title, complete))
                self.script.theatre.plan(submit_at, self._submission(actor, plan.title, answer.id, closes))

        self.script.theatre.plan(at, Action(actor=actor, verb="draft", what=plan.title, do=do))

    def _ask_others(
        self, actor: Actor, plan: Plan, nomination: str, *, at: datetime, submit_at: datetime, closes: datetime
    ) -> None:
        """Whoever nominates jointly joins before the submission; some, and the first, submit before all have."""
        known = {each.code: each for each in self.script.population.units}
        joins = [
            action(self.script.of_unit(known[code]), "join", plan.title,
                    partial(endorsing.join, nomination=nomination, unit_id=self.script.unit_ids[code]))
            for code in plan.partners
        ]  # fmt: skip
        if not self.hasty or self.script.random.random() < HASTY:
            self.hasty += 1
            self.script.theatre.plan(submit_at + 10 * MINUTE, joins.pop())
            self.script.theatre.plan(submit_at + 20 * MINUTE, self._submission(actor, plan.title, nomination, closes))
        for join in joins:
            self.script.theatre.plan(at + (min(submit_at, closes) - at) * self.script.random.random(), join)

    def _submission(self, actor: Actor, title: str, nomination: str, closes: datetime) -> Action:
        def do(work: Work) -> None:
            nominations.submit(work, nomination)
            self._afterwards(actor, title, nomination, closes)

        return Action(actor=actor, verb="submit", what=title, do=do)

    def _afterwards(self, actor: Actor, title: str, nomination: str, closes: datetime) -> None:
        """What becomes of a submission while it could still be submitted: mostly nothing."""
        soon = self.script.waking(self.script.theatre.now + timedelta(hours=self.script.random.uniform(12, 60)))
        if soon < closes and nomination not in self.to_be_returned and self.script.chance("returned"):
            self.to_be_returned.add(nomination)
            reason = "附件不清晰，请重新上传 / an attachment is not legible, please upload it again"
            back = partial(nominations.return_, nomination=nomination, reason=reason)
            self.script.theatre.plan(soon, self.script.office("return", title, back))
            if self.script.random.random() < 0.8:
                self.script.theatre.plan(soon + DAY, self._submission(actor, title, nomination, closes))
        elif soon < closes and self.script.chance("recalled"):
            self.script.theatre.plan(
                soon, action(actor, "recall", title, self._recalling(actor, title, nomination, closes))
            )
        elif soon < closes and self.script.chance("withdrawn"):
            leave = partial(nominations.withdraw, nomination=nomination, reason="申报单位放弃 / the applicant gave up")
            self.script.theatre.plan(soon, action(actor, "withdraw", title, leave))
        elif self.script.chance("disqualified"):
            reason = "知识产权存在争议 / ownership is disputed"
            out = partial(nominations.disqualify, nomination=nomination, reason=reason)
            self.script.theatre.plan(soon + 10 * DAY, self.script.office("disqualify", title, out))

    def _recalling(self, actor: Actor, title: str, nomination: str, closes: datetime) -> Callable[[Work], None]:
        def do(work: Work) -> None:
            nominations.recall(work, nomination)
            self.script.theatre.plan(
                self.script.theatre.now + 3 * HOUR, self._submission(actor, title, nomination, closes)
            )

        return do

    def _photo_finish(self) -> None:
        """Two more submissions, one in the last microsecond and one at the deadline itself, both with a place free."""
        free = [
            (unit, plan) for unit in self.script.population.units for plan in unit.plans if self._has_place(unit, plan)
        ]
        for offset, mark in ((-MICROSECOND, "最后一微秒"), (timedelta(), "截止瞬间")):
            if free:
                unit, plan = self.script.random.choice(free)
                finish, closes = replace(plan, title=f"{plan.title}（{mark}）"), self.closing(unit, plan)
                begun = self.writing(unit, plan) - 2 * HOUR
                self._draft(unit, finish, begun, closes + offset, closes, incomplete=False)

    def _has_place(self, unit: UnitPlan, plan: Plan) -> bool:
        """Whether the rules let the plan in, and the unit leaves places free for both finishes."""
        subject = replace(unit.subject, track=plan.track, attributes={**unit.attributes, **plan.attributes})
        return fits(self.script.definition, subject) and all(
            scope.limit is None or sum(each.track in scope.tracks for each in unit.plans) <= scope.limit - 2
            for scope in binding(self.script.definition, unit.subject, plan.track)
        )

    def _waivers(self) -> None:
        """Once a week the secretariat looks at drafts that an earlier edition listed already, and waives some."""
        window = self.script.theatre.calendar()[self.script.definition.collection]
        opens, closes = need(window.opens), need(window.closes)
        at = self.script.waking(opens + 4 * DAY)
        while at < closes:
            self.script.theatre.plan(at, self.script.office("waive", "历年入选", self._waive_some))
            at += 7 * DAY

    def _waive_some(self, work: Work) -> None:
        query = select(col(Nomination.public_id), col(Nomination.title)).where(
            col(Nomination.campaign_id) == work.campaign_id,
            col(Nomination.state) == "drafted",
            col(Nomination.undecided).is_not(None),
        )
        for found in work.connection.execute(query.order_by(col(Nomination.id))).all():
            if self.script.random.random() < 0.5:
                reason = "较上届有重大技术突破 / a substantial advance since then"
                nominations.waive(work, found.public_id, reason=reason)

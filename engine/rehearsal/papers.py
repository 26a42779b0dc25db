"""What units owe, in a rehearsal: they file and send it, most in time, one late, one never; the secretariat answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine import duties, nominations
from engine.office import Work
from engine.rehearsal.issuing import ISSUING, issued_by
from engine.rehearsal.script import Script
from engine.rehearsal.theatre import Action
from engine.tables import Duty, Nomination
from workflows.definition import DutyKind
from workflows.duty import OWING
from workflows.instants import zone_of
from workflows.vocabulary import Decisive, Each, Edge, Fulfilment, Gate, Owner

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS = 6  # over how many days before the date papers come in
AT_LEAST = 3  # owed that often before somebody is late and somebody never comes
LATE, NEVER = 0, 1  # the first two that owe it


@dataclass(kw_only=True)
class Papers:
    """Writes what becomes of each unit's duties into the theatre of a script."""

    script: Script

    def plan(self) -> None:
        """Every duty of units: the days on which it comes in, who is late, and what becomes of who never sent it."""
        for kind in self.script.definition.duties:
            if kind.owed_by is Owner.UNIT:
                by = self._by(kind)
                days = list(self._days(kind, by))
                for place, at in enumerate(days):
                    self._at(at, kind, partial(self._come_in, kind=kind, turn=place, turns=len(days)))
                self._at(by + DAY, kind, partial(self._come_late, kind=kind))
                if kind.gate is Gate.REVIEW:
                    self._at(max(by, self.script.closes) + 2 * DAY, kind, partial(self._turn_away, kind=kind))

    def _at(self, at: datetime, kind: DutyKind, do: Callable[[Work], None]) -> None:
        self.script.theatre.plan(at, Action(actor=self.script.secretariat, verb="post", what=kind.name, do=do))

    def _by(self, kind: DutyKind) -> datetime:
        """By when it has to be settled: its date, or before what it holds up."""
        calendar, definition = self.script.theatre.calendar(), self.script.definition
        due = calendar[kind.due].edge(Edge.CLOSES) if kind.due else None
        if (issued := issued_by(definition, calendar, kind)) is not None:
            return issued
        begins = calendar[definition.collection].opens
        if kind.gate in (Gate.DRAFT, Gate.SUBMIT) and begins:
            return min(due, begins) if due else begins
        return due or self.script.closes + DAYS * DAY

    def _days(self, kind: DutyKind, by: datetime) -> Iterator[datetime]:
        slots = self.script.definition.milestone_by_key[kind.due].slots if kind.due else ()
        inside = [opens + (closes - opens) * self.script.random.random() for opens, closes in slots if closes <= by]
        if inside:
            yield from inside
            return
        if issued_by(self.script.definition, self.script.theatre.calendar(), kind):
            yield from (by - ISSUING * share for share in (0.9, 0.6, 0.3))
            return
        calendar = self.script.theatre.calendar()
        opens = calendar[kind.due].opens if kind.due else None  # nothing is accepted before
        for day in range(DAYS, 0, -1):
            at = min(self.script.waking(by - day * DAY), by - MINUTE)
            yield max(at, opens) if opens else at
        yield by - HOUR

    def _come_in(self, work: Work, *, kind: DutyKind, turn: int, turns: int) -> None:
        """Those whose turn it is, and on the last day all that are left, but for who is late or never comes."""
        owed = _owed(work, kind)
        for place, row in enumerate(owed):
            patient = len(owed) >= AT_LEAST and place in (LATE, NEVER)
            if row.state in OWING and not patient and (place % turns == turn or turn == turns - 1):
                self._settle(work, kind, row)

    def _settle(self, work: Work, kind: DutyKind, row: Row[Any]) -> None:
        now, office = self.script.theatre.now, self.script.office
        if kind.fulfilment is Fulfilment.RECEIPT:
            dated = _posted(work) if kind.decisive is Decisive.POSTMARK else now
            confirm = partial(duties.confirm, duty=row.public_id, dated=dated)
            self.script.theatre.plan(now, office("confirm", kind.name, confirm))
            return
        actor = self.script.somebody_of(row.unit_id)
        file = partial(duties.file, duty=row.public_id, document=f"{kind.name}.pdf")
        self.script.theatre.plan(now, Action(actor=actor, verb="file", what=kind.name, do=file))
        accept = partial(duties.accept, duty=row.public_id)
        self.script.theatre.plan(now + 30 * MINUTE, office("accept", kind.name, accept))

    def _come_late(self, work: Work, *, kind: DutyKind) -> None:
        """One comes a day late: a paper is refused, and then taken with a reason."""
        owed = _owed(work, kind)
        if len(owed) < AT_LEAST or owed[LATE].state not in OWING:
            return
        if kind.fulfilment is not Fulfilment.RECEIPT:
            self._settle(work, kind, owed[LATE])
            return
        now, office = self.script.theatre.now, self.script.office
        confirm = partial(duties.confirm, duty=owed[LATE].public_id, dated=now)
        self.script.theatre.plan(now, office("confirm", kind.name, confirm))
        taken = partial(confirm, late=True, reason="邮路中断，有证明 / the post was interrupted")
        self.script.theatre.plan(now + 4 * HOUR, office("confirm", kind.name, taken))

    def _turn_away(self, work: Work, *, kind: DutyKind) -> None:
        """逾期不予受理: what never came ends the nominations that wait for it."""
        reason = f"未收到{kind.name}，不予受理 / it never arrived"
        for row in _owed(work, kind):
            if row.state in OWING:
                for found in _waiting(work, kind, row):
                    out = partial(nominations.disqualify, nomination=found.public_id, reason=reason)
                    self.script.theatre.plan(
                        self.script.theatre.now, self.script.office("disqualify", found.title, out)
                    )


def _owed(work: Work, kind: DutyKind) -> list[Row[Any]]:
    """Every row of the duty in the order in which it came to be owed, settled ones too."""
    query = select(Duty).where(col(Duty.campaign_id) == work.campaign_id, col(Duty.kind) == kind.key)
    return list(work.connection.execute(query.order_by(col(Duty.id))).all())


def _waiting(work: Work, kind: DutyKind, row: Row[Any]) -> list[Row[Any]]:
    """The nominations that the duty holds up."""
    mine = col(Nomination.unit_id) == row.unit_id
    of = mine if kind.each is Each.UNIT else col(Nomination.id) == row.nomination_id
    query: Select[*tuple[Any, ...]] = select(col(Nomination.public_id), col(Nomination.title)).where(
        of, col(Nomination.state).in_((*work.shape.sources("begin"), work.shape.stages[0]))
    )
    return list(work.connection.execute(query.order_by(col(Nomination.id))).all())


def _posted(work: Work) -> date:
    """The day before yesterday: the post takes its time."""
    return (work.at - 2 * DAY).astimezone(zone_of(work.definition.zone)).date()

"""Everything that the report and the story say, read once from a campaign that was played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from bangdan.language import Words
from bangdan.report import calls, duties, flow, lapsed, letters, milestones, nominations, occasions, refused
from bangdan.report.places import Places, Reach, places, reach
from bangdan.report.words import Dial
from engine import audit
from engine.access import Actor, visible
from engine.office import Office, Work
from engine.queries.outcomes import Outcome, outcomes
from engine.rehearsal.play import Rehearsed, Size
from engine.tables import Event, Laureate
from workflows.definition import Definition
from workflows.instants import zone_of
from workflows.nomination import Role
from workflows.vocabulary import Audience
from workflows.workdays import Workdays

READER = Actor(role=Role.AUDITOR, name="report")
TO_UNITS = (Audience.UNITS, Audience.UNITS_COLLECTING)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What happened in one rehearsal, as values."""

    definition: Definition
    workdays: Workdays
    dial: Dial
    size: Size
    began: datetime
    ended: datetime
    funnel: nominations.Funnel
    outcomes: tuple[Outcome, ...]
    flow: flow.Flow
    reminded: tuple[occasions.Reminded, ...]
    owed: tuple[duties.Owed, ...]
    late: tuple[duties.Lateness, ...]
    courses: tuple[milestones.Course, ...]
    post: letters.Post
    calls: calls.CallSheet
    refused: tuple[refused.Group, ...]
    lapses: lapsed.Lapses
    places: Places
    reach: Reach
    events: Mapping[str, int]
    verdict: audit.Verdict
    laureates: int

    @property
    def name(self) -> Words:
        return Words(self.definition.name, self.definition.english)

    @property
    def selected(self) -> int:
        return self.funnel.total.reached.get("published", 0)


def gather(office: Office, played: Rehearsed) -> Findings:
    """Read everything in one consistent look."""
    with office.read(played.campaign, READER, at=played.ended) as work:
        return _gathered(work, played)


def _gathered(work: Work, played: Rehearsed) -> Findings:
    dial = Dial(zone=zone_of(work.definition.zone))
    reminded, owed, theatre = occasions.reminded(work), duties.owed(work), played.theatre
    to_units = [(one.at, one.offset.zh) for one in reminded if one.audience in TO_UNITS and not one.passed]
    return Findings(
        definition=work.definition, workdays=work.workdays, dial=dial, size=played.size, began=played.began,
        ended=played.ended, funnel=nominations.funnel(work), outcomes=outcomes(work),
        flow=flow.flow(work, theatre.refusals, dial, to_units), reminded=reminded, owed=owed,
        late=duties.late(work, owed), courses=milestones.courses(work, owed), post=letters.post(work, dial),
        calls=calls.call_sheet(work, dial), refused=refused.grouped(work, theatre.refusals), lapses=lapsed.lapses(work),
        places=places(work), reach=reach(work), events=_events(work), verdict=audit.verify(work),
        laureates=_laureates(work),
    )  # fmt: skip


def _events(work: Work) -> Counter[str]:
    """How many events of each kind, as `subject verb`."""
    query: Select[*tuple[Any, ...]] = (
        select(col(Event.subject), col(Event.verb), func.count())
        .where(col(Event.campaign_id) == work.campaign_id)
        .group_by(col(Event.subject), col(Event.verb))
    )
    rows = work.connection.execute(visible(query, Event, work.actor, work.definition))
    return Counter({f"{subject} {verb}": n for subject, verb, n in rows})


def _laureates(work: Work) -> int:
    query: Select[Any] = select(func.count()).select_from(Laureate).where(col(Laureate.campaign_id) == work.campaign_id)
    return int(work.connection.execute(visible(query, Laureate, work.actor, work.definition)).scalar_one())

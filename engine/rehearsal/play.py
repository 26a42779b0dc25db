"""One rehearsal from the opening to the last letter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine import campaigns
from engine.access import Actor
from engine.office import Office, Work
from engine.rehearsal import announcing, outcomes
from engine.rehearsal.collecting import Collecting
from engine.rehearsal.crew import Hire
from engine.rehearsal.filing import Filing
from engine.rehearsal.judging import Judging
from engine.rehearsal.papers import Papers
from engine.rehearsal.population import Population, Someone, UnitPlan, make
from engine.rehearsal.publishing import Publishing
from engine.rehearsal.script import Script
from engine.rehearsal.short_tracks import ShortTracks
from engine.rehearsal.theatre import Action, Theatre
from engine.rosters.importing import Upload
from engine.rosters.unit_rows import import_units
from engine.tables import Contact, Unit
from engine.units import attributes_of, channels_of
from notifications.doors import Answer, DotGate, Parcel, Report, Stop
from workflows.definition import Definition
from workflows.derivation import as_announced
from workflows.loading import load
from workflows.nomination import Role
from workflows.timeline import InForce
from workflows.workdays import Workdays

BEFORE = timedelta(days=8)  # the campaign is opened this long before its first instant
AFTER = timedelta(days=2)


class KeptDoor:
    """A door that leads nowhere: every letter is taken, and stays in the outbox to be looked at."""

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        """Take the parcels, with the same dot as a real door, all side by side."""

        async def take(parcel: Parcel) -> None:
            if await dot(parcel):
                report(parcel, Answer(kind="sent", words="彩排，未寄出 / rehearsal, not sent"))

        await asyncio.gather(*(take(parcel) for parcel in parcels))
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How large a rehearsal is, and the seed that everything made up follows from."""

    seed: int = 2023
    units: int = 300
    nominations: int = 2300
    extend: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """A rehearsal, to be played or played: the database to read on in, and what only the theatre knows."""

    campaign: str
    definition: Definition
    population: Population
    theatre: Theatre
    size: Size
    began: datetime
    ended: datetime


def rehearse(
    office: Office, source: str, *, name: str, words: Mapping[str, Any], size: Size,
    crew: Hire, progress: Callable[[datetime, int], None] = lambda _at, _done: None,
    roster: Upload | None = None,
) -> Rehearsed:  # fmt: skip
    """Play the campaign of a file in an empty database, with the units of `roster` or with made-up ones.

    Raises FileRefused when a file can't be taken.
    """
    played = prepare(office, source, name=name, words=words, size=size, crew=crew, progress=progress, roster=roster)
    played.theatre.play(played.ended)
    return played


def prepare(
    office: Office, source: str, *, name: str, words: Mapping[str, Any], size: Size,
    crew: Hire, progress: Callable[[datetime, int], None] = lambda _at, _done: None,
    roster: Upload | Sequence[UnitPlan] | None = None,
) -> Rehearsed:  # fmt: skip
    """Open the campaign, play its first hour, and plan what everybody does until `ended`.

    `roster` is a file, or the units as they are known elsewhere. Raises FileRefused when a file can't be taken.
    """
    definition = load(source, name=name).definition
    began, ended = span(definition, office.workdays)
    secretary = Actor(role=Role.SECRETARIAT, name=definition.office.name)
    campaign = campaigns.open_campaign(office, source, name=name, actor=secretary, at=began)
    units: int | list[UnitPlan] = size.units
    if isinstance(roster, Upload):
        with office.write(campaign, secretary, at=began) as work:
            import_units(work, roster)
            units = listed(work)
    elif roster is not None:
        units = list(roster)
    population = make(definition, words, seed=size.seed, units=units, nominations=size.nominations)
    theatre = Theatre(office=office, campaign=campaign, crew=crew(campaign), now=began, progress=progress)
    script = Script(
        theatre=theatre, definition=definition, population=population, behaviour=words["behaviour"],
        random=Random(size.seed + 1), extend=size.extend,  # noqa: S311 - a rehearsal must be repeatable
    )  # fmt: skip
    theatre.plan(began, Action(actor=secretary, verb="import", what="名册", do=script.enter_roster))
    theatre.plan(began, announcing.action(definition, script.secretariat))
    theatre.play(began + timedelta(hours=1))
    ended = max(ended, *(at + AFTER for at in _instants(theatre.calendar().values())))
    for writer in (Collecting, Filing, Papers, ShortTracks, Judging, Publishing):
        writer(script=script).plan()
    outcomes.write(theatre, definition, script.secretariat)
    return Rehearsed(campaign=campaign, definition=definition, population=population, theatre=theatre, size=size,
                     began=began, ended=max(ended, theatre.planned_until + AFTER))  # fmt: skip


def listed(work: Work) -> list[UnitPlan]:
    """The units that a roster brought, with their channels and contacts, and nothing planned yet."""
    people: dict[int | None, list[Someone]] = {}
    query = select(Contact).where(col(Contact.campaign_id) == work.campaign_id).order_by(col(Contact.id))
    for row in work.connection.execute(query):
        people.setdefault(row.unit_id, []).append(Someone(name=row.name, phone=row.phones, email=row.email))
    rows = work.connection.execute(select(Unit).where(col(Unit.campaign_id) == work.campaign_id).order_by(col(Unit.id)))
    return [
        UnitPlan(code=row.code, name=row.name, channels=channels_of(work, row.id), person=row.person,
                 contacts=tuple(people.get(row.id, ())), plans=(), attributes=attributes_of(work, row.id))
        for row in rows.all()
    ]  # fmt: skip


def span(definition: Definition, workdays: Workdays) -> tuple[datetime, datetime]:
    """From a few days before the first instant of the calendar to shortly after its last."""
    instants = _instants(as_announced(definition, workdays).values())
    return min(instants) - BEFORE, max(instants) + AFTER


def _instants(standings: Iterable[InForce]) -> list[datetime]:
    return [at for each in standings for at in (each.opens, each.closes) if at is not None]

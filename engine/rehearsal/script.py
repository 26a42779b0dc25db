"""What all people of a rehearsal share: who they are, when they are awake, and by what shares they behave.

What they do is written by `collecting`, `filing`, `papers`, `short_tracks`, `judging` and `publishing`, all of it by
verbs and from the definition, so that any campaign file can be rehearsed: every instant is a place in one of its
windows. People behave by the shares of config/rehearsal.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine import laureates, units
from engine.access import Actor
from engine.office import Work
from engine.rehearsal.population import Population, UnitPlan
from engine.rehearsal.theatre import Action, Theatre
from engine.tables import Contact
from workflows.definition import Definition, Institution
from workflows.instants import zone_of
from workflows.nomination import Role

HOUR = timedelta(hours=1)


@dataclass(kw_only=True)
class Script:
    """The cast of one rehearsal, and the theatre into which its actions are written."""

    theatre: Theatre
    definition: Definition
    population: Population
    behaviour: Mapping[str, float]
    random: Random
    extend: bool = False
    unit_ids: dict[str, int] = field(default_factory=dict)
    closes: datetime = field(init=False)

    @property
    def secretariat(self) -> Actor:
        """Its first contact."""
        people = self.definition.office.contacts
        return Actor(role=Role.SECRETARIAT, name=people[0].name if people else self.definition.office.name)

    def waking(self, at: datetime) -> datetime:
        """The same day, between eight in the morning and ten at night; what came first still does."""
        local = at.astimezone(zone_of(self.definition.zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + 8 * HOUR + (local - midnight) * (14 / 24)

    def chance(self, what: str) -> bool:
        """Whether it happens this time, by that share of config/rehearsal.toml."""
        return self.random.random() < self.behaviour[what]

    def enter_roster(self, work: Work) -> None:
        """The secretariat's preparation: earlier laureates and the roster of units, in one transaction."""
        earlier = [laureates.Entry(**asdict(each)) for each in self.population.laureates]
        laureates.enter(work, list({each.key: each for each in earlier}.values()), laureates.standing(work))
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

    def office(self, verb: str, what: str, do: Callable[..., Any], *, alone: bool = False) -> Action:
        """Something that the secretariat does."""
        return action(self.secretariat, verb, what, do, alone=alone)

    def of_unit(self, unit: UnitPlan) -> Actor:
        """The unit's first contact."""
        person = unit.contacts[0].name if unit.contacts and not unit.person else ""
        return Actor(role=Role.UNIT, name=f"{unit.name} {person}".strip(), unit_id=self.unit_ids[unit.code])

    def somebody_of(self, unit_id: int) -> Actor:
        """A person of the unit with that row id."""
        return next(self.of_unit(unit) for unit in self.population.units if self.unit_ids[unit.code] == unit_id)

    def institutions(self, stage: str) -> list[Institution]:
        """Those that judge that stage."""
        return [each for each in self.definition.institutions if each.stage == stage]

    def edge(self, milestone: str) -> datetime:
        """The end of that milestone, or its start if it has no end. Raises ValueError for one without a date."""
        standing = self.theatre.calendar()[milestone]
        return need(standing.closes or standing.opens)


def action(actor: Actor, verb: str, what: str, do: Callable[..., Any], *, alone: bool = False) -> Action:
    """Something that somebody does."""
    return Action(actor=actor, verb=verb, what=what, do=lambda work: do(work) and None, alone=alone)


def of_institution(institution: Institution) -> Actor:
    """Its first contact."""
    name = institution.contacts[0].name if institution.contacts else institution.name
    return Actor(role=Role.INSTITUTION, name=name, institution=institution.key)


def need(at: datetime | None) -> datetime:
    """An instant that a campaign must have to be rehearsed."""
    if at is None:
        raise ValueError("the calendar leaves this instant open")
    return at

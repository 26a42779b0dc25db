"""How far the quotas were used: by list and field, and the units that nominated nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from engine.access import visible
from engine.letters.addressees import unreachable
from engine.letters.unit_facts import facts, scopes
from engine.office import Work
from engine.tables import Contact, Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """Places of one scope of the quota, over all units. `units` may nominate there, `full` used all of theirs."""

    name: str
    limit: int
    used: int
    units: int
    full: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """All quotas. `silent` are units that have places and nothing in them; `partly` those with some left."""

    scopes: tuple[Used, ...]
    units: int
    silent: tuple[str, ...]
    partly: int
    full: int

    @property
    def limit(self) -> int:
        return sum(scope.limit for scope in self.scopes)

    @property
    def used(self) -> int:
        return sum(scope.used for scope in self.scopes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """Who can be reached: contacts without an address, and units or institutions without any contact."""

    contacts: int
    without_email: int
    lonely: tuple[str, ...]


def places(work: Work) -> Places:
    """The use of all places as they stand; what took part in the review keeps its place."""
    known = facts(work)
    names = _units(work)
    limit, used, may, full = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for each in known.values():
        for place in each["places"]:
            name = place["name"]
            limit[name] += place["limit"]
            used[name] += place["used"]
            may[name] += 1
            full[name] += not place["left"]
    totals = [each["totals"] for each in known.values()]
    return Places(
        scopes=tuple(
            Used(name=scope.name, limit=limit[scope.name], used=used[scope.name], units=may[scope.name],
                 full=full[scope.name])
            for scope in scopes(work.definition)
        ),
        units=len(known),
        silent=tuple(names[key] for key, each in known.items() if _silent(each["totals"])),
        partly=sum(bool(total["used"] and total["left"]) for total in totals),
        full=sum(bool(total["limit"]) and not total["left"] for total in totals),
    )  # fmt: skip


def _silent(totals: Mapping[str, int]) -> bool:
    return bool(totals["limit"]) and not totals["used"]


def reach(work: Work) -> Reach:
    """Who can't be written to."""
    query: Select[Any] = select(col(Contact.email)).where(
        col(Contact.campaign_id) == work.campaign_id, col(Contact.active)
    )
    emails = work.connection.execute(visible(query, Contact, work.actor, work.definition)).scalars().all()
    return Reach(
        contacts=len(emails), without_email=sum(not email for email in emails), lonely=tuple(unreachable(work))
    )


def _units(work: Work) -> dict[Any, str]:
    query: Select[*tuple[Any, ...]] = select(col(Unit.id), col(Unit.name)).where(
        col(Unit.campaign_id) == work.campaign_id
    )
    return dict(work.connection.execute(visible(query, Unit, work.actor, work.definition)).all())

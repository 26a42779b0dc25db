"""How far the quotas were used: by list and field, and the units that nominated nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from engine.access import visible
from engine.letters.addressees import unreachable
from engine.letters.unit_facts import places_of_all, totals
from engine.office import Work
from engine.tables import Contact, Unit
from workflows.places import Place, position


@dataclass(frozen=True, kw_only=True, slots=True)
class Used:
    """Places of one scope of the quota, over all units (None: unlimited).

    `units` may nominate there, `full` used all of theirs.
    """

    name: str
    limit: int | None
    used: int
    units: int
    full: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """All quotas: so many places (None: unlimited), so many of them used.

    `silent` are units that have places and nothing in them; `partly` those with some left.
    """

    scopes: tuple[Used, ...]
    limit: int | None
    used: int
    units: int
    silent: tuple[str, ...]
    partly: int
    full: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """Who can be reached: contacts without an address, and units or institutions without any contact."""

    contacts: int
    without_email: int
    lonely: tuple[str, ...]


def places(work: Work) -> Places:
    """The use of all places as they stand; what took part in the review keeps its place."""
    known = {unit: [place for place in found if place.limit != 0] for unit, found in places_of_all(work).items()}
    names = _units(work)
    together: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for found in known.values():
        for place in found:
            together[place.tracks].append(place)
    all_in_all = [totals(each) for each in known.values()]
    return Places(
        scopes=tuple(_used(together[tracks]) for tracks in sorted(together, key=partial(position, work.definition))),
        limit=_sum(total["limit"] for total in all_in_all), used=_sum(total["used"] for total in all_in_all) or 0,
        units=len(known),
        silent=tuple(names[key] for key, total in zip(known, all_in_all, strict=True) if _silent(total)),
        partly=sum(bool(total["used"] and total["left"] != 0) for total in all_in_all),
        full=sum(total["limit"] != 0 and total["left"] == 0 for total in all_in_all),
    )  # fmt: skip


def _used(places: Sequence[Place]) -> Used:
    return Used(
        name=places[0].scope, limit=_sum(place.limit for place in places), used=sum(place.used for place in places),
        units=len(places), full=sum(place.full for place in places),
    )  # fmt: skip


def _sum(numbers: Iterable[int | None]) -> int | None:
    found = list(numbers)
    return None if None in found else sum(number or 0 for number in found)


def _silent(total: Mapping[str, int | None]) -> bool:
    return total["limit"] != 0 and not total["used"]


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

"""The places of a unit as they stand: what its quotas give, what of it is taken. Lock the unit when acting on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, bindparam, or_, select
from sqlmodel import col

from engine import endorsements, tallies
from engine.office import Work
from engine.subjects import subject_of
from engine.tables import Endorsement, Nomination
from notifications.prepared import Asked
from workflows.definition import Share
from workflows.matching import Subject, matches
from workflows.places import Part, Place, Scope, binding, scopes, tightest, used_in

N = Nomination


def places_of(work: Work, unit_id: int, track: str) -> tuple[Place, ...]:
    """The unit's places that a nomination on `track` would need, one in each scope."""
    counters = tallies.asked(work, unit_id)
    return tuple(_places(work, unit_id, subject_of(work, unit_id, track=track), track, counters))


def places_for(work: Work, row: Row[Any]) -> tuple[Place, ...]:
    """The places that the nomination `row` needs, or has: its unit's, and those of all who joined it."""
    found: list[Place] = []
    for unit_id, name in ((row.unit_id, ""), *endorsements.joined(work, row.id)):
        counters = tallies.asked(work, unit_id)
        subject = subject_of(work, unit_id, track=row.track, attributes=row.attributes)
        found += _places(work, unit_id, subject, row.track, counters, name=name, nomination=row.id)
    return tuple(found)


def own_place(work: Work, row: Row[Any]) -> Place:
    """The tightest of its unit's places that the nomination `row` has, or needs."""
    return place_of(work, row, row.unit_id)


def place_of(work: Work, row: Row[Any], unit_id: int) -> Place:
    """The same of a unit that joined it."""
    return tightest(places_of(work, unit_id, row.track))


def of_unit(work: Work, unit_id: int) -> tuple[Place, ...]:
    """All places of a unit; last where it has nominations and no place any more."""
    return tuple(standing(work, scopes(work.definition, subject_of(work, unit_id)), tallies.taken(work, unit_id)))


def standing(work: Work, given: Iterable[Scope], taken: Mapping[str, int]) -> Iterator[Place]:
    """The same from the scopes that bind the unit, where `taken` says how many places of each track are."""
    there = [scope for scope in given if scope.limit != 0 or used_in(scope, taken)]
    yield from (_place(scope, taken) for scope in there)
    covered = {track for scope in there for track in scope.tracks}
    for track, used in taken.items():
        if used and track not in covered:
            yield _none(work, track, used=used)


def held_for_others(work: Work, row: Row[Any]) -> bool:
    """Whether a share leaves nothing to the nomination `row`."""
    if not work.definition.shared:
        return False
    return any(part.used >= part.limit for place in places_for(work, row) for part in place.parts)


def _places(
    work: Work, unit_id: int, subject: Subject, track: str, counters: Asked, *, name: str = "",
    nomination: int | None = None,
) -> list[Place]:  # fmt: skip
    taken = tallies.taken(work, unit_id, counters)
    bound = binding(work.definition, subject, track) if track in work.definition.tracks else ()
    found = [
        _place(scope, taken, unit=name, parts=_parts(work, unit_id, scope, subject, nomination)) for scope in bound
    ]
    return found or [replace(_none(work, track), unit=name)]


def _place(scope: Scope, taken: Mapping[str, int], *, unit: str = "", parts: tuple[Part, ...] = ()) -> Place:
    return Place(scope=scope.name, limit=scope.limit, used=used_in(scope, taken), parts=parts, unit=unit,
                 counter=scope.counter, tracks=scope.tracks)  # fmt: skip


def _none(work: Work, track: str, *, used: int = 0) -> Place:
    named = work.definition.tracks[track]
    return Place(scope=named.name, limit=0, used=used, counter=named.list.counter, tracks=(track,))


def _parts(work: Work, unit_id: int, scope: Scope, subject: Subject, nomination: int | None) -> tuple[Part, ...]:
    """What the scope's shares leave to a nomination of `subject`, beside the others that take a place there."""
    if not scope.shares or nomination is None:
        return ()
    others = [
        replace(subject, track=row.track, attributes={**subject.attributes, **row.attributes})
        for row in _counted(work, unit_id, scope, nomination)
    ]
    return tuple(part for share in scope.shares if (part := _part(share, scope, subject, others)))


def _part(share: Share, scope: Scope, subject: Subject, others: list[Subject]) -> Part | None:
    theirs = sum(matches(share.who, other) for other in others)
    if matches(share.who, subject):
        return share.most if share.most is None else Part(share=share.name, inside=True, limit=share.most, used=theirs)
    if share.least is None or scope.limit is None:
        return None
    left = max(0, scope.limit - share.least)
    return Part(share=share.name, inside=False, limit=left, used=len(others) - theirs)


_ITS = or_(
    col(N.unit_id) == bindparam("unit"),
    select(Endorsement)
    .where(col(Endorsement.nomination_id) == col(N.id), col(Endorsement.unit_id) == bindparam("unit"))
    .exists(),
)
_COUNTED: Select[*tuple[Any, ...]] = select(col(N.track), col(N.attributes)).where(
    _ITS,
    col(N.id) != bindparam("nomination"),
    col(N.track).in_(bindparam("tracks", expanding=True)),
    col(N.state).in_(bindparam("states", expanding=True)),
)


def _counted(work: Work, unit_id: int, scope: Scope, nomination: int) -> list[Row[Any]]:
    parameters = {"unit": unit_id, "nomination": nomination, "tracks": scope.tracks, "states": work.shape.counted}
    return list(work.connection.execute(_COUNTED, parameters).all())

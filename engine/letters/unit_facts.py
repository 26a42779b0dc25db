"""What a letter tells a recommending unit of its own affairs: places, drafts and what they lack, what it owes.

Read for many units at once: a handful of queries, however many units there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlmodel import col

from engine import endorsements
from engine.cases import missing_of
from engine.letters import unit_duties
from engine.letters.letterhead import when
from engine.office import Work
from engine.places import held_for_others, standing
from engine.rulings import keeps_out
from engine.tables import Nomination, Unit, UnitAttribute, UnitChannel, UnitTally
from workflows.eligibility import Joint
from workflows.matching import Subject
from workflows.places import Place, Scope, all_in_all, scopes, widest
from workflows.vocabulary import Edge

Tally = Mapping[tuple[str, str], int]  # how many, by track and state
N = Nomination


def facts(
    work: Work, units: Collection[int] | None = None, *, tracks: Callable[[int], Collection[str]] | None = None
) -> dict[int, dict[str, Any]]:  # fmt: skip
    """The affairs of each unit (all of the campaign, or those named), as plain values by row id.

    `tracks` says of a unit which of them are spoken of; without it all are.
    """
    mine = _mine(work, units)
    persons: dict[Any, bool] = dict(work.connection.execute(select(col(Unit.id), col(Unit.person)).where(*mine)).all())
    subjects, tallies, drafts = subjects_of(work, mine), _tallies(work, mine, units), _drafts(work, mine, units)
    places = _places(work, subjects, tallies)
    owed = unit_duties.by_unit(work, unit_duties.owing(work, units=units))
    spoken: dict[tuple[Any, ...], _Spoken] = {}
    found = {}
    for unit_id, person in persons.items():
        about = tracks(unit_id) if tracks else work.definition.tracks
        alike = (id(places[unit_id]), *about)  # those of units that are alike are one and the same
        if alike not in spoken:
            spoken[alike] = _spoken(places[unit_id], about)
        rows = [row for row in drafts[unit_id] if row.track in about]
        channels = subjects[unit_id].channels
        mine_owed = owed.get(unit_id, [])
        found[unit_id] = {
            "person": person, "owed": mine_owed, **_facts(work, channels, spoken[alike], tallies[unit_id], rows),
        }  # fmt: skip
    return found


def places_of_all(work: Work, units: Collection[int] | None = None) -> dict[int, tuple[Place, ...]]:
    """The places of every unit of the campaign, or of those named, by row id."""
    mine = _mine(work, units)
    return _places(work, subjects_of(work, mine), _tallies(work, mine, units))


def _mine(work: Work, units: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    return (col(Unit.campaign_id) == work.campaign_id, *([] if units is None else [col(Unit.id).in_(units)]))


def _places(work: Work, subjects: Mapping[int, Subject], tallies: Mapping[int, Tally]) -> dict[int, tuple[Place, ...]]:
    """Units that are alike in all that quotas ask about have the same scopes, which are worked out once."""
    known: dict[tuple[Any, ...], tuple[Scope, ...]] = {}
    stand: dict[tuple[Any, ...], tuple[Place, ...]] = {}
    own = {code for quota in work.definition.quotas for code, _ in quota.units}
    taken = _taken(work, tallies)
    found = {}
    for unit_id, subject in subjects.items():
        kind = (frozenset(subject.channels), tuple(sorted(subject.attributes.items())), subject.unit in own and unit_id)
        if kind not in known:
            known[kind] = scopes(work.definition, subject)
        alike = (kind, *taken[unit_id].items())  # and of many nothing is taken
        if alike not in stand:
            stand[alike] = tuple(standing(work, known[kind], taken[unit_id]))
        found[unit_id] = stand[alike]
    return found


def _taken(work: Work, tallies: Mapping[int, Tally]) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for unit_id, tally in tallies.items():
        for (track, state), n in tally.items():
            if state in work.shape.counted:
                found[unit_id][track] += n
    for unit_id, track, n in endorsements.taken_of_all(work):
        found[unit_id][track] += n
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spoken:
    """What is said of places: in words, all in all, and on which tracks there is one left."""

    places: list[dict[str, Any]]
    totals: dict[str, int | None]
    left: frozenset[str]


def _spoken(places: Sequence[Place], about: Collection[str]) -> _Spoken:
    """Of those places that concern these tracks."""
    mine = [place for place in places if any(track in about for track in place.tracks)]
    given = [place for place in mine if place.limit != 0]
    full = {track for place in mine if place.full for track in place.tracks}
    return _Spoken(places=[in_words(place) for place in given], totals=totals(given),
                   left=frozenset(track for place in mine for track in place.tracks) - full)  # fmt: skip


def _facts(
    work: Work, channels: Collection[str], spoken: _Spoken, tally: Tally, drafts: list[Row[Any]]
) -> dict[str, Any]:
    named = work.definition.channel_by_key
    lines = [_draft(work, row, row.track not in spoken.left) for row in drafts]
    return {
        "channels": [named[key].name for key in named if key in channels],
        "places": spoken.places,
        "totals": spoken.totals,
        "drafts": lines,
        "ready": sum(line["ready"] for line in lines),
        "submitted": sum(n for (_, state), n in tally.items() if state in _handed_in(work)),
    }


def in_words(place: Place) -> dict[str, Any]:
    """A place as letters tell it; `limit` and `left` are None where it is unlimited."""
    return {"name": place.scope, "counter": place.counter, "limit": place.limit, "used": place.used, "left": place.left}


def totals(places: Sequence[Place]) -> dict[str, int | None]:
    """What all places of a unit come to, of which one may hold others; None is unlimited."""
    return {
        "limit": all_in_all((place.tracks, place.limit) for place in places),
        "used": sum(place.used for place in widest(places)),
        "left": all_in_all((place.tracks, place.left) for place in places),
    }


def _handed_in(work: Work) -> set[str]:
    return set(work.shape.counted) - set(work.shape.sources("submit"))


def _draft(work: Work, row: Row[Any], full: bool) -> dict[str, Any]:
    returned = work.shape.state_by_key[row.state].counted  # it keeps its place while it is corrected
    missing = list(missing_of(work, row.track, row.materials, row.applicant, row.attributes))
    no_place = (not returned and full) or held_for_others(work, row)
    waiver, excluded = row.undecided is not None, keeps_out(row) and row.undecided is None
    joint = lacking_words(endorsements.joint(work, row))
    return {
        "title": row.title, "applicant": row.applicant, "track": work.definition.tracks[row.track].name,
        "state": work.shape.state_by_key[row.state].zh, "returned": returned, "missing": missing,
        "waiver": waiver, "excluded": excluded, "no_place": no_place, "joint": joint,
        "ready": not (missing or waiver or excluded or no_place or joint),
        "correct_by": when(work, row.correct_by, Edge.CLOSES)["zh"] if row.correct_by else "",
    }  # fmt: skip


def subjects_of(work: Work, mine: tuple[ColumnElement[bool], ...]) -> dict[int, Subject]:
    """What quotas ask about each unit: its code, its channels, what is declared of it."""
    held: Select[*tuple[Any, ...]] = (
        select(col(Unit.id), col(Unit.code), col(UnitChannel.channel))
        .join(UnitChannel, col(UnitChannel.unit_id) == col(Unit.id), isouter=True)
        .where(*mine)
    )
    codes: dict[int, str] = {}
    channels: dict[int, list[str]] = defaultdict(list)
    for unit_id, code, channel in work.connection.execute(held):
        codes[unit_id] = code
        if channel:
            channels[unit_id].append(channel)
    declared = _declared(work, mine)
    return {
        unit_id: Subject(unit=code, channels=channels[unit_id], attributes=declared[unit_id])
        for unit_id, code in codes.items()
    }


def _declared(work: Work, mine: tuple[ColumnElement[bool], ...]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    if work.definition.attributes:
        query = (
            select(col(UnitAttribute.unit_id), col(UnitAttribute.attribute), col(UnitAttribute.value))
            .join(Unit, col(Unit.id) == col(UnitAttribute.unit_id))
            .where(*mine)
        )
        for unit_id, key, value in work.connection.execute(query):
            found[unit_id][key] = value
    return found


def _among(column: Any, units: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    """The same of another table's own column: PostgreSQL does not see by itself that few units are few of its rows."""
    return () if units is None else (column.in_(units),)


def _tallies(
    work: Work, mine: tuple[ColumnElement[bool], ...], units: Collection[int] | None
) -> dict[int, dict[tuple[str, str], int]]:
    query = (
        select(col(UnitTally.unit_id), col(UnitTally.track), col(UnitTally.state), col(UnitTally.n))
        .join(Unit, col(Unit.id) == col(UnitTally.unit_id))
        .where(*mine, *_among(col(UnitTally.unit_id), units), col(UnitTally.n) != 0)
    )
    found: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for unit_id, track, state, n in work.connection.execute(query):
        found[unit_id][track, state] = n
    return found


_DRAFT_COLUMNS = (col(N.id), col(N.unit_id), col(N.title), col(N.applicant), col(N.track), col(N.state),
                  col(N.materials), col(N.earlier), col(N.waiver), col(N.undecided), col(N.correct_by),
                  col(N.attributes))  # fmt: skip


def lacking_words(joint: Joint | None) -> str:
    """How many must still join a nomination; empty when nobody must."""
    left = joint.needed - len(joint.there) if joint else 0
    return f"须{joint.needed}个单位（人）共同提名，尚缺{left}个" if joint and left > 0 else ""


def _drafts(
    work: Work, mine: tuple[ColumnElement[bool], ...], units: Collection[int] | None
) -> dict[int, list[Row[Any]]]:
    """What is still to be submitted: returned ones first, then in the order of the tracks."""
    query = (
        select(*_DRAFT_COLUMNS)
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(*mine, *_among(col(N.unit_id), units))
        .where(col(N.campaign_id) == work.campaign_id, col(N.state).in_(work.shape.sources("submit")))
        .order_by(col(N.id))
    )
    order = {key: place for place, key in enumerate(work.definition.tracks)}
    counted = work.shape.counted
    rows = sorted(work.connection.execute(query), key=lambda row: (row.state not in counted, order[row.track]))
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return found

"""Who reads a circular, and what its placeholders say to each of them: one function for each kind of readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlmodel import col

from engine.circulars.aim import Aim, To, asks_nominees
from engine.letters import addressees
from engine.letters.correspondence import Addressee
from engine.letters.letterhead import time_left, when
from engine.letters.unit_dates import Dates
from engine.office import Work
from engine.selecting import nominations_of, units_of
from engine.tables import Contact, Nomination, Unit
from engine.windows import deadline, subjects
from workflows.instants import zone_of
from workflows.reach import tracks_open_to
from workflows.vocabulary import Bearer, Edge, Party

N = Nomination
MOST_TITLES = 30  # named in one letter; the others are counted

Values = dict[str, str | int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Somebody a circular goes to. `values` fill in its placeholders."""

    to: Addressee
    values: Values


def readers(work: Work, aim: Aim) -> list[Reader]:
    """Everybody whom it is for at this moment, each once."""
    return [Reader(to=to, values={**_common(work, to), **values}) for to, values in _FOR[aim.to](work, aim)]


def _common(work: Work, to: Addressee) -> Values:
    day = work.at.astimezone(zone_of(work.definition.zone))
    return {
        "姓名": to.name or to.of, "单位": to.of, "活动": work.definition.name, "办公室": work.definition.office.name,
        "平台": work.definition.platform, "日期": f"{day.year}年{day.month}月{day.day}日",
    }  # fmt: skip


def _units(work: Work, aim: Aim) -> Iterator[tuple[Addressee, Values]]:
    titles = _titles(work, aim)
    chosen = [key for key in _unit_ids(work, aim) if key in titles] if asks_nominees(work, aim) else _open_to(work, aim)
    dates = Dates(work)
    for unit_id, people in addressees.of_units(work, units=chosen).items():
        affairs = {**_deadline(work, dates.milestone(unit_id)), **_listed(titles.get(unit_id, ()))}
        yield from ((to, affairs) for to in people)


def _unit_ids(work: Work, aim: Aim) -> list[int]:
    """The units that hold what is asked of units."""
    of_unit = tuple((key, value) for key, value in aim.attributes if key not in _of_nominees(work))
    who = Aim(to=aim.to, channels=aim.channels, units=aim.units, attributes=of_unit).who
    query = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id, *units_of(work.definition, who))
    return [key for key in work.connection.execute(query.order_by(col(Unit.id))).scalars() if key]


def _open_to(work: Work, aim: Aim) -> list[int]:
    """Of these, where tracks are named: those that may recommend on one of them at all."""
    units = _unit_ids(work, aim)
    if not aim.tracks:
        return units
    wanted = set(aim.tracks)
    return [key for key, subject in subjects(work, units).items()
            if not wanted.isdisjoint(tracks_open_to(work.definition, subject))]  # fmt: skip


def _of_nominees(work: Work) -> Collection[str]:
    return {each.key for each in work.definition.attributes if each.of is Bearer.NOMINEE}


def _titles(work: Work, aim: Aim) -> Mapping[int, Sequence[str]]:
    """The nominations that it is about, by unit."""
    found: dict[int, list[str]] = defaultdict(list)
    query: Select[*tuple[Any, ...]] = select(col(N.unit_id), col(N.title)).where(*_about(work, aim))
    for unit_id, title in work.connection.execute(query.order_by(col(N.id))):
        found[unit_id].append(title)
    return found


def _about(work: Work, aim: Aim) -> Iterator[ColumnElement[bool]]:
    yield col(N.campaign_id) == work.campaign_id
    yield from nominations_of(work.definition, aim.who)
    if aim.states:
        yield col(N.state).in_(aim.states)
    if aim.unsubmitted:
        yield col(N.state).in_(work.shape.sources("submit"))


def _applicants(work: Work, aim: Aim) -> Iterator[tuple[Addressee, Values]]:
    """Each person once, however many nominations are theirs: one person is one address, or else one telephone."""
    query: Select[*tuple[Any, ...]] = select(N).where(*_about(work, aim)).order_by(col(N.id))
    theirs: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in work.connection.execute(query):
        if reached := str(row.applicant_email or row.applicant_phones).casefold():
            theirs[reached].append(row)
    for rows in theirs.values():
        first = rows[0]
        to = Addressee(
            contact_id=None, nomination_id=first.id, name=first.applicant_contact or first.applicant,
            of=first.applicant or first.title, email=first.applicant_email, phones=first.applicant_phones,
        )  # fmt: skip
        window = deadline(work, unit_id=first.unit_id, track=first.track, party=Party.APPLICANT)
        milestone = window.closes_of or work.definition.collection
        yield to, {**_deadline(work, milestone), **_listed([row.title for row in rows])}


def _institutions(work: Work, aim: Aim) -> Iterator[tuple[Addressee, Values]]:
    named = work.definition.institution_by_key
    wanted = {
        key
        for key in (aim.institutions or named)
        if not aim.tracks or not set(aim.tracks).isdisjoint(named[key].tracks)
    }
    for to, keys in addressees.of_institutions(work):
        if not wanted.isdisjoint(keys):
            yield to, {}


def _contacts(work: Work, aim: Aim) -> Iterator[tuple[Addressee, Values]]:
    query = select(col(Contact.id)).where(
        col(Contact.campaign_id) == work.campaign_id, col(Contact.public_id).in_(aim.contacts)
    )
    ids = [key for key in work.connection.execute(query).scalars() if key]
    yield from ((to, {}) for to in addressees.by_id(work, ids))


_FOR: Mapping[To, Callable[[Work, Aim], Iterator[tuple[Addressee, Values]]]] = {
    To.UNITS: _units,
    To.APPLICANTS: _applicants,
    To.INSTITUTIONS: _institutions,
    To.CONTACTS: _contacts,
}


def _deadline(work: Work, milestone: str) -> Values:
    closes = work.calendar[milestone].closes
    left = time_left(work, closes if closes and closes > work.at else None)
    return {"截止时间": when(work, closes, Edge.CLOSES)["zh"], "剩余时间": left["zh"]}


def _listed(titles: Sequence[str]) -> Values:
    more = f"等{len(titles)}项" if len(titles) > MOST_TITLES else ""
    return {"项目": "、".join(titles[:MOST_TITLES]) + more, "项目数": len(titles)}

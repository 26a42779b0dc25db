"""The campaigns that come with bangdan: one opened in a house, and one rehearsed with a few people to its end."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from bangdan import ROOT
from bangdan.rehearsing import post
from bangdan.report.gathering import gather
from bangdan.report.story import story
from engine.access import ENGINE
from engine.audit import verify
from engine.database import Database
from engine.letters.unit_facts import places_of_all
from engine.office import Office, Work
from engine.queries.explaining import explain
from engine.rehearsal.play import Rehearsed, Size, rehearse
from engine.schema import bring_up
from engine.tables import Event, Nomination
from tests.builders import House, house_with
from workflows.loading import load
from workflows.reasons import BangdanError


def text_of(campaign: str) -> str:
    """The file of a campaign."""
    return (ROOT / "config" / "campaigns" / f"{campaign}.toml").read_text(encoding="utf-8")


def house_of(campaign: str, database_url: str, *, at: datetime) -> House:
    """A fresh database with that campaign opened at `at`."""
    return house_with(database_url, text_of(campaign), at=at)


def played(campaign: str, database_url: str, *, units: int = 16, nominations: int = 50) -> Rehearsed:
    """The campaign rehearsed to its end, with a few people."""
    office = Office(database=Database(database_url, durable=False))
    bring_up(office.database)
    text = text_of(campaign)
    words = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))
    definition, size = load(text, name=campaign).definition, Size(units=units, nominations=nominations)
    return rehearse(office, text, name=campaign, words=words, size=size, post=post(office, definition))


def wrong_with(played: Rehearsed) -> list[str]:
    """What is wrong with a rehearsal at its end: with its history, with its quotas, with whoever is left behind."""
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        over = [
            f"{place.scope}: {place.used}/{place.limit}"
            for places in places_of_all(work).values()
            for place in places
            if place.limit is not None and place.used > place.limit
        ]
        return [*verify(work).faults, *over, *_left_behind(work)]


def _left_behind(work: Work) -> list[str]:
    """Nominations that have not ended, are not on the list, and for which nobody must act."""
    done = {state.key for state in work.shape.states if state.final}
    done |= {work.shape.words(verb).target or "" for verb in ("publish", "promote")}
    query = select(col(Nomination.public_id), col(Nomination.title), col(Nomination.state))
    left = [row for row in work.connection.execute(query).all() if row.state not in done]
    return [f"{row.title}: {row.state}" for row in left if not explain(work, row.public_id).must]


def told(played: Rehearsed) -> list[str]:
    """What the report tells, line by line."""
    return [scene.words.zh for part in story(gather(played.theatre.office, played)) for scene in part.scenes]


def standing(played: Rehearsed) -> Counter[str]:
    """How many nominations stand in each state at the end."""
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        return Counter(work.connection.execute(select(col(Nomination.state))).scalars())


def happened(played: Rehearsed) -> Counter[str]:
    """How often each verb is in the history."""
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        query = select(col(Event.verb), func.count()).group_by(col(Event.verb))
        return Counter(dict(work.connection.execute(query).all()))


def refusals(played: Rehearsed) -> set[str]:
    """The codes with which something was refused."""
    return {reason.code for each in played.theatre.refusals for reason in each.reasons}


def codes(do: Callable[[], object]) -> list[str]:
    """The codes that refuse it; none if it is done."""
    try:
        do()
    except BangdanError as refused:
        return [reason.code for reason in refused.reasons]
    return []


def ids(work: Work, *titles: str) -> list[str]:
    """The public ids of nominations, by title."""
    query = select(col(Nomination.title), col(Nomination.public_id))
    found = dict(work.connection.execute(query).all())
    return [found[title] for title in titles]

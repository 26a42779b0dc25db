"""Telling what lapsed at a closing: a few letters a transaction, so that nobody waits for all of them.

A letter's key makes it unique, so a round that was cut off is begun anew, and adds what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlmodel import col

from engine.access import ENGINE
from engine.cases import is_done
from engine.letters import addressees, occasional
from engine.letters.correspondence import Sent
from engine.office import Office, Work
from engine.tables import Call, Unit, UnitTally
from notifications.tables import LETTER
from workflows.timeline import InForce

K = TypeVar("K")
Reader = tuple[int, int]  # a unit, and a contact of it
LAPSED = "lapsed"
LINES = 500  # what lapsed, in the letters of a transaction; of one letter all, however many
SHARED = 10  # letters of one unit that take as long as one of another: its lines are looked up once


def tell(
    office: Office, campaign: str, closed: InForce, *, at: datetime, pause: Callable[[], None] | None
) -> None:  # fmt: skip
    """Write to the units whose nominations lapsed at this end, which was as `closed` says, unless that was done."""
    with office.read(campaign, ENGINE, at=at) as work:
        done = is_done(work, key(closed), closed.closes_revision)
        lines = {} if done else dict(work.connection.execute(_lapsed(work)).all())
    for units in _few(lines.items()):
        with office.read(campaign, ENGINE, at=at) as work:
            people = _readers(work, units)
        for few in _few(_weighed(people, lines)):
            with office.write(campaign, ENGINE, at=at) as work:
                if closed.milestone not in work.calendar:  # the class was dropped meanwhile
                    return
                occasional.lapsed(work, milestone=closed.milestone, revision=closed.closes_revision,
                                  closes=closed.closes or at, units={unit for unit, _ in few},
                                  only=[reader for _, reader in few])  # fmt: skip
            if pause:
                pause()


def key(closed: InForce) -> str:
    """By what it is known that it was told."""
    return f"{LAPSED}:{closed.milestone}"


def _few(counted: Iterable[tuple[K, int]]) -> Iterator[list[K]]:
    """What has so many lines, a few at a time: those that have LINES together, or one that has more."""
    few, together = list[K](), 0
    for each, lines in counted:
        if few and together + lines > LINES:
            yield few
            few, together = [], 0
        few.append(each)
        together += lines
    if few:
        yield few


def _weighed(people: Iterable[Reader], lines: Mapping[int, int]) -> Iterator[tuple[Reader, int]]:
    """Each with the lines of its letter; of a unit's second reader and those after, a part of them."""
    last = 0
    for unit, reader in people:
        yield (unit, reader), lines[unit] if unit != last else max(1, lines[unit] // SHARED)
        last = unit


def _lapsed(work: Work) -> Select[int, int]:
    """The units with anything that lapsed, at this closing or another, and how much of each."""
    lapsed = func.sum(col(UnitTally.n))
    return (
        select(col(UnitTally.unit_id), lapsed)
        .join(Unit, col(Unit.id) == col(UnitTally.unit_id))
        .where(col(Unit.campaign_id) == work.campaign_id, col(UnitTally.state) == work.shape.words("lapse").target)
        .group_by(col(UnitTally.unit_id))
        .having(lapsed > 0)
        .order_by(col(UnitTally.unit_id))
    )


def _readers(work: Work, units: Collection[int]) -> list[Reader]:
    """These units, each with one of its contacts."""
    people = addressees.of_units(work, units=units)
    return [(unit, each.contact_id) for unit in units for each in people[unit] if each.contact_id]


def told(work: Work, closed: InForce) -> Sent:
    """How many letters and calls there are about this closing."""
    about = (occasional.occasion_of_lapse(closed.milestone), closed.closes_revision)
    letters = select(func.count()).where(
        LETTER.c.campaign_id == work.campaign_id, LETTER.c.occasion == about[0], LETTER.c.revision == about[1]
    )
    calls = select(func.count()).where(
        col(Call.campaign_id) == work.campaign_id, col(Call.occasion) == about[0], col(Call.revision) == about[1]
    )
    return Sent(
        letters=work.connection.execute(letters).scalar_one(), calls=work.connection.execute(calls).scalar_one()
    )

"""Telling what lapsed at a closing: a few units a transaction, so that nobody waits for the letters of all of them.

A letter's key makes it unique, so a round that was cut off is begun anew, and adds what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from engine.access import ENGINE
from engine.cases import is_done
from engine.letters import occasional
from engine.letters.correspondence import Sent
from engine.office import Office, Work
from engine.tables import Call, Unit, UnitTally
from notifications.tables import LETTER
from workflows.timeline import InForce

LAPSED = "lapsed"
LINES = 500  # what lapsed, a transaction; of one unit all, however many


def tell(
    office: Office, campaign: str, closed: InForce, *, at: datetime, pause: Callable[[], None] | None
) -> None:  # fmt: skip
    """Write to the units whose nominations lapsed at this end, which was as `closed` says, unless that was done."""
    with office.read(campaign, ENGINE, at=at) as work:
        done = is_done(work, key(closed), closed.closes_revision)
        few = [] if done else list(_units(work))
    for units in few:
        with office.write(campaign, ENGINE, at=at) as work:
            if closed.milestone not in work.calendar:  # the class was dropped meanwhile
                return
            occasional.lapsed(work, milestone=closed.milestone, revision=closed.closes_revision,
                              closes=closed.closes or at, units=units)  # fmt: skip
        if pause:
            pause()


def key(closed: InForce) -> str:
    """By what it is known that it was told."""
    return f"{LAPSED}:{closed.milestone}"


def _units(work: Work) -> Iterator[list[int]]:
    """The units with anything that lapsed, at this closing or another, a few at a time."""
    lapsed = func.sum(col(UnitTally.n))
    counts = (
        select(col(UnitTally.unit_id), lapsed)
        .join(Unit, col(Unit.id) == col(UnitTally.unit_id))
        .where(col(Unit.campaign_id) == work.campaign_id, col(UnitTally.state) == work.shape.words("lapse").target)
        .group_by(col(UnitTally.unit_id))
        .having(lapsed > 0)
        .order_by(col(UnitTally.unit_id))
    )
    few, lines = list[int](), 0
    for unit_id, n in work.connection.execute(counts):
        if few and lines + n > LINES:
            yield few
            few, lines = [], 0
        few.append(unit_id)
        lines += n
    if few:
        yield few


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

"""Whatever moves, beats and outcomes follow one another: the last date that a reader was told is the one in force."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import campaigns, units
from engine.letters import desk
from engine.turn import turn
from notifications.doors import Answer, DotGate, Parcel, Report, Stop
from notifications.errors import OutboxRefused
from tests.builders import add_submitted, add_unit
from tests.faults.living import Keeping, Town
from tests.faults.told import told
from tests.small import BEIJING, FILE, OFFICE, beijing, faults, small_house
from workflows.instants import show
from workflows.reasons import Refused

BEGUN = beijing("2025-03-10 10:00")
ENDS = [beijing(f"2025-03-{day} 00:00") for day in (15, 18, 22, 29)]
WORDS = FILE.read_text("utf-8").replace(
    '["7天前", "1天前", "3小时前"]', '["7天前", "5天前", "4天前", "3天前", "1天前"]'
)
READERS = ("zhang", "li", "wang")
UNDER_WAY = ("ready", "claimed", "dot", "failed", "parked")  # the last two are on the secretariat's desk

Outcome = Literal["sent", "later", "refused", "unknown", "unknown and lost"]
OUTCOMES = st.lists(st.sampled_from(["sent", "sent", "later", "refused", "unknown", "unknown and lost"]), max_size=6)
MOVES = st.tuples(st.just("move"), st.sampled_from(ENDS))
BEATS = st.tuples(st.just("beat"), st.tuples(st.sampled_from([0, 1, 6, 25, 60, 300]), OUTCOMES))
SUBMITS = st.tuples(st.just("submit"), st.sampled_from(READERS))
DECISIONS = st.tuples(st.just("decide"), st.none())
STEPS = st.lists(st.one_of(MOVES, MOVES, BEATS, BEATS, SUBMITS, DECISIONS), min_size=3, max_size=9)


@dataclass(kw_only=True)
class Fickle(Keeping):
    """A door where each letter has the next outcome; when none is left they are sent."""

    outcomes: list[Outcome] = field(default_factory=list)

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        for parcel in parcels:
            outcome = self.outcomes.pop(0) if self.outcomes else "sent"
            if outcome == "later":
                report(parcel, Answer(kind="known_not_delivered", words="451 later"))
            elif outcome == "refused":
                report(parcel, Answer(kind="refused", words="550 no"))
            elif await dot(parcel):
                if outcome != "unknown and lost":
                    self.kept.append((self.town.now, parcel.to_address, parcel.raw))
                report(parcel, Answer(kind="sent" if outcome == "sent" else "unknown", words="…"))
        return None


@contextmanager
def _story() -> Iterator[tuple[Town, Fickle]]:
    with tempfile.TemporaryDirectory() as folder:
        house = small_house(f"sqlite:///{Path(folder) / 'bangdan.sqlite3'}", WORDS)
        with house.write(BEGUN - timedelta(hours=2)) as work:
            for name in READERS:
                add_unit(work, name, people=[(name, f"{name}@example.cn")])
        turn(house.office, house.campaign, at=BEGUN - timedelta(hours=1))
        town = Town(house=house, now=BEGUN)
        yield town, Fickle(town=town)
        house.office.database.dispose()


def _take(town: Town, door: Fickle, kind: str, what: object) -> None:
    if kind == "beat":
        minutes, outcomes = cast(tuple[int, list[Outcome]], what)
        door.outcomes = list(outcomes)
        town.run(town.engine(door), until=town.now + timedelta(minutes=minutes), every=timedelta(minutes=minutes or 1))
        door.outcomes = []
    elif kind == "decide":
        _decide(town)
    else:
        with suppress(Refused), town.house.write(town.now, OFFICE, alone=True) as work:
            if kind == "move":
                campaigns.extend(work, "collection", closes=cast(datetime, what), reason="应各单位要求")
            else:
                add_submitted(work, units.find(work, str(what)).id, f"项目{town.now}", track="inventions/light")


def _decide(town: Town) -> None:
    """The secretariat tries again what failed, and sends again what is not known, if it may."""
    found = town.letters()
    with town.house.write(town.now, OFFICE) as work:
        desk.retry(work, [one.public_id for one in found if one.state == "failed"])
    for one in (one for one in found if one.state == "parked"):
        with suppress(OutboxRefused), town.house.write(town.now, OFFICE) as work:
            desk.resolve(work, one.public_id, decision="again")


def _in_force(town: Town) -> str:
    with town.house.read(town.now) as work:
        end = work.calendar["collection"].closes
        assert end is not None
        return show(end, zone=BEIJING, edge="end").partition("年")[2]


def _wrongly_told(town: Town, door: Fickle) -> dict[str, str]:
    """Readers whose last date is not in force, and who have nothing under way that says so."""
    now = _in_force(town)
    last = {to: dates[-1] for to, dates in told(door.kept).items()}
    coming = {one.to_address for one in town.letters() if one.state in UNDER_WAY}
    return {to: date for to, date in last.items() if date != now and to not in coming}


@settings(max_examples=25)
@given(STEPS)
def test_nobody_is_left_with_a_date_that_is_not_in_force(steps: list[tuple[str, object]]) -> None:
    with _story() as (town, door):
        for kind, what in steps:
            _take(town, door, kind, what)
            assert _wrongly_told(town, door) == {}
        for _ in range(3):
            _decide(town)
            town.run(town.engine(door), until=town.now + timedelta(hours=5), every=timedelta(hours=1))
        now = _in_force(town)
        assert {to: dates[-1] for to, dates in told(door.kept).items() if dates[-1] != now} == {}
        assert faults(town.house) == ()

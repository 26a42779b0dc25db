"""A deadline is moved while its letters are in every state: the last date that anybody was told is the one in force.

What each reader is told, letter by letter, stands in `moved.txt`; how that came to be, it says itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from engine import calls, campaigns
from engine.access import Actor
from engine.database import Database
from engine.letters import desk
from engine.letters.composing import templates_of
from engine.letters.recheck import said_now
from engine.office import Office
from engine.proposals import proposing
from engine.tables import Call
from engine.turn import turn
from notifications.doors import Answer, DotGate, Parcel, Report, Stop
from notifications.errors import OutboxRefused
from notifications.tables import LETTER
from tests.builders import LETTERS, House, add_submitted, add_unit
from tests.faults.living import MINUTE, Keeping, Town
from tests.faults.told import END, told
from tests.small import FILE, OFFICE, beijing, faults, small_house

TABLE = Path(__file__).parent / "moved.txt"
SECOND = Actor(role=OFFICE.role, name="李审")
PATIENCE = 60  # seconds until a test gives up
STATES = ("ready", "claimed", "dot", "sent", "failed", "parked", "expired", "cancelled")
OPENING, REMINDER = beijing("2025-03-03 09:00"), beijing("2025-03-13 09:00")
END_IN_FORCE = beijing("2025-03-15 00:00")
A_WEEK = timedelta(days=7)
SAID = {"extended": "3月21日24:00", "shortened": "3月13日24:00", "twice": "3月28日24:00", "and back": "3月14日24:00",
        "there and back": "3月14日24:00"}  # fmt: skip


@dataclass(kw_only=True)
class Halting:
    """A door that does with each letter what its reader's name says, and halts where a stopped process would.

    `claimed`: before the dot is asked for; `dot`: after it was committed and before the letter is out.
    """

    keeping: Keeping
    halted: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    rounds: int = 0

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        self.rounds += 1
        by_state = {parcel: parcel.to_address.partition(".")[0] for parcel in parcels}
        for parcel, state in by_state.items():
            if state == "ready":
                report(parcel, Answer(kind="known_not_delivered", words="451 4.7.1 later"))
            elif state == "failed":
                report(parcel, Answer(kind="refused", words="550 5.1.1 nobody here"))
            elif state in ("sent", "parked") and await dot(parcel):
                self.keeping.kept.append((self.keeping.town.now, parcel.to_address, parcel.raw))
                report(parcel, Answer(kind="sent" if state == "sent" else "unknown", words="…"))
        if self.rounds == 1:
            return Stop(kind="busy", alarm=False, zh="稍后", en="later")
        at_the_dot = [parcel for parcel, state in by_state.items() if state == "dot" and await dot(parcel)]
        self.halted.set()
        await asyncio.get_running_loop().run_in_executor(None, self.go_on.wait, PATIENCE)
        late = [parcel for parcel, state in by_state.items() if state == "claimed" and await dot(parcel)]
        for parcel in at_the_dot + late:
            self.keeping.kept.append((self.keeping.town.now, parcel.to_address, parcel.raw))
            report(parcel, Answer(kind="sent", words="250 ok"))
        return None


def _reminders(house: House) -> None:
    """Units with places left before the last day: a reader for each state, and two who are called."""
    with house.write(REMINDER - timedelta(hours=1)) as work:
        for state in STATES:
            add_unit(work, f"提醒{state}", people=[(state, f"{state}.reminder@example.cn")])
        for state in ("open", "done"):
            add_unit(work, f"电话{state}", people=[(f"{state} reminder", None)])
    turn(house.office, house.campaign, at=REMINDER)
    with house.write(REMINDER + MINUTE) as work:
        for state in STATES:
            unit = add_unit(work, f"回执{state}", people=[(state, f"{state}.receipt@example.cn")])
            add_submitted(work, unit, f"项目{state}", track="inventions/water")


def _openings(house: House) -> None:
    """The same on the first day."""
    with house.write(OPENING - timedelta(hours=1)) as work:
        for state in STATES:
            add_unit(work, f"启动{state}", people=[(state, f"{state}.opening@example.cn")])
        for state in ("open", "done"):
            add_unit(work, f"电话{state}", people=[(f"{state} opening", None)])
    turn(house.office, house.campaign, at=OPENING)


def _extend(house: House, end: datetime, *, at: datetime) -> None:
    with house.write(at, OFFICE, alone=True) as work:
        campaigns.extend(work, "collection", closes=end, reason="应各单位要求")


def _shorten(house: House, end: datetime, *, at: datetime) -> None:
    """One person asks, another confirms: less time is never one person's decision."""
    asked = {"milestone": "collection", "closes": end.isoformat(), "reason": "会期提前"}
    with house.write(at, OFFICE, alone=True) as work:
        key = proposing.propose(work, "extend", asked, account="zhao")
    with house.write(at, SECOND, alone=True) as work:
        proposing.confirm(work, key, account="li")


def _twice(house: House, first: datetime, *, at: datetime) -> None:
    _extend(house, first, at=at)
    _extend(house, first + A_WEEK, at=at + timedelta(milliseconds=300))


def _there_and_back(house: House, first: datetime, *, at: datetime) -> None:
    _extend(house, first, at=at)
    _shorten(house, END_IN_FORCE, at=at + timedelta(milliseconds=300))


MOVES: Mapping[str, Callable[[House, datetime], None]] = {
    "extended": lambda house, at: _extend(house, END_IN_FORCE + A_WEEK, at=at),
    "shortened": lambda house, at: _shorten(house, END_IN_FORCE - timedelta(days=1), at=at),
    "twice": lambda house, at: _twice(house, END_IN_FORCE + A_WEEK, at=at),
    "there and back": lambda house, at: _there_and_back(house, END_IN_FORCE + A_WEEK, at=at),
    "and back": lambda house, at: _extend(house, END_IN_FORCE + A_WEEK, at=at),  # and back, once all were corrected
}


@pytest.fixture
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    opened = small_house(
        request.getfixturevalue(f"{request.param}_database_url"),
        FILE.read_text("utf-8").replace('useful = "3天"', 'useful = "5天"'),
    )
    yield opened
    opened.office.database.dispose()


def _another_process(house: House) -> House:
    """The house as another program has it, with nothing remembered."""
    return House(office=Office(database=Database(house.office.database.url)), campaign=house.campaign)


@pytest.mark.parametrize(
    ("house", "move"), [*(("sqlite", move) for move in MOVES), ("postgres", "extended")], indirect=["house"]
)
@pytest.mark.parametrize("letters", [_openings, _reminders], ids=["opening", "reminder"])
def test_the_last_date_that_anybody_was_told_is_in_force(
    house: House, letters: Callable[[House], None], move: str
) -> None:
    kind = "opening" if letters is _openings else "reminder"
    letters(house)
    town = Town(house=house, now=(OPENING if kind == "opening" else REMINDER) + 10 * MINUTE)
    keeping = Keeping(town=town)
    halting = Halting(keeping=keeping)
    _as_if(house, "expired", "cancelled")
    phoned = _call(house, "done", at=town.now)

    stopped = town.post(halting, "stopped")
    stopped.deliver()
    town.now += 6 * MINUTE
    sender = threading.Thread(target=stopped.deliver)
    sender.start()
    assert halting.halted.wait(PATIENCE)
    assert {(one.to_name, one.state) for one in town.letters() if one.to_name in STATES} == {
        (each, each) for each in STATES
    }

    others = _another_process(house)
    town.now += MINUTE
    MOVES[move](others, town.now)
    engine = town.engine(keeping)
    town.run(engine, until=town.now + 2 * MINUTE, every=MINUTE)
    halting.go_on.set()
    sender.join(PATIENCE)
    town.run(engine, until=town.now + 30 * MINUTE, every=10 * MINUTE)
    if move == "and back":
        _shorten(others, END_IN_FORCE, at=town.now)
        town.run(engine, until=town.now + 30 * MINUTE, every=10 * MINUTE)
    _decide(house, at=town.now)
    phoned += _call(house, "open", "done", at=town.now)
    town.run(engine, until=town.now + timedelta(hours=3), every=timedelta(hours=1))
    others.office.database.dispose()

    lines = _table(keeping, phoned, kind)
    assert lines == _by_hand(move, kind)
    assert {line.rpartition(" ")[2] for line in lines} == {SAID[move], "—"}
    assert faults(house) == ()


def _as_if(house: House, *states: str) -> None:
    """Letters that are over, as if the sender had brought them there."""
    with house.write() as work:
        for state in states:
            work.connection.execute(update(LETTER).where(LETTER.c.to_name == state).values(state=state))


def _decide(house: House, *, at: datetime) -> None:
    """The secretariat tries again whatever failed, and would have sent again whatever is not known."""
    with house.write(at, OFFICE) as work:
        rows = work.connection.execute(select(LETTER.c.public_id, LETTER.c.state)).all()
        desk.retry(work, [row.public_id for row in rows if row.state == "failed"])
    for row in (row for row in rows if row.state == "parked"):
        with house.write(at, OFFICE) as work, pytest.raises(OutboxRefused):
            desk.resolve(work, row.public_id, decision="again")


def _call(house: House, *states: str, at: datetime) -> list[tuple[str, str]]:
    """Make the calls to these readers, and say what was told to whom."""
    said = []
    with house.write(at, OFFICE) as work:
        for row in work.connection.execute(select(Call).where(col(Call.state) == "open").order_by(col(Call.id))).all():
            if row.name.split()[0] in states:
                words = templates_of(work.definition, LETTERS).render(row.template, said_now(work, row)).text
                said += [(row.name, END.search(words))]
                calls.tick(work, row.public_id)
    return [(name, found[1] + found[2]) for name, found in said if found]


def _by_name(phoned: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [date for other, date in phoned if other == name] for name, _ in phoned}


def _table(keeping: Keeping, phoned: Sequence[tuple[str, str]], kind: str) -> list[str]:
    """What every reader was told, as the table has it."""
    by_mail, by_phone = told(keeping.kept), _by_name(phoned)
    kinds = ["opening"] if kind == "opening" else ["reminder", "receipt"]
    lines = [(f"{state} {each}", by_mail.get(f"{state}.{each}@example.cn")) for each in kinds for state in STATES]
    lines += [(f"call-{state} {kind}", by_phone.get(f"{state} {kind}")) for state in ("open", "done")]
    return [f"{name}: {' → '.join(dates) if dates else '—'}" for name, dates in lines]


def _by_hand(move: str, kind: str) -> list[str]:
    section = TABLE.read_text("utf-8").split(f"== {move}, {kind}\n")[1].split("\n\n")[0]
    return section.splitlines()

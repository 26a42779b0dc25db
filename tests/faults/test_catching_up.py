"""An engine that was stopped for days catches up: what it then writes and moves stands in `catching_up.txt`.

That table was written by hand, from the campaigns and the documented rules, and not from what a run had said.
Each story is told three times: by an engine that never stopped, by one that was stopped meanwhile, and by two that
start at once after the stop. Where everything stands in the end is the same each time; the letters differ only as the
table says.
"""

from __future__ import annotations

import email
import email.policy
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import campaigns, nominations
from engine.database import Database
from engine.office import Office
from engine.tables import Call, Done, Event, Nomination
from notifications.tables import LETTER, LETTER_BYTES
from tests.builders import House, add_unit
from tests.faults.living import Keeping, Town
from tests.small import FILE, OFFICE, beijing, draft, faults, said, small_house, states
from tests.stages import checked, passed, stages_house
from workflows.workdays import HolidayYear, Workdays

TABLE = Path(__file__).parent / "catching_up.txt"
SHOWN = ("reach", "extend", "close", "lapse", "begin", "reinstate", "select", "advance")
PREFIX = "【2025年小奖】"
Deed = Callable[[House], House]
PATIENCE = 60  # seconds until a test gives up
IN_2027 = {
    "2025-03-03": "2026-12-14", "2025-03-14 24:00": "2026-12-25 24:00",
    "2025-03-15/2025-03-28": "2026-12-26/2027-01-08",
    '"2025-03-28"': '"2027-01-08"', "2025-03-31/2025-04-11": "2027-01-11/2027-01-22",
    "2025-04-14/2025-04-30": "2027-01-25/2027-02-10", 'offsets = ["3天前"]': 'offsets = ["3天前", "2个工作日前"]',
}  # fmt: skip


def _over_the_year(url: str) -> House:
    text = FILE.read_text("utf-8")
    for old, new in IN_2027.items():
        assert text.count(old) >= 1
        text = text.replace(old, new)
    return _collecting(small_house(url, text), at=beijing("2026-12-20 10:00"))


def _collecting(house: House, *, at: datetime) -> House:
    """One unit with a draft, one that has submitted, one that is called."""
    with house.write(at) as work:
        first = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        second = add_unit(work, "乙学会", people=[("李四", "li@example.cn")])
        third = add_unit(work, "丙学会", people=[("王五", None)])
        draft(work, first, "甲的草稿")
        nominations.submit(work, draft(work, second, "乙的项目"))
        draft(work, third, "丙的草稿")
    return house


def _on_notice(url: str) -> House:
    house = stages_house(url)
    passed(house, checked(house, "甲项目", "乙项目"), into="notice")
    return house


def _extend(at: str, closes: str) -> tuple[datetime, Deed]:
    """Somebody at the desk, which goes on without the engine."""

    def do(house: House) -> House:
        with house.write(beijing(at), OFFICE, alone=True) as work:
            campaigns.extend(work, "collection", closes=beijing(closes), reason="应各单位要求")
        return house

    return beijing(at), do


def _enter_2027(house: House) -> House:
    """The year's holidays come to the file; who starts from then on knows them."""
    new_year = HolidayYear(year=2027, holidays=frozenset({date(2027, 1, 1)}), makeups=frozenset(), source="国办")
    return replace(house, office=Office(database=house.office.database, workdays=Workdays(overrides=(new_year,))))


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """A house, from when to when its engine is stopped, what is done meanwhile, and until when the story goes on."""

    since: datetime
    until: datetime
    house: Callable[[str], House] = lambda url: _collecting(small_house(url), at=beijing("2025-03-03 08:00"))
    meanwhile: Sequence[tuple[datetime, Deed]] = ()
    ends: datetime | None = None


STORIES = {
    "nothing": Story(since=beijing("2025-03-04 10:00"), until=beijing("2025-03-06 10:00")),
    "one reminder": Story(since=beijing("2025-03-06 10:00"), until=beijing("2025-03-08 10:00")),
    "three reminders": Story(since=beijing("2025-03-06 10:00"), until=beijing("2025-03-14 22:00")),
    "the deadline": Story(since=beijing("2025-03-14 10:00"), until=beijing("2025-03-16 10:00")),
    "an extension": Story(
        since=beijing("2025-03-06 10:00"), until=beijing("2025-03-14 10:00"),
        meanwhile=[_extend("2025-03-12 10:00", "2025-03-22 00:00")],
    ),
    "an extension after the end": Story(
        since=beijing("2025-03-14 10:00"), until=beijing("2025-03-16 10:00"),
        meanwhile=[_extend("2025-03-15 12:00", "2025-03-19 00:00")], ends=beijing("2025-03-19 10:00"),
    ),
    "a year whose holidays are unknown": Story(
        since=beijing("2026-12-30 10:00"), until=beijing("2027-01-06 10:00"), house=_over_the_year
    ),
    "a year whose holidays are entered meanwhile": Story(
        since=beijing("2026-12-30 10:00"), until=beijing("2027-01-06 10:00"), house=_over_the_year,
        meanwhile=[(beijing("2027-01-04 10:00"), _enter_2027)],
    ),
    "the end of review": Story(since=beijing("2025-03-24 10:00"), until=beijing("2025-03-31 10:00")),
    "the end of a public notice": Story(
        since=beijing("2025-04-15 10:00"), until=beijing("2025-04-20 10:00"), house=_on_notice
    ),
}  # fmt: skip


def _lived(story: Story, url: str, *, engines: int) -> House:
    """Live through it: with no engine in between, and then so many; 0 is one that never stopped."""
    town = Town(house=story.house(url), now=story.since - timedelta(days=3))
    keeping = Keeping(town=town)
    town.run(town.engine(keeping), until=story.since)
    for at, do in story.meanwhile:
        if not engines:
            town.run(town.engine(keeping), until=at)
        town.house = do(town.house)
    if not engines:
        town.run(town.engine(keeping), until=story.until)
    town.now = story.until
    if engines > 1:
        _start(town, keeping, engines)
    town.run(town.engine(keeping, "again"), until=story.ends or story.until + timedelta(minutes=30))
    return town.house


def _start(town: Town, keeping: Keeping, engines: int) -> None:
    """Several at once, each with a memory of its own, as processes have."""
    together, failed = threading.Barrier(engines), list[BaseException]()

    def beat(number: int) -> None:
        office = Office(database=Database(town.house.office.database.url), workdays=town.house.office.workdays)
        mine = Town(house=House(office=office, campaign=town.house.campaign), now=town.now)
        engine = mine.engine(keeping, f"engine {number}")
        together.wait(PATIENCE)
        try:
            engine(mine.now)
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failed.append(error)
        office.database.dispose()

    threads = [threading.Thread(target=beat, args=(number,)) for number in range(engines)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failed == []


def _letters(house: House, since: datetime) -> list[str]:
    """Who was written to or is to be called, when, of what; and what is written to nobody any more."""
    with house.read() as work:
        raw: dict[int, bytes] = dict(work.connection.execute(select(LETTER_BYTES)).all())
        rows = work.connection.execute(select(LETTER).where(LETTER.c.sent_at > since)).all()
        made = select(Call).where(col(Call.made_at) > since)
        phoned = work.connection.execute(made).all()
        late = select(col(Done.occasion)).where(col(Done.outcome) == "passed", col(Done.at) > since)
        over = work.connection.execute(late.order_by(col(Done.occasion))).scalars().all()
    told = [f"{said(row.sent_at)} {row.to_name} {_occasion(row)} {_subject(raw[row.id])}" for row in rows]
    told += [f"{said(row.made_at)} 电话{row.name} {_occasion(row)}" for row in phoned]
    return sorted(told) + [f"不再发 {occasion}" for occasion in over]


def _occasion(row: Any) -> str:
    """The occasion without the ids in it, which are others each time."""
    return str(row.occasion).partition("/")[0] if "/" in row.occasion and row.milestone is None else str(row.occasion)


def _subject(raw: bytes) -> str:
    return str(email.message_from_bytes(raw, policy=email.policy.default)["Subject"]).removeprefix(PREFIX)


def _moved(house: House, since: datetime) -> list[str]:
    """What moved, whoever moved it and whenever; a closing that several carried out is told in sum."""
    with house.read() as work:
        titles = dict(work.connection.execute(select(col(Nomination.id), col(Nomination.title))).all())
        query = select(Event).where(col(Event.at) > since, col(Event.verb).in_(SHOWN))
        rows = work.connection.execute(query).all()
    closed: dict[str, Counter[str]] = defaultdict(Counter)
    for row in (row for row in rows if row.verb == "close"):
        closed[_named(row, "revision")].update({name: row.details[name] for name in ("lapsed", "begun")})
    told = [f"{name}: {n['lapsed']} lapsed, {n['begun']} begun" for name, n in closed.items()]
    return sorted(told + [_event(row, titles) for row in rows if row.verb != "close"])


def _event(row: Any, titles: dict[int | None, str]) -> str:
    if row.subject == "nomination":
        return f"{row.verb} {titles[row.subject_id]}: {row.from_state} → {row.to_state}"
    return _named(row, "edge" if "edge" in row.details else "revision")


def _named(row: Any, which: str) -> str:
    return f"{row.verb} {row.details['milestone']} {row.details[which]}"


def _by_hand(name: str) -> dict[str, list[str]]:
    """What the table says of one story: its letters with and without the stop, what moved, and the end."""
    found: dict[str, list[str]] = {}
    for line in TABLE.read_text("utf-8").split(f"== {name}\n")[1].split("\n\n")[0].splitlines():
        if line.startswith("  "):
            found[next(reversed(found))].append(line.strip())
        else:
            found[line.rstrip(":")] = []
    return found


@pytest.mark.parametrize("engines", [0, 1, 2], ids=["never stopped", "stopped", "two start"])
@pytest.mark.parametrize("name", STORIES)
def test_what_an_engine_writes_and_moves_after_a_stop(sqlite_database_url: str, name: str, engines: int) -> None:
    _tell(sqlite_database_url, name, engines)


@pytest.mark.parametrize("name", ["the deadline", "an extension"])
def test_two_that_start_at_once_do_the_same_on_postgresql(postgres_database_url: str, name: str) -> None:
    _tell(postgres_database_url, name, 2)


def _tell(url: str, name: str, engines: int) -> None:
    story, which = STORIES[name], "stopped" if engines else "never stopped"
    house = _lived(story, url, engines=engines)
    happened = {
        f"letters, {which}": _letters(house, story.since), f"moved, {which}": _moved(house, story.since),
        "in the end": [f"{title}: {state}" for title, state in sorted(states(house).items())],
    }  # fmt: skip
    wrong = faults(house)
    house.office.database.dispose()
    table = _by_hand(name)
    assert happened == {part: table.get(part, table.get(part.partition(",")[0])) for part in happened}
    assert wrong == ()

"""Two engines, five senders and three clients on one house, stopped and killed at random: no harm is done.

A seeded director stops, wakes and kills them, while a virtual clock goes from one date of the campaign to the next at
such a pace that a sender which is stopped wakes after its lease has run out. `BANGDAN_TEST_FAULT_MINUTES` (10) is how
long that goes on, half of it on SQLite, half on PostgreSQL. Waiting is part of the fault, so this file really waits.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from engine.tables import Campaign, Done, Event, Nomination
from engine.tallies import disagreements
from notifications.tables import LETTER
from tests.builders import House, add_unit, letters
from tests.faults.chaos_worker import Place, work
from tests.faults.director import Director
from tests.faults.virtual_clock import VirtualClock
from tests.notifications.misbehaving import Misbehaving, in_a_thread
from tests.small import DURING, OPENED, beijing, draft, faults, small_house

MINUTES = float(os.environ.get("BANGDAN_TEST_FAULT_MINUTES", "10"))
SEED = int(os.environ.get("BANGDAN_TEST_FAULT_SEED", "20231130"))
RATE = 240  # virtual seconds a second: a lease of twenty minutes runs out in five seconds
PATIENCE = 300  # seconds until something that should come is a failure

UNITS, DRAFTS, PLACES = 30, 4, 2
TRACKS = ("inventions/water", "inventions/light")
COUNTED = ("submitted", "review")
WAITING = ("ready", "claimed", "dot")

# Where the clock goes next, and the letters that are due there.
SCENES = (
    ("2025-03-03 08:55", "collection-opens:当天"),
    ("2025-03-07 08:55", "collection-closes:7天前"),
    ("2025-03-13 08:55", "collection-closes:1天前"),
    ("2025-03-14 20:55", "collection-closes:3小时前"),
    ("2025-03-14 23:50", "lapsed:collection"),
    ("2025-03-25 08:55", "results-due:3天前"),
    ("2025-03-29 08:55", "results-overdue:1天后"),
)
REACHED = {
    "collection opens", "collection closes", "plan closes", "review opens", "review closes", "results closes",
}  # fmt: skip
REMINDED = Counter(occasion for _, occasion in SCENES if not occasion.startswith("lapsed"))


@pytest.fixture
def furnished(database_url: str) -> Iterator[House]:
    """The small campaign with thirty units, each with twice as many drafts as it has places."""
    house = small_house(database_url)
    with house.write(OPENED) as work:
        made = [
            add_unit(
                work, f"第{number}学会", people=[(f"{number}甲", f"jia-{number}@example.org"), (f"{number}乙", None)]
            )
            for number in range(UNITS)
        ]
    with house.write(DURING) as work:
        for unit in made:
            for number, track in [(number, track) for track in TRACKS for number in range(DRAFTS)]:
                draft(work, unit, f"第{number}项", track=track)
    yield house
    house.office.database.dispose()


def play(house: House, clock: VirtualClock, director: Director) -> None:
    """Every scene for its share of the time, and until what is due in it is done; nobody is spared."""
    for moment, occasion in SCENES:
        clock.set(beijing(moment), rate=RATE)
        began = time.monotonic()
        director.harass(until=partial(_is_over, house, occasion, began))


def _is_over(house: House, occasion: str, began: float) -> bool:
    elapsed = time.monotonic() - began
    assert elapsed < PATIENCE + _share(), f"{occasion} does not come"
    return elapsed >= _share() and _is_done(house, occasion) and _has_left(house, occasion)


def _share() -> float:
    return MINUTES / 2 * 60 / len(SCENES)


def _is_done(house: House, occasion: str) -> bool:
    with house.read() as work:
        query = select(col(Done.occasion)).where(col(Done.occasion) == occasion)
        return work.connection.execute(query).first() is not None


def _has_left(house: House, occasion: str) -> bool:
    return not any(row.state in WAITING for row in _letters(house) if row.occasion == occasion)


def settle(house: House, clock: VirtualClock) -> None:
    """Let leases run out and what is unknown be repeated, until the outbox holds nothing that is to be sent."""
    began = time.monotonic()
    while any(letter.state in WAITING for letter in _letters(house)):
        assert time.monotonic() - began < PATIENCE, Counter(letter.state for letter in _letters(house))
        clock.set(clock() + timedelta(minutes=7), rate=RATE)
        time.sleep(1)


def _letters(house: House) -> list[Any]:
    with house.read() as work:
        return letters(work)


def test_two_engines_five_senders_stopped_and_killed_at_random_do_no_harm(
    furnished: House, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    house, clock = furnished, VirtualClock(tmp_path / "clock")
    clock.set(beijing(SCENES[0][0]), rate=RATE)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.chaos_worker"])
    with in_a_thread(Misbehaving()) as server:
        url = house.office.database.url.render_as_string(hide_password=False)
        place = Place(url=url, campaign=house.campaign, folder=tmp_path, smtp_port=server.port)

        def start(role: str, number: int) -> Any:
            process = context.Process(target=work, args=(place, role, number), daemon=True)
            process.start()
            return process

        cast = ["engine"] * 2 + ["sender"] * 5 + ["client"] * 3
        with Director(seed=SEED, start=start, names=cast) as director:
            play(house, clock, director)
            director.leave_alone()
            director.dismiss("client")  # who would cause letters for ever
            settle(house, clock)
            assert director.died == []
        told = Counter(server.copies())

    outcome = Counter(letter.state for letter in _letters(house))
    doubles = sum(number > 1 for number in told.values())
    record_property("summary", (
        f"{house.office.database.url.get_backend_name()}, seed {SEED}: {director.counted['kills']} kills, "
        f"{director.counted['stops']} stops, {len(place.noted('accepted'))} acts accepted, "
        f"{outcome.total()} letters {dict(outcome)}, {doubles} of them in doubt and there twice, "
        f"{len(place.noted('database'))} waits for the database in vain"
    ))  # fmt: skip
    assert place.noted("unexpected") == []
    # SQLite has one writer, which may be stopped longer than others wait for it; nothing else may hold anybody up.
    assert house.office.database.sqlite or place.noted("database") == []
    _every_date_came_once(house)
    _every_letter_is_there_once_or_in_doubt(house, told)
    _the_quota_was_kept(house)
    _what_was_accepted_is_there(house, place)
    assert (faults(house), _half_done(house)) == ((), [])


def _every_date_came_once(house: House) -> None:
    with house.read() as work:
        rows = work.connection.execute(select(Event).where(col(Event.subject) == "campaign")).all()
        done = work.connection.execute(select(col(Done.occasion)).where(col(Done.outcome) == "done")).scalars().all()
    by_verb = {verb: [row.details for row in rows if row.verb == verb] for verb in ("reach", "remind", "close", "pass")}
    reached = Counter(f"{each['milestone']} {each['edge']}" for each in by_verb["reach"])
    # What lies after the last scene may have come while the letters were waited for.
    assert {mark for mark in reached if mark in REACHED} == REACHED
    assert set(reached.values()) == {1}
    reminded = Counter(each["occasion"] for each in by_verb["remind"])
    assert (reminded, by_verb["pass"]) == (REMINDED, [])
    assert Counter(done)["lapsed:collection"] == 1
    assert (len(by_verb["close"]) >= 1, sum(each["begun"] for each in by_verb["close"])) == (
        True,
        _number(house, "begin"),
    )


def _number(house: House, verb: str) -> int:
    with house.read() as work:
        rows = work.connection.execute(select(col(Event.subject_id)).where(col(Event.verb) == verb)).scalars().all()
    assert len(rows) == len(set(rows))
    return len(rows)


def _every_letter_is_there_once_or_in_doubt(house: House, told: Counter[str]) -> None:
    """One copy, and another only behind an attempt of which nobody knows how it ended; none, or it is shown."""
    found = _letters(house)
    most = {"sent": 2, "parked": 2, "expired": 0, "cancelled": 0}
    least = {"sent": 1}
    wrong = [
        (row.template, row.state, row.unknowns, told[row.message_id], row.last_answer)
        for row in found
        if row.state not in most
        or not least.get(row.state, 0) <= told[row.message_id] <= min(1 + row.unknowns, most[row.state])
    ]
    assert wrong == []
    assert set(told) <= {row.message_id for row in found}
    assert [row.last_answer for row in found if row.state == "parked" and not row.last_answer] == []


def _the_quota_was_kept(house: House) -> None:
    with house.read() as work:
        query = select(col(Nomination.unit_id), col(Nomination.track)).where(col(Nomination.state).in_(COUNTED))
        used = Counter((row.unit_id, row.track) for row in work.connection.execute(query))
    # The clients went on to the deadline, and began at it: whoever had a place free was asked for it again and again.
    assert max(used.values()) == PLACES


def _what_was_accepted_is_there(house: House, place: Place) -> None:
    """Each act that somebody was told of is in the history once, with its instant; each submission has its receipt."""
    with house.read() as work:
        query = select(col(Nomination.public_id), col(Event.verb), col(Event.at)).join_from(
            Event, Nomination, col(Event.subject_id) == col(Nomination.id)
        )
        kept = Counter(
            (row.public_id, row.verb, row.at.isoformat())
            for row in work.connection.execute(query.where(col(Event.subject) == "nomination"))
        )
        submitted = sum(number for (_, verb, _), number in kept.items() if verb == "submit")
        receipts = Counter(row.key for row in letters(work, "submission-receipt"))
    accepted = Counter((key, verb, at) for key, verb, at in place.noted("accepted"))
    assert accepted - kept == Counter()
    assert (receipts.total(), set(receipts.values())) == (submitted, {1})


def _half_done(house: House) -> list[Any]:
    """What a transaction that was cut off would have left behind."""
    with house.read() as work:
        connection = work.connection
        left = select(col(Nomination.title)).where(col(Nomination.state).in_(["drafted", "returned", "submitted"]))
        closed = connection.execute(select(col(Campaign.closed))).scalar_one()
        held = select(LETTER.c.key).where(LETTER.c.claimed_by.is_not(None))
        found = [*disagreements(work), *connection.execute(left).scalars(), *connection.execute(held).scalars()]
        if closed != {"collection": 1}:
            found.append(closed)
        if connection.dialect.name == "sqlite":
            found += [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    return found

"""Sixty-four at once at the limit, in threads and in processes: the places are exact, whichever way into them is taken.

`tests/scenario/test_races.py` has the smaller races. Here everybody goes for the same last places through every verb
that takes one, also while the number itself is being lowered.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine import bulk, nominations, tallies
from engine.database import Database
from engine.office import Office, Work
from engine.quota_changes import change_quota
from engine.tables import Nomination
from tests.builders import House
from tests.scenario.test_races import WAITING, _at_once, _drafts, _submitting
from tests.small import DURING, OFFICE, draft, events, faults, new_unit

MANY, PROCESSES = 64, 4
PLACES = 4  # of a unit in both channels, in a field
LOWERED = 1
COUNTED = ("submitted", "returned")


def unit_of(house: House, name: str = "两栖单位") -> int:
    return new_unit(house, name, "societies", "cities")


def used(house: House) -> Counter[int]:
    """How many places each unit takes, counted from the rows themselves."""
    with house.read() as work:
        query = select(col(Nomination.unit_id)).where(col(Nomination.state).in_(COUNTED))
        return Counter(work.connection.execute(query).scalars())


def doing(house: House, do: Callable[[Work], object], *, alone: bool = False) -> Callable[[], str]:
    """A call that does it in a transaction of its own and answers `done`."""

    def go() -> str:
        with house.write(DURING, alone=alone) as work:
            do(work)
        return "done"

    return go


def test_sixty_four_threads_at_the_limit_get_exactly_its_places(small: House) -> None:
    unit = unit_of(small)
    heard = _at_once(*[_submitting(small, key) for key in _drafts(small, unit, MANY)])
    assert Counter(heard) == {"submitted": PLACES, "QTA-01": MANY - PLACES}
    assert (used(small), faults(small)) == ({unit: PLACES}, ())


def _process(url: str, keys: Sequence[str], start: Any, heard: Any) -> None:
    """One of several programs on the same database, with all its requests at once in threads of its own."""
    office = Office(database=Database(url))

    def submit(key: str) -> str:
        with office.write("small-2025", OFFICE, at=DURING) as work:
            return nominations.submit(work, key).state

    start.wait(WAITING)
    heard.put(_at_once(*[lambda key=key: submit(key) for key in keys]))
    office.database.dispose()


def test_sixty_four_requests_in_four_processes_get_exactly_its_places(small: House) -> None:
    unit = unit_of(small)
    keys = _drafts(small, unit, MANY)
    spawn = multiprocessing.get_context("spawn")
    start, heard = spawn.Barrier(PROCESSES), spawn.Queue()
    url = small.office.database.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=_process, args=(url, keys[n::PROCESSES], start, heard)) for n in range(PROCESSES)]
    for process in processes:
        process.start()
    answers = [answer for _ in processes for answer in heard.get(timeout=WAITING)]
    for process in processes:
        process.join(WAITING)
    assert Counter(answers) == {"submitted": PLACES, "QTA-01": MANY - PLACES}
    assert (used(small), faults(small)) == ({unit: PLACES}, ())


def test_every_way_into_a_place_competes_for_the_last_ones(small: House) -> None:
    """Submitted, reinstated, and given up by one unit for another to nominate, all at once."""
    unit, other = unit_of(small), unit_of(small, "另一单位")
    fresh = _drafts(small, unit, 16)
    ended: list[str] = []
    moved: list[str] = []
    for number in range(16):
        with small.write(DURING) as work:
            for owner, keys, title in ((unit, ended, "退出"), (other, moved, "转移")):
                keys.append(draft(work, owner, f"{title}{number}"))
                nominations.submit(work, keys[-1])
                if owner == unit or number < 16 - PLACES:
                    nominations.withdraw(work, keys[-1], reason="不报了")

    def reinstate(key: str) -> Callable[[], str]:
        return doing(small, lambda work: nominations.reinstate(work, key, reason="又报了"))

    def move(key: str) -> Callable[[], str]:
        def do(work: Work) -> None:
            tallies.hold(work, units={unit, other}, tracks={"inventions/water"})  # as whoever does several must
            nominations.withdraw(work, key, reason="改由两栖单位推荐")
            nominations.submit(work, draft(work, unit, f"改推{key}"))

        return doing(small, do)

    last = moved[-PLACES:]
    heard = _at_once(*[_submitting(small, key) for key in fresh], *map(reinstate, ended), *map(move, last))
    answers = Counter("taken" if answer in ("done", "submitted") else answer for answer in heard)
    assert answers == {"taken": PLACES, "QTA-01": 32}
    # Whoever could not move kept what they had: it was given up only together with the new submission.
    went = [answer for answer in heard[-PLACES:] if answer == "done"]
    assert (used(small)[unit], used(small)[other]) == (PLACES, PLACES - len(went))
    assert faults(small) == ()


def test_who_recalls_and_submits_again_at_once_neither_loses_nor_doubles_a_place(small: House) -> None:
    unit = unit_of(small)
    held, waiting = _drafts(small, unit, PLACES), []
    with small.write(DURING) as work:
        for key in held:
            nominations.submit(work, key)
        waiting = [draft(work, unit, f"候补{number}") for number in range(16)]

    def again(key: str) -> Callable[[], str]:
        def go() -> str:
            for _ in range(4):
                with small.write(DURING) as work:
                    nominations.recall(work, key)
                with small.write(DURING) as work:
                    nominations.submit(work, key)
            return "done"

        return go

    _at_once(*map(again, held), *[_submitting(small, key) for key in waiting])
    with small.read() as work:
        story = Counter(verb for verb, *_ in events(work, "submit", "recall"))
    assert (used(small)[unit], faults(small)) == (PLACES, ())
    assert story["submit"] - story["recall"] == PLACES


def test_a_number_that_is_lowered_meanwhile_holds_from_its_own_instant_on(small: House) -> None:
    unit = unit_of(small)
    keys = _drafts(small, unit, MANY)

    def limited(number: int | None) -> Callable[[], str]:
        return doing(
            small,
            lambda work: change_quota(work, "inventions", limit=number, unit="两栖单位", reason="调整", keep=True),
            alone=True,
        )

    limited(None)()  # so that nothing but the new number keeps anybody out
    first, more = keys[1 : PLACES + 2], keys[PLACES + 2 :]
    heard = [_submitting(small, key)() for key in first]
    heard += _at_once(limited(LOWERED), *[_submitting(small, key) for key in more])
    afterwards = _at_once(_submitting(small, keys[0]))
    with small.read() as work:
        story = [verb for verb, *_ in events(work, "submit", "quota")][1:]
    lowered = story.index("quota")
    assert Counter(heard)["submitted"] == story.count("submit") == used(small)[unit]
    assert (heard[: len(first)], story[lowered + 1 :], afterwards) == (["submitted"] * len(first), [], ["QTA-01"])
    assert faults(small) == ()


def test_many_at_once_and_single_verbs_never_wait_for_each_other_in_a_circle(small: House) -> None:
    """What the office takes for many units in one transaction is held in one order, or PostgreSQL would end one."""
    units = [unit_of(small, f"第{number}学会") for number in range(8)]
    many = [_drafts(small, unit, 1)[0] for unit in units]
    with small.write(DURING) as work:
        single = [draft(work, unit, "自己办理") for unit in units]

    def look(keys: Sequence[str]) -> Callable[[], str]:
        def go() -> str:
            for _ in range(8):
                with small.write(DURING) as work:
                    bulk.preview(work, bulk.Asked(verb="submit", ids=tuple(keys), reason="说明"))
            return "done"

        return go

    def to_and_fro(key: str) -> Callable[[], str]:
        def go() -> str:
            for _ in range(8):
                with small.write(DURING) as work:
                    nominations.submit(work, key)
                with small.write(DURING) as work:
                    nominations.recall(work, key)
            return "done"

        return go

    heard = _at_once(look(many), look(many[::-1]), *map(to_and_fro, single))
    assert (heard, faults(small)) == (["done"] * 10, ())

"""The counters agree with the rows through every verb, are kept by unit, and are named where they do not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from engine import nominations, places, tallies
from engine.office import Work
from engine.sweep import close
from engine.tables import TrackTally, UnitTally
from tests.builders import House
from tests.small import DURING, SWEPT, draft, new_unit
from workflows.places import Place

WATER, LIGHT = "inventions/water", "inventions/light"


def _track(work: Work) -> dict[tuple[str, str], int]:
    query = select(col(TrackTally.track), col(TrackTally.state), col(TrackTally.n)).where(col(TrackTally.n) != 0)
    return {(row[0], row[1]): row[2] for row in work.connection.execute(query)}


def test_a_move_takes_one_from_there_and_adds_one_here(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        first, second = draft(work, unit, "甲"), draft(work, unit, "乙")
        nominations.submit(work, first)
        nominations.edit(work, second, applicant="丙")
        found = _track(work), dict(tallies.taken(work, unit))
        assert tallies.disagreements(work) == []
    assert found == ({(WATER, "drafted"): 1, (WATER, "submitted"): 1}, {WATER: 1})


def test_a_place_tells_its_limit_and_what_is_used(quick: House) -> None:
    unit = new_unit(quick, "两栖单位", "societies", "cities")
    with quick.write(DURING) as work:
        nominations.submit(work, draft(work, unit, "甲"))
        found = [place for track in (WATER, LIGHT) for place in places.places_of(work, unit, track)]
        counted = [tallies.counted(work, track) for track in (WATER, LIGHT)]
    assert found == [Place(scope="发明榜·水", limit=4, used=1), Place(scope="发明榜·光", limit=4, used=0)]
    assert counted == [1, 0]


def test_a_closing_keeps_the_counters_too(small: House) -> None:
    unit = new_unit(small, "两栖单位", "societies", "cities")
    with small.write(DURING) as work:
        for title in "甲乙丙":
            draft(work, unit, title)
        nominations.submit(work, draft(work, unit, "丁", track=LIGHT))
    close(small.office, small.campaign, at=SWEPT)
    with small.read() as work:
        assert (_track(work), tallies.disagreements(work)) == ({(WATER, "lapsed"): 3, (LIGHT, "review"): 1}, [])


@pytest.mark.parametrize("table", [TrackTally, UnitTally])
def test_a_counter_that_is_off_is_named(quick: House, table: type[TrackTally] | type[UnitTally]) -> None:
    unit = new_unit(quick)
    with quick.write(DURING) as work:
        draft(work, unit, "甲")
        work.connection.execute(update(table).values(n=3))
        name = f"track {WATER}" if table is TrackTally else f"unit {unit} {WATER}"
        assert tallies.disagreements(work) == [f"{name} drafted: rows 1, counter 3"]


def test_units_whose_counters_are_off_by_as_much_the_other_way_are_named_both(quick: House) -> None:
    first, second = new_unit(quick, "甲学会"), new_unit(quick, "乙学会")
    with quick.write(DURING) as work:
        draft(work, first, "甲")
        draft(work, second, "乙")
        for unit, n in ((first, 0), (second, 2)):
            work.connection.execute(update(UnitTally).where(col(UnitTally.unit_id) == unit).values(n=n))
        assert tallies.disagreements(work) == [
            f"unit {first} {WATER} drafted: rows 1, counter 0", f"unit {second} {WATER} drafted: rows 1, counter 2",
        ]  # fmt: skip


def _to_and_fro(house: House, key: str, times: int) -> None:
    for _ in range(times):
        with house.write(DURING) as work:
            nominations.submit(work, key)
        with house.write(DURING) as work:
            nominations.recall(work, key)


def test_many_at_once_on_one_track_lose_no_count(small: House) -> None:
    units = [new_unit(small, f"第{number}学会") for number in range(8)]
    with small.write(DURING) as work:
        keys = [draft(work, unit, "甲") for unit in units]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(_to_and_fro, small, times=5), keys))
    with small.read() as work:
        assert (_track(work), tallies.disagreements(work)) == ({(WATER, "drafted"): 8}, [])

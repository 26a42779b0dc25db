"""What is kept of the clocks: every process on a machine agrees, and a machine that was off is not in doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.database import Database
from engine.timekeeping import baseline, doubts
from tests.builders import House
from tests.setting import Clocks, process
from tests.small import DURING, OPENED

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def test_a_jump_while_nobody_ran_is_noticed_by_the_next_process(small: House) -> None:
    clocks = Clocks(wall=DURING)
    process(small, clocks)
    clocks.is_set(HOUR)

    found = process(small, clocks).office.doubt()

    assert found is not None
    assert found.step == HOUR


def test_a_machine_that_was_off_for_a_week_catches_up_without_a_doubt(small: House) -> None:
    process(small, Clocks(wall=DURING))

    later = process(small, Clocks(wall=DURING + WEEK, steady=5.0), boot="another").office

    assert (later.doubt(), later.clock()) == (None, DURING + WEEK)


def test_a_machine_that_comes_back_before_what_it_has_seen_is_in_doubt_and_carries_on_from_there(small: House) -> None:
    office = process(small, Clocks(wall=OPENED - WEEK)).office

    assert (office.doubt() is not None, office.clock()) == (True, OPENED)


def test_a_doubt_outlives_the_machine_until_a_person_has_ended_it(small: House) -> None:
    clocks = Clocks(wall=DURING)
    before = process(small, clocks).office
    clocks.is_set(WEEK)
    doubts.look(before)

    back = process(small, Clocks(wall=DURING + WEEK), boot="another").office

    assert (back.doubt() is not None, back.clock()) == (True, DURING)


def test_who_finds_the_database_taken_watches_all_the_same_and_the_next_look_writes_it_down(quick: House) -> None:
    patient = Database(quick.office.database.url.update_query_dict({"timeout": "0.1"}))
    clocks = Clocks(wall=DURING)
    with quick.office.database.write():
        one = process(replace(quick, office=replace(quick.office, database=patient)), clocks).office
    began = doubts.look(one)
    clocks.is_set(HOUR)
    patient.dispose()

    assert (began, one.doubt() is not None) == (None, True)
    assert process(quick, clocks).office.doubt() is not None


def test_where_the_system_does_not_say_which_start_it_is_nothing_is_watched(quick: House) -> None:
    assert baseline.watch(quick.office.database, boot=None) is None

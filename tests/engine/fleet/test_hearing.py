"""What is stored anywhere is looked at at once, whatever process stored it."""

from __future__ import annotations

import pytest

from engine.changes.telling import EVERY
from engine.database import Database
from engine.fleet import jobs
from engine.fleet.hearing import Hearing
from tests.builders import House, add_unit
from tests.engine.fleet.conftest import Fleet, until
from tests.small import DURING


def put_up(fleet: Fleet, *campaigns: int) -> list[str]:
    hearing = Hearing(fleet.house.office.database, fleet.board)
    hearing(campaigns)
    until(fleet.up)
    hearing.close()
    return fleet.up()


def test_a_change_wants_a_turn_of_its_campaign_and_the_post(fleet: Fleet) -> None:
    with fleet.house.read() as work:
        mine = work.campaign_id

    assert put_up(fleet, mine) == ["post:0", f"turn:{fleet.house.campaign}"]


def test_a_letter_of_no_campaign_wants_the_post_alone(fleet: Fleet) -> None:
    assert put_up(fleet, EVERY) == ["post:0"]


def test_what_another_process_stored_is_heard_of_and_served(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    from bangdan import wiring

    monkeypatch.setattr("engine.fleet.hearing.PATIENCE", 0.1)
    with fleet.workers(fleet.hands()), wiring.hearing(fleet.house.office):
        until(lambda: fleet.turns() >= 1)
        before = fleet.turns()
        until(lambda: not [name for name in fleet.up() if name.startswith(jobs.TURN)])
        elsewhere = Database(fleet.house.office.database.url)
        another = House(office=type(fleet.house.office)(database=elsewhere), campaign=fleet.house.campaign)
        with another.write(DURING) as work:
            add_unit(work, "乙学会")
        until(lambda: fleet.turns() > before)
        elsewhere.dispose()

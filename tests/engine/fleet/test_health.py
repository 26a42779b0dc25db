"""How a fleet fares, for whoever looks: who lives, what waits and for how long, what was left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.database import Database
from engine.doctor import fleet as doctor
from engine.doctor.finding import Status
from engine.fleet import health, jobs
from engine.fleet.health import Health, UnderWay
from tests.engine.fleet.conftest import Fleet
from tests.engine.fleet.test_worker import DEAD

LEFT = UnderWay(kind="turn", about="a", seconds=20.0, left=True)


def test_what_waits_what_is_under_way_and_what_was_left_are_told_apart(fleet: Fleet) -> None:
    fleet.ask("INSERT INTO procrastinate_workers DEFAULT VALUES")
    [(dead,)] = fleet.ask(DEAD)
    fleet.board.want(jobs.turn("a"), jobs.turn("b"))
    fleet.board.want_in(timedelta(hours=1), jobs.turn("a"))
    fleet.ask("UPDATE procrastinate_events SET at = now() - interval '2 minutes'")
    fleet.ask("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead WHERE lock = 'turn:a'", dead=dead)

    found = health.look(fleet.house.office.database)

    assert found is not None
    assert (found.workers, found.waiting, found.later, found.lags, found.left) == (1, 1, 1, True, 1)
    assert [(each.kind, each.about, each.left) for each in found.under_way] == [("turn", "a", True)]


def test_a_house_that_never_had_a_fleet_has_none(sqlite_database_url: str, postgres_database_url: str) -> None:
    for url in (sqlite_database_url, postgres_database_url):
        database = Database(url)
        assert (health.look(database), list(doctor.fleet(database))) == (None, [])
        database.dispose()


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (Health(workers=3, waiting=5, oldest=2.0), Status.OK),
        (Health(), Status.OK),
        (Health(waiting=1), Status.WARNING),
        (Health(workers=2, under_way=(LEFT,)), Status.WARNING),
        (Health(workers=2, waiting=9, oldest=90.0), Status.WARNING),
    ],
)
def test_the_doctor_says_what_somebody_should_see_to(found: Health, status: Status) -> None:
    said = doctor._of(found)

    assert (said.code, said.status, bool(said.todo[0])) == ("DOC-63", status, status is Status.WARNING)

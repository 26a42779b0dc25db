"""What is put up on the board: each name once, at once or when it is due."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from engine.fleet import jobs
from engine.fleet.jobs import job
from tests.engine.fleet.conftest import Fleet


def test_a_hundred_wishes_are_one_job(fleet: Fleet) -> None:
    for _ in range(3):
        fleet.board.want(jobs.turn("a"), jobs.turn("b"), jobs.turn("a"), *jobs.lines(9))

    assert fleet.up() == ["post:0", "post:1", "post:2", "turn:a", "turn:b"]


def test_wishes_at_the_same_moment_are_one_job_too(fleet: Fleet) -> None:
    wanted = [[jobs.turn(name) for name in ("a", "b", "c")[:count]] for count in (1, 2, 3)] * 5

    with ThreadPoolExecutor(8) as several:
        list(several.map(lambda some: fleet.board.want(*some), wanted))

    assert fleet.up() == ["turn:a", "turn:b", "turn:c"]


def test_an_instant_is_put_up_once_and_holds_no_lock(fleet: Fleet) -> None:
    for _ in range(2):
        fleet.board.want_in(timedelta(hours=1), job(jobs.PULSE))
        fleet.board.want_in(timedelta(hours=1), jobs.turn("a"))

    assert [name.split(" ")[0] for name in fleet.up() if name.startswith("pulse")] == ["pulse:"]
    assert set(fleet.ask("SELECT lock FROM procrastinate_jobs")) == {(None,)}
    assert (fleet.board.is_on_the_way(jobs.PULSE), fleet.board.is_on_the_way(jobs.POST)) == (True, False)

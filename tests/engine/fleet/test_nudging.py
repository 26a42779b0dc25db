"""A desk's word reaches workers, and nobody's board fills where there are none."""

from __future__ import annotations

import pytest

from engine.fleet import jobs, nudging
from engine.fleet.nudging import Nudges
from tests.engine.fleet.conftest import Fleet, until

ALIVE = "INSERT INTO procrastinate_workers DEFAULT VALUES"


def nudged(fleet: Fleet, *campaigns: str | None) -> None:
    saying = Nudges(fleet.house.office.database)
    for each in campaigns:
        saying(each)
    until(lambda: not saying._campaigns and not saying._aside._asked.is_set())
    saying.close()


def test_a_turn_of_that_campaign_and_the_post_are_wanted(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudging, "PACE", 0.0)
    fleet.ask(ALIVE)

    nudged(fleet, "a", "b", "a", None)

    assert fleet.up() == ["post:0", "turn:a", "turn:b"]


def test_where_no_worker_lives_nothing_is_put_up(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudging, "PACE", 0.0)

    nudged(fleet, "a", None)

    assert fleet.up() == []


def test_a_word_is_served_at_once(fleet: Fleet) -> None:
    with fleet.workers(fleet.hands()):
        until(lambda: fleet.turns() == 1)
        nudged(fleet, fleet.house.campaign)
        until(lambda: fleet.turns() == 2)

    assert [name for name in fleet.up() if name.startswith(jobs.TURN) and " " not in name] == []

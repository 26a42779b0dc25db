"""Exports that were ordered, made by a fleet: at once, and by another when the worker that made them is gone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from engine.exports.tables import ExportOrder, Stand
from engine.fleet import jobs
from tests.engine.exports.ordering import Ordering
from tests.engine.fleet.conftest import Fleet, until
from tests.engine.fleet.test_worker import DEAD, with_drafts


def orderer(fleet: Fleet) -> Ordering:
    """Somebody who orders from this fleet's house, with something to be exported in it."""
    with_drafts(fleet)
    return Ordering(fleet.house, now=fleet.now)


def tries(fleet: Fleet) -> list[int]:
    with fleet.house.office.database.read() as connection:
        return list(connection.execute(select(col(ExportOrder.tries))).scalars())


def test_an_empty_board_makes_what_was_ordered(fleet: Fleet) -> None:
    ordering = orderer(fleet)
    ordered = [ordering.order(text=text) for text in ("", "甲", "乙")]

    with fleet.workers(fleet.hands(), fleet.hands()):
        until(lambda: {ordering.stand(each).state for each in ordered} == {Stand.READY})

    assert tries(fleet) == [1, 1, 1]


def test_a_turn_asks_for_as_many_makers_as_there_may_be(fleet: Fleet) -> None:
    ordering = orderer(fleet)
    hands = fleet.hands()
    ups = []
    for text in ("", "甲", "乙"):
        ordering.order(text=text)
        hands.turn(fleet.house.campaign)
        ups.append([name for name in fleet.up() if name.startswith("export")])

    assert ups == [["export:0"], ["export:0", "export:1"], ["export:0", "export:1"]]


def test_what_a_dead_worker_was_making_is_made_by_another_once_for_its_reader(fleet: Fleet) -> None:
    ordering = orderer(fleet)
    order = ordering.order()
    [(dead,)] = fleet.ask(DEAD)
    fleet.board.want(*jobs.exports(1))
    [(job,)] = fleet.ask("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead "
                         "WHERE task_name = 'export' RETURNING id", dead=dead)  # fmt: skip
    dying = ordering.maker(by=f"fleet-{job}")
    dying.telling = _dies
    try:
        dying.one()
    except KeyboardInterrupt:
        held = ordering.stand(order).state

    with fleet.workers(fleet.hands()):
        until(lambda: ordering.stand(order).state == Stand.READY)

    assert (held, tries(fleet)) == (Stand.MAKING, [2])
    assert ordering.file(order).count(b"\r\n") == 4


def _dies(*_given: Any) -> Any:
    raise KeyboardInterrupt

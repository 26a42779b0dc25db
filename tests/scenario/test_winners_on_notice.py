"""Who was decided for a list and is on public notice is a winner already: caps and levels are asked at the decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import batches, nominations, objections
from engine.batches import Result
from engine.tables import Nomination
from engine.turn import turn
from tests.builders import House
from tests.small import FINAL, SETTLE, faults, small_house, states
from tests.stages import FILE, NOTICE, NOTICE_ENDS, checked, passed
from workflows.reasons import Refused

OVER = NOTICE_ENDS + SETTLE
NAME = 'name = "发明榜"\n'
NOTICE_STAGE, CORRECTED = 'window = "notice"\n', 'window = "notice"\ncorrection = "3天"\n'
LEVELS = 'levels.first = { name = "一等奖", winners = 1 }\nlevels.second = { name = "二等奖" }\n'
Opened = Callable[[str], House]


@pytest.fixture
def opened(sqlite_database_url: str) -> Iterator[Opened]:
    """The campaign with a notice after its decision, and with more said of its first list."""
    houses: list[House] = []

    def make(more: str) -> House:
        text = FILE.read_text(encoding="utf-8").replace(NAME, NAME + more).replace(NOTICE_STAGE, CORRECTED)
        houses.append(small_house(sqlite_database_url, text))
        return houses[-1]

    yield make
    houses[0].office.database.dispose()


def decide(house: House, levels: dict[str, str | None]) -> list[str]:
    """The codes that refuse these to be on the list; an empty level names none."""
    results = [Result(id=key, passed=True, level=level or None) for key, level in levels.items()]
    try:
        with house.write(FINAL) as work:
            batches.decide(work, results, occasion="1")
    except Refused as refused:
        return [reason.code for reason in refused.reasons]
    return []


def test_one_more_than_the_winners_is_refused_before_the_notice(opened: Opened) -> None:
    house = opened("winners = 1\n")
    ids = checked(house, "甲", "乙")
    passed(house, ids, into="final")
    assert decide(house, dict.fromkeys(ids)) == ["WIN-01"]
    assert decide(house, {ids[0]: None}) == []
    assert decide(house, {ids[1]: None}) == ["WIN-01"]
    turn(house.office, house.campaign, at=OVER)
    assert (states(house), faults(house)) == ({"甲": "notice", "乙": "final"}, ())


@pytest.mark.parametrize("then", ["eliminate", "return"])
def test_who_falls_on_notice_gives_the_place_away_unless_only_returned(opened: Opened, then: objections.Then) -> None:
    house = opened("winners = 1\n")
    ids = checked(house, "甲", "乙")
    passed(house, ids, into="final")
    assert decide(house, {ids[0]: None}) == []
    with house.write(NOTICE) as work:
        key = objections.object_(work, ids[0], name="程知行", contact="13800000000", reason="归属存疑")
    with house.write(NOTICE, alone=True) as work:
        objections.settle(work, key, upheld=True, reason="属实", then=then)
    assert decide(house, {ids[1]: None}) == ([] if then == "eliminate" else ["WIN-01"])
    if then == "eliminate":
        with pytest.raises(Refused, match="WIN-01"), house.write(NOTICE) as work:
            nominations.reinstate(work, ids[0], reason="已澄清")


def test_levels_are_named_at_the_decision_and_kept_through_the_notice(opened: Opened) -> None:
    house = opened(LEVELS)
    ids = checked(house, "甲", "乙")
    passed(house, ids, into="final")
    assert decide(house, {ids[0]: None, ids[1]: "一等奖"}) == ["WIN-07"]
    assert decide(house, dict.fromkeys(ids, "一等奖")) == ["WIN-02"]
    assert decide(house, {ids[0]: "二等奖", ids[1]: "一等奖"}) == []
    turn(house.office, house.campaign, at=OVER)
    with house.read(OVER) as work:
        query = select(col(Nomination.title), col(Nomination.level), col(Nomination.selected))
        assert list(work.connection.execute(query.order_by(col(Nomination.id))).all()) == [
            ("甲", "second", True), ("乙", "first", True),
        ]  # fmt: skip

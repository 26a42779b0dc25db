"""When things were really done: read from the history once, and then only what came since."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from engine.queries.actuals import Span, moves
from tests.builders import House
from tests.small import DURING, draft, new_unit, small_house

AN_HOUR = timedelta(hours=1)


def _drafted(house: House) -> Span:
    with house.read() as work:
        return moves(work)["draft"]


def test_what_came_since_the_last_look_is_found(small: House) -> None:
    unit, spans = new_unit(small), []
    for number in range(4):
        with small.write(DURING + number * AN_HOUR) as work:
            draft(work, unit, f"第{number}项")
        spans.append(_drafted(small))
    assert spans == [(DURING, DURING + number * AN_HOUR) for number in range(4)]


def test_what_was_on_its_way_during_several_looks_is_found_by_the_next(postgres_database_url: str) -> None:
    house = small_house(postgres_database_url)
    slow, fast = new_unit(house, "甲学会"), new_unit(house, "乙学会")
    with house.write(DURING - AN_HOUR) as late:
        draft(late, slow, "开始得早")
        with house.office.database.write() as other:  # further ahead than any look goes back by itself
            other.execute(text("SELECT setval(pg_get_serial_sequence('event', 'id'), 10000)"))
        with house.write(DURING) as work:
            draft(work, fast, "开始得晚", track="inventions/light")
        meanwhile = [_drafted(house) for _ in range(3)]
    assert (meanwhile, _drafted(house)) == ([(DURING, DURING)] * 3, (DURING - AN_HOUR, DURING))
    house.office.database.dispose()

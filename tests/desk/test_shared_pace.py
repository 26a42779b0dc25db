"""How often a token may ask where several desks answer on one PostgreSQL: the limit is one, however they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from bangdan.desk.api.shared_pace import SharedPace
from engine.accounts.tables import ApiToken
from engine.database import Database
from tests.builders import House
from tests.desk.api_client import make_token
from tests.small import small_house
from workflows.nomination import Role

NEVER = 1e-9  # per second: what is used is gone for the length of a test


@pytest.fixture
def house(postgres_database_url: str) -> Iterator[House]:
    opened = small_house(postgres_database_url)
    yield opened
    opened.office.database.dispose()


@dataclass
class Stopwatch:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def _token(house: House, name: str = "office") -> int:
    make_token(house, name, Role.SECRETARIAT)
    with house.office.database.read() as connection:
        return int(connection.execute(select(col(ApiToken.id)).where(col(ApiToken.name) == name)).scalar_one() or 0)


def _desks(house: House, number: int, *, clock: Callable[[], float], burst: int) -> list[SharedPace]:
    return [SharedPace(database=Database(house.office.database.url), clock=clock, burst=burst, per_second=NEVER)
            for _ in range(number)]  # fmt: skip


def _close(desks: list[SharedPace]) -> None:
    for each in desks:
        each.database.dispose()


def test_several_desks_let_through_together_what_one_would(house: House) -> None:
    token = _token(house)
    desks = _desks(house, 3, clock=Stopwatch(), burst=50)

    with ThreadPoolExecutor(max_workers=12) as pool:
        told = list(pool.map(lambda at: desks[at % 3].take(token).allowed, range(300)))

    _close(desks)
    assert told.count(True) == 50


def test_one_token_does_not_slow_another(house: House) -> None:
    first, other = _token(house), _token(house, "other")
    desks = _desks(house, 2, clock=Stopwatch(), burst=1)

    told = [desks[at].take(token).allowed for token in (first, other) for at in (0, 1)]

    _close(desks)
    assert told == [True, False, True, False]


def test_what_an_idle_desk_took_and_did_not_use_goes_back(house: House) -> None:
    token, clock = _token(house), Stopwatch()
    busy, other = desks = _desks(house, 2, clock=clock, burst=40)
    for _ in range(13):
        busy.take(token)
    clock.now += 21 / NEVER  # what it holds is too old to be used

    lefts = [other.take(token).left, busy.take(token).left, other.take(token).left]

    _close(desks)
    assert lefts == [24, 25, 19]  # 2 of them came back; the third does not count the 5 that the busy one holds


@dataclass
class Statements:
    """How many times the bucket was asked."""

    asked: int = 0

    def __call__(self, *event_: object) -> None:
        self.asked += "api_pace" in str(event_[2])


def test_who_asks_fast_costs_a_statement_for_each_twenty_and_who_waits_none(house: House) -> None:
    token, counted = _token(house), Statements()
    (desk,) = desks = _desks(house, 1, clock=Stopwatch(), burst=120)
    event.listen(desk.database.engine, "before_cursor_execute", counted)

    lefts = [desk.take(token).left for _ in range(120)]
    after_the_last = counted.asked
    refused = [desk.take(token) for _ in range(100)]

    _close(desks)
    assert lefts == list(range(119, -1, -1))
    assert {each.allowed for each in refused} == {False}
    assert (after_the_last <= 12, counted.asked - after_the_last) == (True, 1)


def test_a_database_that_takes_no_writes_leaves_each_desk_to_count_by_itself(house: House) -> None:
    token = _token(house)
    (desk,) = desks = _desks(house, 1, clock=Stopwatch(), burst=3)
    event.listen(desk.database.engine, "begin", lambda connection: connection.exec_driver_sql(
        "SET TRANSACTION READ ONLY"))  # fmt: skip

    told = [desk.take(token).allowed for _ in range(4)]

    _close(desks)
    assert told == [True, True, True, False]

"""One transaction of one campaign: all of it or nothing, each request once, and the calendar as it stands."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from engine import batches, campaigns, nominations, taking
from engine.access import ENGINE, Actor
from engine.database import Database
from engine.office import Office, Work, once
from engine.tables import Event, Nomination, Request
from tests.builders import House
from tests.small import ACADEMY, CLOSES, DURING, OFFICE, OPENED, beijing, draft, new_unit, small_house, unit_actor
from workflows.nomination import Role
from workflows.reasons import Refused

LATER = beijing("2025-03-17 00:00")


def _events(house: House) -> int:
    with house.read() as work:
        return int(work.connection.execute(select(func.count()).select_from(Event)).scalar_one())


def _extend(work: Work) -> None:
    campaigns.extend(work, "collection", closes=LATER, reason="应各单位要求")


def _fail(work: Work, unit: int | None = None) -> None:
    _extend(work)
    if unit:
        draft(work, unit, "甲")
    raise ZeroDivisionError


def test_a_verb_that_fails_half_way_leaves_nothing(small: House) -> None:
    unit = new_unit(small)
    before = _events(small)
    with pytest.raises(ZeroDivisionError), small.write(DURING, alone=True) as work:
        _fail(work, unit)
    with small.read() as work:
        assert work.connection.execute(select(col(Nomination.id))).all() == []
        assert work.calendar["collection"].closes == CLOSES
    assert _events(small) == before


def test_a_calendar_that_was_taken_back_is_remembered_by_nobody(small: House) -> None:
    with pytest.raises(ZeroDivisionError), small.write(DURING, alone=True) as work:
        _fail(work)
    with small.write(DURING, alone=True) as work:
        _extend(work)
        seen = work.calendar["collection"].revision
    with small.read() as work:
        assert (seen, work.calendar["collection"].revision, work.calendar["collection"].closes) == (2, 2, LATER)


def test_another_office_sees_the_new_calendar_at_once(small: House) -> None:
    other = Office(database=Database(small.office.database.url))
    with other.read(small.campaign, ENGINE, at=DURING) as work:
        before = work.calendar["collection"].closes
    with small.write(DURING, alone=True) as work:
        _extend(work)
    with other.read(small.campaign, ENGINE, at=DURING) as work:
        after = work.calendar["collection"].closes
    other.database.dispose()
    assert (before, after) == (CLOSES, LATER)


def test_a_look_keeps_to_its_moment_while_a_deadline_is_moved(small: House) -> None:
    with small.read() as work:
        started = work.calendar_version
        with small.write(DURING, alone=True) as moving:
            _extend(moving)
        assert (started, work.calendar["collection"].closes) == (1, CLOSES)
    with small.read() as work:
        assert (work.calendar_version, work.calendar["collection"].closes) == (2, LATER)


def test_what_really_happened_changes_the_calendar_of_what_follows(small: House) -> None:
    unit, date = new_unit(small), beijing("2025-04-20 10:00")
    with small.write(DURING) as work:
        key = draft(work, unit, "甲")
        nominations.submit(work, key)
    with small.write(DURING, alone=True) as work:
        campaigns.choose_date(work, "publication", date=date)
    with small.read() as work:
        before = work.calendar["promotion"].opens
    with small.write(date) as work:
        _bring_to(work, key, "final")
        batches.publish(work)
        within = work.calendar["promotion"].opens
    with small.read() as work:
        assert (before, within, work.calendar["promotion"].opens) == (None, date, date)


def _bring_to(work: Work, nomination: str, state: str) -> None:
    """As if it had been reviewed and selected."""
    values = {"state": state, "selected": True}
    work.connection.execute(update(Nomination).values(values))
    assert taking.locked(work, nomination).state == state


ASKED = {"verb": "draft", "title": "甲"}


def _doing(answers: list[str]) -> Callable[[], dict[str, Any]]:
    def do() -> dict[str, Any]:
        answers.append("done")
        return {"id": f"第{len(answers)}次"}

    return do


def test_the_same_request_is_carried_out_once_and_answered_alike(small: House) -> None:
    done: list[str] = []
    answers = []
    for _ in range(3):
        with small.write(DURING) as work:
            answers.append(once(work, "k-1", ASKED, _doing(done)))
    assert (answers, done) == ([{"id": "第1次"}] * 3, ["done"])


def test_without_a_key_everything_is_carried_out(small: House) -> None:
    done: list[str] = []
    with small.write(DURING) as work:
        answers = [once(work, None, ASKED, _doing(done)) for _ in range(2)]
    assert answers == [{"id": "第1次"}, {"id": "第2次"}]


def test_a_key_that_stood_for_something_else_is_refused(small: House) -> None:
    with small.write(DURING) as work:
        once(work, "k-1", ASKED, _doing([]))
    with pytest.raises(Refused) as refused, small.write(DURING) as work:
        once(work, "k-1", {**ASKED, "title": "乙"}, _doing([]))
    (reason,) = refused.value.reasons
    assert (reason.code, reason.en) == (
        "API-11", "this key was used for another request at 2025-03-10T02:00:00+00:00: 'k-1'",
    )  # fmt: skip


@pytest.mark.parametrize(
    "actor",
    [Actor(role=Role.SECRETARIAT, name="高辰"), replace(OFFICE, account="2"), unit_actor(1), unit_actor(2), ACADEMY],
    ids=["another person", "another of that name", "a unit", "another unit", "an institution"],
)
def test_keys_belong_to_whoever_used_them(sqlite_database_url: str, actor: Actor) -> None:
    small = small_house(sqlite_database_url)
    with small.write(DURING) as work:
        once(work, "k-1", ASKED, _doing([]))
    done: list[str] = []
    with small.write(DURING, actor) as work:
        once(work, "k-1", {"other": 1}, _doing(done))
    small.office.database.dispose()
    assert done == ["done"]


def test_a_request_that_was_refused_may_be_made_again_under_its_key(small: House) -> None:
    done: list[str] = []
    with small.write(DURING) as work:
        with pytest.raises(ZeroDivisionError):  # and the door goes on with the same transaction
            once(work, "k-1", ASKED, lambda: {"id": str(1 // 0)})
        assert once(work, "k-1", ASKED, _doing(done)) == {"id": "第1次"}
    with small.read() as work:
        assert work.connection.execute(select(col(Request.key))).scalars().all() == ["k-1"]


def test_the_same_request_twice_at_once_is_carried_out_once(small: House) -> None:
    unit = new_unit(small)

    def ask(_: int) -> dict[str, Any]:
        with small.write(DURING) as work:
            return once(work, "k-1", ASKED, lambda: {"id": draft(work, unit, "甲")})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    with small.read() as work:
        (stored,) = work.connection.execute(select(col(Nomination.public_id))).scalars().all()
    assert answers == [{"id": stored}] * 8


def test_definitions_are_read_once_and_the_file_may_be_gone(small: House) -> None:
    with small.read() as work, small.office.read(small.campaign, OFFICE, at=OPENED) as other:
        assert work.definition is other.definition
        assert work.shape is other.shape

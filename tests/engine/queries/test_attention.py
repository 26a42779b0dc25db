"""What needs a person, and whether the engine keeps up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine import audit
from engine.queries.attention import attention, health
from engine.queries.standstill import Slowed, slowed, standstill
from engine.sealed import seal_head
from engine.turn import turn
from notifications import stops
from notifications.doors import Stop
from notifications.pacing import A_MINUTE, Limits, granted
from tests.builders import BEFORE, CLOSING, COLLECTING, OPENING, House, add_draft, add_laureate, add_unit, mark_letters
from tests.small import unit_actor


def test_nothing_needs_a_person_at_first(house: House) -> None:
    with house.read(at=BEFORE) as work:
        assert attention(work).nothing


def test_what_waits_for_people_is_counted_and_named(house: House) -> None:
    with house.write() as work:
        add_laureate(work, "旧企业")
        add_draft(work, add_unit(work, "甲学会", people=[("张三", None), ("李四", "li@example.org")]), "旧企业")
        add_unit(work, "乙学会")
    turn(house.office, house.campaign, at=COLLECTING)
    with house.write() as work:
        mark_letters(work, "failed", where=lambda letter: letter.to_name == "李四")
    with house.read() as work:
        found = attention(work)

    assert (found.waivers.first, found.unreachable.first) == (("旧企业",), ("乙学会",))
    assert (found.letters.first, "张三" in found.calls.first) == (("李四",), True)


def test_duties_are_overdue_once_their_date_has_passed(house: House) -> None:
    with house.read(at=CLOSING - timedelta(microseconds=1)) as work:
        before = attention(work).overdue
    with house.read(at=CLOSING) as work:
        after = attention(work).overdue

    assert (before, {line.due for line in after}) == ((), {CLOSING})


def test_an_engine_that_does_not_run_is_seen_to_be_behind(house: House) -> None:
    with house.read(at=OPENING + timedelta(hours=12)) as work:
        before = health(work)
    turn(house.office, house.campaign, at=OPENING + timedelta(hours=12))
    with house.read(at=OPENING + timedelta(hours=12)) as work:
        after = health(work)

    assert ("collection-opens" in {one.chain for one in before.behind}, after.behind) == (True, ())
    assert (before.turned, after.turned) == (None, OPENING + timedelta(hours=12))


@pytest.mark.parametrize(("at", "needed"), [(COLLECTING, False), (COLLECTING + stops.LONG, True)])
def test_a_post_that_stands_still_is_shown_at_once_and_needs_a_person_when_it_lasts(
    house: House, at: datetime, *, needed: bool
) -> None:
    away = Stop(kind="unreachable", alarm=False, zh="连不上", en="no connection")
    with house.write() as work:
        stops.note(work.connection, away, at=COLLECTING, again_at=COLLECTING + timedelta(minutes=1))
    with house.read(at) as work:
        shown, waiting = health(work).post, attention(work)

    assert shown is not None
    assert (shown.stopped.zh, shown.out_by, waiting.post is not None) == ("连不上", None, needed)


def test_a_pace_with_nothing_left_to_send_is_not_shown(house: House) -> None:
    pace = Stop(kind="pace", alarm=False, zh="限速", en="pace", per_minute=60)
    with house.write() as work:
        stops.note(work.connection, pace, at=COLLECTING, again_at=COLLECTING + timedelta(minutes=1))
    with house.read() as work:
        assert health(work).post is None


def test_a_domain_for_which_letters_wait_is_shown_with_when_the_last_will_have_left(house: House) -> None:
    limits = Limits(domains={"slow.example": 2, "full.example": 1, "free.example": 2})
    with house.write() as work:
        unit = add_unit(work, "甲学会", people=[(f"联系人{n}", f"r{n}@slow.example") for n in range(5)])
    turn(house.office, house.campaign, at=COLLECTING)
    with house.write() as work:
        granted(work.connection, limits, "w", ["slow.example"] * 2 + ["full.example", "free.example"], at=COLLECTING)
    with house.read() as work:
        found = health(work).slowed
    with house.write(actor=unit_actor(unit)) as work:
        assert slowed(work) == ()

    assert found == (Slowed(domain="slow.example", per_minute=2, due=5, again_at=COLLECTING + A_MINUTE),)
    assert found[0].out_by == COLLECTING + 3 * A_MINUTE


def test_a_unit_does_not_see_what_keeps_the_post(house: House) -> None:
    login = Stop(kind="login", alarm=True, zh="登录失败", en="login refused")
    with house.write() as work:
        unit = add_unit(work, "甲学会")
        stops.note(work.connection, login, at=COLLECTING, again_at=COLLECTING)
    with house.write(actor=unit_actor(unit)) as work:
        assert standstill(work) is None


def test_the_head_is_the_digest_that_the_audit_names(house: House) -> None:
    turn(house.office, house.campaign, at=COLLECTING)
    with house.read() as work:
        assert seal_head(work).head == audit.verify(work).head

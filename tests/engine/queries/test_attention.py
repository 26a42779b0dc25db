"""What needs a person, and whether the engine keeps up."""

from __future__ import annotations

from datetime import timedelta

from engine import audit
from engine.queries.attention import attention, health
from engine.sealed import seal_head
from engine.turn import turn
from tests.builders import BEFORE, CLOSING, COLLECTING, OPENING, House, add_draft, add_laureate, add_unit, mark_letters


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


def test_the_head_is_the_digest_that_the_audit_names(house: House) -> None:
    turn(house.office, house.campaign, at=COLLECTING)
    with house.read() as work:
        assert seal_head(work).head == audit.verify(work).head

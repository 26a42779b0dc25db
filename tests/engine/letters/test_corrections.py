"""A moved deadline: who was told the old date is told the new one, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlmodel import col

from engine import campaigns, nominations
from engine.letters.renewing import with_date_in_force
from engine.office import Work
from engine.tables import Call
from engine.turn import turn
from notifications.tables import LETTER, LETTER_BYTES
from tests.builders import (
    AN_HOUR,
    CLOSING,
    OPENING,
    SECRETARIAT,
    House,
    add_submitted,
    add_unit,
    calls,
    letters,
    mark_letters,
    readers,
)

NINE = OPENING + timedelta(hours=9)
WEEK = timedelta(days=7)
LATER = NINE + timedelta(days=10)


def _extend(house: House, closes: datetime, *, at: datetime = LATER) -> Any:
    with house.write(at, SECRETARIAT, alone=True) as work:
        return campaigns.extend(work, "collection", closes=closes, reason="应各单位要求").told


def _opened(house: House, *people: tuple[str, str | None]) -> None:
    """Units with one contact each were written to at the opening of the collection."""
    with house.write(NINE - AN_HOUR) as work:
        for name, email in people:
            add_unit(work, f"{name}的单位", people=[(name, email)])
    turn(house.office, house.campaign, at=NINE)


def _corrected(work: Work) -> list[str]:
    ready = [letter for letter in letters(work, "deadline-moved") if letter.state == "ready"]
    return readers(ready) + [f"电话{call.name}" for call in calls(work, "deadline-moved") if call.state == "open"]


@pytest.mark.parametrize("state", ["sent", "dot", "parked"])
def test_who_has_or_may_have_the_old_date_is_corrected_and_who_never_had_it_is_not(house: House, state: str) -> None:
    _opened(house, ("张三", "zhang@example.cn"), ("李四", "li@example.cn"))
    with house.write(LATER) as work:
        mark_letters(work, state, where=lambda letter: letter.to_name == "张三")
        add_unit(work, "新单位", people=[("王五", "wang@example.cn")])
    told = _extend(house, CLOSING + WEEK)
    with house.read() as work:
        (correction,) = [one for one in letters(work, "deadline-moved") if one.to_name == "张三"]
        assert "王五" not in _corrected(work)
    assert told.letters >= 1
    assert (correction.context["old"]["zh"], correction.context["new"]["zh"]) == (
        "2023年11月30日（周四）24:00", "2023年12月7日（周四）24:00",
    )  # fmt: skip
    assert (correction.milestone, correction.revision, correction.useful_until) == ("collection", 2, CLOSING + WEEK)


def test_unsent_reminders_of_the_old_date_are_stopped(house: House) -> None:
    with house.write(CLOSING - timedelta(days=8)) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", None)])
    at = CLOSING - WEEK - 15 * AN_HOUR  # “7天前”, at 09:00 in Beijing
    turn(house.office, house.campaign, at=at)
    with house.write(at) as work:
        assert readers(letters(work, "collection-closes")) == ["张三"]
        mark_letters(work, "claimed")
    _extend(house, CLOSING + WEEK, at=at + AN_HOUR)
    with house.read() as work:
        (letter,), (call,) = letters(work, "collection-closes"), calls(work, "collection-closes")
        assert _corrected(work) == []
    assert (letter.state, call.state) == ("cancelled", "cancelled")
    assert "应各单位要求" in letter.cancelled_reason


def test_a_call_that_was_made_counts_as_told_and_one_that_was_not_does_not(house: House) -> None:
    _opened(house, ("张三", None), ("李四", None))
    with house.write(LATER) as work:
        done = update(Call).where(col(Call.name) == "张三").values(state="done", settled_at=LATER, settled_by="徐春淼")
        work.connection.execute(done)
    _extend(house, CLOSING + WEEK)
    with house.read() as work:
        assert _corrected(work) == ["电话张三"]


def test_a_second_move_replaces_a_correction_that_has_not_left_and_forgets_nobody(house: House) -> None:
    _opened(house, ("张三", "zhang@example.cn"))
    with house.write(LATER) as work:
        mark_letters(work, "sent")
    _extend(house, CLOSING + WEEK)
    _extend(house, CLOSING + 2 * WEEK, at=LATER + AN_HOUR)
    with house.read() as work:
        found = [(letter.revision, letter.state) for letter in letters(work, "deadline-moved")]
    assert found == [(2, "cancelled"), (3, "ready")]


def test_a_receipt_tells_the_deadline_so_its_reader_is_corrected_if_it_has_left(house: House) -> None:
    with house.write(NINE) as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        kept = add_submitted(work, unit_id, "甲", applicant_contact="王五", applicant_email="wang@example.cn")
        gone = add_submitted(work, unit_id, "乙", applicant_contact="赵六", applicant_email="zhao@example.cn")
        nominations.withdraw(work, gone, reason="不再申报")
        assert kept
        mark_letters(work, "sent")
    _extend(house, CLOSING + WEEK)
    with house.read() as work:
        assert _corrected(work) == ["张三", "王五"]


@pytest.mark.parametrize("state", ["ready", "claimed", "failed"])
def test_a_receipt_that_nobody_has_is_written_anew_with_the_deadline_in_force(house: House, state: str) -> None:
    with house.write(NINE) as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        add_submitted(work, unit_id, "甲")
        mark_letters(work, state)
        work.connection.execute(update(LETTER).values(message_id="<old@example.cn>", date=NINE, claimed_by="w"))
        work.connection.execute(insert(LETTER_BYTES), {"letter_id": letters(work)[0].id, "frozen": b"old"})
    _extend(house, CLOSING + WEEK)
    with house.write(LATER) as work:
        (receipt,) = letters(work)
        assert (receipt.state, receipt.message_id, receipt.claimed_by) == (
            "failed" if state == "failed" else "ready", None, None,
        )  # fmt: skip
        assert work.connection.execute(select(LETTER_BYTES)).all() == []
        assert with_date_in_force(work, receipt)["deadline"]["zh"] == "2023年12月7日（周四）24:00"
        assert _corrected(work) == []


def test_what_a_reader_may_have_is_not_repeated_and_its_correction_does_not_overtake_it(house: House) -> None:
    _opened(house, ("张三", "zhang@example.cn"), ("李四", "li@example.cn"))
    lease = LATER + timedelta(minutes=20)
    with house.write(LATER) as work:
        mark_letters(work, "parked", where=lambda letter: letter.to_name == "张三")
        mark_letters(work, "dot", where=lambda letter: letter.to_name == "李四")
        work.connection.execute(update(LETTER).where(LETTER.c.state == "dot").values(claimed_until=lease))
    _extend(house, CLOSING + WEEK)
    with house.read() as work:
        told = {(one.template, one.to_name): one for one in letters(work)}
    assert [told["collection-opens", name].cancelled_reason for name in ("张三", "李四")] == [
        "时间已调整：应各单位要求 / the date was moved"
    ] * 2
    assert [told["deadline-moved", name].next_attempt_at for name in ("张三", "李四")] == [LATER, lease]


def test_an_institution_that_read_its_due_date_in_the_opening_letter_is_corrected(house: House) -> None:
    begin = CLOSING + 9 * AN_HOUR
    turn(house.office, house.campaign, at=begin)
    with house.write(begin) as work:
        done = update(Call).where(col(Call.name) == "李娜", col(Call.template) == "review-ready")
        work.connection.execute(done.values(state="done", settled_at=begin, settled_by="徐春淼"))
    with house.write(begin + AN_HOUR, SECRETARIAT, alone=True) as work:
        due = work.calendar["preliminary-results"].closes
        assert due is not None
        campaigns.extend(work, "preliminary-results", closes=due + WEEK, reason="评审顺延")
        assert _corrected(work) == ["电话李娜"]


def test_choosing_a_date_tells_those_who_were_told_another(house: House) -> None:
    with house.write(NINE, SECRETARIAT, alone=True) as work:
        first = campaigns.choose_date(work, "publication", date=datetime.fromisoformat("2024-02-20T02:00:00Z"))
    assert (first.told.letters, first.told.calls) == (0, 0)

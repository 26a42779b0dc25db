"""Who is reminded of what units owe, and of drafts that are not submitted: derived when it is sent, and again later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from engine import calls, duties, nominations
from engine.letters import audiences, unit_facts
from engine.letters.recheck import SETTLED, recheck
from engine.office import Work
from engine.queries.calls import calls as call_sheet
from engine.turn import turn
from notifications import claims
from tests.builders import House, add_draft, add_unit, letters
from tests.builders import calls as called
from tests.owing import TEXT, duty_of
from tests.small import DURING, OPENED, beijing, draft, small_house
from workflows.timeline import Occasion

REMINDED = beijing("2025-03-16 09:00")
APPLICANTS = beijing("2025-03-12 09:00")


@pytest.fixture
def house(sqlite_database_url: str) -> Iterator[House]:
    opened = small_house(sqlite_database_url, TEXT)
    yield opened
    opened.office.database.dispose()


def _unit(house: House, name: str, *people: tuple[str, str | None]) -> int:
    with house.write(OPENED) as work:
        return add_unit(work, name, channels=["societies"], people=people)


def _occasion(work: Work, key: str) -> Occasion:
    return next(one for one in work.occasions if one.key == key)


def test_units_are_reminded_of_what_they_owe_and_those_that_sent_it_are_not(house: House) -> None:
    _unit(house, "甲学会", ("张三", "zhang@example.cn"), ("无邮箱", None))
    _unit(house, "乙学会", ("李四", "li@example.cn"))
    with house.write(DURING) as work:
        duties.confirm(work, duty_of(work, "乙学会", "letter"), dated=date(2025, 3, 9))
    turn(house.office, house.campaign, at=REMINDED)

    with house.read(REMINDED) as work:
        (letter,) = letters(work, "duties-due")
        (call,) = called(work, "duties-due")
    assert (letter.to_name, call.name) == ("张三", "无邮箱")
    assert [(line["name"], line["track"], line["how"]["zh"]) for line in letter.context["duties"]] == [
        ("推荐函和汇总表", "", "以邮戳日期为准")
    ]
    assert letter.context["deadline"]["zh"] == "2025年3月18日（周二）24:00"


def test_what_arrived_meanwhile_is_not_reminded_of(house: House) -> None:
    _unit(house, "甲学会", ("张三", "zhang@example.cn"))
    turn(house.office, house.campaign, at=REMINDED)
    with house.write(REMINDED) as work:
        duties.confirm(work, duty_of(work, "甲学会", "letter"), dated=date(2025, 3, 15))
    assert _second_look(house, "post-due") == [SETTLED]


def _second_look(house: House, chain: str) -> list[object]:
    at = REMINDED if chain == "post-due" else APPLICANTS
    with house.office.database.write() as connection:
        claimed = claims.claim(connection, worker="test", at=at, limit=100, lease_until=at, repeat_at=at)
        answers = recheck(house.office)(connection, claimed, at)
        return [answer for letter, answer in zip(claimed, answers, strict=True) if letter.occasion.startswith(chain)]


def test_the_secretariat_hears_which_units_still_owe_with_their_phones(house: House) -> None:
    _unit(house, "甲学会", ("张三", None))
    with house.write(beijing("2025-03-19 09:00")) as work:
        (message,) = audiences.messages(work, _occasion(work, "post-overdue:1天后"))
        duties.confirm(work, duty_of(work, "甲学会", "letter"), dated=date(2025, 3, 18))
        settled = list(audiences.messages(work, _occasion(work, "post-overdue:1天后")))
    (unit,) = message.context["owed"]["institutions"]
    assert (unit["name"], unit["phones"], [item["name"] for item in unit["items"]]) == (
        "甲学会", "张三 010-12345678", ["推荐函和汇总表"],
    )  # fmt: skip
    assert settled == []


def test_a_units_affairs_say_what_it_owes_and_by_when(house: House) -> None:
    unit = _unit(house, "甲学会", ("张三", "zhang@example.cn"))
    with house.write(DURING) as work:
        nominations.submit(work, draft(work, unit, "甲一"))
        owed = unit_facts.facts(work)[unit]["owed"]
    assert [(line["name"], line["track"], line["due"]["zh"]) for line in owed] == [
        ("推荐函和汇总表", "", "2025年3月18日（周二）24:00"), ("公示情况", "甲一", "另行通知"),
    ]  # fmt: skip


def _applications(house: House) -> list[str]:
    """Two drafts of one applicant, one of somebody with a telephone only, one of nobody who can be told."""
    unit = _unit(house, "甲学会", ("张三", "zhang@example.cn"))
    with house.write(DURING) as work:
        who: dict[str, Any] = {"applicant_contact": "王五", "applicant_email": "wang@example.cn"}
        materials = ["application", "letter"]
        return [
            add_draft(work, unit, "甲一", track="inventions/water", materials=materials, **who),
            add_draft(work, unit, "甲二", track="inventions/water", **who),
            add_draft(work, unit, "甲三", track="inventions/light", applicant_contact="赵六", applicant_phones="138"),
            add_draft(work, unit, "甲四", track="inventions/light"),
        ]


def test_an_applicant_gets_one_letter_of_all_drafts_or_a_call(house: House) -> None:
    _applications(house)
    turn(house.office, house.campaign, at=APPLICANTS)
    with house.read(APPLICANTS) as work:
        (letter,) = letters(work, "applicant-drafts")
        (call,) = called(work, "applicant-drafts")
    assert (letter.to_name, [line["title"] for line in letter.context["drafts"]]) == ("王五", ["甲一", "甲二"])
    assert (call.name, call.phones, call.contact_id) == ("赵六", "138", None)


def test_the_second_look_keeps_an_applicants_letter_for_the_draft_that_is_left(house: House) -> None:
    one, two, *_ = _applications(house)
    turn(house.office, house.campaign, at=APPLICANTS)
    with house.write(APPLICANTS) as work:
        nominations.submit(work, one)
    (still,) = _second_look(house, "applicants")
    assert isinstance(still, dict)
    assert [line["title"] for line in still["drafts"]] == ["甲二"]
    assert two


def test_an_applicants_call_is_ticked_like_any_other(house: House) -> None:
    _applications(house)
    turn(house.office, house.campaign, at=APPLICANTS)
    with house.write(APPLICANTS) as work:
        (line,) = (one for one in call_sheet(work).rows if one.name == "赵六")
        calls.tick(work, line.id)
        assert [one.name for one in call_sheet(work).rows if one.name == "赵六"] == []

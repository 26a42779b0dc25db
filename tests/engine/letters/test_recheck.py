"""The second look: a letter leaves only if it is still true, and with the words of this moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine import campaigns, nominations, units
from engine.letters.recheck import MOVED, OVERTAKEN, SETTLED, Answer, recheck
from engine.turn import turn
from notifications.claims import Claimed, claim
from notifications.delivery import Drop, Wait
from tests.builders import (
    AN_HOUR,
    CLOSING,
    COLLECTING,
    OPENING,
    SECRETARIAT,
    House,
    add_draft,
    add_submitted,
    add_unit,
    mark_letters,
)

SOON = COLLECTING + AN_HOUR
WEEK = timedelta(days=7)


def _look_again(house: House, *, at: datetime = SOON) -> list[tuple[Claimed, Answer | Wait]]:
    """Claim what is due as the sender does, and ask."""
    with house.office.database.write() as connection:
        letters = claim(connection, at=at, worker="w", limit=100, lease_until=at + AN_HOUR, repeat_at=at + AN_HOUR)
        return list(zip(letters, recheck(house.office)(connection, letters, at), strict=True))


def _titles(answer: Answer | Wait) -> Sequence[str]:
    assert not isinstance(answer, Drop | Wait)
    return [line["title"] for line in answer["drafts"]]


def test_who_has_submitted_everything_meanwhile_is_not_reminded(house: House) -> None:
    with house.write(COLLECTING - AN_HOUR) as work:
        person = add_unit(work, "赵先锋", channels=("earlier-managers",), person=True, people=[("赵", "z@example.cn")])
        draft = add_draft(work, person, "候选人", track="managers")
    turn(house.office, house.campaign, at=COLLECTING)
    with house.write(SOON - timedelta(minutes=1)) as work:
        nominations.submit(work, draft)
    receipt, reminder = _look_again(house)
    assert (reminder[0].template, reminder[1]) == ("collection-closes", SETTLED)
    assert (receipt[0].template, receipt[1]) == ("submission-receipt", receipt[0].context)


def test_who_still_has_to_do_something_reads_the_state_of_this_moment(house: House) -> None:
    with house.write(COLLECTING - AN_HOUR) as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        first = add_draft(work, unit_id, "先交的")
        add_draft(work, unit_id, "还没交的", complete=False)
    turn(house.office, house.campaign, at=COLLECTING)
    with house.write(SOON - timedelta(minutes=1)) as work:
        nominations.submit(work, first)
    letter, answer = _look_again(house)[1]
    assert [line["title"] for line in letter.context["drafts"]] == ["先交的", "还没交的"]
    assert _titles(answer) == ["还没交的"]
    assert not isinstance(answer, Drop | Wait)
    assert (answer["submitted"], answer["left"]["zh"]) == (1, "还有30天14小时")


def test_an_opening_letter_that_waited_tells_the_deadline_in_force(house: House) -> None:
    nine = OPENING + 9 * AN_HOUR
    with house.write(nine - AN_HOUR) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
    turn(house.office, house.campaign, at=nine)
    with house.write(nine + AN_HOUR, SECRETARIAT, alone=True) as work:
        campaigns.extend(work, "collection", closes=CLOSING + WEEK, reason="应各单位要求")
    ((letter, answer),) = _look_again(house, at=nine + 2 * AN_HOUR)
    assert letter.template == "collection-opens"
    assert not isinstance(answer, Drop | Wait)
    assert answer["deadline"]["zh"] == "2023年12月7日（周四）24:00"


def test_a_reminder_that_the_calendar_does_not_ask_for_any_more_is_dropped(house: House) -> None:
    with house.write(COLLECTING - AN_HOUR) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
    turn(house.office, house.campaign, at=COLLECTING)
    with house.office.database.write() as connection:
        held = claim(connection, at=SOON, worker="w", limit=9, lease_until=SOON + AN_HOUR, repeat_at=SOON)
    with house.write(SOON, SECRETARIAT, alone=True) as work:
        campaigns.extend(work, "collection", closes=CLOSING + WEEK, reason="应各单位要求")
    with house.office.database.write() as connection:
        assert recheck(house.office)(connection, held, SOON) == [MOVED]


def test_a_contact_that_left_is_not_written_to(house: House) -> None:
    with house.write(COLLECTING - AN_HOUR) as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", "li@example.cn")])
        add_submitted(work, unit_id, "已交")
    turn(house.office, house.campaign, at=COLLECTING)
    answers = _look_again(house)
    assert [letter.template for letter, _ in answers].count("collection-closes") == 2
    assert all(not isinstance(answer, Drop) for _, answer in answers)


def test_of_one_chain_only_the_last_letter_leaves_however_long_the_others_waited(house: House) -> None:
    with house.write(COLLECTING - AN_HOUR) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
    for hours in (24 + 15, 3):
        turn(house.office, house.campaign, at=CLOSING - hours * AN_HOUR)
    found = _look_again(house, at=CLOSING - 2 * AN_HOUR)
    first, second = [(letter.occasion, answer) for letter, answer in found if letter.template == "collection-closes"]
    assert first == ("collection-closes:1天前", OVERTAKEN)
    assert (second[0], isinstance(second[1], Drop)) == ("collection-closes:3小时前", False)


def test_all_readers_of_a_daily_report_read_the_same_number_of_letters_that_left(house: House) -> None:
    day = COLLECTING - AN_HOUR / 2
    with house.write(day - AN_HOUR) as work:
        for name in ("徐春淼", "高辰麒"):
            units.add_contact(work, name=name, email=f"{name}@office.example.cn")
    turn(house.office, house.campaign, at=day)
    with house.write(day) as work:
        mark_letters(work, "sent", where=lambda letter: letter.to_name == "徐春淼")
    found = [each for each in _look_again(house, at=day) if each[0].template == "secretariat-digest"]
    ((letter, answer),) = found
    assert not isinstance(answer, Drop | Wait)
    assert answer["letters"] == letter.context["letters"]

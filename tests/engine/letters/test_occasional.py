"""Letters that verbs cause, in the verb's own transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import batches, duties, nominations
from engine.batches import Result
from engine.letters import lapses
from engine.office import Work
from engine.sweep import close
from engine.tables import Duty, Nomination
from engine.units import add_contact
from tests.builders import CLOSING, COLLECTING, House, add_draft, add_submitted, add_unit, calls, letters, readers
from workflows.reasons import Refused

LAST_MOMENT = CLOSING - timedelta(microseconds=1)


def _unit(work: Work, **values: Any) -> int:
    return add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", None)], **values)


def test_a_receipt_names_both_instants_and_the_place(house: House) -> None:
    with house.write(LAST_MOMENT) as work:
        add_submitted(work, _unit(work), "新技术")
        (letter,) = letters(work, "submission-receipt")
        assert readers(calls(work, "submission-receipt")) == ["李四"]
    assert letter.context["accepted"]["zh"] == "2023年11月30日（周四）23:59:59.999999"
    assert letter.context["deadline"]["zh"] == "2023年11月30日（周四）24:00"
    assert letter.context["place"] == {"name": "新锐企业榜", "limit": 5, "used": 1, "left": 4, "counter": "个"}
    assert (letter.milestone, letter.revision) == ("collection", 1)


def test_the_applicant_gets_a_receipt_too_but_never_two_to_one_address(house: House) -> None:
    with house.write() as work:
        unit_id = _unit(work)
        add_submitted(work, unit_id, "甲", applicant_contact="王五", applicant_email="wang@example.cn")
        add_submitted(work, unit_id, "乙", applicant_contact="张三", applicant_email="zhang@example.cn")
        found = letters(work, "submission-receipt")
    assert [(one.to_name, one.context["nomination"]["title"], one.context["to_applicant"]) for one in found] == [
        ("张三", "甲", False), ("王五", "甲", True), ("张三", "乙", False),
    ]  # fmt: skip


def test_each_submission_has_a_receipt_of_its_own(house: House) -> None:
    with house.write() as work:
        nomination = add_submitted(work, _unit(work), "新技术")
        nominations.recall(work, nomination)
        nominations.submit(work, nomination)
        assert len({letter.key for letter in letters(work, "submission-receipt")}) == 2


def test_a_refused_submission_writes_nothing(house: House) -> None:
    with house.write() as work:
        draft = add_draft(work, _unit(work), "缺材料", complete=False)
    with pytest.raises(Refused), house.write() as work:
        nominations.submit(work, draft)
    with house.read() as work:
        assert (letters(work), calls(work)) == ([], [])


def test_a_returned_nomination_says_why_and_until_when(house: House) -> None:
    with house.write() as work:
        nomination = add_submitted(work, _unit(work), "新技术")
    with house.write(CLOSING - timedelta(hours=2)) as work:
        nominations.return_(work, nomination, reason="印章不清", correct_by=CLOSING + timedelta(days=3))
        (letter,) = letters(work, "returned")
    assert letter.context["reason"] == "印章不清"
    assert letter.context["correct_by"]["zh"] == "2023年12月3日（周日）24:00"
    assert (letter.milestone, letter.useful_until) == (None, CLOSING + timedelta(days=3))


def test_a_correction_handed_in_after_the_closing_names_its_own_deadline(house: House) -> None:
    with house.write() as work:
        nomination = add_submitted(work, _unit(work), "新技术")
        nominations.return_(work, nomination, reason="印章不清", correct_by=CLOSING + timedelta(days=3))
    with house.write(CLOSING + timedelta(days=1)) as work:
        nominations.submit(work, nomination)
        letter = letters(work, "submission-receipt")[-1]
    assert letter.context["deadline"]["zh"] == "2023年12月3日（周日）24:00"
    assert letter.milestone is None


def test_a_withdrawal_is_confirmed(house: House) -> None:
    with house.write() as work:
        nominations.withdraw(work, add_submitted(work, _unit(work), "新技术"), reason="不再申报")
        (letter,) = letters(work, "changed")
    assert (letter.context["verb"]["zh"], letter.context["nomination"]["state"]) == ("退出", "已退出")


def test_what_lapsed_is_told_in_one_letter_to_each_contact(house: House) -> None:
    with house.write() as work:
        unit_id = _unit(work)
        for title in ("一", "二", "三"):
            add_draft(work, unit_id, title)
        add_submitted(work, unit_id, "已交")
        add_submitted(work, add_unit(work, "乙学会", people=[("王五", "wang@example.cn")]), "也交了")
    swept = close(house.office, house.campaign, at=CLOSING + timedelta(minutes=2))
    with house.read() as work:
        (letter,), (call,) = letters(work, "lapsed"), calls(work, "lapsed")
    assert (swept.told.letters, swept.told.calls) == (1, 1)
    assert [line["title"] for line in letter.context["lapsed"]] == ["一", "二", "三"]
    assert (letter.to_name, call.name) == ("张三", "李四")


def test_a_unit_with_many_contacts_is_told_a_few_at_a_time_and_each_of_them_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lapses, "LINES", 4)
    people = [(f"联系人{number}", f"reader{number}@example.cn") for number in range(5)]
    with house.write() as work:
        for name, some in (("甲学会", people), ("乙学会", people[:1])):
            unit_id = add_unit(work, name, people=some)
            for title in ("一", "二"):
                add_draft(work, unit_id, name[0] + title)
    there: list[int] = []

    def pause() -> None:
        with house.read() as work:
            there.append(len(letters(work, "lapsed")))

    close(house.office, house.campaign, at=CLOSING + timedelta(minutes=2), pause=pause)
    with house.read() as work:
        told = [(each.to_name, len(each.context["lapsed"])) for each in letters(work, "lapsed")]
    assert (there, sorted(told)) == ([0, 3, 6], sorted((name, 2) for name, _ in [*people, *people[:1]]))


def test_decisions_and_the_published_list_come_as_one_digest_each(house: House) -> None:
    with house.write() as work:
        unit_id = _unit(work)
        ids = [add_submitted(work, unit_id, title) for title in ("入榜的", "落选的")]
    close(house.office, house.campaign, at=CLOSING + timedelta(minutes=2))
    with house.write(CLOSING + timedelta(days=20)) as work:
        batches.report(work, [Result(id=key, passed=True) for key in ids])
    with house.write(CLOSING + timedelta(days=40)) as work:
        batches.decide(work, [Result(id=ids[0], passed=True), Result(id=ids[1], passed=False)], occasion="1")
        (letter,) = letters(work, "decision")
    assert [[line["title"] for line in letter.context[key]] for key in ("selected", "not_selected")] == [
        ["入榜的"], ["落选的"],
    ]  # fmt: skip


def test_the_institution_hears_of_its_filing(house: House) -> None:
    with house.write(COLLECTING) as work:
        add_contact(work, name="孙七", email="sun@example.cn", institution="managers")
        query = select(col(Duty.public_id)).where(col(Duty.track) == "managers", col(Duty.kind) == "criteria")
        duty = work.connection.execute(query).scalar_one()
        duties.file(work, duty, document="评价标准.pdf")
        duties.send_back(work, duty, reason="缺章")
        duties.file(work, duty, document="评价标准（盖章）.pdf")
        duties.accept(work, duty)
        found = [(one.template, one.to_name, one.context["reason"]) for one in letters(work)]
        called = [(one.template, one.name) for one in calls(work)]
    assert found == [("duty-sent-back", "孙七", "缺章"), ("duty-accepted", "孙七", "")]
    assert called == [("duty-sent-back", "李沐谦"), ("duty-accepted", "李沐谦")]


def test_a_letter_belongs_to_the_transaction_that_causes_it(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        _submit_and_fail(house)
    with house.read() as work:
        assert work.connection.execute(select(col(Nomination.id))).all() == []
        assert (letters(work), calls(work)) == ([], [])


def _submit_and_fail(house: House) -> None:
    with house.write() as work:
        add_submitted(work, _unit(work), "新技术")
        raise ZeroDivisionError

"""What units owe: derived from who they are and where their nominations stand, and what it holds up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from engine import batches, campaigns, duties, nominations, owing, units
from engine.batches import Result
from engine.dues import Dues
from engine.queries.explaining import explain
from engine.queries.owed import duties as listed
from engine.sweep import close
from engine.turn import turn
from tests.builders import House, letters
from tests.owing import TEXT, duty_of, owed_by
from tests.small import (
    ACADEMY,
    CLOSES,
    DURING,
    GUILD,
    OPENED,
    REVIEW,
    SWEPT,
    beijing,
    draft,
    faults,
    new_unit,
    small_house,
    states,
    unit_actor,
)
from workflows.definition import Milestone, Who
from workflows.reasons import NotFound, Refused

A_DAY = timedelta(days=1)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """The small campaign in which units owe something, on each database."""
    opened = small_house(database_url, TEXT)
    yield opened
    opened.office.database.dispose()


@pytest.fixture
def light(sqlite_database_url: str) -> Iterator[House]:
    """The same on SQLite alone."""
    opened = small_house(sqlite_database_url, TEXT)
    yield opened
    opened.office.database.dispose()


def _submitted(house: House, unit: int, *titles: str) -> list[str]:
    with house.write(DURING) as work:
        keys = [draft(work, unit, title) for title in titles]
        for key in keys:
            nominations.submit(work, key)
    return keys


def _swept(house: House) -> None:
    close(house.office, house.campaign, at=SWEPT)


def _codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_unit_owes_what_its_channels_say_and_what_changes_with_them(house: House) -> None:
    new_unit(house, "甲学会", "societies")
    before = owed_by(house, "甲学会")
    with house.write(DURING) as work:
        units.add(work, code="甲学会", name="甲学会", channels=["cities"])
    changed = owed_by(house, "甲学会")
    with house.write(DURING) as work:
        units.add(work, code="甲学会", name="甲学会", channels=["cities", "societies"])

    assert before == {("letter", ""): "owed"}
    assert changed == {("letter", ""): "void", ("code", ""): "owed"}
    assert owed_by(house, "甲学会") == {("letter", ""): "owed", ("code", ""): "owed"}
    assert faults(house) == ()


def test_a_nomination_owes_once_it_is_submitted_or_reaches_the_stage(house: House) -> None:
    _submitted(house, new_unit(house), "甲一", "甲二")
    submitted = owed_by(house, "甲学会", "original", "statement")
    _swept(house)

    assert submitted == {("statement", "甲一"): "owed", ("statement", "甲二"): "owed"}
    assert owed_by(house, "甲学会", "original") == {("original", "甲一"): "owed", ("original", "甲二"): "owed"}
    assert faults(house) == ()


def test_who_withdraws_owes_nothing_and_owes_it_again_when_reinstated(house: House) -> None:
    (key,) = _submitted(house, new_unit(house), "甲一")
    with house.write(DURING) as work:
        nominations.withdraw(work, key, reason="放弃")
    withdrawn = owed_by(house, "甲学会", "statement")
    with house.write(DURING) as work:
        nominations.reinstate(work, key, reason="误操作")

    assert withdrawn == {("statement", "甲一"): "void"}
    assert owed_by(house, "甲学会", "statement") == {("statement", "甲一"): "owed"}
    assert faults(house) == ()


def test_what_was_recalled_owes_nothing_and_what_is_received_stays(house: House) -> None:
    (key,) = _submitted(house, new_unit(house), "甲一")
    _swept(house)
    with house.write(REVIEW) as work:
        duties.confirm(work, duty_of(work, "甲学会", "original", "甲一"), dated=beijing("2025-03-17 10:00"))
        nominations.withdraw(work, key, reason="放弃")

    assert owed_by(house, "甲学会", "original", "statement") == {
        ("statement", "甲一"): "void", ("original", "甲一"): "received",
    }  # fmt: skip


def test_an_extension_brings_back_what_lapsed_and_a_turn_misses_nothing(house: House) -> None:
    unit = new_unit(house)
    (key,) = _submitted(house, unit, "甲一")
    with house.write(DURING) as work:
        nominations.return_(work, key, reason="补正")
    _swept(house)
    lapsed = owed_by(house, "甲学会", "statement")
    with house.write(SWEPT + A_DAY, alone=True) as work:
        campaigns.extend(work, "collection", closes=CLOSES + 5 * A_DAY, reason="顺延")
    with house.write(SWEPT + A_DAY) as work:
        nominations.submit(work, key)

    assert lapsed == {("statement", "甲一"): "void"}
    assert owed_by(house, "甲学会", "statement") == {("statement", "甲一"): "owed"}
    assert turn(house.office, house.campaign, at=SWEPT + A_DAY).sealed > 0
    assert faults(house) == ()


def test_bringing_up_to_date_twice_changes_nothing(house: House) -> None:
    _submitted(house, new_unit(house), "甲一", "甲二")
    before = owed_by(house, "甲学会")
    with house.write(DURING) as work:
        owing.owe(work)
        owing.owe(work)
    assert owed_by(house, "甲学会") == before


def test_nothing_is_submitted_before_the_code_was_accepted(light: House) -> None:
    unit = new_unit(light, "甲市", "cities")
    with light.write(DURING) as work:
        key = draft(work, unit, "甲一")
        with pytest.raises(Refused) as owed:
            nominations.submit(work, key)
        duty = duty_of(work, "甲市", "code")
        duties.file(work, duty, document="公示已满5个工作日")
        with pytest.raises(Refused) as filed:
            nominations.submit(work, key)
        duties.accept(work, duty)
        nominations.submit(work, key)

    assert [reason.zh for reason in owed.value.reasons] == ["须先办结“推荐编码申领”（未定期限，由秘书处备案）"]
    assert [reason.zh for reason in filed.value.reasons] == [
        "须先办结“推荐编码申领”（未定期限，由秘书处备案），现已报送，尚待备案"
    ]
    assert states(light) == {"甲一": "submitted"}


def test_nothing_passes_the_first_stage_before_its_papers_have_arrived(light: House) -> None:
    (key,) = _submitted(light, new_unit(light), "甲一")
    _swept(light)
    with light.write(REVIEW, ACADEMY) as work, pytest.raises(Refused) as held:
        batches.report(work, [Result(id=key, passed=True, place="第2行")])
    with light.write(REVIEW) as work:
        duties.confirm(work, duty_of(work, "甲学会", "letter"), dated=date(2025, 3, 18))
        duties.confirm(work, duty_of(work, "甲学会", "original", "甲一"), dated=beijing("2025-03-19 11:59"))
    with light.write(REVIEW, ACADEMY) as work:
        batches.report(work, [Result(id=key, passed=True)])

    assert [(reason.code, reason.where, reason.zh) for reason in held.value.reasons] == [
        ("DUT-07", "第2行", "须先办结“推荐函和汇总表”（期限2025年3月18日24:00，由秘书处确认收到）"),
        ("DUT-07", "第2行", "须先办结“申报书原件”（期限2025年3月19日12:00，由秘书处或科学院确认收到）"),
    ]
    assert states(light) == {"甲一": "final"}


CLOCK = """
[milestones.notice]
name = "公示"
window = "2025-03-15/2025-03-19"
[stages.notice]
name = "公示"
english = "public notice"
judge = "clock"
window = "notice"

[stages.review]"""


def test_the_clock_passes_on_nobody_whose_papers_are_missing(database_url: str) -> None:
    text = TEXT.replace("\n[stages.review]", CLOCK).replace('due = "hand-in"\ngate = "review"', 'due = "hand-in"')
    house = small_house(database_url, text)
    _submitted(house, new_unit(house), "甲一")
    _submitted(house, new_unit(house, "乙学会"), "乙一")
    with house.write(DURING) as work:
        duties.confirm(work, duty_of(work, "乙学会", "letter"), dated=date(2025, 3, 9))
    turn(house.office, house.campaign, at=beijing("2025-03-20 01:00"))
    before = states(house)
    with house.write(REVIEW) as work:
        duties.confirm(work, duty_of(work, "甲学会", "letter"), dated=date(2025, 3, 18))
    turn(house.office, house.campaign, at=REVIEW + A_DAY)

    assert before == {"甲一": "notice", "乙一": "review"}
    assert states(house) == {"甲一": "review", "乙一": "review"}
    house.office.database.dispose()


def test_explain_names_who_owes_the_paper_that_the_clock_waits_for(sqlite_database_url: str) -> None:
    text = TEXT.replace("\n[stages.review]", CLOCK).replace('due = "hand-in"\ngate = "review"', 'due = "hand-in"')
    house = small_house(sqlite_database_url, text)
    (key,) = _submitted(house, new_unit(house), "甲一")
    turn(house.office, house.campaign, at=beijing("2025-03-20 01:00"))
    with house.read(beijing("2025-03-20 01:00")) as work:
        first = explain(work, key).must[0]
    assert (first.who.zh, first.what.zh, first.late) == ("甲学会", "办结“推荐函和汇总表”", True)
    house.office.database.dispose()


def test_who_fails_needs_no_papers(light: House) -> None:
    (key,) = _submitted(light, new_unit(light), "甲一")
    _swept(light)
    with light.write(REVIEW, ACADEMY) as work:
        batches.report(work, [Result(id=key, passed=False)])
    assert owed_by(light, "甲学会", "original") == {("original", "甲一"): "void"}


@pytest.mark.parametrize(
    ("kind", "dated", "codes"),
    [
        ("letter", date(2025, 3, 18), []),
        ("letter", date(2025, 3, 19), ["DUT-05"]),
        ("letter", beijing("2025-03-18 23:59"), []),
        ("letter", date(2025, 3, 21), ["DUT-09"]),
        ("original", beijing("2025-03-19 11:59"), []),
        ("original", beijing("2025-03-19 12:00"), ["DUT-05"]),
        ("original", date(2025, 3, 19), ["DUT-08"]),
    ],
)
def test_a_postmark_counts_by_its_day_and_an_arrival_by_its_instant(
    light: House, kind: str, dated: date | datetime, codes: list[str]
) -> None:
    _submitted(light, new_unit(light), "甲一")
    _swept(light)
    with light.write(REVIEW) as work:
        duty = duty_of(work, "甲学会", kind, None if kind == "letter" else "甲一")
        try:
            duties.confirm(work, duty, dated=dated)
            found = []
        except Refused as refused:
            found = [reason.code for reason in refused.reasons]
    assert found == codes


def test_a_late_paper_is_told_both_instants_and_taken_only_with_a_reason(light: House) -> None:
    new_unit(light)
    with light.write(REVIEW) as work:
        duty = duty_of(work, "甲学会", "letter")
        with pytest.raises(Refused) as late:
            duties.confirm(work, duty, dated=date(2025, 3, 19))
        with pytest.raises(Refused) as unexplained:
            duties.confirm(work, duty, dated=date(2025, 3, 19), late=True)
        duties.confirm(work, duty, dated=date(2025, 3, 19), late=True, reason="邮路中断", note="快递单号123")
        (line,) = listed(work, unit="甲学会")

    assert [reason.zh for reason in late.value.reasons] == [
        "邮戳日期2025年3月19日，期限为2025年3月18日24:00，已逾期；确需受理的，请注明逾期受理及理由"
    ]
    assert _codes(unexplained) == ["RSN-01"]
    assert (line.state, line.document) == ("received", "邮戳日期：2025年3月19日；快递单号123")


def test_what_is_handed_in_outside_the_hours_is_refused_with_the_hours(light: House) -> None:
    _submitted(light, new_unit(light), "甲一")
    _swept(light)
    slots = tuple((beijing(f"2025-03-{day} 08:30"), beijing(f"2025-03-{day} 16:30")) for day in (17, 18))
    with light.write(REVIEW) as opened:
        milestones = tuple(
            replace(each, slots=slots) if each.key == "hand-in" else each for each in opened.definition.milestones
        )
        work = replace(opened, definition=replace(opened.definition, milestones=milestones))
        duty = duty_of(work, "甲学会", "original", "甲一")
        with pytest.raises(Refused) as refused:
            duties.confirm(work, duty, dated=beijing("2025-03-18 16:30"))
        duties.confirm(work, duty, dated=beijing("2025-03-18 16:29"))

    hours = "2025年3月17日—18日每日08:30—16:30"
    assert [(reason.code, reason.zh) for reason in refused.value.reasons] == [
        ("DUT-06", f"2025年3月18日16:30不在接收时段内；接收时段：{hours}；确需受理的，请注明逾期受理及理由"),
    ]


def test_a_class_of_units_has_its_own_date(light: House) -> None:
    city, society = new_unit(light, "甲市", "cities"), new_unit(light, "甲学会", "societies")
    with light.read() as work:
        of_cities = Milestone(
            key="post/cities", name="寄送（城市）", english="", of="post", who=Who(channels=("cities",))
        )
        definition = replace(work.definition, milestones=(*work.definition.milestones, of_cities))
        dues = Dues(work=replace(work, definition=definition))
        kind = definition.duty_by_key["letter"]
        assert [dues.milestone(kind, unit) for unit in (city, society)] == ["post/cities", "post"]


def test_papers_are_not_filed_and_filings_are_not_confirmed(light: House) -> None:
    new_unit(light, "甲市", "cities", "societies")
    with light.write(DURING) as work:
        with pytest.raises(Refused) as paper:
            duties.file(work, duty_of(work, "甲市", "letter"), document="推荐函")
        with pytest.raises(Refused) as filing:
            duties.confirm(work, duty_of(work, "甲市", "code"), dated=date(2025, 3, 9))
    assert (_codes(paper), _codes(filing)) == (["DUT-03"], ["DUT-04"])


def test_a_paper_that_is_not_in_order_is_sent_back_and_holds_up_again(light: House) -> None:
    new_unit(light)
    with light.write(DURING) as work:
        duty = duty_of(work, "甲学会", "letter")
        duties.confirm(work, duty, dated=date(2025, 3, 9))
        duties.send_back(work, duty, reason="未盖章")
        duties.confirm(work, duty, dated=date(2025, 3, 10))
    assert owed_by(light, "甲学会") == {("letter", ""): "received"}


def test_a_unit_sees_and_files_its_own_duties_and_nobody_elses(house: House) -> None:
    mine, other = new_unit(house, "甲市", "cities"), new_unit(house, "乙市", "cities")
    with house.write(DURING, unit_actor(mine)) as work:
        duties.file(work, duty_of(work, "甲市", "code"), document="公示已满")
        assert [(line.unit, line.kind) for line in listed(work)] == [("甲市", "code")]
        theirs = duty_of(work, "乙市", "code")
        with pytest.raises(NotFound) as not_mine:
            duties.find(work, theirs)
        with pytest.raises(NotFound) as not_there:
            duties.find(work, "nothing")
    assert other
    assert str(not_mine.value).replace(theirs, "nothing") == str(not_there.value)


def test_a_unit_can_neither_accept_nor_confirm(light: House) -> None:
    unit = new_unit(light, "甲市", "cities", "societies")
    with light.write(DURING, unit_actor(unit)) as work:
        duties.file(work, duty_of(work, "甲市", "code"), document="公示已满")
        with pytest.raises(Refused) as accepting:
            duties.accept(work, duty_of(work, "甲市", "code"))
        with pytest.raises(Refused) as confirming:
            duties.confirm(work, duty_of(work, "甲市", "letter"), dated=date(2025, 3, 9))
    assert (_codes(accepting), _codes(confirming)) == (["ROL-01"], ["ROL-01"])


def test_the_institution_of_the_stage_confirms_what_arrives_for_its_tracks(light: House) -> None:
    _submitted(light, new_unit(light), "甲一")
    _swept(light)
    with light.write(REVIEW, GUILD) as work, pytest.raises(NotFound):
        duties.find(work, duty_of(work, "甲学会", "original", "甲一"))
    with light.write(REVIEW, ACADEMY) as work:
        duty = duty_of(work, "甲学会", "original", "甲一")
        with pytest.raises(NotFound):
            duties.find(work, duty_of(work, "甲学会", "letter"))
        with pytest.raises(Refused) as waiving:
            duties.confirm(work, duty, dated=beijing("2025-03-19 18:00"), late=True, reason="堵车")
        duties.confirm(work, duty, dated=beijing("2025-03-18 10:00"))
    assert _codes(waiving) == ["ROL-03"]
    assert owed_by(light, "甲学会", "original") == {("original", "甲一"): "received"}


def test_the_unit_is_told_that_its_paper_has_arrived(light: House) -> None:
    unit = new_unit(light)
    with light.write(OPENED) as work:
        units.add_contact(work, name="张三", email="zhang@example.cn", unit_id=unit)
    with light.write(DURING) as work:
        duties.confirm(work, duty_of(work, "甲学会", "letter"), dated=date(2025, 3, 9))
        (letter,) = letters(work, "duty-accepted")
    assert (letter.to_name, letter.context["duty"]["receipt"]) == ("张三", True)


SECRET = """
[attributes.secret]
name = "涉密"
of = "nominee"
kind = "flag"
[duties.sealed]
name = "涉密材料"
owed_by = "unit"
each = "nomination"
fulfilment = "receipt"
for = { where = { secret = true } }
"""


def test_a_nomination_owes_what_is_asked_of_nominees_like_it(database_url: str) -> None:
    house = small_house(database_url, TEXT + SECRET)
    try:
        unit = new_unit(house)
        with house.write(DURING) as work:
            for title, secret in (("密", "true"), ("明", "false")):
                key = draft(work, unit, title)
                nominations.edit(work, key, attributes={"secret": secret})
                nominations.submit(work, key)

        assert owed_by(house, "甲学会", "sealed") == {("sealed", "密"): "owed"}
        assert faults(house) == ()
    finally:
        house.office.database.dispose()

"""Units and their contacts come in from a file: whole, once, and with every error named."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import units
from engine.rosters import Outcome, import_laureates, import_units
from engine.tables import Contact, Event, Unit
from tests.engine.rosters.conftest import UNIT_HEADER, House, table
from tests.events import told
from workflows.reasons import FileRefused

ONE = ("EE", "中国电子学会", "全国学会、协会、研究会", "张三", "13800138000", "zhang@example.cn")
TWO = ("CAST", "某某省科协", "provinces", "", "", "")


def test_a_roster_adds_units_with_their_channels_and_contacts(house: House) -> None:
    answer = house.units(ONE, TWO)

    assert [(line.name, line.outcome) for line in answer.lines] == [
        ("EE 中国电子学会", Outcome.NEW),
        ("CAST 某某省科协", Outcome.NEW),
    ]
    with house.write() as work:
        unit = units.find(work, "EE")
        contact = work.connection.execute(select(Contact).where(col(Contact.unit_id) == unit.id)).one()
        assert units.channels_of(work, unit.id) == ("societies",)
    assert (contact.name, contact.phones, contact.email) == ("张三", "13800138000", "zhang@example.cn")


def test_the_same_file_again_changes_nothing_and_leaves_no_trace(house: House) -> None:
    house.units(ONE, TWO)
    events = house.count(Event)

    again = house.units(ONE, TWO)

    assert [line.outcome for line in again.lines] == [Outcome.SAME, Outcome.SAME]
    assert (house.count(Event), house.count(Unit), house.count(Contact, name="张三")) == (events, 2, 1)


def test_a_unit_with_two_contacts_stands_in_two_rows(house: House) -> None:
    answer = house.units(ONE, (*ONE[:3], "李四", "13900139000", ""))

    assert [line.outcome for line in answer.lines] == [Outcome.NEW, Outcome.NEW]
    assert house.count(Unit) == 1
    assert house.count(Contact, name="李四", phones="13900139000") == 1


def test_a_new_telephone_number_brings_the_contact_up_to_date_and_an_empty_cell_does_not(house: House) -> None:
    house.units(ONE)

    changed = house.units((*ONE[:4], "13700137000", ""))

    assert [line.outcome for line in changed.lines] == [Outcome.CHANGED]
    assert house.count(Contact, name="张三", phones="13700137000", email="zhang@example.cn") == 1


def test_a_new_channel_changes_the_unit(house: House) -> None:
    house.units(ONE)

    changed = house.units((*ONE[:2], "societies、中央企业科协", *ONE[3:]))

    assert [line.outcome for line in changed.lines] == [Outcome.CHANGED]
    with house.write() as work:
        assert units.channels_of(work, units.find(work, "EE").id) == ("societies", "central-enterprises")


def test_every_error_of_the_file_is_told_at_once_and_nothing_is_stored(house: House) -> None:
    person_in_units_channel = ("P1", "王五", "全国学会、协会、研究会", "是")
    contradicting = ("EE", "中国电子协会", "societies", "否")
    header = ("单位编号", "推荐单位", "推荐渠道", "个人")
    upload = table(
        header, ("EE", "中国电子学会", "societies", ""), contradicting, person_in_units_channel, name="u.csv"
    )

    with pytest.raises(FileRefused) as refused, house.write() as work:
        import_units(work, upload)

    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [
        ("IMP-30", "u.csv:3 “推荐单位”"),
        ("IMP-30", "u.csv:3 “个人”"),
        ("UNT-02", "u.csv:4 “推荐渠道”"),
    ]
    assert house.count(Unit) == 0


def test_of_more_than_200_rows_that_contradict_the_campaign_the_others_are_counted(house: House) -> None:
    person_in_units_channel = (f"P{number}" for number in range(202))
    header = ("单位编号", "推荐单位", "推荐渠道", "个人")
    upload = table(header, *((code, code, "societies", "是") for code in person_in_units_channel), name="u.csv")

    with pytest.raises(FileRefused) as refused, house.write() as work:
        import_units(work, upload)

    reasons = refused.value.reasons
    assert [(reason.code, reason.where) for reason in reasons[:200]] == [
        ("UNT-02", f"u.csv:{line} “推荐渠道”") for line in range(2, 202)
    ]
    assert [(reason.code, reason.zh) for reason in reasons[200:]] == [
        ("IMP-27", "另有 2 处错误未列出，请先改正以上各处")
    ]
    assert house.count(Unit) == 0


def test_one_name_under_two_codes_is_asked_about(house: House) -> None:
    house.units(ONE)

    answer = house.units(("E2", "中国 电子学会", "societies", "", "", ""))

    assert [(reason.code, reason.facts["unit"]) for reason in answer.remarks] == [("IMP-34", "EE")]
    assert house.count(Unit) == 2


def test_a_channel_of_laureates_makes_its_holder_a_person_who_must_be_on_the_list(house: House) -> None:
    with house.write() as work:
        laureates = table(("年度", "榜单", "名称", "申报单位"), ("2022", "技术经理人先锋榜", "赵六", "某中心"))
        import_laureates(work, laureates)

    house.units(("P1", "赵 六", "2022年入选的技术经理人先锋人物", "", "", ""))
    with pytest.raises(FileRefused) as refused:
        house.units(("P2", "钱七", "earlier-managers", "", "", ""))

    assert house.count(Unit, code="P1", person=True) == 1
    assert [reason.code for reason in refused.value.reasons] == ["UNT-03"]


def test_a_preview_says_what_the_import_does_and_stores_nothing(house: House) -> None:
    before = (house.count(Unit), house.count(Contact), house.count(Event))

    with house.write() as work:
        preview = import_units(work, table(UNIT_HEADER, ONE, TWO, preview=True))

    assert preview.preview
    assert (house.count(Unit), house.count(Contact), house.count(Event)) == before
    done = house.units(ONE, TWO)
    assert [(line.name, line.outcome) for line in preview.lines] == [(line.name, line.outcome) for line in done.lines]


def test_confirming_another_file_than_the_one_previewed_is_refused(house: House) -> None:
    with house.write() as work:
        preview = import_units(work, table(UNIT_HEADER, ONE, preview=True))

    with pytest.raises(FileRefused) as refused, house.write() as work:
        import_units(work, table(UNIT_HEADER, ONE, TWO, confirm=preview.digest))
    with house.write() as work:
        import_units(work, table(UNIT_HEADER, ONE, confirm=preview.digest))

    assert [reason.code for reason in refused.value.reasons] == ["IMP-29"]
    assert house.count(Unit) == 1


def test_the_history_names_the_file_that_was_imported(house: House) -> None:
    answer = house.units(ONE, TWO)

    with house.office.database.read() as connection:
        details = told(connection, col(Event.verb) == "import")[0].details
    assert details == {"kind": "units", "file": "units.csv", "digest": answer.digest, "new": 2, "changed": 0}

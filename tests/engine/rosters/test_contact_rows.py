"""The people of institutions and of the secretariat come in from a file."""

from __future__ import annotations

import pytest

from engine.rosters import Outcome, import_contacts
from engine.tables import Contact
from tests.engine.rosters.conftest import House, table
from workflows.reasons import FileRefused

HEADER = ("机构编号", "联系人", "手机", "邮箱")


def test_an_address_is_added_to_the_person_the_notice_names(house: House) -> None:
    with house.write() as work:
        answer = import_contacts(work, table(HEADER, ("electronics", "郑伯龙", "", "zheng@example.cn")))

    assert [line.outcome for line in answer.lines] == [Outcome.CHANGED]
    stored = {"institution": "electronics", "name": "郑伯龙", "email": "zheng@example.cn"}
    assert house.count(Contact, **stored, phones="010-68767227、13801237788") == 1


def test_an_institution_may_be_named_in_chinese_and_the_secretariat_by_its_key(house: House) -> None:
    with house.write() as work:
        answer = import_contacts(
            work,
            table(
                HEADER, ("新锐企业榜初评机构", "孙八", "13000130000", ""), ("secretariat", "周九", "", "z@example.cn")
            ),
        )

    assert [line.outcome for line in answer.lines] == [Outcome.NEW, Outcome.NEW]
    assert house.count(Contact, institution="enterprises", name="孙八") == 1
    assert house.count(Contact, institution=None, unit_id=None, name="周九") == 1


def test_an_unknown_institution_is_refused_with_those_there_are(house: House) -> None:
    with pytest.raises(FileRefused) as refused, house.write() as work:
        import_contacts(work, table(HEADER, ("nobody", "孙八", "13000130000", "")))

    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [("IMP-20", "名单.csv:2 “机构编号”")]

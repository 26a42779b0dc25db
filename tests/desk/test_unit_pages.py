"""Pages of units, quotas, institutions and duties."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import nominations, places, units
from engine.queries.contacts import contacts
from engine.tables import Duty
from tests.desk.people import OTHER_UNIT, UNIT, AtTheDesk
from tests.small import DURING, OFFICE, draft


def _codes(text: str) -> list[str]:
    return re.findall(r"<code>([^<]+)</code></td>", text)


def test_units_are_listed_with_what_they_have_used(desk: AtTheDesk) -> None:
    with desk.house.write(DURING, OFFICE) as work:
        nominations.submit(work, draft(work, units.find(work, UNIT).id, "量子通信"))
    office = desk.as_("office")
    found = {
        asked: _codes(office.get(f"units{asked}").text) for asked in ("?sort=-placed", "?q=yxh", "?unreachable=true")
    }

    assert found == {"?sort=-placed": [UNIT, OTHER_UNIT], "?q=yxh": [OTHER_UNIT], "?unreachable=true": []}
    assert "<b>1</b> / 5" in office.get("units?q=jxh").text
    assert office.get("units?sort=x").status_code == 422


def test_a_unit_has_its_places_and_people_on_one_page(desk: AtTheDesk) -> None:
    page = desk.as_("office").get(f"units/{UNIT}").text

    assert [each in page for each in (f"{UNIT}联系人", "发明榜·水", "2025年3月14日（周五）24:00")] == [True] * 3


def test_a_unit_that_is_not_there_is_not_found(desk: AtTheDesk) -> None:
    assert desk.as_("office").get("units/nobody").status_code == 404


def _limit(desk: AtTheDesk) -> int | None:
    with desk.house.write(DURING, OFFICE) as work:
        return places.places_of(work, units.find(work, UNIT).id, "inventions/water")[0].limit


def test_a_quota_is_shown_whom_it_leaves_with_too_many_before_it_changes(desk: AtTheDesk) -> None:
    with desk.house.write(DURING, OFFICE) as work:
        nominations.submit(work, draft(work, units.find(work, UNIT).id, "量子通信"))
    office = desk.as_("office")
    asked = {"quota": "inventions", "unit": UNIT, "limit": "0", "reason": "调减"}
    shown, before = office.post("quotas/preview", asked), _limit(desk)
    without = office.post("quotas", asked)
    kept = office.post("quotas", {**asked, "keep": "true"})

    assert (shown.status_code, 'name="keep"' in shown.text, before) == (200, True, 2)
    assert (without.status_code, "CFG-27" in without.text, kept.status_code, _limit(desk)) == (422, True, 303, 0)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"limit": "2"}, "QTA-05"), ({}, "FRM-01"), ({"limit": "x"}, "FRM-01"), ({"limit": "-1"}, "FRM-01"),
        ({"limit": "3", "quota": "gone"}, "QTA-04"), ({"limit": "3", "reason": ""}, "RSN-01"),
    ],
)  # fmt: skip
def test_a_quota_that_can_t_be_so_is_refused(desk: AtTheDesk, fields: dict[str, str], code: str) -> None:
    answer = desk.as_("office").post("quotas/preview", {"quota": "inventions", "reason": "调整", **fields})

    assert (answer.status_code >= 400, code in answer.text) == (True, True)


def test_institutions_show_what_they_owe(desk: AtTheDesk) -> None:
    office = desk.as_("office")
    listed, one = office.get("institutions").text, office.get("institutions/academy").text

    assert [each in listed for each in ("科学院", "行会", "评审方案", "待报送")] == [True] * 4
    assert [each in one for each in ("发明榜·水", "钱学")] == [True] * 2
    assert office.get("institutions/nobody").status_code == 404


def test_an_institutions_contacts_are_added_changed_and_switched_off(desk: AtTheDesk) -> None:
    office = desk.as_("office")
    path = "institutions/guild/contacts"
    answers = [office.post(path, {"name": "吴工", "phones": "010-88", "email": "wu@guild.example"})]
    with desk.house.read(DURING) as work:
        (made,) = (row for row in contacts(work, institution="guild").rows if row.name == "吴工")
    answers.append(office.post(f"{path}/{made.id}", {"name": "吴工", "phones": "010-89", "email": ""}))
    answers.append(office.post(f"{path}/{made.id}/active", {"active": "false"}))
    wrong = office.post(path, {"name": "郑工", "email": "a@@b"})
    elsewhere = office.post(f"institutions/academy/contacts/{made.id}/active", {"active": "true"})
    with desk.house.read(DURING) as work:
        (row,) = (row for row in contacts(work, institution="guild").rows if row.name == "吴工")

    assert [each.status_code for each in answers] == [303] * 3
    assert (row.phones, row.email, row.active) == ("010-89", None, False)
    assert (wrong.status_code, "wrong-email" in wrong.text, elsewhere.status_code) == (422, True, 404)


def _duty(desk: AtTheDesk, kind: str) -> str:
    with desk.house.read(DURING) as work:
        query = select(col(Duty.public_id)).where(col(Duty.kind) == kind, col(Duty.institution) == "guild")
        return work.connection.execute(query).scalar_one()


def test_a_duty_is_filed_accepted_and_sent_back(desk: AtTheDesk) -> None:
    office, duty = desk.as_("office"), _duty(desk, "plan")
    early = office.post(f"duties/{duty}", {"verb": "accept"})
    steps = [{"verb": "file", "document": "方案.pdf"}, {"verb": "accept"}, {"verb": "send-back", "reason": "缺页"}]
    done = [office.post(f"duties/{duty}", fields).status_code for fields in steps]
    page = office.get(f"duties/{duty}").text

    assert (early.status_code, "STM-01" in early.text, done) == (409, True, [303] * 3)
    assert [each in page for each in ("退回补正", "方案.pdf", "缺页")] == [True] * 3


def test_only_the_secretariat_decides_about_a_duty(desk: AtTheDesk) -> None:
    duty = _duty(desk, "plan")
    answers = [
        desk.as_(who).post(f"duties/{duty}", {"verb": "accept"}).status_code for who in ("auditor", "guild", "unit")
    ]

    assert answers == [403] * 3
    assert desk.as_("office").get("duties/nobody").status_code == 404

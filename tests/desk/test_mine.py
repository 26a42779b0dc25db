"""A unit's own pages: what is there, what is refused and shown again, and the same done for it by the secretariat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlmodel import col

from engine import nominations
from engine.tables import Contact, Event, Nomination, Unit
from tests import events
from tests.builders import add_draft, letters
from tests.desk.people import OTHER_UNIT, UNIT, AtTheDesk
from tests.small import CLOSES, DURING, TICK, draft, states

PERSON = {"track": "people", "title": "王五", "applicant": "某研究所", "materials": ["application", "letter"]}
Fields = Mapping[str, str | Sequence[str]]


def words(page: Response) -> str:
    """What a page says, without its marks."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def unit_id(desk: AtTheDesk, code: str = UNIT) -> int:
    with desk.house.read() as work:
        return int(work.connection.execute(select(col(Unit.id)).where(col(Unit.code) == code)).scalar_one() or 0)


def _draft(desk: AtTheDesk, title: str, *, code: str = UNIT, complete: bool = True) -> str:
    with desk.house.write(DURING) as work:
        return add_draft(work, unit_id(desk, code), title, track="inventions/water", complete=complete)


def _submitted(desk: AtTheDesk, title: str, *, code: str = UNIT) -> str:
    with desk.house.write(DURING) as work:
        return nominations.submit(work, draft(work, unit_id(desk, code), title)).id


def _made(desk: AtTheDesk, who: str, prefix: str, fields: Fields = PERSON) -> str:
    answer = desk.as_(who).post(f"{prefix}/draft", fields)
    assert answer.status_code == 303, words(answer)
    return answer.headers["location"].split("/")[-1]


def test_the_first_page_says_until_when_how_many_and_what_is_missing(desk: AtTheDesk) -> None:
    _draft(desk, "缺材料的", complete=False)
    _submitted(desk, "交了的")
    shown = words(desk.as_("unit").get("mine"))

    for said in (
        "2025年3月14日（周五）24:00",
        "发明榜·水 1 / 2",
        "另有草稿 1份",
        "缺材料的",
        "材料不齐：申报表",
        "交了的",
    ):
        assert said in shown


def test_a_draft_is_begun_changed_and_submitted_with_a_receipt(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    key = _made(desk, "unit", "mine", {**PERSON, "applicant": ""})
    lacking = words(browser.get(f"mine/nominations/{key}"))
    changed = browser.post(f"mine/nominations/{key}/edit", {**PERSON, "phones": "010-123456", "then": "submit"})
    desk.clock.now = CLOSES - TICK
    browser = desk.as_("unit")  # after four days one signs in again
    answer = browser.post(f"mine/nominations/{key}/submit")
    receipt = words(browser.get(answer.headers["location"]))

    assert "材料不齐：申报单位（申报人）" in lacking
    assert changed.headers["location"].endswith(f"/{key}/submit")
    assert "收到时间 2025年3月14日（周五）23:59:59.999999" in receipt
    assert "截止时间 2025年3月14日（周五）24:00" in receipt
    assert states(desk.house) == {"王五": "submitted"}


def test_at_the_deadline_both_instants_are_named_and_what_was_typed_stays(desk: AtTheDesk) -> None:
    key = _draft(desk, "旧名")
    desk.clock.now = CLOSES
    browser = desk.as_("unit")
    typed = {**PERSON, "title": "迟到的新名", "contact": "<赵六>"}
    answers = [browser.post("mine/draft", typed), browser.post(f"mine/nominations/{key}/edit", typed)]
    late = browser.post(f"mine/nominations/{key}/submit")

    for answer in answers:
        assert answer.status_code == 403
        assert 'value="迟到的新名"' in answer.text
        assert 'value="&lt;赵六&gt;"' in answer.text
    for answer in (*answers, late):
        said = words(answer)
        assert "DLN-01" in said
        assert "截止时间为2025年3月14日24:00，收到时间2025年3月15日00:00" in said
    assert states(desk.house) == {"旧名": "drafted"}


def test_every_mistake_stands_beside_its_field(desk: AtTheDesk) -> None:
    wrong = {"track": "people", "title": "", "phones": "没有", "email": "a@b, c@d", "applicant": "留住我"}
    answer = desk.as_("unit").post("mine/draft", wrong)

    assert answer.status_code == 422
    for name in ("title", "phones", "email"):
        assert f'id="wrong-{name}"' in answer.text
    assert 'value="留住我"' in answer.text
    assert states(desk.house) == {}


def test_pressing_twice_makes_one_draft(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    first, again = (browser.post("mine/draft", PERSON, key="one") for _ in range(2))

    assert first.headers["location"] == again.headers["location"]
    assert len(states(desk.house)) == 1


def test_recalling_and_withdrawing_say_first_what_they_do(desk: AtTheDesk) -> None:
    key, browser = _submitted(desk, "净水"), desk.as_("unit")
    asked = words(browser.get(f"mine/nominations/{key}/recall"))
    browser.post(f"mine/nominations/{key}/recall")
    recalled = states(desk.house)
    without = browser.post(f"mine/nominations/{key}/withdraw", {"reason": ""})
    browser.post(f"mine/nominations/{key}/withdraw", {"reason": "重复申报"})

    assert "撤回后成为草稿" in asked
    assert (without.status_code, "RSN-01" in without.text) == (422, True)
    assert (recalled, states(desk.house)) == ({"净水": "drafted"}, {"净水": "withdrawn"})


def test_what_came_back_is_first_and_can_be_corrected(desk: AtTheDesk) -> None:
    key = _submitted(desk, "净水")
    with desk.house.write(DURING) as work:
        nominations.return_(work, key, reason="缺盖章")
    browser = desk.as_("unit")
    shown = words(browser.get("mine"))
    story = words(browser.get(f"mine/nominations/{key}"))
    form = words(browser.get(f"mine/nominations/{key}/edit"))
    browser.post(f"mine/nominations/{key}/submit")

    assert "秘书处退回修改1项，请补正后重新提交： 净水" in shown
    assert "退回理由： 缺盖章" in form
    assert "缺盖章" in story
    assert states(desk.house) == {"净水": "submitted"}


@pytest.mark.parametrize("page", ["", "/edit", "/submit", "/receipt", "/recall", "/withdraw"])
def test_anothers_nomination_and_an_absent_one_get_the_same_bytes(desk: AtTheDesk, page: str) -> None:
    theirs = _submitted(desk, "外单位的", code=OTHER_UNIT)
    browser = desk.as_("unit")
    answers = [browser.get(f"mine/nominations/{key}{page}") for key in (theirs, "A" * 22)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "外单位的" not in answers[0].text
    bodies = [re.sub(r'(?<=name="back" value=")[^"]*', "", answer.text) for answer in answers]
    assert bodies[0] == bodies[1]


def test_the_secretariat_does_it_for_a_unit_and_the_history_keeps_both_names(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    key = _made(desk, "office", f"for/{UNIT}")
    answer = browser.post(f"for/{UNIT}/nominations/{key}/submit")
    with desk.house.read() as work:
        (event,) = events.told(work.connection, col(Event.verb) == "submit")
        told = [letter.to_name for letter in letters(work, "submission-receipt")]

    assert answer.headers["location"].endswith(f"/nominations/{key}/receipt")
    assert (event.role, event.actor, event.behalf) == ("unit", "赵书", f"{UNIT} {UNIT}")
    assert told == [f"{UNIT}联系人"]
    assert "您正在代推荐单位" in words(browser.get(answer.headers["location"]))
    assert browser.get("for/nobody").status_code == 404


@pytest.mark.parametrize(("who", "code"), [("unit", 403), ("auditor", 403), ("academy", 403)])
def test_nobody_else_acts_for_a_unit(desk: AtTheDesk, who: str, code: int) -> None:
    assert desk.as_(who).get(f"for/{UNIT}").status_code == code


def test_contacts_are_added_changed_and_left(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    wrong = browser.post("my-contacts", {"name": "周七", "phones": "010-123456", "email": "zhou"})
    browser.post("my-contacts", {"name": "周七", "phones": "010-123456", "email": "zhou@a.example"})
    with desk.house.read() as work:
        key = work.connection.execute(select(col(Contact.public_id)).where(col(Contact.name) == "周七")).scalar_one()
    browser.post(f"my-contacts/{key}", {"name": "周七七", "phones": "010-7654321"})
    browser.post(f"my-contacts/{key}/active", {"active": "false"})
    with desk.house.read() as work:
        row = work.connection.execute(select(Contact).where(col(Contact.public_id) == key)).one()

    assert (wrong.status_code, 'value="周七"' in wrong.text, "ADR-01" in wrong.text) == (422, True, True)
    assert (row.name, row.phones, row.email, row.active) == ("周七七", "010-7654321", None, False)
    assert desk.as_("other_unit").post(f"my-contacts/{key}", {"name": "别人"}).status_code == 404


def test_a_unit_gives_its_applicants_an_earlier_end(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    late = browser.post("mine/deadline", {"closes": "2025-03-20"})
    browser.post("mine/deadline", {"closes": "2025-03-12"})

    assert (late.status_code, 'value="2025-03-20"' in late.text) == (409, True)
    assert "申报单位填报截止 2025年3月12日（周三）24:00" in words(browser.get("mine"))


def test_a_name_that_is_a_script_is_shown_as_text(desk: AtTheDesk) -> None:
    _draft(desk, "<script>alert(1)</script>{{7*7}}")
    page = desk.as_("unit").get("mine").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_nothing_of_the_draft_is_in_the_row_before_it_is_stored(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    browser.get("mine/draft?track=people")
    browser.get("mine/draft")
    with desk.house.read() as work:
        assert work.connection.execute(select(Nomination)).all() == []

"""The secretariat's pages of nominations: found, sorted, looked into, acted on one by one and many at once."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import pytest
from httpx2 import Response
from sqlalchemy import select
from sqlmodel import col

from engine import nominations
from engine.tables import Unit
from tests.desk.people import UNIT, AtTheDesk, Browser
from tests.small import DURING, OFFICE, draft, states

TITLES = ("量子通信", "氢能储运", "脑机接口")


@pytest.fixture
def ids(desk: AtTheDesk) -> list[str]:
    """Three of one unit: two submitted, one a draft."""
    with desk.house.write(DURING, OFFICE) as work:
        unit = work.connection.execute(select(col(Unit.id)).where(col(Unit.code) == UNIT)).scalar_one() or 0
        made = [draft(work, unit, title, track=track) for title, track in
                zip(TITLES, ("inventions/water", "inventions/light", "inventions/light"), strict=True)]  # fmt: skip
        for each in made[:2]:
            nominations.submit(work, each)
    return made


def _titles(page: Response) -> list[str]:
    return re.findall(r'class="title" href="[^"]+">([^<]+)<', page.text)


def _hidden(page: Response) -> dict[str, str | Sequence[str]]:
    """The hidden fields of the page's last form, but for its token."""
    form = page.text[page.text.rindex("<form") :]
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    names = dict.fromkeys(name for name, _ in pairs if name != "csrf")
    return {name: [html.unescape(value) for each, value in pairs if each == name] for name in names}


def test_what_the_clock_does_is_said_and_no_button(desk: AtTheDesk, ids: list[str]) -> None:
    for who in ("office", "auditor"):
        page = desk.as_(who).get(f"nominations/{ids[2]}")
        assert re.search(r"<p>逾期失效 <span[^>]*>→ 逾期失效 · 到时自动进行", page.text)
        assert "disabled" not in page.text


def test_a_page_outside_the_menu_stands_under_its_entry(desk: AtTheDesk) -> None:
    pages = ("quotas", "publish", "versions", "feeds", "tokens", "circulars", "webhooks")
    current = re.compile(r'aria-current="page">([^<]+)<')

    shown = [current.search(desk.as_("office").get(each).text) for each in pages]

    assert [each and each[1] for each in shown] == ["推荐单位", "复核", "日程", "导出", "账号", "邮件", "邮件"]


def test_the_list_is_searched_sorted_and_narrowed(desk: AtTheDesk, ids: list[str]) -> None:
    office = desk.as_("office")
    asked = ("", "?q=lztx", "?sort=title", "?sort=-title", "?state=drafted", "?track=inventions&q=qncy", "?unit=乙学会")

    found = {each: _titles(office.get(f"nominations{each}")) for each in asked}

    assert len(ids) == 3
    assert found == {
        "": ["脑机接口", "氢能储运", "量子通信"],
        "?q=lztx": ["量子通信"],
        "?sort=title": ["量子通信", "脑机接口", "氢能储运"],
        "?sort=-title": ["氢能储运", "脑机接口", "量子通信"],
        "?state=drafted": ["脑机接口"],
        "?track=inventions&q=qncy": ["氢能储运"],
        "?unit=乙学会": [],
    }


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("sort=applicant_email", "SRT-01"), ("after=x", "PAG-01"), ("state=gone", "FLT-01"), ("track=gone", "FLT-01"),
        ("channel=gone", "FLT-01"), ("waiting=gone", "FLT-01"), ("since=30.11.2023", "GIV-01"), ("page=2", "API-09"),
        (f"q={'a+' * 9}", "SEA-01"),
    ],
)  # fmt: skip
def test_what_can_t_be_asked_is_said_with_its_code(desk: AtTheDesk, asked: str, code: str) -> None:
    answer = desk.as_("office").get(f"nominations?{asked}")

    assert (answer.status_code, code in answer.text) == (422, True)


def test_only_the_table_comes_where_a_part_is_asked_for(desk: AtTheDesk, ids: list[str]) -> None:
    part = desk.as_("office").get("nominations?q=lz", headers={"hx-request": "true"})

    assert (_titles(part), "<html" in part.text, len(ids)) == (["量子通信"], False, 3)


def test_one_nomination_says_where_it_stands_and_what_can_be_done(desk: AtTheDesk, ids: list[str]) -> None:
    page = desk.as_("office").get(f"nominations/{ids[0]}").text

    assert re.findall(r'<li class="(\w+)"[^>]*><b>([^<]+)', page)[:4] == [
        ("done", "草稿"), ("now", "已提交"), ("ahead", "初评中"), ("ahead", "终评中"),
    ]  # fmt: skip
    assert f"/for/{UNIT}/nominations/{ids[0]}/withdraw" in page or "/withdraw" in page
    assert 'name="verb" value="return"' in page


def test_a_verb_is_taken_once_and_said(desk: AtTheDesk, ids: list[str]) -> None:
    office = desk.as_("office")
    asked = {"verb": "return", "reason": "缺少公章"}
    answers = [office.post(f"nominations/{ids[0]}/do", asked, key="k1") for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert states(desk.house)["量子通信"] == "returned"
    assert "缺少公章" in office.get(f"nominations/{ids[0]}").text


def test_a_refused_verb_is_shown_with_its_reason_and_what_was_typed(desk: AtTheDesk, ids: list[str]) -> None:
    office = desk.as_("office")
    without = office.post(f"nominations/{ids[0]}/do", {"verb": "return", "reason": "", "correct_by": "明天"})
    strange = office.post(f"nominations/{ids[0]}/do", {"verb": "publish"})

    assert (without.status_code, "GIV-01" in without.text, 'value="明天"' in without.text) == (422, True, True)
    assert (strange.status_code, "FRM-01" in strange.text) == (422, True)
    assert states(desk.house)["量子通信"] == "submitted"


def _previewed(office: Browser, ids: Sequence[str], verb: str, **more: str) -> Response:
    return office.post("nominations/many", {"ids": ids, "verb": verb, **more})


def test_many_are_shown_what_would_happen_and_then_it_happens(desk: AtTheDesk, ids: list[str]) -> None:
    office = desk.as_("office")
    shown = _previewed(office, ids, "return", reason="缺少公章")
    before = states(desk.house)
    done = office.post("nominations/many/confirm", _hidden(shown))

    assert (shown.status_code, "STM-01" in shown.text, set(before.values())) == (200, True, {"submitted", "drafted"})
    assert (done.status_code, states(desk.house)) == (
        303, {"量子通信": "returned", "氢能储运": "returned", "脑机接口": "drafted"},
    )  # fmt: skip


def test_all_that_the_filters_leave_can_be_chosen(desk: AtTheDesk, ids: list[str]) -> None:
    office = desk.as_("office")
    shown = office.post("nominations/many", {"all": "true", "q": "lztx", "verb": "disqualify", "reason": "查重"})

    assert _hidden(shown)["ids"] == [ids[0]]


def test_what_changed_meanwhile_is_shown_anew_and_not_done(desk: AtTheDesk, ids: list[str]) -> None:
    office = desk.as_("office")
    shown = _previewed(office, ids, "return", reason="缺少公章")
    office.post(f"nominations/{ids[0]}/do", {"verb": "disqualify", "reason": "查重"})
    answer = office.post("nominations/many/confirm", _hidden(shown))

    assert (answer.status_code, "BLK-02" in answer.text) == (409, True)
    assert _hidden(answer)["digest"] != _hidden(shown)["digest"]
    assert states(desk.house)["氢能储运"] == "submitted"


@pytest.mark.parametrize(
    ("fields", "code"),
    [({}, "BLK-04"), ({"verb": "return"}, "BLK-01"), ({"verb": "publish", "all": "true"}, "BLK-04")],
)
def test_a_choice_of_nothing_is_refused(
    desk: AtTheDesk, ids: list[str], fields: dict[str, str], code: str
) -> None:  # fmt: skip
    answer = desk.as_("office").post("nominations/many", fields)

    assert (answer.status_code, code in answer.text, len(ids)) == (422, True, 3)


def test_an_auditor_reads_and_is_offered_nothing(desk: AtTheDesk, ids: list[str]) -> None:
    auditor = desk.as_("auditor")
    pages = [auditor.get(path).text for path in ("nominations", f"nominations/{ids[0]}", "units", f"units/{UNIT}")]
    tried = auditor.post(f"nominations/{ids[0]}/do", {"verb": "return", "reason": "x"})

    assert [re.findall(r'<form[^>]*action="(/c/[^"]+)"[^>]*>', page) for page in pages][1::2] == [[], []]
    assert all('method="post" action="/c/' not in page for page in pages)
    assert (tried.status_code, states(desk.house)["量子通信"]) == (403, "submitted")


@pytest.mark.parametrize("who", ["unit", "other_unit", "academy"])
def test_nobody_else_has_these_pages(desk: AtTheDesk, ids: list[str], who: str) -> None:
    browser = desk.as_(who)
    answers = {browser.get(path).text.replace(path, "") for path in (f"nominations/{ids[0]}", "nominations/nobody")}

    assert len(answers) == 1
    assert browser.get("nominations").status_code == 403

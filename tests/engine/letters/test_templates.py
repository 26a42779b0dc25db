"""Every letter as its readers get it, from the samples that the real code makes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from icalendar import Calendar

from engine.letters.composing import compose
from engine.letters.invitations import read_invitation
from engine.letters.sample_cast import HOSTILE, LONGEST, SHORTEST
from engine.letters.samples import letters, prove_letters, samples
from notifications.claims import Claimed
from notifications.letter import Address, Recipient
from notifications.rendering import Rendered, templates_in
from notifications.secrecy import MASK
from tests.builders import LETTERS, NOTICE
from workflows.definition import Definition
from workflows.loading import load

# What the 2023 campaign does not have: units that owe something, and letters to applicants.
OWING = """
[milestones.paper]
name = "寄送纸质材料"
closes = "2023-12-05"
[duties.paper]
name = "推荐函和汇总表"
owed_by = "unit"
fulfilment = "receipt"
decisive = "postmark"
due = "paper"
[duties.original]
name = "申报书原件"
owed_by = "unit"
each = "nomination"
fulfilment = "receipt"
due = "paper"
gate = "review"
[duties.code]
name = "推荐编码申领"
owed_by = "unit"
fulfilment = "filing"
gate = "submit"
[reminders.applicants]
milestone = "collection"
edge = "closes"
offsets = ["3天前"]
audience = "applicants"
letter = "applicant-drafts"
useful = "3天"
[reminders.paper]
milestone = "paper"
edge = "closes"
offsets = ["3天前", "1天后"]
audience = "units-owing"
letter = "duties-due"
useful = "3天"
[reminders.paper-escalation]
milestone = "paper"
edge = "closes"
offsets = ["1天后"]
audience = "secretariat-if-owed"
letter = "duties-escalation"
useful = "3天"
"""
NAMES = sorted(path.name.removesuffix(".subject.j2") for path in LETTERS.glob("*.subject.j2"))
WITH_CALENDAR = {"collection-opens", "collection-closes", "review-ready", "duties-due", "deadline-moved",
                 "applicant-drafts"}  # fmt: skip


@cache
def _definition() -> Definition:
    return load(NOTICE.read_text(encoding="utf-8"), name=NOTICE.name).definition


@cache
def _owing() -> Definition:
    return load(NOTICE.read_text(encoding="utf-8") + OWING, name=NOTICE.name).definition


@cache
def _samples() -> dict[str, list[dict[str, Any]]]:
    found = samples(_definition())
    for name, contexts in samples(_owing()).items():
        found.setdefault(name, []).extend(contexts)
    return found


@cache
def _rendered(name: str) -> tuple[Rendered, ...]:
    return tuple(templates_in(LETTERS).render(name, context) for context in _samples()[name])


def test_every_letter_is_proven_with_the_2023_campaign() -> None:
    assert prove_letters(_definition(), LETTERS) == ()


def test_every_letter_is_proven_where_units_owe_something() -> None:
    assert prove_letters(_owing(), LETTERS) == ()


def test_every_template_has_its_letter_and_every_letter_its_template() -> None:
    assert sorted(_samples()) == NAMES


def test_each_cast_gets_every_letter() -> None:
    for cast in (SHORTEST, LONGEST, HOSTILE):
        found = [*letters(_definition(), cast), *letters(_owing(), cast)]
        assert sorted({template for template, _ in found}) == NAMES


class _Tags(HTMLParser):
    """Notes every tag, and the tables, rows and cells that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


OURS = {"html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "p", "h1", "h2", "span",
        "br", "b", "ol", "li"}  # fmt: skip


BUT_FOR_LINKS = [name for name in NAMES if name != "sign-in"]  # whose one purpose is the link


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_whole_html_and_what_stands_in_a_name_stays_text(name: str) -> None:
    for letter in _rendered(name):
        tags = _Tags()
        tags.feed(letter.html)
        assert tags.open == []
        assert tags.seen <= (OURS | {"a"} if name == "sign-in" else OURS)
        assert not {name for name in tags.attributes if name.startswith("on") or name == "src"}


def test_the_link_to_sign_in_shows_where_it_leads_and_is_the_only_one() -> None:
    for letter in _rendered("sign-in"):
        link = f"https://desk.example.cn/signin/sample.{MASK}"
        assert re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', letter.html) == [(link, link)]
        assert link in letter.text


@pytest.mark.parametrize("name", BUT_FOR_LINKS)
def test_a_letter_loads_nothing_and_links_nowhere(name: str) -> None:
    for letter in _rendered(name):
        assert not re.search(r"https?:|href|url\(|@import", letter.html)


@pytest.mark.parametrize("name", NAMES)
def test_the_text_part_stands_by_itself(name: str) -> None:
    for letter in _rendered(name):
        assert letter.text.startswith("“科创中国”联合体秘书处\n")
        assert "In English" in letter.text
        assert "\n\n\n\n" not in letter.text
        assert not re.search(r"None|\{\{|\{%|&lt;|&#", _without_hostile(letter.text))


def _without_hostile(text: str) -> str:
    return text.replace(HOSTILE.title, "").replace(HOSTILE.unit, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_subject_is_one_line_and_names_the_campaign(name: str) -> None:
    for letter in _rendered(name):
        assert letter.subject.startswith("【2023年“科创中国”系列榜单】")
        assert len(letter.subject) <= 200


def test_the_deadline_is_shown_as_24_00_never_as_the_next_day() -> None:
    for letter in _rendered("collection-closes"):
        assert "2023年11月30日（周四）24:00" in letter.text
        assert "2023-11-30 Thu 24:00 (Asia/Shanghai)" in letter.html
        assert "12月1日" not in letter.text


def test_letters_with_a_deadline_ahead_bring_it_for_the_calendar() -> None:
    found = {name for name, contexts in _samples().items() if any(read_invitation(one) for one in contexts)}
    assert found == WITH_CALENDAR


def test_a_moved_deadline_keeps_its_entry() -> None:
    opens = read_invitation(_samples()["collection-opens"][0])
    moved = read_invitation(_samples()["deadline-moved"][0])
    assert opens is not None
    assert moved is not None
    assert opens.uid == moved.uid == "kczg-2023.collection.closes@bangdan"


def test_a_person_is_not_addressed_as_a_unit() -> None:
    context = {**_samples()["collection-opens"][0], "person": True}
    letter = templates_in(LETTERS).render("collection-opens", context)
    assert "贵单位" not in letter.text + letter.html


def _claimed(template: str, context: dict[str, Any]) -> Claimed:
    at = datetime(2023, 10, 31, 1, tzinfo=UTC)
    to = Recipient(name="张三", address=Address(local="zhang", domain="example.cn"))
    return Claimed(
        id=1, token="t", public_id="p", campaign_id=1, key="k", occasion="o", milestone=None, revision=None,
        template=template, context=context, to=to, contact_ref="contact:1", subject_ref="", created_at=at,
        useful_until=None, attempts=0, unknowns=0, frozen=None,
    )  # fmt: skip


def test_the_calendar_entry_ends_at_the_deadline() -> None:
    context = _samples()["collection-closes"][0]
    content = compose({1: _definition()}, LETTERS)(_claimed("collection-closes", context), context)
    assert content.calendar is not None
    (entry,) = Calendar.from_ical(content.calendar).walk("VEVENT")
    assert entry.decoded("dtend") == datetime(2023, 11, 30, 16, tzinfo=UTC)
    assert str(entry["summary"]) == "申报、推荐材料提交截止：2023年“科创中国”系列榜单"


def test_a_letter_without_a_deadline_brings_no_calendar_entry() -> None:
    context = _samples()["published"][0]
    assert compose({1: _definition()}, LETTERS)(_claimed("published", context), context).calendar is None

"""The page: whole, self-contained, and safe against what people write."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from sqlalchemy import update

from bangdan.rehearsing import Performance
from bangdan.report.gathering import gather
from bangdan.report.page import render
from engine.office import Office
from engine.tables import Call, Contact, Nomination, Unit
from tests.bangdan.report.conftest import Rehearsal

SECTIONS = ("heed", "calendar", "funnel", "flow", "letters", "calls", "wrong", "story", "appendix")
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_every_section_is_there_and_can_be_jumped_to(rehearsal: Rehearsal) -> None:
    assert re.findall(r'<section id="(\w+)"', rehearsal.page) == list(SECTIONS)
    assert re.findall(r'<a href="#(\w+)">[^<]+</a>', rehearsal.page.partition("<main>")[0]) == list(SECTIONS)


def test_the_headline_shows_the_numbers_of_the_database(rehearsal: Rehearsal) -> None:
    figures = re.findall(r'<div class="figure"><b>([\d,]+|<span class="zero">0</span>)</b>', rehearsal.page)

    found = rehearsal.found
    assert [int(re.sub(r"\D", "", figure)) for figure in figures] == [
        found.places.units, found.funnel.total.reached["drafted"], found.funnel.total.reached["submitted"],
        found.selected, found.post.sent, found.calls.calls,
    ]  # fmt: skip


def test_nothing_is_loaded_from_anywhere(rehearsal: Rehearsal) -> None:
    page = rehearsal.page

    assert re.findall(r"https?://", page) == []
    assert re.findall(r'\b(?:src|href|action|poster)\s*=\s*"(?!#)', page) == []
    assert re.findall(r"@import|url\(|<link|<object|<embed", page) == []
    assert "default-src 'none'" in page


def test_the_only_script_is_the_one_that_the_policy_allows(rehearsal: Rehearsal) -> None:
    [script] = re.findall(r"<script>(.*?)</script>", rehearsal.page, flags=re.DOTALL)

    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in rehearsal.page


def test_it_is_small_and_quick(rehearsal: Rehearsal) -> None:
    assert rehearsal.written.page.stat().st_size < 2_000_000
    assert rehearsal.written.seconds < 2


@pytest.mark.parametrize(
    ("table", "column"), [(Unit, "name"), (Nomination, "title"), (Call, "name"), (Call, "of"), (Contact, "name")]
)
def test_a_name_that_is_a_script_is_shown_as_text(
    rehearsal: Rehearsal, copied: Office, table: type, column: str
) -> None:
    with copied.database.write() as connection:
        connection.execute(update(table).values({column: HOSTILE}))

    page = render(gather(copied, rehearsal.done.played), rehearsal.done)

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert" in page
    assert "{{ 7*7 }}" in page


def test_a_hostile_letter_stays_in_its_frame(rehearsal: Rehearsal) -> None:
    frames = re.findall(r"<iframe ([^>]*?) srcdoc=\"([^\"]*)\">", rehearsal.page)

    samples = [kind for kind in rehearsal.found.post.kinds if kind.sample]
    assert len(frames) == len(samples) > 0
    assert {'sandbox=""' in options for options, _ in frames} == {True}


def test_a_campaign_in_which_nothing_happened_has_a_page_that_says_so(unplayed: Performance) -> None:
    found = gather(unplayed.office, unplayed.played)

    page = render(found, unplayed)

    assert re.findall(r'<section id="(\w+)"', page) == list(SECTIONS)
    for said in ("没有发出邮件", "无须电话通知", "没有操作被拒", "没有项目逾期失效", "全部按期"):
        assert said in page

"""Rehearsing from a live desk: a marked copy that shares nothing with the campaign, for those who see the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from bangdan import wiring
from bangdan.desk.app import make_app
from bangdan.desk.copied import Copy
from engine.queries.funnel import funnel
from engine.tables import Contact
from tests.desk.people import UNIT, AtTheDesk
from tests.small import AUDITOR

SMALL = {"units": "12", "nominations": "20"}


@pytest.fixture
def live(desk: AtTheDesk) -> Iterator[AtTheDesk]:
    wiring.settings.cache_clear()
    yield desk
    desk.app.state.copy.end()


def _copy(desk: AtTheDesk) -> Copy:
    found = desk.app.state.copy
    assert isinstance(found, Copy)
    return found


def test_the_page_says_what_a_rehearsal_is_and_only_the_office_begins_one(live: AtTheDesk) -> None:
    assert "开始彩排" in live.as_("office").get("rehearsal").text
    assert "由秘书处开始" in live.as_("auditor").get("rehearsal").text

    assert live.as_("auditor").post("rehearsal/begin", SMALL).status_code == 403
    assert live.as_("unit").get("rehearsal").status_code == 403


def test_it_plays_with_the_campaigns_own_units_and_no_address_of_theirs(live: AtTheDesk) -> None:
    answer = live.as_("office").post("rehearsal/begin", {**SMALL, "roster": "own"})
    running = _copy(live).running.get(1)

    assert running is not None
    assert answer.headers["location"] == "/rehearsal/c/small-2025/rehearsal"
    assert UNIT in dict(running.stage.seats.units())
    with running.stage.office.database.read() as connection:
        addresses = {*connection.execute(select(col(Contact.email))).scalars()}
    assert "contact1@rehearsal.example.org" in addresses
    assert "jia@example.org" not in addresses


def test_what_is_done_in_it_is_not_done_in_the_campaign(live: AtTheDesk) -> None:
    with live.house.read() as work:
        before = funnel(work).total.total

    live.as_("office").post("rehearsal/begin", {**SMALL, "roster": "made-up"})
    running = _copy(live).running.get(1)
    assert running is not None
    running.stage.pacing.jump(running.stage.pacing.played.ended)
    while not running.stage.pacing.ended:
        running.stage.pacing.slice()

    with running.stage.office.read("small-2025", AUDITOR, at=running.stage.now()) as work:
        assert funnel(work).total.total > 10
    with live.house.read() as work:
        assert funnel(work).total.total == before


def test_the_copy_is_for_those_who_see_the_whole_and_for_others_it_is_not_there(live: AtTheDesk) -> None:
    office = live.as_("office")
    there = office.post("rehearsal/begin", SMALL).headers["location"]

    page = office.get(there)
    assert page.status_code == 200
    assert "虚构数据，不发邮件" in page.text
    assert live.as_("auditor").get(there).status_code == 200
    for who in ("unit", "academy", None):
        refused = live.as_(who).get(there)
        assert refused.status_code == 404
        assert "虚构数据" not in refused.text


def test_ended_it_is_gone(live: AtTheDesk) -> None:
    office = live.as_("office")
    there = office.post("rehearsal/begin", SMALL).headers["location"]
    running = _copy(live).running.get(1)
    assert running is not None

    assert office.post("rehearsal/close").status_code == 303

    assert office.get(there).status_code == 404
    assert not running.stage.folder.exists()


def test_a_file_that_is_no_campaign_is_refused_with_reasons_and_nothing_begins(live: AtTheDesk) -> None:
    answer = live.as_("office").post(
        "rehearsal/begin", SMALL, files={"file": ("wrong.toml", b"[award]\nnothing = 1\n", "application/toml")}
    )

    assert answer.status_code == 422
    assert "没有开始" in answer.text
    assert not _copy(live).running


def test_in_a_rehearsal_no_other_is_begun(live: AtTheDesk) -> None:
    office = live.as_("office")
    there = office.post("rehearsal/begin", SMALL).headers["location"].removesuffix("/rehearsal")

    assert office.client.post(f"{there}/rehearsal/begin", data={"csrf": "x"}).status_code == 403


def test_where_a_second_factor_is_demanded_nobody_looks_at_it_without_one(live: AtTheDesk) -> None:
    path = live.as_("office").post("rehearsal/begin", {**SMALL, "roster": "own"}).headers["location"]
    before, running = live.as_("office").get(path).status_code, _copy(live).running
    live.desk = replace(live.desk, second_factor=True)
    live.app = make_app(live.desk)
    _copy(live).running = running

    assert (before, live.as_("office").get(path).status_code) == (200, 404)

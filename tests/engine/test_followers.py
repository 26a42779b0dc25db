"""Dates that follow from others in a campaign that runs: what an extension moves, and what was set stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine import campaigns
from engine.amending import amend
from engine.calendars import revisions
from engine.queries.calendar_view import calendar_view
from engine.turn import turn
from tests.builders import House, letters, mark_letters
from tests.small import FILE, beijing, said, small_house
from workflows.reasons import Refused

MORE = """
[milestones.objections]
name = "异议期"
after = "collection"
edge = "closes"
lasts = "5个工作日"
[milestones.review-notice]
name = "公示"
after = "review"
edge = "closes"
lasts = "5个工作日"
counted = true
at_least = true
[milestones.ceremony]
name = "颁奖"
to_announce = true
[milestones.later]
name = "后续"
opens = "2099-01-02"
lasts = "1个工作日"
[reminders.objections]
milestone = "objections"
edge = "closes"
offsets = ["1个工作日前"]
audience = "secretariat"
letter = "stage-opens"
useful = "3天"
"""
NOW = beijing("2025-03-10 10:00")


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = small_house(database_url, FILE.read_text(encoding="utf-8") + MORE)
    yield opened
    opened.office.database.dispose()


def _extend(house: House, key: str, closes: str) -> None:
    with house.write(NOW, alone=True) as work:
        campaigns.extend(work, key, closes=beijing(closes), reason="推迟")


def _window(house: House) -> tuple[str, str]:
    with house.read(NOW) as work:
        found = work.calendar["objections"]
    return tuple(said(each) if each else "—" for each in (found.opens, found.closes))  # type: ignore[return-value]


def _letters(house: House) -> list[tuple[str, int]]:
    with house.read(NOW) as work:
        return [(said(one.at), one.revision) for one in work.occasions if one.chain == "objections"]


def test_nothing_that_follows_is_stored_and_it_moves_with_what_it_follows(house: House) -> None:
    assert (_window(house), _letters(house)) == (("03-15 00:00", "03-22 00:00"), [("03-20 09:00", 1)])
    _extend(house, "collection", "2025-03-19 00:00")
    assert (_window(house), _letters(house)) == (("03-19 00:00", "03-26 00:00"), [("03-24 09:00", 2)])
    with house.read(NOW) as work:
        rows = revisions(work.connection, work.campaign_id, "objections")
    assert [(row.revision, row.opens, row.closes) for row in rows] == [(1, None, None)]


def test_who_was_told_a_date_that_followed_is_told_the_new_one(house: House) -> None:
    told_at = beijing("2025-03-20 09:00")
    turn(house.office, house.campaign, at=told_at)
    with house.write(told_at, alone=True) as work:
        mark_letters(work, "sent")
        moved = campaigns.extend(work, "collection", closes=beijing("2025-03-26 00:00"), reason="推迟")
        corrections = [row for row in letters(work, "deadline-moved") if row.milestone == "objections"]
    assert [(row.to_name, row.revision, row.context["old"]["iso"][:13], row.context["new"]["iso"][:13])
            for row in corrections] == [("赵书", 2, "2025-03-21T16", "2025-04-01T16")]  # fmt: skip
    assert moved.told.letters >= 1


def test_who_was_told_a_date_that_followed_hears_when_an_amended_file_moves_it(house: House) -> None:
    told_at = beijing("2025-03-20 09:00")
    turn(house.office, house.campaign, at=told_at)
    text = (FILE.read_text(encoding="utf-8") + MORE).replace(
        'window = "2025-03-15/2025-03-28"', 'opens = "2025-03-15"\ncloses = "2025-04-02 24:00"'
    )
    text = text.replace(
        'opens = "2025-03-03"\ncloses = "2025-03-14 24:00"', 'opens = "2025-03-03"\ncloses = "2025-03-25 24:00"'
    )
    with house.write(told_at, alone=True) as work:
        mark_letters(work, "sent")
        done = amend(work, text, name="amended.toml", reason="推迟")
        found = [row for row in letters(work, "deadline-moved") if row.milestone == "objections"]
    assert [(row.to_name, row.context["new"]["iso"][:13]) for row in found] == [("赵书", "2025-04-01T16")]
    assert "objections" in [each.new.milestone for each in done.moved]


def test_a_letter_about_a_date_that_moved_with_another_is_stopped(house: House) -> None:
    told_at = beijing("2025-03-20 09:00")
    turn(house.office, house.campaign, at=told_at)
    with house.write(told_at, alone=True) as work:
        campaigns.extend(work, "collection", closes=beijing("2025-03-26 00:00"), reason="推迟")
        found = [(row.occasion, row.state) for row in letters(work, "stage-opens")]
    assert found == [("objections:1个工作日前", "cancelled")]


def test_an_end_that_was_set_stays_while_the_beginning_still_follows(house: House) -> None:
    _extend(house, "collection", "2025-03-19 00:00")
    _extend(house, "objections", "2025-03-29 00:00")
    _extend(house, "collection", "2025-03-21 00:00")
    assert (_window(house), _letters(house)) == (("03-21 00:00", "03-29 00:00"), [("03-27 09:00", 3)])


def test_an_end_still_follows_a_beginning_that_was_set(house: House) -> None:
    with house.write(NOW, alone=True) as work:
        closes = work.calendar["objections"].closes
        assert closes
        campaigns.extend(work, "objections", opens=beijing("2025-03-17 00:00"), closes=closes, reason="推迟")
    assert _window(house) == ("03-17 00:00", "03-25 00:00")


def test_what_lasts_at_least_so_long_is_not_ended_earlier(house: House) -> None:
    with pytest.raises(Refused) as refused:
        _extend(house, "review-notice", "2025-04-05 00:00")
    assert [reason.code for reason in refused.value.reasons] == ["EXT-11"]
    _extend(house, "review-notice", "2025-04-09 00:00")
    with house.read(NOW) as work:
        assert work.calendar["review-notice"].closes == beijing("2025-04-09 00:00")


def test_what_has_no_date_yet_is_listed_with_the_reason(house: House) -> None:
    with house.read(NOW) as work:
        found = {one.milestone: one for one in calendar_view(work).to_choose}
    assert {key: (one.opens is not None, one.unknown_year) for key, one in found.items()} == {
        "publication": (True, None), "promotion": (False, None), "ceremony": (False, None), "later": (True, 2099),
    }  # fmt: skip

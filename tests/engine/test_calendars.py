"""The calendar in force, and what zone data of another year would make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.calendars import drifted, in_force
from tests.builders import House

AN_HOUR = timedelta(hours=1)


def test_a_calendar_read_with_the_zone_data_it_was_published_with_has_not_drifted(house: House) -> None:
    with house.read() as work:
        assert drifted(work.connection, work.campaign_id, work.definition) == []


def test_a_deadline_that_newer_zone_data_read_otherwise_is_told_and_stays_in_force(house: House) -> None:
    with house.read() as work:
        published = work.definition.milestone_by_key["collection"]
        read_anew = replace(published, closes=published.closes - AN_HOUR if published.closes else None)
        others = [one for one in work.definition.milestones if one.key != "collection"]
        definition = replace(work.definition, milestones=(read_anew, *others))
        (reason,) = drifted(work.connection, work.campaign_id, definition)
        assert (reason.code, reason.facts) == (
            "TZ-01",
            {"milestone": "collection", "published": "2023-11-30T16:00:00Z", "now": "2023-11-30T15:00:00Z"},
        )
        calendar = in_force(work.connection, work.campaign_id, definition, work.workdays)
        assert calendar["collection"].closes == published.closes

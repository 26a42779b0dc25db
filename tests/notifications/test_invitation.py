from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar

from notifications.invitation import Invitation, calendar_bytes
from tests.notifications.samples import DEADLINE, NOON

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _invitation(*, sequence: int = 0, deadline: datetime = DEADLINE) -> Invitation:
    return Invitation(
        uid="closing-contact-1@host.example",
        sequence=sequence,
        summary="申报截止；请在 24:00 前提交",
        description="“科创中国”系列榜单\n第二行",
        deadline=deadline,
        zone="Asia/Shanghai",
        stamp=NOON,
        alarms=(timedelta(days=3), timedelta(hours=3)),
    )


def test_a_deadline_at_24_stands_on_its_own_day_and_ends_at_the_instant() -> None:
    [event] = Calendar.from_ical(calendar_bytes(_invitation())).events
    assert (event.start, event.end) == (
        datetime(2023, 11, 30, 23, 0, tzinfo=SHANGHAI),
        datetime(2023, 12, 1, 0, 0, tzinfo=SHANGHAI),
    )
    assert event.end == DEADLINE


def test_the_words_survive_the_file() -> None:
    [event] = Calendar.from_ical(calendar_bytes(_invitation())).events
    assert (str(event["summary"]), str(event["description"])) == (
        "申报截止；请在 24:00 前提交",
        "“科创中国”系列榜单\n第二行",
    )


def test_the_zone_is_described_in_the_file() -> None:
    calendar = Calendar.from_ical(calendar_bytes(_invitation()))
    assert ([zone.tz_name for zone in calendar.timezones], calendar.get_missing_tzids()) == (["Asia/Shanghai"], set())


def test_the_alarms_ring_before_the_deadline_and_not_before_the_entry() -> None:
    [event] = Calendar.from_ical(calendar_bytes(_invitation())).events
    assert [alarm.trigger for alarm in event.alarms.times] == [
        DEADLINE - timedelta(days=3),
        DEADLINE - timedelta(hours=3),
    ]


def test_a_moved_deadline_updates_the_same_entry() -> None:
    moved = _invitation(sequence=1, deadline=DEADLINE + timedelta(days=7))
    first, second = (Calendar.from_ical(calendar_bytes(one)).events[0] for one in (_invitation(), moved))
    assert (first["uid"], first["sequence"], second["uid"], second["sequence"]) == (first["uid"], 0, first["uid"], 1)


def test_no_line_is_longer_than_the_format_allows() -> None:
    assert max(map(len, calendar_bytes(_invitation()).split(b"\r\n"))) <= 75

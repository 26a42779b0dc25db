"""A calendar that others subscribe to (RFC 5545): dates by name, each with an id that stays and a number that grows.

An end is shown as the hour before it, so that 24:00 stands on its own day; a beginning as the hour after it. The bytes
follow from the dates alone: as long as nothing moves they are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Event

AN_HOUR = timedelta(hours=1)
REFRESH = timedelta(hours=1)  # how often a reader should look
SURROUNDING = timedelta(days=370)  # of the time zone's rules around the dates


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One date. `ends`: something is over at `at`; else it begins then. `stamp` is when it was last announced.

    `cancelled`: it was announced and does not hold any more, and no other is known yet.
    """

    uid: str
    sequence: int
    summary: str
    description: str
    at: datetime
    ends: bool
    stamp: datetime
    cancelled: bool = False


def feed_bytes(entries: Sequence[Entry], *, name: str, zone: str) -> bytes:
    """The .ics file of a calendar called `name`, in the IANA zone `zone`."""
    from icalendar import Calendar  # noqa: PLC0415 - 50 ms, and most requests need none

    calendar = Calendar()
    calendar.add("prodid", "-//bangdan//zh-CN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    local = ZoneInfo(zone)
    for entry in entries:
        calendar.add_component(_event(entry, local))
    if entries:
        first, last = min(entry.at for entry in entries), max(entry.at for entry in entries)
        calendar.add_missing_timezones((first - SURROUNDING).date(), (last + SURROUNDING).date())
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, local: ZoneInfo) -> Event:
    from icalendar import Event  # noqa: PLC0415 - see feed_bytes

    at = entry.at.astimezone(local)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp)
    event.add("last-modified", entry.stamp)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("dtstart", at - AN_HOUR if entry.ends else at)
    event.add("dtend", at if entry.ends else at + AN_HOUR)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # a date keeps nobody busy
    return event

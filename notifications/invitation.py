"""The deadline as an entry for the reader's calendar (.ics, RFC 5545). A function of plain values.

The entry ends at the deadline and begins a little before: an entry that began at 24:00 would stand on the next day.
The same `uid` with a higher `sequence` moves the entry that is already in the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Alarm, Event

AN_HOUR = timedelta(hours=1)
SURROUNDING = timedelta(days=370)  # of the time zone's rules around the deadline; the whole history helps nobody


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """A deadline to put in a calendar. Instants are aware; `zone` is an IANA name, the zone it is shown in.

    `uid` never changes for one deadline and one reader's calendar, `sequence` grows with each announcement of it;
    `stamp` is when that was; `alarms` say how long before the deadline to ring.
    """

    uid: str
    sequence: int
    summary: str
    description: str
    deadline: datetime
    zone: str
    stamp: datetime
    length: timedelta = AN_HOUR
    alarms: tuple[timedelta, ...] = (timedelta(days=1),)


@lru_cache(maxsize=64)  # ten milliseconds each, and thousands of letters carry the same one
def calendar_bytes(invitation: Invitation) -> bytes:
    """The .ics file."""
    from icalendar import Calendar  # noqa: PLC0415 - 50 ms, and most commands write no letter

    deadline = invitation.deadline.astimezone(ZoneInfo(invitation.zone))
    calendar = Calendar()
    calendar.add("prodid", "-//bangdan//zh-CN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(invitation, deadline))
    calendar.add_missing_timezones((deadline - SURROUNDING).date(), (deadline + SURROUNDING).date())
    content: bytes = calendar.to_ical()
    return content


def _event(invitation: Invitation, deadline: datetime) -> Event:
    from icalendar import Event  # noqa: PLC0415 - see calendar_bytes

    event = Event()
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", invitation.stamp)
    event.add("summary", invitation.summary)
    event.add("description", invitation.description)
    event.add("dtstart", deadline - invitation.length)
    event.add("dtend", deadline)
    event.add("transp", "TRANSPARENT")  # a deadline keeps nobody busy
    for before in invitation.alarms:
        event.add_component(_alarm(invitation.summary, before))
    return event


def _alarm(summary: str, before: timedelta) -> Alarm:
    from icalendar import Alarm  # noqa: PLC0415 - see calendar_bytes

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before, parameters={"related": "END"})
    return alarm

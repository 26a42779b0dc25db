"""A feed as a file: the dates of its reader, in the campaign's zone, under the campaign's name."""

from __future__ import annotations

from engine.feeds.dates import dates
from engine.office import Work
from notifications.feed import feed_bytes
from workflows.zones import iana_name


def calendar(work: Work) -> bytes:
    """The .ics file for whoever the work is opened for. The same bytes as long as nothing has moved."""
    return feed_bytes(dates(work), name=work.definition.name, zone=iana_name(work.definition.zone))

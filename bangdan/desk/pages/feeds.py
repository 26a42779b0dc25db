"""Calendar feeds: a secret address for each seat, and what it answers to a calendar program, which signs in nowhere."""

from __future__ import annotations

import hashlib
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bangdan.desk.policy import BY_SECRET, EVERYBODY
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.access import not_found
from engine.feeds import addresses
from engine.feeds.calendar import calendar
from engine.feeds.dates import dates
from workflows.reasons import Reason, Refused

pages = Pages()

CALENDAR = "text/calendar; charset=utf-8"
LONGEST_SECRET = 100  # characters
NOT_REHEARSED = Reason(
    code="FED-01",
    zh="彩排中的日期是虚拟的，不能订阅",
    en="the dates of a rehearsal are made up; nobody subscribes to them",
)


@pages.get("/c/{campaign}/feeds", name="feeds", allow=EVERYBODY)
def feeds(visit: Visiting) -> Response:
    """Whether the visitor has an address, and which dates it shows."""
    with visit.desk.office.database.read() as connection:
        made_at = addresses.made_at(connection, visit.person.account.id, visit.seat)
    return _page(visit, made_at=made_at)


@pages.post("/c/{campaign}/feeds/new", name="feed-make", allow=EVERYBODY)
def make(visit: Visiting) -> Response:
    """A new address, shown this once. It is no row of the campaign: a supervisor, who changes nothing, has one too."""
    if visit.desk.rehearsal is not None:
        raise Refused(NOT_REHEARSED)
    with visit.desk.office.database.write() as connection:
        secret = addresses.make(connection, visit.person.account.id, visit.seat, at=visit.at)
    return _page(visit, made_at=visit.at, address=f"{visit.desk.address}{visit.url('feed', secret=secret)}")


@pages.post("/c/{campaign}/feeds/revoke", name="feed-revoke", allow=EVERYBODY)
def revoke(visit: Visiting) -> Response:
    """The address shows nothing from now on."""
    with visit.desk.office.database.write() as connection:
        addresses.revoke(connection, visit.person.account.id, visit.seat, at=visit.at)
    return visit.go(
        "feeds", said=Words("已停用，原地址不再显示任何内容", "stopped: the address shows nothing any more")
    )


@pages.get("/feeds/{secret}.ics", name="feed", allow=BY_SECRET)
def feed(visit: Visiting, secret: str) -> Response:
    """The dates of whoever made the address."""
    content = _content(visit, secret)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if _known(visit.request, etag):
        return Response(status_code=304, headers=headers)
    return Response(
        content, media_type=CALENDAR, headers={**headers, "content-disposition": "inline; filename=dates.ics"}
    )


def _content(visit: Visit, secret: str) -> bytes:
    office = visit.desk.office
    with office.database.read() as connection:
        reader = addresses.look_up(connection, secret) if len(secret) <= LONGEST_SECRET else None
    if reader is None:
        raise not_found("feed")
    with office.read(reader.campaign, reader.actor, at=visit.at) as work:
        return calendar(work)


def _known(request: Request, etag: str) -> bool:
    """Whether the calendar program has these very dates."""
    told = request.headers.get("if-none-match", "")
    return etag in {each.strip().removeprefix("W/") for each in told.split(",")}


def _page(visit: Visit, *, made_at: datetime | None, address: str = "") -> Response:
    with visit.read() as work:
        return visit.page("feeds/feeds.html.j2", made_at=made_at, address=address, entries=dates(work))

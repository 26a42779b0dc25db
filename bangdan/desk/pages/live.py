"""The stream on which an open page hears that what it shows has changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from anyio.to_thread import run_sync
from starlette.responses import Response, StreamingResponse

from bangdan.desk.live import Live, Stream
from bangdan.desk.policy import EVERYBODY, READERS
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import SESSION, SignInFirst, Visiting, may_still
from engine.access import sees_all
from engine.accounts import rights, sessions
from engine.changes.marks import mark
from engine.changes.telling import PATIENCE
from engine.exports import orders
from engine.exports.orders import Orderer
from engine.office import Work

pages = Pages()

SELDOM = 10 * PATIENCE  # for the many who look at one nomination each, while thousands hand in
LONGEST_MARK = 100  # characters
HEADERS = {"x-accel-buffering": "no"}  # a proxy is not to keep back what is meant to be read now


@pages.get("/c/{campaign}/live", name="live", allow=READERS)
async def live(visit: Visiting, *, since: str = "", letters: bool = False) -> Response:
    """What changes in the campaign, for whoever sees all of it; with `letters` also what becomes of letters."""
    return await _stream(visit, partial(_mark, visit, None), since, whole=True, letters=letters)


@pages.get("/c/{campaign}/nominations/{nomination}/live", name="nomination-live", allow=EVERYBODY)
async def nomination_live(visit: Visiting, nomination: str, since: str = "") -> Response:
    """What changes in one nomination, as far as whoever asks may know."""
    return await _stream(visit, partial(_mark, visit, nomination), since)


@pages.get("/c/{campaign}/exports/live", name="exports-live", allow=EVERYBODY)
async def exports_live(visit: Visiting, since: str = "") -> Response:
    """How the exports stand that whoever asks has ordered."""
    return await _stream(visit, partial(_orders_mark, visit), since)


Marked = Callable[[Work], str]
"""The mark of what is listened to, for whoever the work is opened for."""


async def _stream(
    visit: Visit, marked: Marked, since: str, *, whole: bool = False, letters: bool = False
) -> Response:  # fmt: skip
    """The stream; 204 where there is no room: the browser comes back later."""
    campaign, now = await run_sync(_seen, visit, marked)
    streams: Live = visit.request.app.state.live
    if not streams.has_room(visit.person.session):
        return Response(status_code=204)
    known = visit.request.headers.get("last-event-id", since)[:LONGEST_MARK] or now
    stream = Stream(
        session=visit.person.session, campaign=campaign, look=partial(_look, visit, marked),
        whole=whole, letters=letters, patience=PATIENCE if sees_all(visit.seat.role) else SELDOM,
    )  # fmt: skip
    return StreamingResponse(streams.told(stream, known), media_type="text/event-stream", headers=HEADERS)


def _mark(visit: Visit, nomination: str | None, work: Work) -> str:
    return mark(work, visit.desk.keys, nomination)


def _orders_mark(visit: Visit, work: Work) -> str:
    return orders.mark(work, Orderer(account_id=visit.person.account.id, seat=visit.seat.key), visit.desk.keys)


def _seen(visit: Visit, marked: Marked) -> tuple[int, str]:
    """The campaign's row id, and the mark of what is to be listened to."""
    with visit.read() as work:
        return work.campaign_id, marked(work)


def _look(visit: Visit, marked: Marked) -> str:
    """The mark by now, with the rights that whoever listens has by now. Raises SignInFirst, Refused, NotFound."""
    desk, at = visit.desk, visit.desk.clock()
    with desk.office.database.read() as connection:
        signed = sessions.look_up(connection, visit.request.cookies.get(desk.cookie(SESSION), ""), at=at)
    if signed is None:
        raise SignInFirst
    seat = may_still(desk, signed, visit.seat)
    with desk.office.read(seat.campaign, rights.actor(signed, seat), at=at) as work:
        return marked(work)

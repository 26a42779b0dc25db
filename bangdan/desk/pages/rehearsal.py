"""The stage: a rehearsal as it unfolds, its transport, in whose place one looks on, and the report at the end."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.pages import rehearsing
from bangdan.desk.pages.home import landing
from bangdan.desk.pages.rehearsing import SizeForm
from bangdan.desk.policy import EVERYBODY, READERS
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from bangdan.report.story import story
from bangdan.report.troubles import troubles
from bangdan.report.verdict import verdict
from bangdan.stage import scene as scenes
from bangdan.stage import ticker
from bangdan.stage.beside import beside
from bangdan.stage.house import Stage
from bangdan.stage.seats import COOKIE, Seats
from engine.access import not_found
from engine.rehearsal.pacing import BY_KEY, SPEEDS, Pacing
from workflows.instants import show, show_en, zone_of
from workflows.reasons import Reason, Refused
from workflows.showing import iso

pages = Pages()

LINES = 14  # of the ticker, when the page is opened
HEED = 5  # troubles shown at the end, and every grave one
# What the report's own page says of itself: it carries its style and its one script inside.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class TurnForm(DeskForm):
    """What the transport is to do; `to` is the day to jump to."""

    do: Literal["pause", "play", "next", "rush", "end", "jump", "hour", "hours", "day", "week", "interesting"]
    to: str = Field(default="", max_length=10)


class SeatForm(DeskForm):
    """In whose place to look on: a seat, or the unit with that code or name."""

    seat: str = Field(default="", max_length=120)
    unit: str = Field(default="", max_length=120)


@pages.get("/c/{campaign}/rehearsal", name="rehearsal", allow=READERS)
def rehearsal(visit: Visiting) -> Response:
    """The whole picture, as it stands; the page's script asks for what moves."""
    if visit.desk.rehearsal is None:
        return rehearsing.page(visit)
    stage = _stage(visit)
    ending = stage.ending()
    with visit.read() as work:
        scene = scenes.look(work, stage)
        news = stage.stream.since(max(0, scene.newest - LINES))
        values: dict[str, Any] = {
            "scene": scene, "state": scenes.state(scene.standing), "lines": ticker.lines(work, news)[::-1],
            "beside": beside(work, stage),
        }  # fmt: skip
    if ending is not None:
        told = troubles(ending.found)
        shown = told[: max(HEED, sum(each.grave for each in told))]
        values |= {"verdict": verdict(ending.found), "troubles": shown, "story": story(ending.found)}
    return visit.page(
        "rehearsal/stage.html.j2", stage=stage, speeds=SPEEDS, ending=ending, seats=_seats(visit), **values
    )


@pages.get("/c/{campaign}/rehearsal/now", name="rehearsal-now", allow=READERS)
def now(visit: Visiting, since: Annotated[int, Query(ge=0)] = 0) -> Response:
    """What has moved, and what happened after number `since`."""
    stage = _stage(visit)
    with visit.read() as work:
        scene = scenes.look(work, stage)
        lines = ticker.lines(work, stage.stream.since(since))
    return JSONResponse(_moved(visit, scene, lines))


@pages.get("/c/{campaign}/rehearsal/beside", name="rehearsal-beside", allow=READERS)
def what_is_beside(visit: Visiting) -> Response:
    """The part of the page beside the picture."""
    stage = _stage(visit)
    with visit.read() as work:
        return visit.page("rehearsal/_beside.html.j2", beside=beside(work, stage))


@pages.get("/c/{campaign}/rehearsal/clock", name="rehearsal-clock", allow=EVERYBODY)
def clock(visit: Visiting) -> Response:
    """What time it is in the rehearsal, for the band on every page."""
    zone = zone_of(_stage(visit).pacing.played.definition.zone)
    words = (show if visit.lang == "zh" else show_en)(
        visit.at.replace(second=0, microsecond=0), zone=zone, edge="start", weekday=True
    )
    return JSONResponse({"iso": iso(visit.at), "words": words})


@pages.post("/c/{campaign}/rehearsal/turn", name="rehearsal-turn", allow=READERS)
def turn(visit: Visiting) -> Response:
    """Pause, go on, another pace, a jump."""
    stage, form = _stage(visit), visit.form(TurnForm)
    _turn(visit, stage.pacing, form)
    return visit.go("rehearsal")


@pages.post("/c/{campaign}/rehearsal/restart", name="rehearsal-restart", allow=READERS)
def restart(visit: Visiting) -> Response:
    """Begin again, with the same or another size and seed."""
    stage, form = _stage(visit), visit.form(SizeForm)
    stage.put_on(form.size, speed=stage.pacing.speed)
    return visit.go("rehearsal", said=Words("彩排已重新开始", "the rehearsal has begun again"))


@pages.post("/c/{campaign}/rehearsal/seat", name="rehearsal-seat", allow=EVERYBODY)
def look_as(visit: Visiting) -> Response:
    """Look on in another's place."""
    form, seats = visit.form(SeatForm), _seats(visit)
    chosen = seats.found(form.seat, form.unit)
    if chosen is None:
        raise not_found(form.unit or form.seat)
    seat = seats.who({COOKIE: chosen}).seats[0]
    where = visit.url("rehearsal") if seat.role in READERS else landing(visit, seat)
    response = RedirectResponse(where, status_code=303)
    response.set_cookie(visit.desk.cookie(COOKIE), chosen, httponly=True, samesite="lax", secure=visit.desk.secure)
    return response


@pages.get("/c/{campaign}/rehearsal/report", name="rehearsal-report", allow=READERS)
def report(visit: Visiting) -> Response:
    """The whole report. Raises NotFound while the rehearsal goes on."""
    ending = _stage(visit).ending()
    if ending is None:
        raise not_found("report")
    return FileResponse(ending.page, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})


def _stage(visit: Visit) -> Stage:
    stage = visit.desk.rehearsal
    if not isinstance(stage, Stage):
        raise not_found(visit.campaign)
    return stage


def _seats(visit: Visit) -> Seats:
    return _stage(visit).seats


def _turn(visit: Visit, pacing: Pacing, form: TurnForm) -> None:
    if form.do in BY_KEY:
        pacing.choose(BY_KEY[form.do])
        return
    match form.do:
        case "pause":
            pacing.pause()
        case "play":
            pacing.play()
        case "end":
            pacing.jump(pacing.played.ended)
        case "jump":
            pacing.jump(_day(visit, form.to))
        case _:
            _jump_ahead(pacing, form.do)


def _jump_ahead(pacing: Pacing, where: str) -> None:
    mark = pacing.next_mark()
    goal = pacing.rush() if where == "rush" else mark.at if mark else pacing.played.ended
    pacing.jump(goal or pacing.now())


def _day(visit: Visit, text: str) -> datetime:
    """The beginning of the working day on that date, in the campaign's zone."""
    zone = zone_of(_stage(visit).pacing.played.definition.zone)
    try:
        return datetime.combine(date.fromisoformat(text), time(8), tzinfo=zone)
    except ValueError:
        raise Refused(_NO_DAY) from None


_NO_DAY = Reason(
    code="FRM-01", zh="请写日期，如 2023-11-30", en="give a date such as 2023-11-30", where="to",
)  # fmt: skip


def _moved(visit: Visit, scene: scenes.Scene, lines: tuple[ticker.Line, ...]) -> dict[str, Any]:
    t, standing, ahead = visit.t, scene.standing, scene.ahead
    return {
        "number": scene.newest, "state": scenes.state(standing), "speed": standing.speed.key,
        "now": round(scene.clock.at.timestamp() * 1000), "offset": scene.clock.offset,
        "ahead": {"what": t(ahead.what.zh, ahead.what.en), "when": t(ahead.when.zh, ahead.when.en),
                  "left": t(ahead.left.zh, ahead.left.en)} if ahead else None,
        "rush": scene.rush_ahead, "moving": scenes.moving(scene),
        "lines": [_line(visit, line) for line in lines],
    }  # fmt: skip


def _line(visit: Visit, line: ticker.Line) -> dict[str, str]:
    page = visit.url(line.page) if line.page and visit.has(line.page) else ""
    return {"when": line.when, "tone": line.tone, "text": visit.t(line.words.zh, line.words.en), "page": page}

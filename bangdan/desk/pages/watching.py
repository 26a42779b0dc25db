"""What machines ask of a desk: is it alive, is it ready, what are its numbers."""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bangdan.desk.house import Desk
from bangdan.desk.policy import ANYBODY, BY_SECRET
from bangdan.desk.routing import Pages
from engine.access import ENGINE, not_found
from engine.fleet.health import look as health_of_fleet
from engine.queries.attention import health
from engine.turn import campaigns

pages = Pages()

METRICS = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@pages.get("/healthz", name="healthz", allow=ANYBODY)
def alive(request: Request) -> Response:
    """That this process answers."""
    del request
    return PlainTextResponse("ok\n")


@pages.get("/readyz", name="readyz", allow=ANYBODY)
def ready(request: Request) -> Response:
    """That the database can be read, and that the engine took a turn of late wherever a campaign is open.

    A clock in doubt is told and is no reason to send people away: they can go on handing in. So is what the workers of
    a fleet have before them, where there is one.
    """
    desk: Desk = request.app.state.desk
    try:
        engine, fleet = _keeps_up(desk), health_of_fleet(desk.office.database)
    except SQLAlchemyError:
        return JSONResponse({"database": False}, status_code=503)
    told: dict[str, Any] = {"database": True, "engine": engine, "clock": desk.office.doubt() is None}
    if fleet is not None:
        told["fleet"] = {"workers": fleet.workers, "waiting": fleet.waiting, "oldest_seconds": round(fleet.oldest)}
    return JSONResponse(told, status_code=200 if engine else 503)


@pages.get("/metrics", name="metrics", allow=BY_SECRET)
def metrics(request: Request) -> Response:
    """The numbers, for whoever has the token, or, where none is set, for this machine itself."""
    desk: Desk = request.app.state.desk
    if not (_has_token(request, desk.metrics_token) if desk.metrics_token else _is_here(request)):
        raise not_found("metrics")
    return Response(request.app.state.measures.text(), media_type=METRICS)


def _keeps_up(desk: Desk) -> bool:
    at = desk.clock()
    for key in campaigns(desk.office):
        with desk.office.read(key, ENGINE, at=at) as work:
            if not health(work).turns(at):
                return False
    return True


def _has_token(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.encode())


def _is_here(request: Request) -> bool:
    """Asked from this machine, and not by a proxy for somebody else."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:  # a socket that is no address
        return False

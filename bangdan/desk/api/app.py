"""The API as an app of its own beside the pages, mounted under `/api`: no cookies, no pages, its own refusals."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from bangdan.desk.api import (
    campaigns,
    circulars,
    dates,
    duties,
    events,
    export_orders,
    exports,
    imports,
    letters,
    nominations,
    office,
    own_deadlines,
    proposals,
    units,
    versions,
    webhooks,
)
from bangdan.desk.api.describing import describe
from bangdan.desk.api.pace import Pace, Pacing
from bangdan.desk.api.routing import Calls, problem
from bangdan.desk.api.shared_pace import SharedPace
from bangdan.desk.house import Desk
from bangdan.desk.policy import ANYBODY, keep, prove
from bangdan.desk.refusals import NOT_THERE
from workflows.reasons import Reason

SUBJECTS: tuple[Calls, ...] = (
    campaigns.calls, nominations.calls, units.calls, own_deadlines.calls, duties.calls, imports.calls, letters.calls,
    circulars.calls, dates.calls, proposals.calls, office.calls, events.calls, versions.calls,
    exports.calls, export_orders.calls, webhooks.calls,
)  # fmt: skip


def make_api(desk: Desk, *, pace: Pacing | None = None) -> FastAPI:
    """The API over one desk. Raises LookupError when an operation says nothing about who may ask for it."""
    api = FastAPI(title="bangdan 榜单", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    api.state.desk, api.state.pace = desk, pace or _pace(desk)
    for subject in SUBJECTS:
        subject.put_on(api)
    api.add_exception_handler(HTTPException, _http)
    api.router.add_api_route("/openapi.json", _openapi(api), name="openapi", include_in_schema=False)
    prove(api.routes)
    return api


def _pace(desk: Desk) -> Pacing:
    """On PostgreSQL other processes may answer the same tokens; an SQLite file is one desk's, and counting costs it
    no write.
    """
    database = desk.office.database
    return Pace(clock=time.monotonic) if database.sqlite else SharedPace(database=database)


def _openapi(api: FastAPI) -> Callable[[Request], Response]:
    @lru_cache(maxsize=8)
    def described(server: str) -> dict[str, Any]:
        return describe(api, SUBJECTS, server=server)

    def openapi(request: Request) -> Response:
        """What the API can do, for programs."""
        return JSONResponse(described(request.scope.get("root_path", "")))

    keep(openapi, ANYBODY)
    return openapi


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        allowed = ", ".join(sorted(_methods(request)))
        return problem(405, [_method(request.method, allowed)], {"allow": allowed})
    return problem(404, [NOT_THERE], {})


def _methods(request: Request) -> set[str]:
    """What that path takes, of all routes that have it."""
    api: FastAPI = request.app
    there = [route for route in api.routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in there for method in getattr(route, "methods", ())}


def _method(method: str, allowed: str) -> Reason:
    return Reason(code="API-13", zh=f"此处不接受 {method}；可用：{allowed}",
                  en=f"{method} is not accepted here; these are: {allowed}")  # fmt: skip

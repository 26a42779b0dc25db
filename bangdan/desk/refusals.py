"""What people see when something may not be, is not there, or went wrong: one page, with the engine's own reasons."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bangdan.desk import noting, problems
from bangdan.desk.fields import unfit
from bangdan.desk.guarding import guard
from bangdan.desk.measuring import route_of
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import SAFE, SignInFirst, nobody, who_asks
from workflows.reasons import BangdanError, Reason

NOT_THERE = Reason(
    code="NFD-01",
    zh="没有这个页面或这条记录，或者您无权查看",
    en="no such page or record, or it is not yours",
)
BROKEN = Reason(
    code="SYS-09",
    zh="页面出错，已记入日志，请告知管理员；刚才的内容是否已保存，请回到原页面查看",
    en="this page failed; it is in the log, please tell whoever runs bangdan, and look whether it was stored",
)
NOT_SO = Reason(code="API-13", zh="这个地址不接受这种请求", en="this address takes no such request")
SAID = {404: NOT_THERE, 405: NOT_SO}

logger = logging.getLogger(__name__)


def answer_refusals(app: FastAPI) -> None:
    """Make the app answer what handlers raise."""
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(BangdanError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    for failing in (*problems.NO_DATABASE, OSError):
        app.add_exception_handler(failing, _not_usable)
    app.add_exception_handler(Exception, _broken)


def refused(visit: Visit, reasons: Sequence[Reason], *, status: int) -> Response:
    """The page of reasons; only its part where a part was asked for."""
    noting.note(reasons)
    template = "_refused.html.j2" if visit.partial else "refused.html.j2"
    return visit.page(template, status=status, reasons=reasons, status_code=status)


def _bare(request: Request) -> Visit:
    """The visit as far as it was known when it failed."""
    known: Visit | None = request.scope.get("state", {}).get("visit")
    return known or nobody(request)


async def _sign_in_first(request: Request, _error: Exception) -> Response:
    visit = _bare(request)
    if visit.partial:  # the whole page has to go on to the sign-in, not the part of it that was asked for
        return Response(headers={"hx-refresh": "true"})
    back = request.url.path if request.method in SAFE else ""
    return RedirectResponse(visit.url("signin") + (f"?next={quote(back)}" if back else ""), status_code=303)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, BangdanError):
        raise error
    status = problems.status_of(error) or problems.CONFLICT
    # What is another's and what is not there look the same, byte for byte: the id that was asked for is not repeated.
    return refused(_bare(request), (NOT_THERE,) if status == 404 else error.reasons, status=status)


async def _unreadable(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return refused(_bare(request), [unfit(each) for each in error.errors()], status=422)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if problems.of_api(request.url.path):  # a path that not even the API's own app is asked for
        return JSONResponse(problems.problem(404, [NOT_THERE]), status_code=404, media_type=problems.MEDIA_TYPE)
    reason = SAID.get(error.status_code) or Reason(code=f"WEB-{error.status_code}", zh="请求有误", en=str(error.detail))
    response = refused(await who_asks(request), [reason], status=error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _not_usable(request: Request, error: Exception) -> Response:
    logger.error("database_failed", extra={"route": route_of(request.scope)}, exc_info=error)
    return refused(_bare(request), problems.reasons_of(error) or [BROKEN], status=503)


async def _broken(request: Request, error: Exception) -> Response:
    logger.error("page_failed", extra={"route": route_of(request.scope)}, exc_info=error)
    response = refused(_bare(request), [BROKEN], status=500)
    guard(response.headers, request.app.state.desk)  # this answer is made outside it
    return response

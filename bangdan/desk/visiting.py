"""From a request to a visit: who is signed in, whether they may, whether the form is ours. What a handler asks for.

A campaign that is not there and one that the person has no seat in give the same answer. What a role may never ask for
is refused before anything is looked up.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import Depends
from starlette.requests import Request

from bangdan.desk import fields, strict_query
from bangdan.desk.house import OF_THIS_HOST, Desk
from bangdan.desk.policy import Policy, policy_of
from bangdan.desk.visit import Visit
from bangdan.language import Language
from engine.access import not_found, sees_all
from engine.accounts import sessions
from engine.accounts.rights import Seat
from engine.accounts.sessions import Signed
from engine.failing import FAILING
from engine.texts import unstorable
from workflows.reasons import Reason, Refused

SESSION, BEFORE, LANG = "bangdan-session", "bangdan-visitor", "bangdan-lang"
SAFE = ("GET",)


class SignInFirst(Exception):
    """Nobody is signed in, and the page is for people who are."""


async def visit_of(request: Request) -> Visit:
    """The visit that a request is. Raises SignInFirst, Refused (ROL-01, CSR-01, API-05, API-09), NotFound."""
    visit = await who_asks(request)
    await _take_form(visit)
    _admit(visit, policy_of(request.scope["endpoint"]))
    if any(unstorable(str(value)) for value in request.path_params.values()):
        raise not_found("")  # what can't be stored names nothing
    _check_query(request)
    return visit


async def who_asks(request: Request) -> Visit:
    """The visit as far as it is known by the browser's cookies: enough for a page that says no."""
    desk: Desk = request.app.state.desk
    visit = nobody(request)
    request.state.visit = visit  # should it be refused, the answer knows the language and who asks
    visit.signed = await run_sync(_signed, request, visit.at)
    if visit.signed:
        visit.csrf = visit.signed.csrf
        request.scope["state"].pop("new_visitor", None)  # who is signed in needs no other secret
        chosen = request.cookies.get(desk.cookie(LANG)) or visit.signed.account.lang or desk.lang
        visit.lang = "en" if chosen == "en" else "zh"
    return visit


def nobody(request: Request) -> Visit:
    """The visit of somebody of whom nothing is looked up."""
    return Visit(desk=request.app.state.desk, request=request, at=arrived(request), lang=language(request),
                 csrf=visitor(request))  # fmt: skip


def _check_query(request: Request) -> None:
    """Refuse parameters that the handler doesn't name, or that come twice."""
    named = request.scope["route"].dependant.query_params
    lists = {each.alias for each in named if fields.is_list(each.field_info.annotation)}
    strict_query.read(request.scope["query_string"], {each.alias for each in named}, lists=lists)


def arrived(request: Request) -> datetime:
    """When the last byte of the request had arrived."""
    at: datetime | None = request.scope.get("state", {}).get("at")
    return at if at is not None else request.app.state.desk.clock()


def language(request: Request) -> Language:
    """The language that the visitor switched to, else the house's."""
    desk: Desk = request.app.state.desk
    chosen = request.cookies.get(desk.cookie(LANG))
    return "en" if chosen == "en" else "zh" if chosen == "zh" else desk.lang


def visitor(request: Request) -> str:
    """A secret that this browser alone knows, before anybody signs in; the answer sets it where it is new."""
    known = request.cookies.get(request.app.state.desk.cookie(BEFORE), "")
    if len(known) >= 20:
        return known
    made: str = request.scope.setdefault("state", {}).setdefault("new_visitor", secrets.token_urlsafe(24))
    return made


def _signed(request: Request, at: datetime) -> Signed | None:
    desk: Desk = request.app.state.desk
    if desk.who is not None:
        return desk.who({name.removeprefix(OF_THIS_HOST): said for name, said in request.cookies.items()})
    token = request.cookies.get(desk.cookie(SESSION))
    if not token:
        return None
    with desk.office.database.read() as connection:
        found = sessions.look_up(connection, token, at=at)
    if found is not None and not _by_itself(request):
        here = next((seat for seat in found.seats if seat.campaign == request.path_params.get("campaign")), None)
        if found.untouched or sessions.is_new_to(here, at=at):
            with suppress(Refused, *FAILING), desk.office.database.write() as connection:  # who may only read still can
                sessions.touch(connection, found, at=at, here=here)
    return found


def _by_itself(request: Request) -> bool:
    """Whether an open page asks for a part of itself: that keeps nobody signed in who has gone away."""
    headers = request.headers
    part = headers.get("hx-request") == "true" or headers.get("accept") == "text/event-stream"
    return request.method in SAFE and part


async def _take_form(visit: Visit) -> None:
    """Read the form of a changing request and see that it came from a page of ours."""
    request = visit.request
    if request.method in SAFE:
        return
    _check_origin(request, visit.desk)
    async with request.form(max_files=5, max_fields=2000) as form:
        visit.fields = await fields.collected(form)
    if not hmac.compare_digest(visit.fields.csrf.encode(), visit.csrf.encode()):
        raise Refused(_not_ours())


def _check_origin(request: Request, desk: Desk) -> None:
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        raise Refused(_not_ours())
    origin = request.headers.get("origin")
    hosts = {request.headers.get("host", ""), urlsplit(desk.address).netloc}
    if origin is not None and urlsplit(origin).netloc not in hosts:
        raise Refused(_not_ours())


def _not_ours() -> Reason:
    return Reason(
        code="CSR-01",
        zh="没有办理：这个请求不是从本页面发出的，或页面已过期。请返回、刷新页面后重新提交",
        en="nothing was done: this was not sent from our page, or the page is too old. Go back, reload, try again",
    )


def _admit(visit: Visit, policy: Policy) -> None:
    if policy.public:
        return
    if visit.signed is None:
        raise SignInFirst
    campaign = visit.request.path_params.get("campaign")
    if campaign is None:
        return
    visit.here = _seat(visit.signed, campaign, policy)
    _check_second_factor(visit.desk, visit.signed, visit.here)


def _seat(signed: Signed, campaign: str, policy: Policy) -> Seat:
    """The seat in which the person may do that: the one they prefer, where they have several."""
    mine = [seat for seat in signed.seats if seat.campaign == campaign]
    if not mine:
        raise not_found(campaign)
    preferred = min(mine, key=lambda seat: seat.key != signed.preferred)
    if policy.roles and preferred.role not in policy.roles:
        raise Refused(not_for(preferred))
    return preferred


def may_still(desk: Desk, signed: Signed, seat: Seat) -> Seat:
    """That seat as it is by now, for what goes on after the request was admitted. Raises NotFound, Refused (SEC-03)."""
    now = signed.seat(seat.key)
    if now is None:
        raise not_found(seat.campaign)
    _check_second_factor(desk, signed, now)
    return now


def _check_second_factor(desk: Desk, signed: Signed, seat: Seat) -> None:
    if desk.second_factor and sees_all(seat.role) and not signed.second:
        raise Refused(_second_factor_first())


def _second_factor_first() -> Reason:
    return Reason(
        code="SEC-03",
        zh="秘书处和监督人员须启用两步验证后才能办理；请打开右上角“我的账号”，在“两步验证”中启用",
        en="the office and the supervision need a second factor here; set it up under “My account”, “Second factor”",
    )


def not_for(seat: Seat) -> Reason:
    """The answer to whoever asks for what their role never may."""
    return Reason(
        code="ROL-01", zh="您的身份不能使用此页面", en="this page is not for your role", facts={"role": seat.role}
    )


Visiting = Annotated[Visit, Depends(visit_of)]
"""A handler's parameter: the visit, admitted by the route's policy."""

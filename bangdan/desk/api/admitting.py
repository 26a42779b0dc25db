"""Who asks, and may they: the bearer token, its pace, its campaign, its role and its scopes, in this order.

No cookie is looked at. A campaign that the token is not for and one that is not there give the same answer.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from anyio.to_thread import run_sync
from starlette.requests import Request

from bangdan.desk.api.call import Call
from bangdan.desk.api.pace import Pacing, Standing, too_often
from bangdan.desk.house import Desk
from bangdan.desk.visiting import arrived
from engine.access import not_found
from engine.accounts import tokens
from engine.accounts.tokens import Holder, Scope
from engine.failing import FAILING
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

LONGEST_TOKEN = 200  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Who may ask for an operation: in one of these roles, with a token of one of these scopes."""

    roles: tuple[Role, ...]
    scopes: tuple[Scope, ...]


class NoToken(Refused):
    """Nobody we know asks. Remedy: a token that is still good."""


class TooOften(Refused):
    """The token asks too often. Remedy: wait as long as the answer says."""


async def admit(request: Request, need: Need) -> Call:
    """The call that this request is. Raises NoToken, TooOften, NotFound, Refused (ROL-01, API-20)."""
    desk: Desk = request.app.state.desk
    call, standing = await run_sync(_held, desk, request, request.app.state.pace)
    request.state.call = call
    call.headers |= standing.headers
    if not standing.allowed:
        raise TooOften(too_often(standing))
    if request.path_params.get("campaign", call.campaign) != call.campaign:
        raise not_found("")
    if call.actor.role not in need.roles:
        raise Refused(_not_for(call.actor.role))
    if call.holder.scopes.isdisjoint(need.scopes):
        raise Refused(_beyond(need.scopes, call.holder))
    return call


def _held(desk: Desk, request: Request, pace: Pacing) -> tuple[Call, Standing]:
    at = arrived(request)
    with desk.office.database.read() as connection:
        holder = tokens.look_up(connection, _bearer(request), at=at)
    if holder is None:
        raise NoToken(UNKNOWN)
    if holder.untouched:
        with suppress(Refused, *FAILING), desk.office.database.write() as connection:  # who may only read still can
            tokens.touch(connection, holder, at=at)
    return Call(desk=desk, request=request, at=at, holder=holder), pace.take(holder.token)


def _bearer(request: Request) -> str:
    given = request.headers.getlist("authorization")
    kind, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if kind.lower() != "bearer" or not token.strip():
        raise NoToken(MISSING)
    return token.strip()[:LONGEST_TOKEN]


MISSING = Reason(
    code="API-17",
    zh="请求须带接口令牌：Authorization: Bearer 令牌；令牌在工作台申请",
    en="a request needs an API token: Authorization: Bearer TOKEN; tokens are made in the desk",
)
UNKNOWN = Reason(
    code="API-17",
    zh="接口令牌无效：已过期、已撤销，或其权限已取消；请在工作台重新申请",
    en="this API token is not good: it is over, was revoked, or its rights are gone; make a new one in the desk",
)


def _not_for(role: Role) -> Reason:
    return Reason(code="ROL-01", zh="此令牌的身份不能办理此项", en="this is not for the role of this token",
                  facts={"role": role.value})  # fmt: skip


def _beyond(scopes: tuple[Scope, ...], holder: Holder) -> Reason:
    has, scope = sorted(each.value for each in holder.scopes), " / ".join(scopes)
    return Reason(
        code="API-20",
        zh=f"此令牌没有 {scope} 范围的权限；现有：{'、'.join(has)}",
        en=f"this token lacks the scope {scope}; it has: {', '.join(has)}",
        facts={"scope": scope},
    )

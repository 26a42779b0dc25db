"""How operations of the API are declared, and what every one of them is asked through, whatever it does.

Path, words in both languages, who may ask (roles and scope), what is answered. Before a handler runs, its parameters
and its body were read strictly, and a change has a request key.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_type_hints

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bangdan.desk import problems, strict_json, strict_query
from bangdan.desk.api.admitting import Need, NoToken, TooOften, admit
from bangdan.desk.api.call import JSON_TYPE, Call
from bangdan.desk.fields import collected
from bangdan.desk.measuring import route_of
from bangdan.desk.policy import Policy, keep
from bangdan.desk.refusals import BROKEN, NOT_THERE
from bangdan.desk.unfit import wanted
from engine.accounts.tokens import Scope
from engine.texts import unstorable
from workflows.nomination import Role
from workflows.reasons import NotFound, Reason, Refused

Handler = TypeVar("Handler", bound=Callable[..., Response])
Pair = tuple[str, str]  # Chinese and English

FORM_TYPE = "multipart/form-data"
LONGEST_KEY = 128
CAMPAIGN = "/campaigns/{campaign}"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One declared operation: it `answers` a model, or is a file of one of the types in `media`.

    `marked`: its answer has an ETag; `edits`: it needs the mark; `form`: a file comes; `also`: other good answers.
    """

    method: str
    path: str
    name: str
    endpoint: Callable[..., Response]
    subject: Pair
    title: Pair
    about: Pair
    need: Need
    answers: type[BaseModel] | None = None
    media: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    marked: bool = False
    edits: bool = False
    paged: bool = False
    form: Mapping[str, Any] | None = None
    also: Mapping[int, Pair] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    def asks(self) -> dict[str, Any]:
        """The JSON schema of its body; nothing where it has none."""
        model = get_type_hints(self.endpoint).get("body")
        return model.model_json_schema() if model else {}


@dataclass(frozen=True, slots=True)
class Calls:
    """The operations of one subject; `zh` and `en` are its name."""

    zh: str
    en: str
    declared: list[Operation] = field(default_factory=list)

    def get(self, path: str, **told: Any) -> Callable[[Handler], Handler]:
        """Something to read."""
        return self._declare("GET", path, **told)

    def post(self, path: str, **told: Any) -> Callable[[Handler], Handler]:
        """Something to do, once per request key."""
        return self._declare("POST", path, **told)

    def patch(self, path: str, **told: Any) -> Callable[[Handler], Handler]:
        """Something to change."""
        return self._declare("PATCH", path, **told)

    def _declare(
        self, method: str, path: str, *, name: str, allow: tuple[Role, ...], scope: Scope | tuple[Scope, ...], zh: str,
        en: str, about: Pair = ("", ""), **more: Any,
    ) -> Callable[[Handler], Handler]:  # fmt: skip
        need = Need(roles=allow, scopes=(scope,) if isinstance(scope, Scope) else scope)

        def declare(endpoint: Handler) -> Handler:
            keep(endpoint, Policy(roles=allow, secret=True))
            self.declared.append(Operation(
                method=method, path=path, name=name, endpoint=endpoint, subject=(self.zh, self.en), title=(zh, en),
                about=about, need=need, **more,
            ))  # fmt: skip
            return endpoint

        return declare

    def put_on(self, app: FastAPI) -> None:
        """Make them answer."""
        for each in self.declared:
            app.router.add_api_route(
                each.path, each.endpoint, methods=[each.method], name=each.name, operation_id=each.name,
                response_model=each.answers, status_code=each.status, tags=[" / ".join(each.subject)],
                summary=" / ".join(each.title), description=_described(each),
                route_class_override=_route_of(each),
            )  # fmt: skip


def _described(each: Operation) -> str:
    zh, en = each.about
    roles, scope = ", ".join(each.need.roles), " / ".join(each.need.scopes)
    who = f"身份：{roles}；令牌范围：{scope}", f"Roles: {roles}; token scope: {scope}."
    return "\n\n".join(part for part in (f"{zh}{'。' if zh else ''}{who[0]}。", f"{en} {who[1]}".strip()) if part)


def _route_of(operation: Operation) -> type[APIRoute]:
    class Strict(APIRoute):
        """A route that reads strictly, and answers whatever goes wrong with a problem document."""

        def get_route_handler(self) -> Callable[[Request], Any]:
            handle = super().get_route_handler()
            known = [str(each.alias) for each in self.dependant.query_params]
            takes_body = self.body_field is not None

            async def strictly(request: Request) -> Response:
                try:
                    call = await admit(request, operation.need)
                    strict_query.read(request.scope["query_string"], known)
                    _check_path(request)
                    await _take(call, operation, takes_body=takes_body)
                    response: Response = await handle(request)
                except Exception as error:  # noqa: BLE001 - whatever it is, the caller hears it as a problem document
                    return refusal(request, error)
                return response

            return strictly

    return Strict


def _check_path(request: Request) -> None:
    """An id that can't be stored names nothing."""
    if any(unstorable(value) for value in request.path_params.values()):
        raise NotFound(NOT_THERE)


async def _take(call: Call, operation: Operation, *, takes_body: bool) -> None:
    """Read the request key and the content. Raises Refused (API-…)."""
    if not operation.changes:
        return
    request = call.request
    if request.query_params.get("preview") not in ("true", "1", "on", "yes"):
        call.key = _key(request)
    content: Any = None
    if operation.form is not None:
        content = await _form(call)
    else:
        content = await _json(request, takes_body=takes_body)
    call.asked = {
        "operation": operation.name, "path": dict(request.path_params), "query": sorted(request.query_params.items()),
        "content": content,
    }  # fmt: skip


def _key(request: Request) -> str:
    given = request.headers.getlist("idempotency-key")
    fits = len(given) == 1 and 0 < len(given[0]) <= LONGEST_KEY and given[0].isascii() and given[0].isprintable()
    if not fits:
        raise Refused(NO_KEY)
    return given[0]


async def _json(request: Request, *, takes_body: bool) -> Any:
    body = await request.body()
    if not body and not takes_body:
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON_TYPE:
        raise Refused(_wrong_type(JSON_TYPE))
    value = strict_json.read(body)
    if not takes_body and value != {}:
        raise Refused(NOTHING_ASKED)
    request._json = value  # noqa: SLF001 - where starlette keeps what it has read, so that it is read once, and strictly
    return value


async def _form(call: Call) -> Any:
    """The form as the pages read it; its file by its digest."""
    request = call.request
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise Refused(_wrong_type(FORM_TYPE))
    async with request.form(max_files=1, max_fields=20) as form:
        call.fields = await collected(form)
    files = {name: hashlib.sha256(each.content).hexdigest() for name, each in call.fields.files.items()}
    return {"fields": {name: list(values) for name, values in call.fields.typed.items()}, "files": files}


def refusal(request: Request, error: Exception) -> Response:
    """The problem document for whatever went wrong; a defect of ours is logged and told as one."""
    call: Call | None = getattr(request.state, "call", None)
    headers = {name: value for name, value in (call.headers if call else {}).items() if name not in ("ETag", "Link")}
    if isinstance(error, NoToken):
        return problem(401, error.reasons, {**headers, "www-authenticate": 'Bearer realm="bangdan"'})
    if isinstance(error, TooOften):
        return problem(429, error.reasons, headers)
    if isinstance(error, RequestValidationError):
        return problem(422, [_unfit(each) for each in error.errors()], headers)
    if isinstance(error, HTTPException):  # starlette's and FastAPI's own: a form that is none, mostly
        return problem(400, [NO_FORM], headers)
    status, reasons = problems.status_of(error), problems.reasons_of(error)
    if status is None or reasons is None:
        logger.error("api_failed", extra={"route": route_of(request.scope)}, exc_info=error)
        return problem(500, [BROKEN], headers)
    if status == 503:
        logger.error("database_failed", extra={"route": route_of(request.scope)}, exc_info=error)
    # What is another's and what is not there look the same, byte for byte: the id that was asked for is not repeated.
    return problem(status, [NOT_THERE] if status == 404 else reasons, headers)


def problem(status: int, reasons: Any, headers: Mapping[str, str]) -> Response:
    """That document as an answer."""
    body = problems.problem(status, reasons)
    return JSONResponse(body, status_code=status, headers=dict(headers), media_type=problems.MEDIA_TYPE)


def _unfit(error: Any) -> Reason:
    place, *steps = error["loc"]
    zh, en = wanted(error)
    path = "".join(f"/{strict_json.escaped(step)}" for step in steps) or "/"
    return Reason(code="API-08", zh=zh, en=en, where=path if place == "body" else f"?{'.'.join(map(str, steps))}")


NO_KEY = Reason(
    code="API-10",
    zh=f"办理须带 Idempotency-Key：每次办理用一个新的编号（1 至 {LONGEST_KEY} 个可见字符），重试时用同一个",
    en=f"a change needs an Idempotency-Key: a new one each time (1 to {LONGEST_KEY} visible characters), "
    "the same to repeat it",
)
NOTHING_ASKED = Reason(code="API-08", zh="此项没有可填的内容", en="there is nothing to fill in here", where="/")
NO_FORM = Reason(code="API-03", zh="内容不是完整的表单", en="the body is not a whole form")


def _wrong_type(kind: str) -> Reason:
    return Reason(code="API-14", zh=f"内容类型须为 {kind}", en=f"the content type must be {kind}")

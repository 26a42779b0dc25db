"""One request of a person, as handlers see it: who asks, when, in which language, for which campaign.

`read` and `write` open the campaign's transaction for the person's seat, so a handler can't reach a row but through the
scoped door. What is done twice with the same form is done once.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import NoMatchFound

from bangdan.desk import looks
from bangdan.desk.fields import DeskForm, Fields
from bangdan.desk.house import Desk
from bangdan.language import Language, Words
from engine.access import Actor
from engine.accounts import rights
from engine.accounts.rights import Seat
from engine.accounts.sessions import Signed
from engine.behalf import acting_for
from engine.office import Work, once
from engine.texts import unstorable
from workflows.nomination import Role

SAID = "said"  # the cookie that carries one sentence over a redirect
F = TypeVar("F", bound=DeskForm)


@dataclass(kw_only=True)
class Visit:
    """One request. `at` is the instant at which its last byte had arrived: what every deadline is compared with."""

    desk: Desk
    request: Request
    at: datetime
    lang: Language
    csrf: str
    signed: Signed | None = None
    here: Seat | None = None
    fields: Fields = field(default_factory=Fields)

    @property
    def seat(self) -> Seat:
        """In which capacity the person acts. Raises LookupError on pages of no campaign."""
        if self.here is None:
            raise LookupError("this page is of no campaign")
        return self.here

    @property
    def campaign(self) -> str:
        """The key of the campaign that the page is of."""
        return self.seat.campaign

    @property
    def actor(self) -> Actor:
        """Who acts, as the engine knows them."""
        return rights.actor(self.person, self.seat)

    @property
    def person(self) -> Signed:
        """Who is signed in. Raises LookupError on pages that anybody may see."""
        if self.signed is None:
            raise LookupError("nobody is signed in")
        return self.signed

    @property
    def office(self) -> bool:
        """Whether this is somebody of the secretariat, who may change things."""
        return self.here is not None and self.here.role is Role.SECRETARIAT

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A consistent look at the campaign, as far as the person may see it."""
        with self.desk.office.read(self.campaign, self.actor, at=self.at) as work:
            yield work

    @contextmanager
    def write(self, *, for_unit: str | None = None, alone: bool = False) -> Iterator[Work]:
        """One transaction of the person, for the unit with that code if one is named; `alone` for moving dates.

        The engine looks for what it caused as soon as it is stored. Raises Refused, NotFound.
        """
        writing = self.desk.office.write(self.campaign, self.actor, at=self.at, alone=alone)
        with writing as work, acting_for(work, for_unit):
            yield work
        self.desk.nudge()

    def once(self, work: Work, asked: dict[str, Any], do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What `do` answers, or answered when the same form came before. Raises Refused (API-11)."""
        return once(work, self.fields.key, asked, do)

    def form(self, model: type[F]) -> F:
        """What was typed, as `model` wants it. Raises Refused with a reason for each field."""
        return self.fields.read(model)

    def t(self, zh: str, en: str) -> str:
        """The text in the visitor's language."""
        return zh if self.lang == "zh" else en

    @property
    def partial(self) -> bool:
        """Whether only a part of a page is asked for, to be put into the one that is open."""
        return self.request.headers.get("hx-request") == "true"

    def url(self, name: str, **params: Any) -> str:
        """The path of a route; `campaign` is this one unless another is named, what the path lacks is a query."""
        return url_to(self.request, name, self.here.campaign if self.here else None, params)

    def has(self, name: str) -> bool:
        """Whether there is a route of that name."""
        return name in _routes(self.request.app)

    def page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """The template of `templates/desk`, rendered for this visit."""
        said = _said(self.request.cookies.get(self.desk.cookie(SAID), ""))
        text = looks.render(self, template, said=said, **values)
        response = HTMLResponse(text, status_code=status)
        if said is not None and not self.partial:
            response.delete_cookie(self.desk.cookie(SAID), httponly=True, samesite="lax", secure=self.desk.secure)
        return response

    def go(self, name: str, *, said: Words | None = None, **params: Any) -> Response:
        """To another page after something was done, with a sentence to be shown there once."""
        response = RedirectResponse(self.url(name, **params), status_code=303)
        if said is not None:
            keep = partial(response.set_cookie, self.desk.cookie(SAID), _packed(said), httponly=True, samesite="lax")
            keep(max_age=60, secure=self.desk.secure)
        return response


def local(path: str) -> str:
    """`path` if it is one of this desk, else the first page: nobody is sent elsewhere."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/"


def url_to(request: Request, name: str, campaign: str | None, params: dict[str, Any]) -> str:
    """The path of the route with that name. Raises NoMatchFound."""
    route = _routes(request.app).get(name)
    if route is None:
        raise NoMatchFound(name, params)
    known = route.param_convertors
    if "campaign" in known:
        params = {"campaign": campaign, **params}
    inside = {key: str(value) for key, value in params.items() if key in known}
    query = {key: value for key, value in params.items() if key not in known and value not in (None, "", ())}
    path = request.scope.get("root_path", "") + route.url_path_for(name, **inside)
    return f"{path}?{urlencode(query, doseq=True)}" if query else str(path)


def _routes(app: Any) -> dict[str, Any]:
    """The routes by name, of several the first. Kept: a page has hundreds of links, and the app hundreds of routes."""
    if not hasattr(app.state, "routes_by_name"):
        named = [route for route in app.routes if hasattr(route, "param_convertors")]
        app.state.routes_by_name = {route.name: route for route in reversed(named)}
    found: dict[str, Any] = app.state.routes_by_name
    return found


def _packed(said: Words) -> str:
    return base64.urlsafe_b64encode(json.dumps([said.zh, said.en]).encode()).decode()


def _said(cookie: str) -> Words | None:
    """The sentence that the page before left; whatever else stands in the cookie is nothing."""
    try:
        said = json.loads(base64.urlsafe_b64decode(cookie))
    except (ValueError, RecursionError):
        return None
    match said:
        case [str(zh), str(en)] if not (unstorable(zh) or unstorable(en)):
            return Words(zh, en)
        case _:
            return None

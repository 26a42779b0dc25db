"""How pages are declared: path, name, who may ask. Collected by module, put on the app in the order of the modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import FastAPI
from starlette.responses import HTMLResponse

from bangdan.desk.policy import Allow, keep

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Page:
    """One declared page."""

    path: str
    endpoint: Callable[..., Any]
    method: str
    name: str


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one subject."""

    declared: list[Page] = field(default_factory=list)

    def get(self, path: str, *, name: str, allow: Allow) -> Callable[[Handler], Handler]:
        """A page to look at; it changes nothing."""
        return self._page("GET", path, name, allow)

    def post(self, path: str, *, name: str, allow: Allow) -> Callable[[Handler], Handler]:
        """What a form of a page asks for."""
        return self._page("POST", path, name, allow)

    def _page(self, method: str, path: str, name: str, allow: Allow) -> Callable[[Handler], Handler]:
        def declare(endpoint: Handler) -> Handler:
            keep(endpoint, allow)
            self.declared.append(Page(path, endpoint, method, name))
            return endpoint

        return declare

    def put_on(self, app: FastAPI) -> None:
        """Make them answer."""
        for page in self.declared:
            app.router.add_api_route(
                page.path, page.endpoint, methods=[page.method], name=page.name, include_in_schema=False,
                response_class=HTMLResponse, response_model=None,
            )  # fmt: skip

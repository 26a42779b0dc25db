"""Pages that a unit has for itself and the secretariat for that unit: one handler each, at two addresses.

Whoever comes by `/for/UNIT/…` acts for the unit, with its rights and no others, and the history keeps both names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from starlette.responses import Response

from bangdan.desk.policy import OFFICE
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.behalf import on_behalf
from engine.office import Work
from workflows.nomination import Role

Handler = TypeVar("Handler", bound=Callable[..., Any])
FOR = "for-"  # before the name of a page that is for a unit


@dataclass(kw_only=True)
class Side:
    """A visit on one of the two sides; `unit` is the code of the unit for whom the secretariat acts, else None."""

    visit: Visit
    unit: str | None

    @property
    def as_unit(self) -> bool:
        """Whether this is a unit's place, its own or one that the secretariat acts in."""
        return self.unit is not None or self.visit.seat.role is Role.UNIT

    @property
    def as_institution(self) -> bool:
        """Whether this is an institution's place."""
        return self.unit is None and self.visit.seat.role is Role.INSTITUTION

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A look at the campaign as the unit has it. Raises NotFound."""
        with self.visit.read() as work:
            if self.unit is not None:
                work.actor = on_behalf(work, self.unit)
            yield work

    @contextmanager
    def write(self, *, alone: bool = False) -> Iterator[Work]:
        """A transaction as the unit. Raises NotFound, Refused."""
        with self.visit.write(for_unit=self.unit, alone=alone) as work:
            yield work

    def url(self, name: str, **params: Any) -> str:
        """The path of the page of that name on this side."""
        return self.visit.url(self._at(name), **self._with(params))

    def go(self, name: str, *, said: Words | None = None, **params: Any) -> Response:
        """On to that page of this side."""
        return self.visit.go(self._at(name), said=said, **self._with(params))

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A template; `here` in it is this side."""
        return self.visit.page(template, status=status, here=self, **values)

    def _at(self, name: str) -> str:
        return name if self.unit is None else f"{FOR}{name}"

    def _with(self, params: dict[str, Any]) -> dict[str, Any]:
        return params if self.unit is None else {"unit": self.unit, **params}


def side_of(visit: Visiting) -> Side:
    """The side on which the visitor is."""
    return Side(visit=visit, unit=visit.request.path_params.get("unit"))


Sided = Annotated[Side, Depends(side_of)]
"""A handler's parameter: the visit and the side it is on."""


@dataclass(frozen=True, slots=True)
class SidedPages:
    """The pages of one subject, on both sides. `own` is where they are for those of `roles` themselves."""

    own: str = "/c/{campaign}/mine"
    roles: tuple[Role, ...] = (Role.UNIT,)
    pages: Pages = field(default_factory=Pages)

    def get(self, path: str, *, name: str) -> Callable[[Handler], Handler]:
        """A page to look at; it changes nothing."""
        return self._both(self.pages.get, path, name)

    def post(self, path: str, *, name: str) -> Callable[[Handler], Handler]:
        """What a form of a page asks for."""
        return self._both(self.pages.post, path, name)

    def _both(self, declare: Callable[..., Any], path: str, name: str) -> Callable[[Handler], Handler]:
        def on_both_sides(endpoint: Handler) -> Handler:
            declare(f"{self.own}{path}", name=name, allow=self.roles)(endpoint)
            declare(f"/c/{{campaign}}/for/{{unit}}{path}", name=f"{FOR}{name}", allow=OFFICE)(_again(endpoint))
            return endpoint

        return on_both_sides


def _again(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The same handler as another function, for a policy of its own."""

    @wraps(endpoint)
    def handler(*args: Any, **kwargs: Any) -> Any:
        return endpoint(*args, **kwargs)

    return handler

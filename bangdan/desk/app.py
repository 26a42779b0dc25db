"""The app: every page and every call of the API on one desk. It starts only if each route says who may ask."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from bangdan.desk import policy
from bangdan.desk.api.app import make_api
from bangdan.desk.api.pace import Pacing
from bangdan.desk.copied import MOUNT, Copy
from bangdan.desk.guarding import Guard
from bangdan.desk.house import Desk
from bangdan.desk.limits import Door, Limits
from bangdan.desk.live import Live
from bangdan.desk.looks import STATIC
from bangdan.desk.measuring import Measured, Measures
from bangdan.desk.pages import PAGES
from bangdan.desk.refusals import answer_refusals


def make_app(desk: Desk, *, limits: Limits | None = None, pace: Pacing | None = None) -> FastAPI:
    """The app over one desk; `pace` is how often a token of the API may ask.

    Raises LookupError when a route says nothing about who may ask for it.
    """
    app = FastAPI(title="bangdan 榜单", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.desk, app.state.measures, app.state.live = desk, Measures(desk), Live()
    for pages in PAGES:
        pages.put_on(app)
    app.mount("/api", make_api(desk, pace=pace), name="api")
    if desk.rehearsal is None:
        app.state.copy = Copy(desk, make_app)
        app.mount(MOUNT, app.state.copy, name="copy")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    answer_refusals(app)
    policy.prove(app.routes)
    app.add_middleware(Door, clock=desk.clock, limits=limits or Limits())
    app.add_middleware(Guard, desk=desk)
    app.add_middleware(Measured, measures=app.state.measures)
    return app
